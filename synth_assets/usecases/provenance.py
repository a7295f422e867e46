"""Where a table's columns come from: foreign keys, and cells that are computed from those of tables before it."""

from collections.abc import Collection, Iterator
from typing import Any

from synth_assets.columns.basis.generator import Generator
from synth_assets.model.entity import Entity

Origin = tuple[str, str]
"""A table, and a column of it that is stored."""


def provenance(entity: type[Entity], upstream: Collection[str]) -> dict[str, list[Origin]]:
    """The columns of other tables that those of a table are made of.

    What a class in Python computes by itself isn't known; what a declaration computes is followed through columns that
    are hidden, or of the same row, to those that are stored elsewhere.

    Args:
        entity: the table.
        upstream: names of tables that it comes after; a total of its own lines comes from none of these.

    Returns:
        column → its origins, each once, foreign keys first; nothing of a column without any.
    """
    found: dict[str, list[Origin]] = {}
    table = entity.table()
    for one in table.all_references:
        if one.table in entity.tables:
            target = entity.tables[one.table].table()
            for name, to in zip(one.columns, one.target(target), strict=True):
                found.setdefault(name, []).append((one.table, to))
    for name in table.column_names:
        origins = [one for one in _origins(entity, name, {(table.name, name)}) if one[0] in upstream]
        if origins:
            found.setdefault(name, []).extend(origins)
    # A column may be a part of several references to the same one.
    return {name: list(dict.fromkeys(of)) for name, of in found.items()}


def _origins(entity: type[Entity], name: str, seen: set[Origin]) -> Iterator[Origin]:
    """The stored columns of other tables that a column's cells are made of."""
    declared = entity.declared().get(name)
    generator: Any = declared.generator if declared else None
    if not isinstance(generator, Generator):
        return
    needs = generator.needs()
    own = [(entity, one) for one in needs.own]
    others = [(entity.tables[table], of) for table, _, of in (one.partition(".") for one in needs.tables) if of]
    for other, column in [*own, *others]:
        at = other.about.name, column
        if at in seen:
            continue
        seen.add(at)
        if other is not entity and column in other.table().column_names:
            yield at
        else:
            yield from _origins(other, column, seen)
