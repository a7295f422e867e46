"""Dealing: slots to members of strata and back, many deals side by side.

A *deal* has so many slots and, in each stratum, so many members. Each stratum gets its quota of the slots, by
its members' number and weight, rounded up in some deals and down in others. One permutation shuffles the slots,
another the members of a stratum, turn by turn where the quota is larger than the stratum. All of it is arithmetic,
so the slots of a member are found without looking at any other's.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.kernel.choice import wide_below
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.kernel.permutation import affine_permutations

_NONE = np.int64(1) << 62  # where a stratum that isn't there would begin

_AT_A_TIME = 4_096
"""Deals that are laid out at a time, so that what it takes is small beside what is kept."""


class Dealt(NamedTuple):
    """Slots that members got: ``member`` numbers what was asked for, shapes (n,)."""

    member: I64Array
    slot: I64Array


class Dealing:
    """Deals of slots among strata."""

    def __init__(
        self,
        slots: I64Array,
        heads: I64Array,
        weights: I64Array,
        slot_words: U64Array,
        member_words: U64Array,
        *,
        together: int = 1,
    ) -> None:
        """Lay out m deals among s strata.

        Args:
            slots: shape (m,), the slots of each deal.
            heads: shape (m / together, s), the members of each stratum; somebody in every deal.
            weights: how many slots a member of a stratum gets in relation to those of others, shape (s,), or (m, s)
                where they differ by deal.
            slot_words: shape (m,), uniform words that choose the permutations of slots, and how quotas are rounded.
            member_words: shape (m / together · s,), those of members.
            together: so many deals in a row have the same members; one permutation serves them, each with turns of its
                own.
        """
        deals, self._strata, self._together = len(slots), heads.shape[1], together
        self._heads = heads.ravel()
        self._members = affine_permutations(self._heads, member_words)
        # The strata of a deal from the highest bit down: as many steps as their number has bits.
        self._bits = max(self._strata - 1, 0).bit_length()
        starts = np.full((deals, 1 << self._bits), _NONE)
        quota = np.empty((deals, self._strata), dtype=np.int64)
        for low in range(0, deals, _AT_A_TIME):
            some = slice(low, low + _AT_A_TIME)
            of = heads[np.arange(low, min(low + _AT_A_TIME, deals)) // together]
            own = weights[some] if weights.ndim > 1 else weights
            starts[some, : self._strata], quota[some] = _quotas(slots[some], of * own, slot_words[some])
        self._starts: I64Array = starts.ravel()
        self._quota = quota.ravel()
        self._slots = affine_permutations(slots, slot_words)

    def member_of(self, deal: I64Array, slot: I64Array) -> tuple[I64Array, I64Array]:
        """Stratum and rank, within the stratum, of who got each slot; shapes (n,)."""
        dealt = self._slots.forward(deal, slot)
        first: I64Array = deal << self._bits
        found = first
        for bit in range(self._bits - 1, -1, -1):
            after: I64Array = found + (1 << bit)
            reached: I64Array = np.where(self._starts.take(after) <= dealt, after, found)
            found = reached
        stratum = found - first
        which, first_turn = self._deck(deal, stratum)
        turn, place = np.divmod(dealt - self._starts.take(found), self._heads[which])
        return stratum, self._members.forward(which, place, turn * self._together + first_turn)

    def slots_of(self, deal: I64Array, stratum: I64Array, rank: I64Array) -> Dealt:
        """The slots that some members got: the inverse of :meth:`member_of`, in any order.

        Args:
            deal: shape (n,).
            stratum: shape (n,).
            rank: shape (n,), below the stratum's members in that deal.
        """
        which, first_turn = self._deck(deal, stratum)
        quota, heads = self._quota[deal * self._strata + stratum], self._heads[which]
        nothing = np.zeros(0, dtype=np.int64)
        members, slots, turn = [nothing], [nothing], 0
        left = np.flatnonzero(quota > 0)
        while len(left):
            turns = turn * self._together + first_turn[left]
            dealt = turn * heads[left] + self._members.backward(which[left], rank[left], turns)
            met = np.flatnonzero(dealt < quota[left])
            chosen = left[met]
            members.append(chosen)
            slots.append(
                self._slots.backward(
                    deal[chosen], dealt[met] + self._starts[(deal[chosen] << self._bits) + stratum[chosen]]
                )
            )
            turn += 1
            left = left[turn * heads[left] < quota[left]]
        return Dealt(np.concatenate(members), np.concatenate(slots))

    def _deck(self, deal: I64Array, stratum: I64Array) -> tuple[I64Array, I64Array]:
        """Which permutation of members each deal goes by, and its first turn of it."""
        if self._together == 1:
            return deal * self._strata + stratum, np.zeros(len(deal), dtype=np.int64)
        deck, first_turn = np.divmod(deal, self._together)
        return deck * self._strata + stratum, first_turn


def _quotas(slots: I64Array, claims: I64Array, words: U64Array) -> tuple[I64Array, I64Array]:
    """Where the slots of each stratum begin in some deals, and how many it has; shapes (m, s)."""
    # Quotas are cut off a line that starts at a random place, so a stratum of few gets its share over many deals.
    upto = np.cumsum(claims, axis=1)
    total = np.maximum(upto[:, -1:], 1)
    phase = wide_below(words << np.uint64(16), total[:, 0])[:, None]
    ends = np.where(upto == total, slots[:, None], (slots[:, None] * upto + phase) // total)
    before = np.zeros_like(ends)
    before[:, 1:] = ends[:, :-1]
    return before, ends - before
