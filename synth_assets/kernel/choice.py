"""Choices: bits to bounded integers, weighted categories and skewed positions; integer arithmetic only."""

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import BLOCK, I64Array, U64Array

Codes = NDArray[np.unsignedinteger[Any]]
"""Category indices: uint8, or uint16 where there are more than 256."""

_SLOTS = 65_536


@dataclass(frozen=True)
class WeightTable:
    """A weighted choice as a 65,536-slot look-up table.

    Attributes:
        slots: shape (65536,), the category index of each slot; uint8 or uint16.
        size: the number of categories.
    """

    slots: Codes
    size: int


def weight_table(weights: Sequence[int]) -> WeightTable:
    """Build the table for integer weights, by largest remainders, so that it is exact to 1/65,536.

    Args:
        weights: one weight ≥ 0 per category, not all zero, at most 65,536 of them.

    Raises:
        ValueError: a negative weight, no positive one, or too many.
        TypeError: a weight that is no whole number.
    """
    weights = [operator.index(weight) for weight in weights]
    total = sum(weights)
    if total <= 0 or min(weights) < 0 or len(weights) > _SLOTS:
        msg = f"weights must be 1 to {_SLOTS} integers >= 0 with a positive sum, not {list(weights)[:10]}"
        raise ValueError(msg)
    counts = [weight * _SLOTS // total for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: (-(weights[i] * _SLOTS % total), i))
    for i in remainders[: _SLOTS - sum(counts)]:
        counts[i] += 1
    dtype = np.uint8 if len(weights) <= 256 else np.uint16
    return WeightTable(np.repeat(np.arange(len(weights), dtype=dtype), counts), len(weights))


def pick(words: U64Array, table: WeightTable) -> Codes:
    """Pick one category index per word by its top 16 bits.

    Args:
        words: shape (n,), uniform 64-bit words.
        table: built by :func:`weight_table`.

    Returns:
        shape (n,), category indices.

    Source: the table method of Marsaglia, Tsang & Wang (2004), with one level.
    """
    picked = np.empty(len(words), dtype=table.slots.dtype)
    # Block by block in one scratch: a temporary of full length costs page faults, 7.7 instead of 2.1 ns a value.
    scratch = np.empty(min(len(words), BLOCK), dtype=np.uint64)
    for i in range(0, len(words), BLOCK):
        block = words[i : i + BLOCK]
        place = scratch[: len(block)]
        np.right_shift(block, np.uint64(48), out=place)
        np.take(table.slots, place.view(np.int64), out=picked[i : i + BLOCK], mode="clip")
    return picked


MOST_BELOW = 1 << 31
"""The greatest limit of functions that take 32 bits of a word."""


def below(words: U64Array, limit: int | I64Array) -> I64Array:
    """Map words to integers in ``[0, limit)`` by multiply-and-shift on their top 32 bits.

    Args:
        words: shape (n,).
        limit: 1 ≤ limit ≤ 2^31, one for all or shape (n,).

    Returns:
        shape (n,); a value's share differs from 1/limit by less than limit/2^32.
    """
    top = (words >> np.uint64(32)).view(np.int64)
    top *= limit
    top >>= 32
    return top


def between(words: U64Array, low: int | I64Array, high: int | I64Array) -> I64Array:
    """Map words to integers in ``[low, high]``, both ends included; ``low`` ≤ ``high`` < ``low`` + 2^31."""
    return below(words, high - low + 1) + low


def squared_below(words: U64Array, limit: int | I64Array) -> I64Array:
    """Integers in ``[0, limit)`` skewed to the low end: ``limit`` · u², median at a quarter.

    Args:
        words: shape (n,).
        limit: 1 ≤ limit ≤ 2^31.
    """
    half = (words >> np.uint64(32)).view(np.int64)
    half >>= 1  # 31 bits, so that the square stays within 62
    half *= half
    half >>= 31
    half *= limit
    half >>= 31
    return half


def cubed_below(words: U64Array, limit: int | I64Array) -> I64Array:
    """Integers in ``[0, limit)`` skewed more: ``limit`` · u³, median at an eighth.

    Args:
        words: shape (n,).
        limit: 1 ≤ limit ≤ 2^31.
    """
    half = (words >> np.uint64(33)).view(np.int64)  # 31 bits, so that every product stays within 62
    cube = (half * half >> 31) * half >> 31
    cube *= limit
    cube >>= 31
    return cube


def wide_below(words: U64Array, limit: int | I64Array) -> I64Array:
    """Map words to integers in ``[0, limit)`` by all of their 64 bits, for limits that :func:`below` can't take.

    Args:
        words: shape (n,).
        limit: 1 ≤ limit ≤ 2^62, one for all or shape (n,).

    Returns:
        shape (n,), the upper 64 bits of word × limit.
    """
    half, mask = np.uint64(32), np.uint64((1 << 32) - 1)
    high, low = words >> half, words & mask
    limits = np.asarray(limit, dtype=np.uint64)
    limit_high, limit_low = limits >> half, limits & mask
    middle = high * limit_low + (low * limit_low >> half)  # below 2^64: (2^32 − 1)² + 2^32 − 1
    rest = low * limit_high + (middle & mask)
    return (high * limit_high + (middle >> half) + (rest >> half)).view(np.int64)


def far_below(words: U64Array, limit: int | I64Array) -> I64Array:
    """As :func:`below` up to its limit, and as :func:`wide_below` beyond it.

    Args:
        words: shape (n,).
        limit: 1 ≤ limit ≤ 2^62, one for all or shape (n,).

    Returns:
        shape (n,).
    """
    limits = np.asarray(limit, dtype=np.int64)
    if int(limits.max(initial=0)) <= MOST_BELOW:
        return below(words, limit)
    near = below(words, np.minimum(limits, MOST_BELOW))
    return np.where(limits > MOST_BELOW, wide_below(words, limits), near)


def zipf_below(words: U64Array, limit: int | I64Array) -> I64Array:
    """Integers in ``[0, limit)`` of which the n-th comes about n times more rarely than the first.

    By octaves: 0 | 1, 2 | 3 … 6 | 7 … 14 | …; each has the sum of 1/(i + 1) over its integers as its weight, and the
    logarithm of the number decides within it, so that no two come alike. So it is exact octave by octave for any limit,
    and needs no table of that length.

    Args:
        words: shape (n,).
        limit: 1 ≤ limit ≤ 2^31.

    Returns:
        shape (n,).
    """
    last = np.asarray(limit, dtype=np.int64)  # the octave of limit − 1, of which only a part may lie below the limit
    octave_of_last = np.searchsorted(_OCTAVE_STARTS, last - 1, side="right") - 1
    part = last - _OCTAVE_STARTS[octave_of_last]
    weight = _OCTAVES_BEFORE[octave_of_last] + (_OCTAVE_WEIGHTS[octave_of_last] * part >> octave_of_last)
    place = below(words, weight)
    octave = np.searchsorted(_OCTAVES_BEFORE, place, side="right") - 1
    octave = np.minimum(octave, octave_of_last)
    drawn = (words & np.uint64((1 << 32) - 1)).view(np.int64)
    step = drawn >> _FINE_BITS
    low = _POWERS_OF_TWO.take(step)
    power = low + ((_POWERS_OF_TWO.take(step + 1) - low) * (drawn & ((1 << _FINE_BITS) - 1)) >> _FINE_BITS)
    found = (power >> 32 - octave) - 1
    # What falls beyond the limit comes anywhere in the last octave's part.
    over = np.flatnonzero(found >= last)
    if len(over):
        start, there = (np.broadcast_to(values, found.shape)[over] for values in (_OCTAVE_STARTS[octave_of_last], part))
        found[over] = start + below(words[over] * _AGAIN, there)
    return found


# Octave k holds the 2^k integers from 2^k − 1 on; weights in units of 2^-24, so that 32 of them stay below 2^31. Beyond
# the tenth they differ from ln 2 by less than a thousandth: the sum is taken over 1,024 integers, no more.
_OCTAVE_STARTS = (np.int64(1) << np.arange(32)) - 1
_OCTAVE_WEIGHTS = np.array(
    [sum((1 << 40) // (i + 1) for i in range((1 << k) - 1, (2 << k) - 1)) >> 16 for k in (*range(10), *[10] * 22)],
    dtype=np.int64,
)
_OCTAVES_BEFORE = np.cumsum(_OCTAVE_WEIGHTS) - _OCTAVE_WEIGHTS

_FINE_BITS, _FINE_STEPS = 20, 4_096
_AGAIN = np.uint64(0x9E3779B97F4A7C15)


def _powers_of_two() -> I64Array:
    """2^(32 + step/4096) for steps from 0 to 4,096, by whole numbers alone: the twelfth square root of 2, and on."""
    places = 200
    root = 2 << places
    for _ in range(_FINE_STEPS.bit_length() - 1):
        root = math.isqrt(root << places)
    powers = [1 << places]
    for _ in range(_FINE_STEPS - 1):
        powers.append(powers[-1] * root >> places)
    return np.array([*(power >> places - 32 for power in powers), 1 << 33], dtype=np.int64)


_POWERS_OF_TWO = _powers_of_two()


def chance(words: U64Array, numerator: int | I64Array, denominator: int) -> NDArray[np.bool_]:
    """True with probability ``numerator / denominator`` (≤ 2^31), by the top 32 bits."""
    return below(words, denominator) < numerator
