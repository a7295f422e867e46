"""Popularity: few members are chosen often and many seldom, by a power law that keeps its shape as members come.

Members, numbered from 0 in the order in which they come, stand on a line of 2^32 places in *bit-reversed* order: the
first two share it half and half, and each later one takes half of what one before it has. So of any number of members
each has a cell of the line, found by its own number and the count alone; a new one takes over from one member and
changes nothing for the others. A member's number is turned (XOR) by the *star*, the number of the member that stands
at the front of the line.

Uniform shares of [0, 1) are bent by a power on the way to places: share u goes to place u^e, so that cells at the front
are chosen most, the member of rank k about k^(1/e − 1) times as often as the first. All of it is whole numbers, and
monotone, so the shares that lead to a member are found again by halving.
"""

import math
from collections.abc import Sequence

import numpy as np

from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.kernel.dealing import Dealt
from synth_assets.kernel.permutation import affine_permutations
from synth_assets.kernel.selection import selected

_BITS = 32

PLACES = 1 << _BITS
"""Places of the line."""

_STEP_BITS = 20
_STEPS = 1 << _BITS - _STEP_BITS  # of a tail's table, which is straight in between

_HALF = 16
_REVERSED = np.array([int(f"{number:016b}"[::-1], 2) for number in range(1 << _HALF)], dtype=np.int64)


def _reversed(places: I64Array) -> I64Array:
    """32 bits in reverse, shape (n,)."""
    low = places & ((1 << _HALF) - 1)
    return _REVERSED.take(low) << _HALF | _REVERSED.take(places >> _HALF)


def _mask(count: I64Array) -> I64Array:
    """As many ones as the numbers below each count need bits, shape (n,)."""
    mask = count - 1
    for shift in (1, 2, 4, 8, 16):
        mask |= mask >> shift
    return mask


def star_below(words: U64Array, count: I64Array) -> I64Array:
    """A star for each word: among the first quarter of so many members, so that it's there early; shape (n,)."""
    return (words >> np.uint64(_BITS)).view(np.int64) & _mask(np.maximum(count, 1)) >> 2


def member_at(place: I64Array, count: I64Array, star: I64Array) -> I64Array:
    """The member that has each place.

    Args:
        place: from 0 to below 2^32, shape (n,).
        count: members, from 1 to 2^31, shape (n,).
        star: shape (n,), below ``count``; the same at any count.
    """
    mask = _mask(count)
    member = (_reversed(place) ^ star) & mask
    # Who isn't there yet leaves its cell to the one it will have it from.
    return selected(member < count, member, member & mask >> 1)


def first_place_of(member: I64Array, star: I64Array) -> I64Array:
    """The first place of each member's cell, shape (n,): the lower, the more popular, whatever the count."""
    return _reversed(member ^ star)


def cell_of(member: I64Array, count: I64Array, star: I64Array) -> tuple[I64Array, I64Array]:
    """The places of each member, ``[low, high)``: the inverse of :func:`member_at`, shapes (n,)."""
    mask = _mask(count)
    half = (mask + 1) >> 1
    size = np.int64(PLACES) // (mask + 1)
    low = _reversed((member ^ star) & mask)
    doubled = (member < half) & (member + half >= count)
    low = selected(doubled, low & ~size, low)
    return low, low + selected(doubled, 2 * size, size)


class Tails:
    """Power laws by number: how much the front of the line is preferred.

    Attributes:
        count: how many there are.
    """

    def __init__(self, quarters: Sequence[int]) -> None:
        """Make their tables.

        Args:
            quarters: of each law the power, in quarters, at least 4: with 4 all are alike, with 8 the member of rank k
                is chosen about k^(−1/2) times as often as the first, with 10 k^(−3/5) times.
        """
        tables = [
            [math.isqrt(math.isqrt(step**power << 4 * _BITS >> power * (_BITS - _STEP_BITS))) for step in range(_STEPS)]
            + [PLACES]
            for power in quarters
        ]
        self.count = len(tables)
        self._table = np.array(tables, dtype=np.int64).ravel()

    def place(self, tail: I64Array | int, share: I64Array) -> I64Array:
        """The place that a share leads to, by one of the laws; ascending with the share, shape (n,).

        Args:
            tail: the law's number, one for all or shape (n,).
            share: from 0 to below 2^32, shape (n,).
        """
        step = (share >> _STEP_BITS) + np.int64(_STEPS + 1) * tail
        low = self._table.take(step)
        return low + ((self._table.take(step + 1) - low) * (share & ((1 << _STEP_BITS) - 1)) >> _STEP_BITS)


class PopularDealing:
    """Deals of slots among members by popularity, many deals side by side: each member gets its quota of the slots.

    A permutation shuffles the slots of a deal, and the shuffled slots are shares at equal distances, from a place that
    chance chooses. So a member has as many slots as its part of the whole says, up to one; and they are found without
    looking at anybody else's.
    """

    def __init__(
        self, tails: Tails, tail: I64Array, slots: I64Array, count: I64Array, star: I64Array, words: U64Array
    ) -> None:
        """Lay out m deals.

        Args:
            tails: the laws.
            tail: the law of each deal, shape (m,).
            slots: of each deal, from 1 to below 2^31, shape (m,).
            count: its members, at least 1, shape (m,).
            star: of its members, as in :func:`member_at`, shape (m,).
            words: uniform words that choose the permutations, shape (m,).
        """
        self._tails, self._tail, self._count, self._star = tails, tail, count, star
        self._permutations = affine_permutations(slots, words)
        self._phase: I64Array = (words * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(_BITS)).view(np.int64)

    def member_of(self, deal: I64Array, slot: I64Array) -> I64Array:
        """Who got each slot, shape (n,)."""
        place = self._place(deal, self._permutations.forward(deal, slot))
        return member_at(place, self._count[deal], self._star[deal])

    def slots_of(self, deal: I64Array, member: I64Array) -> Dealt:
        """The slots that some members got: the inverse of :meth:`member_of`, in any order.

        Args:
            deal: shape (n,).
            member: shape (n,), below the deal's count.
        """
        first, end = (self._first(deal, edge) for edge in cell_of(member, self._count[deal], self._star[deal]))
        counts = end - first
        who = np.repeat(np.arange(len(deal)), counts)
        dealt = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts - first, counts)
        return Dealt(who, self._permutations.backward(deal[who], dealt))

    def _place(self, deal: I64Array, dealt: I64Array) -> I64Array:
        return self._tails.place(
            self._tail[deal], ((dealt << _BITS) + self._phase[deal]) // self._permutations.size[deal]
        )

    def _first(self, deal: I64Array, edge: I64Array) -> I64Array:
        """The first of each deal's shuffled slots whose place is not before an edge; their number if none is."""
        low, high = np.zeros_like(edge), self._permutations.size[deal].copy()
        while (low < high).any():
            middle = (low + high) >> 1
            before = (low < high) & (self._place(deal, np.minimum(middle, self._permutations.size[deal] - 1)) < edge)
            low, high = np.where(before, middle + 1, low), np.where(before, high, np.minimum(middle, high))
        return low
