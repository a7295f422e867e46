"""An order of whole numbers by how often 2 divides them, like the lines of a ruler: any rank is found by arithmetic.

Of the numbers in a range zero comes first, then those that the highest powers of 2 divide; where the same power
divides two, the greater comes first. In a range twice as long a number's rank is about twice as large, and new
numbers come in at every height. So a range may grow or slide, and what was at the top stays near it.
"""

import numpy as np

from synth_assets.kernel.counter import I64Array

_ONE = np.int64(1)


def number_at(rank: I64Array, low: I64Array, high: I64Array) -> I64Array:
    """The number at a rank, from 0, of a range ``[low, high)``; shapes (n,).

    Args:
        rank: below ``high - low``.
        low: first number of each range, above -2^31.
        high: the number after the last, at most 2^31.

    Example:
        >>> number_at(np.arange(7), np.full(7, -3), np.full(7, 4)).tolist()
        [0, 2, -2, 3, 1, -1, -3]
    """
    # A number that 2^k divides has a rank below (high - low) / 2^k, rounded up: k is this or one less.
    power = _length((high - low - 1) // np.maximum(rank, 1)) - 1
    np.maximum(power, 0, out=power)
    power -= _multiples(power, low, high) <= rank
    np.maximum(power, 0, out=power)
    later = rank - _multiples(power + 1, low, high)
    top = high - 1 - (_ONE << power) >> power + 1
    found = 2 * (top - later) + 1 << power
    first = np.flatnonzero(rank == 0)
    if len(first):
        found[first] = _first(low[first], high[first])
    return found


def rank_of(number: I64Array, low: I64Array, high: I64Array) -> I64Array:
    """The rank of a number in the range that it lies in: the inverse of :func:`number_at`; shapes (n,)."""
    power = np.maximum(_length(number & -number) - 1, 0)
    top = high - 1 - (_ONE << power) >> power + 1
    rank = _multiples(power + 1, low, high) + top - (number >> power + 1)
    return np.where(number == 0, 0, rank)


def _first(low: I64Array, high: I64Array) -> I64Array:
    """The number that the highest power of 2 divides: the last one without the bits in which the range differs."""
    below, last = low - 1, high - 1
    power = np.maximum(_length(np.maximum(below ^ last, 1)) - 1, 0)
    return np.where(below ^ last < 0, 0, last >> power << power)


def _multiples(power: I64Array, low: I64Array, high: I64Array) -> I64Array:
    """How many multiples of 2^power a range holds."""
    return (-low >> power) - (-high >> power)


def _length(number: I64Array) -> I64Array:
    """Bits of a number from 0 to 2^53: exact, since such a number is a float without rounding."""
    return np.frexp(number.astype(np.float64))[1].astype(np.int64)
