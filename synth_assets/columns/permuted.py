"""Each number of a range once, in an order of the seed's."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.cells import integer_range
from synth_assets.columns.basis.generator import INTEGER, Drawn
from synth_assets.columns.basis.shuffle import mixed
from synth_assets.kernel.keys import StreamKey, derive
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values


class Permuted(Drawn):
    """Each number of a range once, in an order that the seed says; so no two rows have the same."""

    fills: ClassVar = (INTEGER,)
    draws_anew: ClassVar = False
    examples: ClassVar = ({"count": 100_000}, {"count": 9_000, "start": 1_000})

    count: Annotated[int, Field(ge=1, le=1 << 62)] = Field(
        description="how many numbers the range has, a whole number from 1 to 2^62; there are no more rows",
        examples=[100_000],
    )
    start: Annotated[int, Field(ge=-(1 << 40), le=1 << 40)] = Field(
        default=0, description="the least of them, a whole number", examples=[1_000]
    )

    order: Annotated[int, Field(ge=-(1 << 62), le=1 << 62)] | None = Field(
        default=None,
        description="a whole number that says the order, whatever the seed and the column: so others know the keys",
        examples=[7],
    )

    def values(self, rows: Any, name: str) -> Values:
        return mixed(rows.row_numbers, self.count, self._stream(rows, name)) + self.start

    def _stream(self, rows: Any, name: str) -> StreamKey:
        if self.order is None:
            return rows.stream(self.stream or name, self.purpose + "order")
        return derive("permuted", str(self.order), self.purpose)

    @property
    def default_type(self) -> ColumnType:
        """64 bits."""
        return INT64

    @property
    def is_unique(self) -> bool:
        """Always."""
        return True

    def capacity(self, column: Column) -> int | None:
        del column
        return self.count

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name, dataset
        return self.count

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        low, high = integer_range(column.type)
        last = self.start + self.count - 1
        if low <= self.start and last <= high:
            return ""
        return f"it goes from {self.start:,} to {last:,}, which {column.type.name} can't hold.\n  Give it a wider type."


GENERATOR = Permuted


def permuted(count: int, start: int = 0, *, order: int | None = None, stream: str = "", purpose: str = "") -> Permuted:
    """Each number of a range once: ``permuted(9_000, start=1_000)``."""
    return of(Permuted, count=count, start=start, order=order, stream=stream, purpose=purpose)
