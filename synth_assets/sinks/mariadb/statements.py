"""How MariaDB is told of events: with literals, many statements at a time; whether each found its row is looked at."""

from synth_assets.model.table import Table
from synth_assets.sinks.event_statements import StatementWords, TableStatements
from synth_assets.sinks.mariadb.cells import literal_cells
from synth_assets.sinks.sql import Names


class _InTemplates(Names):
    """Names within a statement whose parameters are marked by ``%s``."""

    def quoted(self, name: str) -> str:
        """With what marks a parameter said twice."""
        return super().quoted(name).replace("%", "%%")


_WORDS = StatementWords(names=_InTemplates("`"), mark=lambda _: "%s", cells=literal_cells)


def maria_statements(schema: str, table: Table) -> TableStatements:
    """Statements for a table of a database."""
    return TableStatements(schema, table, _WORDS)
