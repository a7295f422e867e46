"""References as they stand now: which rows refer to nothing, as SQL."""

from synth_assets.model.table import ENTRIES, Reference, Table
from synth_assets.sinks.sql import literal, quoted

_PART = quoted("$part")


def dangling(reference: Reference, parent: Table, child_source: str, parent_source: str) -> str:
    """A query of the rows that refer to a row which isn't there; a row with a missing column refers to none.

    Args:
        reference: of the child.
        parent: the table it leads to, perhaps the child's own.
        child_source: what SQL calls the child.
        parent_source: what SQL calls the parent.
    """
    columns, source = [quoted(name) for name in reference.columns], child_source
    if reference.inside:
        columns[0], source = _PART, f"({_with_part(reference, child_source)})"
    pairs = zip(columns, reference.target(parent), strict=True)
    same = " AND ".join(f"c.{own} = p.{quoted(to)}" for own, to in pairs)
    there = " AND ".join(f"c.{name} IS NOT NULL" for name in columns)
    if reference.when is not None:
        column, value = reference.when
        there += f" AND c.{quoted(column)} = {literal(value)}"
    return f"SELECT c.* FROM {source} c ANTI JOIN {parent_source} p ON {same} WHERE {there}"  # noqa: S608 - names


def _with_part(reference: Reference, source: str) -> str:
    """The rows, once for each part that refers, which is a column beside the others."""
    query = f"SELECT *, {quoted(reference.columns[0])} AS {_PART} FROM {source}"  # noqa: S608 - names
    for step in reference.inside:
        part = f"unnest({_PART})" if step == ENTRIES else f"struct_extract({_PART}, {literal(step)})"
        query = f"SELECT * REPLACE ({part} AS {_PART}) FROM ({query})"  # noqa: S608 - names
    return query
