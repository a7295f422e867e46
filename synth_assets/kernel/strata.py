"""Strata: members of several kinds in one numbering, every block with the same mixture, by a pattern.

Member n belongs to the stratum that the pattern has at place n mod size. So how many of each stratum are among the
first n, the rank of a member within its stratum, and the member at a rank are a division and a look-up each.
"""

import numpy as np

from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.division import divided, remainder


class Strata:
    """Members by a pattern that repeats.

    Attributes:
        size: members of a block.
        heads: members of each stratum in a block, shape (strata,).
    """

    def __init__(self, pattern: I64Array) -> None:
        """Lay out the strata.

        Args:
            pattern: shape (size,), the stratum at each place of a block; every one from 0 to the highest occurs.
        """
        self.size = len(pattern)
        self.heads: I64Array = np.bincount(pattern)
        self._pattern = pattern.astype(np.int64)
        one_hot = self._pattern[:, None] == np.arange(len(self.heads))
        self._before = np.concatenate([np.zeros_like(one_hot[:1]), one_hot]).cumsum(axis=0, dtype=np.int64)
        self._rank = self._before[np.arange(self.size), self._pattern]
        self._heads_here = self.heads[self._pattern]
        # Places of each stratum, a row each, laid end to end.
        self._width = int(self.heads.max())
        self._places = np.zeros(len(self.heads) * self._width, dtype=np.int64)
        self._places[self._pattern * self._width + self._rank] = np.arange(self.size)

    def members(self, count: I64Array) -> I64Array:
        """How many of each stratum are among the first ``count``; shape (n,) → (n, strata)."""
        block, rest = divided(count, self.size)
        return block[:, None] * self.heads + self._before[rest]

    def members_of(self, stratum: I64Array, count: I64Array) -> I64Array:
        """How many of one stratum each are among the first ``count``; shape (n,)."""
        block, rest = divided(count, self.size)
        return block * self.heads[stratum] + self._before[rest, stratum]

    def stratum(self, number: I64Array) -> I64Array:
        """The stratum of each member, shape (n,)."""
        return self._pattern[remainder(number, self.size)]

    def rank(self, number: I64Array) -> I64Array:
        """The rank of each member within its stratum, shape (n,)."""
        block, place = divided(number, self.size)
        return block * self._heads_here[place] + self._rank[place]

    def number(self, stratum: I64Array | int, rank: I64Array) -> I64Array:
        """The member at a rank of a stratum: the inverse of :meth:`stratum` and :meth:`rank`; shape (n,).

        One stratum for all is quicker than an array of equal ones.
        """
        heads: I64Array = self.heads[stratum]
        block = rank // heads
        place = rank - block * heads
        place += stratum * self._width
        return block * self.size + self._places.take(place)
