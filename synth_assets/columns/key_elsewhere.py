"""The key of a row of a table that isn't here."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import Exact, of
from synth_assets.columns.basis.generator import NAMES, Drawn, Generator, set_type, type_of
from synth_assets.columns.basis.nested import AnyGenerator
from synth_assets.columns.basis.ranks import MOST, ranked_below, ranks_of
from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values

_UNIT = 10**6


class KeyElsewhere(Drawn):
    """The key of a row of a table that isn't here: of so many rows, each with the key that another method makes.

    A table of the same dataset is referred to by reference, which sees to it that the row is there.
    """

    fills: ClassVar = NAMES
    examples: ClassVar = (
        {"count": 500, "of": {"method": "sequence"}},
        {"count": 500, "of": {"method": "pattern", "pattern": "C{6 digits}", "unique": True}, "skew": 1.2},
        {"count": 500, "of": {"method": "uuid"}, "column": "user_id", "there": 10, "more": 0.5},
    )

    count: Annotated[int, Field(ge=1, le=MOST)] = Field(
        description="how many rows the other table has, a whole number from 1 to 2,147,483,648", examples=[500]
    )
    of: AnyGenerator = Field(
        description="the method of the other table's key, with its arguments", examples=[{"method": "sequence"}]
    )
    column: str = Field(
        default="", description="what the key's column is called there; as this one without", examples=["user_id"]
    )
    skew: Annotated[Exact, Field(ge=0, le=10)] = Field(
        default=Decimal(0),
        description="how much more often early rows are referred to: the n-th one n to the power of skew more rarely"
        " than the first, a number from 0 to 10",
        examples=[1.2],
    )
    there: Annotated[Exact, Field(ge=1, decimal_places=6)] | None = Field(
        default=None,
        description="how many of its rows there are by the first row of this one, a number >= 1; all without",
        examples=[10],
    )
    more: Annotated[Exact, Field(ge=0, decimal_places=6)] = Field(
        default=Decimal(0), description="how many more there are with each further row, a number >= 0", examples=[0.5]
    )

    def values(self, rows: Any, name: str) -> Values:
        limit = self._limit(rows.row_numbers)
        words = self.words(rows, name, "row")
        if self.skew:
            numbers = ranked_below(words, self.words(rows, name, "rank"), limit, ranks_of(self.skew))
        else:
            numbers = below(words, limit)
        others, column = type(rows)(rows.dataset, numbers), self.column or name
        set_type(others, column, type_of(rows, name))
        return self.of.values(others, column)

    def _limit(self, numbers: I64Array) -> int | I64Array:
        """How many rows each may refer to, the first so many."""
        if self.there is None:
            return self.count
        first, more = int(self.there * _UNIT), int(self.more * _UNIT)
        enough = self.count * _UNIT // max(more, 1) + 1  # rows after which all are there: no product grows beyond
        return np.minimum((first + np.minimum(numbers, enough) * more) // _UNIT, self.count)

    @property
    def default_type(self) -> ColumnType | None:
        """That of the key."""
        return self.of.default_type

    @property
    def gives_missing(self) -> bool:
        """If the key does."""
        return self.of.gives_missing

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if column.type.kind not in self.of.fills:
            return f"{self.of.method()} is for {' and '.join(self.of.fills)} columns.\n  Give it another type."
        if self.of.needs() != Generator().needs():
            return f"{self.of.method()} needs other columns, and there is no row.\n  For example: sequence()"
        capacity = self.of.capacity(column)
        if capacity is not None and capacity < self.count:
            return f"{self.of.method()} has {capacity:,} keys, and count is {self.count:,}.\n  Give it more digits."
        return self.of.misfit(entity, column)


GENERATOR = KeyElsewhere


def key_elsewhere(
    count: int,
    of_: Generator,
    *,
    column: str = "",
    skew: Decimal | float | str = 0,
    there: Decimal | float | str | None = None,
    more: Decimal | float | str = 0,
    stream: str = "",
    purpose: str = "",
) -> KeyElsewhere:
    """The key of a row of a table that isn't here: ``key_elsewhere(500, sequence(), skew=1.2)``."""
    return of(
        KeyElsewhere,
        count=count, of=of_, column=column, skew=skew, there=there, more=more, stream=stream, purpose=purpose,
    )  # fmt: skip
