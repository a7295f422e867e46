"""Random walks of which any step can be looked at alone: midpoints displaced, in whole numbers.

Where a walk stands after 1, 2, 4, 8, … steps is a sum of increments. Between two of those places it is halved: in the
middle it is the mean of both ends and a normal displacement, whose variance is a quarter of the steps between. Each
place draws its own bits, so a step costs two draws for each doubling of its number, and none for its neighbours.
"""

import math

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.keys import StreamKey

MOST_STEPS = 1 << 40
"""Steps of a walk are below it."""

MOST_STEP = 1 << 20
"""The greatest standard deviation of a step, in units."""

TABLE_SCALE = 1 << 12
"""What 1 is in the table of normal quantiles."""

_FINE = 8
"""Bits after the point that places have on the way."""

_Some = I64Array | slice

_POWERS = np.int64(1) << np.arange(41, dtype=np.int64)


def walked(key: StreamKey, owners: U64Array, steps: I64Array, deviation: int, normal: I64Array) -> I64Array:
    """Where walks stand after so many steps; each begins at 0.

    Args:
        key: of the bits.
        owners: which walk it is, a word each, shape (n,).
        steps: how many, from 0 to below :data:`MOST_STEPS`, shape (n,).
        deviation: the standard deviation of one step in units, from 1 to :data:`MOST_STEP`.
        normal: 65,536 quantiles of the normal distribution, each :data:`TABLE_SCALE` times as large, to the nearest.

    Returns:
        Units, to the nearest, shape (n,).
    """

    def moved(some: _Some, place: I64Array | np.int64, quarters: int) -> I64Array:
        """A normal displacement whose variance is so many quarters of a step's, by the bits of a place."""
        size = math.isqrt((deviation << _FINE) ** 2 * quarters // 4)
        words = bits(key, owners[some].view(np.int64) + place)
        return normal[(words >> np.uint64(48)).view(np.int64)] * size + TABLE_SCALE // 2 >> 12

    doublings = np.searchsorted(_POWERS, steps, side="right") - 1  # -1 where there is no step
    most = int(doublings.max(initial=-1))
    low, high = np.zeros_like(steps), np.zeros_like(steps)
    for level in range(most + 2):  # to the two powers of two around the step
        some = _those(doublings >= max(level - 1, 0))
        low[some] = high[some]
        before = 1 << level - 1 if level > 1 else 1  # steps from the power before to this one
        high[some] += moved(some, np.int64(1 << level), 4 * before)
    start = np.where(doublings >= 0, _POWERS[np.maximum(doublings, 0)], 0)
    for level in range(most, 0, -1):  # halve what is between them
        some = _those(doublings >= level)
        half = np.int64(1 << level - 1)
        middle = start[some] + half
        there = (low[some] + high[some] >> 1) + moved(some, middle, 1 << level)
        after = steps[some] >= middle
        low[some] = np.where(after, there, low[some])
        high[some] = np.where(after, high[some], there)
        start[some] = np.where(after, middle, start[some])
    return low + (1 << _FINE - 1) >> _FINE


def _those(chosen: NDArray[np.bool_]) -> _Some:
    """Which walks are chosen; nothing is copied where all are."""
    return slice(None) if chosen.all() else np.flatnonzero(chosen)
