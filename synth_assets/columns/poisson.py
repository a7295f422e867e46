"""The Poisson distribution."""

import math
from decimal import Decimal
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import Exact, of
from synth_assets.columns.basis.curves import exp
from synth_assets.columns.basis.quantities import Tabled
from synth_assets.kernel.choice import weight_table
from synth_assets.kernel.counter import I64Array

_UNITS = 1 << 48


class Poisson(Tabled):
    """How often something rare happens in a while: whole numbers from 0, exact to 1/65,536."""

    examples: ClassVar = ({"mean": 3}, {"mean": 0.2})

    mean: Annotated[Exact, Field(gt=0, le=500)] = Field(
        description="the mean, a number above 0 and at most 500", examples=[3]
    )

    def table(self) -> I64Array:
        mean = float(self.mean)
        share = float(exp(np.array([-mean]))[0])
        weights = []
        # Twelve deviations and a bit beyond the mean there is nothing that one slot in 65,536 would show.
        for number in range(int(mean + 12 * math.sqrt(mean)) + 12):
            weights.append(int(share * _UNITS))
            share *= mean / (number + 1)
        return weight_table(weights).slots.astype(np.int64)


GENERATOR = Poisson


def poisson(mean: Decimal | float | str, *, stream: str = "", purpose: str = "") -> Poisson:
    """How often something rare happens: ``poisson(3)``."""
    return of(Poisson, mean=mean, stream=stream, purpose=purpose)
