"""References as they stand now: which rows refer to nothing, as SQL."""

from synth_assets.model.table import Reference, Table
from synth_assets.sinks.sql import literal, quoted


def dangling(reference: Reference, parent: Table, child_source: str, parent_source: str) -> str:
    """A query of the rows that refer to a row which isn't there; a row with a missing column refers to none.

    Args:
        reference: of the child.
        parent: the table it leads to, perhaps the child's own.
        child_source: what SQL calls the child.
        parent_source: what SQL calls the parent.
    """
    target = reference.target(parent)
    same = " AND ".join(f"c.{quoted(a)} = p.{quoted(b)}" for a, b in zip(reference.columns, target, strict=True))
    there = " AND ".join(f"c.{quoted(name)} IS NOT NULL" for name in reference.columns)
    if reference.when is not None:
        column, value = reference.when
        there += f" AND c.{quoted(column)} = {literal(value)}"
    return f"SELECT c.* FROM {child_source} c ANTI JOIN {parent_source} p ON {same} WHERE {there}"  # noqa: S608 - names
