"""Numbers that go up from row to row."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.cells import integer_range
from synth_assets.columns.basis.generator import INTEGER, Generator
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values


def _not_zero(step: int) -> int:
    if step == 0:
        raise ValueError(step)
    return step


class Sequence(Generator):
    """Numbers that go up, or down, from row to row, each row's following from its own number."""

    fills: ClassVar = (INTEGER,)
    draws_anew: ClassVar = False
    examples: ClassVar = ({}, {"start": 1_000, "step": 10}, {"start": -1, "step": -1})

    start: Annotated[int, Field(ge=-(1 << 40), le=1 << 40)] = Field(
        default=1, description="the first row's number, a whole number", examples=[1_000]
    )
    step: Annotated[int, Field(ge=-(1 << 20), le=1 << 20), AfterValidator(_not_zero)] = Field(
        default=1,
        description="how much is added from row to row, a whole number from -1,048,576 to 1,048,576, and not 0",
        examples=[10],
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        return rows.row_numbers * self.step + self.start

    @property
    def default_type(self) -> ColumnType:
        """64 bits."""
        return INT64

    @property
    def is_unique(self) -> bool:
        """Always."""
        return True

    def capacity(self, column: Column) -> int | None:
        low, high = integer_range(column.type)
        return ((high if self.step > 0 else low) - self.start) // self.step + 1

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        low, high = integer_range(column.type)
        if low <= self.start <= high:
            return ""
        return f"it starts at {self.start}, which {column.type.name} can't hold.\n  Give it a wider type."


GENERATOR = Sequence


def sequence(start: int = 1, step: int = 1) -> Sequence:
    """Numbers that go up from row to row: ``sequence(1_000, step=10)``."""
    return of(Sequence, start=start, step=step)
