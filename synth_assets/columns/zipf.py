"""Zipf's distribution."""

from decimal import Decimal
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import Exact, of
from synth_assets.columns.basis.curves import exp, log
from synth_assets.columns.basis.quantities import Tabled
from synth_assets.kernel.choice import weight_table
from synth_assets.kernel.counter import I64Array

_UNITS = 1 << 40


class Zipf(Tabled):
    """Ranks from 1, the n-th one n to the power of an exponent more rarely than the first; exact to 1/65,536."""

    examples: ClassVar = ({"ranks": 100}, {"ranks": 20, "exponent": 1.5})

    ranks: Annotated[int, Field(ge=1, le=65_536)] = Field(
        description="how many ranks there are, a whole number from 1 to 65,536", examples=[100]
    )
    exponent: Annotated[Exact, Field(gt=0, le=10)] = Field(
        default=Decimal(1), description="how steep it is, a number above 0 and at most 10", examples=[1.5]
    )

    def table(self) -> I64Array:
        ranks = np.arange(1, self.ranks + 1, dtype=np.float64)
        weights = np.rint(_UNITS * exp(-float(self.exponent) * log(ranks))).astype(np.int64)
        return weight_table(weights.tolist()).slots.astype(np.int64) + 1


GENERATOR = Zipf


def zipf(ranks: int, exponent: Decimal | float | str = 1, *, stream: str = "", purpose: str = "") -> Zipf:
    """Ranks from 1, the first the likeliest: ``zipf(100)``."""
    return of(Zipf, ranks=ranks, exponent=exponent, stream=stream, purpose=purpose)
