"""The lognormal distribution."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import Exact, of
from synth_assets.columns.basis.curves import exp, normal_quantiles
from synth_assets.columns.basis.quantities import Tabled, units_of
from synth_assets.kernel.counter import I64Array


class Lognormal(Tabled):
    """Numbers above 0, half of them below a median and a few far above: durations, amounts, sizes of files."""

    examples: ClassVar = ({"median": 1.5, "high": 12, "digits": 1}, {"median": 40, "spread": 0.3})

    median: Annotated[Exact, Field(gt=0)] = Field(
        description="the number that half of all stay below, a number above 0", examples=[1.5]
    )
    spread: Annotated[Exact, Field(gt=0, le=5)] = Field(
        default=Decimal("0.5"),
        description="the standard deviation of the logarithm, a number above 0 and at most 5: with 0.5, nine of ten lie"
        " between 0.44 and 2.3 times the median",
        examples=[0.5],
    )
    low: Exact | None = Field(default=None, description="the least; those below become it, a number", examples=[0.1])
    high: Exact | None = Field(default=None, description="the greatest; those above become it, a number", examples=[12])
    digits: int = Field(
        default=2, ge=0, le=9, description="digits after the point, a whole number from 0 to 9", examples=[1]
    )

    def table(self) -> I64Array:
        curve = float(self.median) * exp(float(self.spread) * normal_quantiles())
        return units_of(curve, self.digits, self.low, self.high)

    @property
    def places(self) -> int:
        """As many as asked for."""
        return self.digits


GENERATOR = Lognormal

Number = Decimal | float | str


def lognormal(
    median: Number,
    spread: Number = 0.5,
    *,
    low: Number | None = None,
    high: Number | None = None,
    digits: int = 2,
    stream: str = "",
    purpose: str = "",
) -> Lognormal:
    """Numbers above 0 with a long tail: ``lognormal(1.5, high=12, digits=1)``."""
    return of(
        Lognormal, median=median, spread=spread, low=low, high=high, digits=digits, stream=stream, purpose=purpose
    )
