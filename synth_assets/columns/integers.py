"""Whole numbers between two."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import DURATION, NUMBERS, UNSIGNED, Drawn, type_of
from synth_assets.columns.basis.quantities import Skew, as_cells, drawn_below, problem_of, skew_field, too_many
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values

Whole = Annotated[int, Field(ge=-(1 << 61), le=1 << 61)]


class Integers(Drawn):
    """Whole numbers between two, both included; of durations so many of the type's units."""

    fills: ClassVar = (*NUMBERS, UNSIGNED, DURATION)
    examples: ClassVar = (
        {"low": 1, "high": 6},
        {"low": 0, "high": 1_000, "skew": "square"},
        {"low": 0, "high": 1 << 40},
    )

    low: Whole = Field(description="the least, a whole number", examples=[1])
    high: Whole = Field(description="the greatest, a whole number", examples=[6])
    skew: Skew = skew_field("low ones")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low={self.low} is above high={self.high}.\n  For example: integers(low=1, high=6)")
        if too_many(self.high - self.low + 1, self.skew):
            raise ValueError(f"skew={self.skew} is for up to 2,147,483,648 numbers.\n  For example: skew='none'")
        return self

    def values(self, rows: Any, name: str) -> Values:
        drawn = drawn_below(self.words(rows, name), self.high - self.low + 1, self.skew)
        return as_cells(drawn + self.low, 0, type_of(rows, name))

    @property
    def default_type(self) -> ColumnType:
        """64 bits."""
        return INT64

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name, dataset
        return self.high - self.low + 1

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        return problem_of(self.low, self.high, 0, column.type)


GENERATOR = Integers


def integers(low: int, high: int, skew: Skew = "none", *, stream: str = "", purpose: str = "") -> Integers:
    """Whole numbers between two, both included: ``integers(1, 6)``."""
    return of(Integers, low=low, high=high, skew=skew, stream=stream, purpose=purpose)
