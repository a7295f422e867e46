"""Which of an entity's positions belong to a dataset: all of them, or those of the only group there is."""

from collections.abc import Mapping

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.groups import Group, Only, check_groups


def range_of(entity: type[Entity], dataset: Dataset, at: int | None = None) -> Group:
    """The positions, as a group of the name of the only one, or of none.

    Args:
        entity: the table's entity.
        dataset: the dataset.
        at: the moment of the state, in seconds since 1970; ``as_of`` without. Groups are of the base alone.

    Raises:
        UsageError: the entity's groups don't hold each position once, or a group is asked for at a later moment.
    """
    positions, only = entity.positions(dataset, at), dataset.only
    if only is None:
        return Group("", 0, positions)
    if at is not None:
        raise UsageError(
            f"{entity.table().path}: a {only.word} alone is there as of the base.\n  Leave the moment out."
        )
    if entity.about.name == only.table:
        row = _row_of(entity, only)
        return Group("", row, row + 1)
    groups = groups_of(entity, dataset)
    return next((group for group in groups if group.name == only.name), Group("", 0, positions))


def groups_of(entity: type[Entity], dataset: Dataset, at: int | None = None) -> tuple[Group, ...]:
    """The groups of an entity's rows; none at a moment after the base, when rows of several come side by side.

    Raises:
        UsageError: they don't hold each position once.
    """
    groups = entity.groups(dataset) if at is None else ()
    if groups:
        check_groups(entity.table().path, groups, entity.positions(dataset))
    return groups


def in_group(name: str, column: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Whether a row is of a group, by the column that says so.

    Args:
        name: the group's.
        column: see :func:`~synth_assets.model.groups.group_column`.
        schema: the column's type among others: groups of whole numbers are named in text.
    """
    return pl.col(column) == pl.lit(name).cast(schema[column])


def _row_of(entity: type[Entity], only: Only) -> int:
    """The position of the row that a group is of."""
    table = entity.table()
    (key,) = table.key.columns
    frame = pl.DataFrame({key: pl.Series([only.name]).cast(table.column(key).type.polars)})
    return int(table.key.numbers(frame)[0])
