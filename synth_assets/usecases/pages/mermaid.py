"""A domain's tables and keys as a diagram in Mermaid's language, which code hosts draw and people can read."""

import re
from collections.abc import Iterator

from synth_assets.documents.markdown_text import fenced
from synth_assets.documents.shown import in_line
from synth_assets.model.domain import Domain
from synth_assets.model.table import Column, Reference, Table

_NO_WORD = re.compile(r"\W+")
_MARKS = {"pk", "fk", "uk"}
"""What can't be an attribute's name, whatever its case: they mark keys."""


def mermaid_diagram(domain: Domain) -> str:
    """The diagram as a block of code: columns of keys and references, and a line for each reference."""
    tables = domain.tables
    pointed_at = {
        (one.table, to) for table in tables.values() for one in table.references for to in one.target(tables[one.table])
    }
    lines = ["erDiagram"]
    for table in tables.values():
        lines += _box(table, {to for name, to in pointed_at if name == table.name})
    lines += [_line(table, one) for table in tables.values() for one in table.references]
    return fenced("\n".join(lines), "mermaid")


def _box(table: Table, pointed_at: set[str]) -> Iterator[str]:
    shown = {*table.key.columns, *pointed_at, *(name for one in table.references for name in one.columns)}
    yield f"    {_quoted(table.name)} {{"
    for column in table.columns:
        if column.name in shown:
            yield f"        {_attribute(table, column)}"
    yield "    }"


def _attribute(table: Table, column: Column) -> str:
    marks = ["PK"] if column.name in table.key.columns else ["UK"] if table.is_unique(column.name) else []
    marks += ["FK"] if table.reference_of(column.name) else []
    name = _word(column.name)
    said = f" {_quoted(column.name)}" if name != column.name else ""
    return f"{_word(column.type.name)} {name} {', '.join(marks)}{said}"


def _line(table: Table, reference: Reference) -> str:
    """From the one row to the many; a ring where the reference may be missing."""
    optional = any(table.column(name).nullable for name in reference.columns)
    single = reference.columns == table.key.columns or reference.columns in table.unique
    ends = f"{'|o' if optional else '||'}--{'o|' if single else 'o{'}"
    return f"    {_quoted(reference.table)} {ends} {_quoted(table.name)} : {_quoted(str(reference))}"


def _quoted(name: str) -> str:
    return '"' + in_line(name).replace('"', "'") + '"'


def _word(name: str) -> str:
    """A word of Mermaid's; what it doesn't have in words becomes a line."""
    word = _NO_WORD.sub("_", name).strip("_")
    return f"_{word}" if not word or word[0].isdigit() or word.lower() in _MARKS else word
