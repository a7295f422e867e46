"""Permutations of ranges of up to 2^62 numbers, by keyed rounds on two digits: nothing is kept, whatever the range."""

import math

import numpy as np

from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.keys import StreamKey

_ROUNDS = 4
_APART = 1 << 32
"""Rounds draw from ranges of one stream that don't meet: digits are below 2^31."""


def shuffled(numbers: I64Array, high: int, low: int, key: StreamKey) -> I64Array:
    """The image of each number under a permutation of ``[0, high · low)``.

    The number is taken apart into two digits; each is shifted in turn by a random function of the other one, which
    can be undone, so no two numbers meet.

    Args:
        numbers: shape (n,), in the range.
        high: size of the first digit, from 1 to 2^31.
        low: size of the second one, likewise.
        key: names the permutation.

    Source: a Feistel network with sums in place of XOR (Black & Rogaway 2002), whose two halves may differ in size.
    """
    first, second = np.divmod(numbers, low)
    for turn in range(_ROUNDS):
        first = (first + _random(key, 2 * turn, second, high)) % high
        second = (second + _random(key, 2 * turn + 1, first, low)) % low
    return first * low + second


def mixed(numbers: I64Array, count: int, key: StreamKey) -> I64Array:
    """The image of each number under a permutation of ``[0, count)``, shape (n,).

    Args:
        numbers: shape (n,), in the range.
        count: from 1 to 2^62.
        key: names the permutation.
    """
    high = math.isqrt(count - 1) + 1
    low = -(-count // high)
    found = shuffled(numbers, high, low, key)
    # The two digits span a bit more than the range. Who lands beyond goes on: it comes back, and meets nobody.
    while (beyond := found >= count).any():
        found[beyond] = shuffled(found[beyond], high, low, key)
    return found


def _random(key: StreamKey, turn: int, digit: I64Array, size: int) -> I64Array:
    return (bits(key, digit + turn * _APART) >> np.uint64(1)).view(np.int64) % size
