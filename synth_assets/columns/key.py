"""The table's own key."""

from typing import Any, ClassVar

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import NAMES, Generator
from synth_assets.columns.basis.parents import hangs_on, key_of
from synth_assets.errors import UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values


class KeyColumn(Generator):
    """The key of each row, or its part in this column: whole numbers from 1, prefixed text, UUIDs, or several columns.

    What it looks like is said once, by the table's key.
    """

    fills: ClassVar = NAMES
    stands_alone: ClassVar = False
    draws_anew: ClassVar = False
    examples: ClassVar = ({},)

    def values(self, rows: Any, name: str) -> Values:
        return key_of(type(rows), rows.dataset, name, rows.row_numbers)

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers; a key of text says so."""
        return INT64

    @property
    def is_unique(self) -> bool:
        """The key as a whole is."""
        return True

    def check_dataset(self, entity: type[Entity], name: str, dataset: Dataset, *, any_seed: bool = False) -> None:
        """A key that refers to another table's has a row there for each of its own."""
        del any_seed
        declared = entity.declared()[name]
        other = entity.tables.get(declared.reference.table) if declared.reference else None
        if other is None or entity.key().columns != (name,) or hangs_on(entity, other):
            return
        own, there = entity.positions(dataset), other.positions(dataset)
        come = entity.about.shape.births_a_day(entity, dataset) > other.about.shape.births_a_day(other, dataset)
        if own <= there and not come and other.about.shape.rows_known:
            return
        table = other.about.name
        more = f"{table} has {there:,}, of which some may be gaps"
        if own > there or come:
            more = f"{table} has {there:,}" if own > there else "more come in time than there"
        raise UsageError(
            f"{entity.about.domain}/{entity.about.name}: {name} is the key, and refers to {table}: there are {own:,}"
            f" rows, and {more}.\n  Let them hang on its rows. For example: lines_of: {table}, per_parent: {{1: 1}}"
        )

    def misfit(self, entity: type[Entity], column: Column) -> str:
        key = entity.key()
        if column.name not in key.columns:
            return f"it is no column of the table's key, {key or 'which has none'}.\n  Name it in the key."
        if not key.tells_numbers:
            return "rows of this table are told by their order.\n  Give it a codec. For example: composite_key"
        return ""


GENERATOR = KeyColumn


def key() -> KeyColumn:
    """The table's own key, in a column of the key's name."""
    return of(KeyColumn)
