"""How old customers are, and what segment of the market they belong to: the two agree."""

import functools

import numpy as np

from synth_assets.kernel.choice import Codes, WeightTable, below, weight_table
from synth_assets.kernel.counter import I64Array, U64Array

SEGMENT_SHARES = {"consumer": 58, "family": 22, "student": 12, "business": 8}
"""Segments, with how many of a hundred customers register as each."""

SEGMENTS = tuple(SEGMENT_SHARES)
CONSUMER, FAMILY, STUDENT, BUSINESS = range(len(SEGMENTS))

YOUNGEST, OLDEST = 18, 85
"""Years that somebody who registers may be old."""

# By segment, how likely ages are: at some of them, and in a straight line between.
_AGES = {
    CONSUMER: {18: 5, 21: 11, 26: 22, 33: 24, 44: 20, 54: 17, 64: 12, 74: 5, OLDEST: 1},
    FAMILY: {27: 0, 31: 8, 36: 14, 41: 13, 46: 8, 51: 0},
    STUDENT: {18: 14, 19: 22, 21: 22, 23: 13, 25: 5, 27: 0},  # up to 30 some years later
    BUSINESS: {24: 0, 30: 8, 40: 14, 50: 13, 58: 9, 65: 2, 66: 0},
}

# Between which ages a customer may come to be of a segment, in years at registration.
_JOINED = {CONSUMER: (YOUNGEST, OLDEST), FAMILY: (26, OLDEST), STUDENT: (YOUNGEST, 28), BUSINESS: (24, 62)}
_ALTERNATIVES = 6  # slots, which one, two or three segments share alike


def age_in_days(words: U64Array, segment: I64Array) -> I64Array:
    """How old customers are when they register.

    Args:
        words: uniform words, shape (n,).
        segment: what each registers as, as its place in :data:`SEGMENTS`; shape (n,).

    Returns:
        shape (n,), days, 18 years at the least.
    """
    years = _years()[segment, words >> np.uint64(48)].astype(np.int64) + YOUNGEST
    # Two more, so that no leap day makes somebody a minor.
    return years * 1_461 // 4 + 2 + below(words << np.uint64(16), 365)


def other_clientele(words: U64Array, segment: I64Array, age: I64Array) -> I64Array:
    """Another segment that fits the age of each customer.

    Args:
        words: uniform words, shape (n,).
        segment: what each is, as its place in :data:`SEGMENTS`; shape (n,).
        age: days, as by :func:`age_in_days`; shape (n,).
    """
    years = np.clip(age * 4 // 1_461, YOUNGEST, OLDEST) - YOUNGEST
    return _others()[segment, years, below(words, _ALTERNATIVES)]


@functools.cache
def _years() -> Codes:
    """Years above the youngest by segment and the upper 16 bits of a word; shape (segments, 65536)."""
    years = np.arange(YOUNGEST, OLDEST + 1)
    tables = []
    for known in _AGES.values():
        at, weight = np.array(list(known), dtype=np.int64), np.array(list(known.values()), dtype=np.int64)
        after = np.clip(np.searchsorted(at, years, side="right"), 1, len(at) - 1)
        since, width = years - at[after - 1], at[after] - at[after - 1]
        line = 1_000 * (weight[after - 1] * (width - since) + weight[after] * since) // width
        within = (years >= at[0]) & (years <= at[-1])
        tables.append(weight_table(np.where(within, line, 0).tolist()).slots)
    return np.stack(tables)


@functools.cache
def _others() -> I64Array:
    """Segments that a customer may change to, by the present one and the age; shape (segments, years, slots)."""
    found = np.empty((len(SEGMENTS), OLDEST - YOUNGEST + 1, _ALTERNATIVES), dtype=np.int64)
    for segment in range(len(SEGMENTS)):
        for years in range(YOUNGEST, OLDEST + 1):
            fit = [
                other for other, (first, last) in _JOINED.items() if other != segment and first <= years <= last
            ] or [BUSINESS]
            found[segment, years - YOUNGEST] = np.resize(fit, _ALTERNATIVES)
    return found


@functools.cache
def clientele_table() -> WeightTable:
    """Shares of :data:`SEGMENTS`."""
    return weight_table(tuple(SEGMENT_SHARES.values()))
