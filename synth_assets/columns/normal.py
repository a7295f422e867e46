"""The normal distribution."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import Exact, of
from synth_assets.columns.basis.curves import normal_quantiles
from synth_assets.columns.basis.quantities import Tabled, units_of
from synth_assets.kernel.counter import I64Array


class Normal(Tabled):
    """Numbers about a mean, at most 4.4 standard deviations away, and within bounds if there are any."""

    examples: ClassVar = ({"mean": 170, "deviation": 9, "digits": 1}, {"mean": 0, "deviation": 1, "low": -2, "high": 2})

    mean: Exact = Field(description="the mean, a number", examples=[170])
    deviation: Annotated[Exact, Field(gt=0)] = Field(
        description="the standard deviation, a number above 0", examples=[9]
    )
    low: Exact | None = Field(default=None, description="the least; those below become it, a number", examples=[120])
    high: Exact | None = Field(
        default=None, description="the greatest; those above become it, a number", examples=[220]
    )
    digits: int = Field(
        default=2, ge=0, le=9, description="digits after the point, a whole number from 0 to 9", examples=[1]
    )

    def table(self) -> I64Array:
        curve = float(self.mean) + float(self.deviation) * normal_quantiles()
        return units_of(curve, self.digits, self.low, self.high)

    @property
    def places(self) -> int:
        """As many as asked for."""
        return self.digits


GENERATOR = Normal

Number = Decimal | float | str


def normal(
    mean: Number,
    deviation: Number,
    *,
    low: Number | None = None,
    high: Number | None = None,
    digits: int = 2,
    stream: str = "",
    purpose: str = "",
) -> Normal:
    """Numbers about a mean: ``normal(170, 9, digits=1)``."""
    return of(Normal, mean=mean, deviation=deviation, low=low, high=high, digits=digits, stream=stream, purpose=purpose)
