"""Numbers with digits after the point, between two."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import Exact, of
from synth_assets.columns.basis.generator import DECIMAL, FLOAT, Drawn, type_of
from synth_assets.columns.basis.quantities import (
    Skew,
    as_cells,
    drawn_below,
    problem_of,
    skew_field,
    too_many,
    usual_type,
)
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


class Decimals(Drawn):
    """Numbers with so many digits after the point, between two, both included.

    They are drawn as whole units of the last digit. In a column of floats each is divided once, so it is the float
    nearest to that decimal.
    """

    fills: ClassVar = (DECIMAL, FLOAT)
    examples: ClassVar = ({"low": 1, "high": "99.99"}, {"low": 0, "high": 1, "digits": 3, "skew": "cube"})

    low: Exact = Field(description="the least, a number", examples=["1.00"])
    high: Exact = Field(description="the greatest, a number", examples=["99.99"])
    digits: int = Field(
        default=2, ge=0, le=9, description="digits after the point, a whole number from 0 to 9", examples=[2]
    )
    skew: Skew = skew_field("low ones")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name, number in (("low", self.low), ("high", self.high)):
            if number.scaleb(self.digits) % 1:
                raise ValueError(
                    f"{name}={number} has more digits after the point than digits={self.digits}.\n"
                    f"  For example: digits={-int(number.as_tuple().exponent)}"
                )
        if self.low > self.high:
            raise ValueError(f"low={self.low} is above high={self.high}.\n  For example: decimals(1, 99.99)")
        if abs(self._units[0]) >= 1 << 61 or abs(self._units[1]) >= 1 << 61 or too_many(self._count, self.skew):
            raise ValueError("there are more numbers between low and high than can be drawn.\n  For example: digits=2")
        return self

    def values(self, rows: Any, name: str) -> Values:
        drawn = drawn_below(self.words(rows, name), self._count, self.skew)
        return as_cells(drawn + self._units[0], self.digits, type_of(rows, name))

    @property
    def default_type(self) -> ColumnType:
        """Decimals of as many digits."""
        return usual_type(self.digits)

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name, dataset
        return self._count

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        return problem_of(*self._units, self.digits, column.type)

    @property
    def _units(self) -> tuple[int, int]:
        return int(self.low.scaleb(self.digits)), int(self.high.scaleb(self.digits))

    @property
    def _count(self) -> int:
        low, high = self._units
        return high - low + 1


GENERATOR = Decimals


def decimals(
    low: Decimal | float | str,
    high: Decimal | float | str,
    digits: int = 2,
    skew: Skew = "none",
    *,
    stream: str = "",
    purpose: str = "",
) -> Decimals:
    """Numbers with digits after the point: ``decimals(1, 99.99)``."""
    return of(Decimals, low=low, high=high, digits=digits, skew=skew, stream=stream, purpose=purpose)
