"""Shares of all rows, exact."""

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.choice import chance
from synth_assets.kernel.counter import U64Array

_WHOLE = 1_000_000


def happens(words: U64Array, share: Decimal) -> NDArray[np.bool_]:
    """True in a share of six digits of all rows, shape (n,)."""
    return chance(words, int(share * _WHOLE), _WHOLE)
