"""Distinct numbers among many, without sorting where they lie close together."""

import numpy as np

from synth_assets.kernel.counter import I64Array

_CLOSE = 1_024
_WIDE = 8  # times as many numbers as there are: still quicker counted through than sorted


def distinct(numbers: I64Array) -> tuple[I64Array, I64Array]:
    """The distinct ones of some numbers, ascending, and for each number its place among them; shapes (k,) and (n,).

    Example:
        >>> [part.tolist() for part in distinct(np.array([7, 3, 7, 4]))]
        [[3, 4, 7], [2, 0, 2, 1]]
    """
    first, last = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, -1)
    if last - first >= max(_CLOSE, _WIDE * len(numbers)):
        return np.unique(numbers, return_inverse=True)
    there = np.zeros(last - first + 1, dtype=np.bool_)
    there[numbers - first] = True
    place = np.cumsum(there) - 1
    return np.flatnonzero(there) + first, place[numbers - first]


def places_of_each(kinds: I64Array) -> list[tuple[int, I64Array]]:
    """The few kinds that occur, ascending, each with the places where it does.

    Args:
        kinds: small numbers, from 0, shape (n,); most often all of them the same.

    Example:
        >>> [(kind, places.tolist()) for kind, places in places_of_each(np.array([2, 0, 2]))]
        [(0, [1]), (2, [0, 2])]
    """
    counts = np.bincount(kinds)
    return [(kind, np.flatnonzero(kinds == kind)) for kind in np.flatnonzero(counts).tolist()]
