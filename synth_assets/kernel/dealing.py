"""Dealing: slots to members of strata and back, many deals side by side.

A *deal* has so many slots and, in each stratum, so many members. Each stratum gets its quota of the slots, by
its members' number and weight; one permutation shuffles the slots, another the members of a stratum, turn by
turn where the quota is larger than the stratum. All of it is arithmetic, so the slots of a member are found
without looking at any other's.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.kernel.permutation import affine_permutations


class Dealt(NamedTuple):
    """Slots that members got: ``member`` numbers what was asked for, shapes (n,)."""

    member: I64Array
    slot: I64Array


class Dealing:
    """Deals of slots among strata."""

    def __init__(
        self, slots: I64Array, heads: I64Array, weights: I64Array, slot_words: U64Array, member_words: U64Array
    ) -> None:
        """Lay out m deals among s strata.

        Args:
            slots: shape (m,), the slots of each deal.
            heads: shape (m, s), the members of each stratum; somebody in every deal.
            weights: shape (s,), how many slots a member gets in relation to those of other strata.
            slot_words: shape (m,), uniform words that choose the permutations of slots.
            member_words: shape (m · s,), those of members.
        """
        deals, self._strata = heads.shape
        weight = heads * weights
        quota = slots[:, None] * weight // np.maximum(weight.sum(axis=1), 1)[:, None]
        # What rounding leaves goes to the stratum with most slots, which has members.
        quota[np.arange(deals), weight.argmax(axis=1)] += slots - quota.sum(axis=1)
        self._heads = heads.ravel()
        self._quota = quota.ravel()
        self._before = (np.cumsum(quota, axis=1) - quota).ravel()
        self._starts = (np.cumsum(quota, axis=1) - quota)[:, 1:].copy()
        self._slots = affine_permutations(slots, slot_words)
        self._members = affine_permutations(self._heads, member_words)

    def member_of(self, deal: I64Array, slot: I64Array) -> tuple[I64Array, I64Array]:
        """Stratum and rank, within the stratum, of who got each slot; shapes (n,)."""
        dealt = self._slots.forward(deal, slot)
        stratum = np.zeros(len(deal), dtype=np.int64)
        for other in range(self._strata - 1):
            stratum += self._starts[:, other].take(deal) <= dealt
        which = deal * self._strata + stratum
        turn, place = np.divmod(dealt - self._before[which], self._heads[which])
        return stratum, self._members.forward(which, place, turn)

    def slots_of(self, deal: I64Array, stratum: I64Array, rank: I64Array) -> Dealt:
        """The slots that some members got: the inverse of :meth:`member_of`, in any order.

        Args:
            deal: shape (n,).
            stratum: shape (n,).
            rank: shape (n,), below the stratum's members in that deal.
        """
        which = deal * self._strata + stratum
        quota, heads = self._quota[which], self._heads[which]
        nothing = np.zeros(0, dtype=np.int64)
        members, slots, turn = [nothing], [nothing], 0
        left = np.flatnonzero(quota > 0)
        while len(left):
            dealt = turn * heads[left] + self._members.backward(which[left], rank[left], turn)
            met = np.flatnonzero(dealt < quota[left])
            chosen = left[met]
            members.append(chosen)
            slots.append(self._slots.backward(deal[chosen], dealt[met] + self._before[which[chosen]]))
            turn += 1
            left = left[turn * heads[left] < quota[left]]
        return Dealt(np.concatenate(members), np.concatenate(slots))
