"""Apportionment: whole slots by weights, rounded so that a share of less than a slot gets one now and then.

Heirs stand in a row, each with a weight. An heir gets the slots that begin within its stretch of the row, the first
slot being moved by an offset of the deal's own; so everybody gets what is due, rounded up or down, and over many
deals exactly that. What an heir gets, and who gets a slot, are a division each.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.kernel.counter import I64Array


def first_slot(slots: I64Array, before: I64Array, total: I64Array, offset: I64Array) -> I64Array:
    """The first slot that doesn't go to those before an heir; shapes (n,), or such that fit together.

    Args:
        slots: how many there are, below 2^31.
        before: weight of those before the heir, up to ``total``; ``total`` asks for the end of the last one.
        total: weight of all, at least 1; times ``slots`` below 2^62.
        offset: of the deal, uniform in ``[0, total)``.
    """
    return (slots * before + offset) // total


def weight_at(slots: I64Array, slot: I64Array, total: I64Array, offset: I64Array) -> I64Array:
    """The place in the row that a slot is for: the heir gets it whose stretch holds this place; shapes (n,)."""
    return ((slot + 1) * total - offset - 1) // slots


class FallingWeights(NamedTuple):
    """Weights that fall with the rank, like those of best sellers: (rows · rank + row + 1) to the power of -9/16.

    Several rows are one ranking dealt out in turn: rank 0 of row 0 is the first of all, rank 0 of row 1 the second.

    Attributes:
        before: weight of the ranks before each one, shape (rows, ranks + 1), at most 2^32.
    """

    before: I64Array

    @classmethod
    def of(cls, rows: int, ranks: int) -> "FallingWeights":
        """Weights of so many ranks; those of more begin with the same."""
        place = np.arange(ranks, dtype=np.int64) * rows + np.arange(1, rows + 1)[:, None]
        root = np.sqrt(place.astype(np.float64))  # square roots are rounded alike everywhere, powers are not
        weight = np.float64(_FIRST) / (root * np.sqrt(np.sqrt(np.sqrt(root))))
        before = np.zeros((rows, ranks + 1), dtype=np.int64)
        np.cumsum(weight.astype(np.int64), axis=1, out=before[:, 1:])
        # A row after the other in one ascending list, so that one search finds the rank in any of them.
        return cls(before + np.arange(rows)[:, None] * _ROW)

    def before_rank(self, row: I64Array, rank: I64Array) -> I64Array:
        """Weight of the ranks before one of a row, shape (n,)."""
        return self.before[row, rank] - row * _ROW

    def rank_at(self, row: I64Array, place: I64Array) -> I64Array:
        """The rank of a row whose stretch holds a place, shape (n,)."""
        ranks = self.before.shape[1]
        return np.searchsorted(self.before.ravel(), place + row * _ROW, side="right") - 1 - row * ranks


_FIRST = 1 << 20  # weight of the first
_ROW = np.int64(1) << 32
