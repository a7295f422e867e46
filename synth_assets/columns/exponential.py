"""The exponential distribution."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import Exact, of
from synth_assets.columns.basis.curves import log, middles
from synth_assets.columns.basis.quantities import Tabled, units_of
from synth_assets.kernel.counter import I64Array


class Exponential(Tabled):
    """Numbers above 0, the smaller the likelier: waiting times."""

    examples: ClassVar = ({"mean": 4}, {"mean": 0.25, "high": 2, "digits": 3})

    mean: Annotated[Exact, Field(gt=0)] = Field(description="the mean, a number above 0", examples=[4])
    high: Exact | None = Field(default=None, description="the greatest; those above become it, a number", examples=[30])
    digits: int = Field(
        default=2, ge=0, le=9, description="digits after the point, a whole number from 0 to 9", examples=[1]
    )

    def table(self) -> I64Array:
        # From the upper end: 1 − p has all digits there, where the curve is steep.
        return units_of(-float(self.mean) * log(middles()[::-1].copy()), self.digits, None, self.high)

    @property
    def places(self) -> int:
        """As many as asked for."""
        return self.digits


GENERATOR = Exponential

Number = Decimal | float | str


def exponential(
    mean: Number, *, high: Number | None = None, digits: int = 2, stream: str = "", purpose: str = ""
) -> Exponential:
    """Numbers above 0, the smaller the likelier: ``exponential(4)``."""
    return of(Exponential, mean=mean, high=high, digits=digits, stream=stream, purpose=purpose)
