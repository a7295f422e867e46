"""How PostgreSQL is told of events: by parameters, and so that a statement fails unless it finds its row."""

from synth_assets.model.table import Table
from synth_assets.sinks.event_statements import StatementWords, TableStatements
from synth_assets.sinks.postgres.cells import text_cells
from synth_assets.sinks.sql import STANDARD

_TEXT, _BYTES = 0, 1
"""Formats of parameters, by libpq's numbers."""


def _hitting(statement: str) -> str:
    """A statement that finds its row by the key, or fails: nobody waits for the answer before the commit."""
    return f"WITH hit AS ({statement} RETURNING 1) SELECT 1 / count(*) FROM hit"  # noqa: S608 - names of a declaration


_WORDS = StatementWords(
    names=STANDARD,
    mark=lambda number: f"${number}",
    cells=text_cells,
    format_of=lambda of: _BYTES if of.kind == "string" else _TEXT,
    hitting=_hitting,
)


def postgres_statements(schema: str, table: Table) -> TableStatements:
    """Statements for a table of a schema."""
    return TableStatements(schema, table, _WORDS)
