"""A random walk from row to row."""

import functools
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import Exact, of
from synth_assets.columns.basis.curves import normal_quantiles
from synth_assets.columns.basis.generator import NUMBERS, Drawn, type_of
from synth_assets.columns.basis.quantities import as_cells, problem_of, usual_type
from synth_assets.errors import DataError
from synth_assets.kernel.choice import wide_below
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.walk import MOST_STEP, MOST_STEPS, TABLE_SCALE, walked
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import FLOAT64, ColumnType
from synth_assets.model.values import Values

_MILLION = 1_000_000
_MOST_WIDE = 1 << 52


class Walk(Drawn):
    """Numbers that wander, each a step away from the one before.

    In a series, and in lines, those of each parent wander by themselves; else from row to row of the table. Steps are
    normal, and `drift` is added to each, so there may be a trend. At the bounds a walk turns round. Any row can be made
    alone: its cell takes two draws for each doubling of its number among those of its parent, 20 for the thousandth and
    40 for the millionth, however many rows there are.
    """

    fills: ClassVar = NUMBERS
    draws_anew: ClassVar = False
    examples: ClassVar = (
        {"step": "0.2", "low": 15, "high": 25, "digits": 1},
        {"step": "0.05", "low": 0, "high": 100, "start": 10, "drift": "0.01"},
    )

    step: Annotated[Exact, Field(gt=0)] = Field(
        description="the standard deviation of a step, a number above 0", examples=["0.2"]
    )
    low: Exact = Field(description="the least, a number", examples=[15])
    high: Exact = Field(description="the greatest, a number", examples=[25])
    start: Exact | None = Field(
        default=None,
        description="where each begins, a number; without, anywhere between both, each elsewhere",
        examples=[20],
    )
    drift: Exact = Field(
        default=Decimal(0),
        description="what is added each time besides, a number with at most six digits more than digits",
        examples=["0.001"],
    )
    digits: int = Field(
        default=2, ge=0, le=9, description="digits after the point, a whole number from 0 to 9", examples=[1]
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name in ("step", "low", "high", "start"):
            number = getattr(self, name)
            if number is not None and number.scaleb(self.digits) % 1:
                raise ValueError(
                    f"{name}={number} has more digits after the point than digits={self.digits}.\n"
                    f"  For example: digits={-int(number.as_tuple().exponent)}"
                )
        if self.low >= self.high or not self.low <= (self.low if self.start is None else self.start) <= self.high:
            raise ValueError(
                f"low={self.low} has to be below high={self.high}, and start between them.\n"
                "  For example: walk('0.2', 15, 25, digits=1)"
            )
        if max(abs(self._units(self.low)), abs(self._units(self.high))) >= _MOST_WIDE:
            raise ValueError("there are more numbers between low and high than can be walked.\n  Say fewer digits.")
        if self._units(self.step) > MOST_STEP or abs(self.drift.scaleb(self.digits)) > MOST_STEP:
            raise ValueError(
                f"step={self.step} and drift={self.drift} are at most {MOST_STEP:,} units of the last digit.\n"
                "  Say fewer digits."
            )
        if self.drift.scaleb(self.digits + 6) % 1:
            raise ValueError(f"drift={self.drift} has more than {self.digits + 6} digits after the point.\n  Round it.")
        return self

    def values(self, rows: Any, name: str) -> Values:
        owners, steps = self._steps(rows, name)
        if len(steps) and int(steps.max()) >= MOST_STEPS:
            raise DataError(f"{rows.about.domain}/{rows.about.name}: {name}: a walk ends after {MOST_STEPS:,} steps.")
        key = rows.stream(self.stream or name, f"{self.purpose}walk")
        place = self._begins(owners) + walked(key, owners, steps, self._units(self.step), _normal())
        return as_cells(self._turned(place + self._drifted(steps)), self.digits, type_of(rows, name))

    def _steps(self, rows: Any, name: str) -> tuple[U64Array, I64Array]:
        """Which walk each row is of, a word, and how many steps it has gone; shapes (n,)."""
        key = rows.stream(self.stream or name, f"{self.purpose}walks")
        if rows.parent() is None:
            return np.repeat(bits(key, np.zeros(1, dtype=np.int64)), len(rows)), rows.row_numbers
        return bits(key, rows.parents.row_numbers)[rows.index], rows.ordinal

    def _begins(self, owners: U64Array) -> I64Array | int:
        """Where they begin, in units: a place of the whole way there and back."""
        low = self._units(self.low)
        return self._units(self.start) if self.start is not None else low + wide_below(owners, self._wide + 1)

    def _drifted(self, steps: I64Array) -> I64Array:
        """What has been added by then, in units, rounded down."""
        whole, rest = divmod(int(self.drift.scaleb(self.digits + 6)), _MILLION)
        return steps * whole + steps * rest // _MILLION

    def _turned(self, place: I64Array) -> I64Array:
        """Places within the bounds: there and back."""
        low = self._units(self.low)
        return low + self._wide - np.abs(self._wide - (place - low) % (2 * self._wide))

    def _units(self, number: Decimal) -> int:
        return int(number.scaleb(self.digits))

    @property
    def _wide(self) -> int:
        return self._units(self.high) - self._units(self.low)

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers, decimals, or floats beyond three digits."""
        return usual_type(self.digits) if self.digits <= 3 else FLOAT64

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        return problem_of(self._units(self.low), self._units(self.high), self.digits, column.type)


@functools.cache
def _normal() -> I64Array:
    return np.rint(normal_quantiles() * TABLE_SCALE).astype(np.int64)


GENERATOR = Walk

Number = Decimal | float | str


def walk(
    step: Number,
    low: Number,
    high: Number,
    *,
    start: Number | None = None,
    drift: Number = 0,
    digits: int = 2,
    stream: str = "",
    purpose: str = "",
) -> Walk:
    """Numbers that wander from row to row: ``walk("0.2", 15, 25, digits=1)``."""
    return of(
        Walk,
        step=step,
        low=low,
        high=high,
        start=start,
        drift=drift,
        digits=digits,
        stream=stream,
        purpose=purpose,
    )
