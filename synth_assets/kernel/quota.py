"""Exact quotas per block: shares dealt out by a table of arrangements, so that prefixes are look-ups.

A block of ``m`` parents always holds the same total of children. One *arrangement* of the multiset of
child counts is chosen per block from a fixed table; its prefix sums are in the table too. So the
position of any child, and the parent of any child's position, cost a division and a gather.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.keys import StreamKey, derive

ARRANGEMENTS = 4_096

_COUNT_BITS = 12  # of a parent's children in a packed look-up
_COUNT = (1 << _COUNT_BITS) - 1


@dataclass(frozen=True)
class Quota:
    """Child counts of the parents of a block, in 4,096 arrangements; its tables are made when they are asked for.

    Attributes:
        key: names the draw of the arrangements.
        multiset: how many children the parents of a block have, in any order.
    """

    key: StreamKey
    multiset: tuple[int, ...]

    @property
    def parents(self) -> int:
        """Parents in a block, m."""
        return len(self.multiset)

    @cached_property
    def children(self) -> int:
        """Children in a block."""
        return sum(self.multiset)

    @cached_property
    def counts(self) -> I64Array:
        """Children of each parent, shape (4096, m)."""
        return np.array(self.multiset, dtype=np.int64)[shuffles(self.key, ARRANGEMENTS, self.parents)]

    @cached_property
    def before(self) -> I64Array:
        """Children of the earlier parents of the block, shape (4096, m + 1)."""
        before = np.zeros((ARRANGEMENTS, self.parents + 1), dtype=np.int64)
        np.cumsum(self.counts, axis=1, out=before[:, 1:])
        return before

    def dealt(self, arrangement: I64Array, place: I64Array) -> tuple[I64Array, I64Array]:
        """:attr:`counts` and :attr:`before` of parents, by one look-up in a table that fits the cache; shapes (n,).

        Args:
            arrangement: of each one's block, shape (n,).
            place: in the block, shape (n,); that after the last has no children. A parent has fewer than 2^12, a block
                fewer than 2^19.
        """
        found = self._packed.take(arrangement * (self.parents + 1) + place).astype(np.int64)
        return found & _COUNT, found >> _COUNT_BITS

    @cached_property
    def _packed(self) -> NDArray[np.int32]:
        counts = np.pad(self.counts, ((0, 0), (0, 1)))
        return ((self.before << _COUNT_BITS) | counts).astype(np.int32).ravel()

    @cached_property
    def owner(self) -> I64Array:
        """Which parent of the block a child belongs to, shape (4096, children)."""
        parents = np.tile(np.arange(self.parents), ARRANGEMENTS)
        return np.repeat(parents, self.counts.ravel()).reshape(ARRANGEMENTS, self.children)

    def before_one(self, arrangement: int, place: int) -> int:
        """What :attr:`before` has of one parent, without the table: counting rows needs no more."""
        order = np.argsort(bits(self.key, Span(arrangement * self.parents, self.parents)), kind="stable")
        return int(np.array(self.multiset, dtype=np.int64)[order[:place]].sum())


def quota(key: StreamKey, multiset: Sequence[int]) -> Quota:
    """The quota of a multiset of child counts, e.g. ``[1, 1, 2, 4]`` for blocks of 4 parents."""
    return Quota(key, tuple(multiset))


def shuffles(key: StreamKey, rows: int, size: int) -> I64Array:
    """``rows`` independent shuffles of ``range(size)``, shape (rows, size)."""
    words = bits(key, Span(0, rows * size)).reshape(rows, size)
    return np.argsort(words, axis=1, kind="stable").astype(np.int64)


def compositions(key: StreamKey, total: int, first: tuple[int, int], rest: Sequence[int], parts: int) -> I64Array:
    """Split ``total`` into ``parts`` whole numbers, in 4,096 ways.

    Args:
        key: names the draw.
        total: the sum of every row.
        first: least and most of the first part.
        rest: what the other parts are drawn from; one listed twice is about twice as likely, as far as the sum allows.
        parts: parts in a row, at least 3.

    Returns:
        shape (4096, parts); the first part is within ``first``, the others are values of ``rest``.

    Raises:
        ValueError: when ``total`` can't be reached often enough.
    """
    pool = np.array(rest, dtype=np.int64)
    legal = np.zeros(int(pool.max()) + 1, dtype=bool)
    legal[pool] = True
    low, high = first
    found: list[I64Array] = []
    rows, batch = 0, 4 * ARRANGEMENTS
    for attempt in range(256):
        words = bits(key, Span(attempt * batch * parts, batch * parts)).reshape(batch, parts) >> np.uint64(33)
        drawn = pool[(words.astype(np.int64)) % len(pool)]
        drawn[:, 0] = words[:, 0].astype(np.int64) % (high - low + 1) + low
        # The last part is what is left: most draws leave no legal one and are thrown away.
        drawn[:, -1] = total - drawn[:, :-1].sum(axis=1)
        last = drawn[:, -1]
        kept = drawn[(last >= 0) & (last < len(legal)) & legal[np.clip(last, 0, len(legal) - 1)]]
        found.append(kept)
        rows += len(kept)
        if rows >= ARRANGEMENTS:
            split = np.concatenate(found)[:ARRANGEMENTS]
            # What was left over is larger than what was drawn, so the parts after the first change places.
            order = shuffles(derive("composition", *key), ARRANGEMENTS, parts - 1) + 1
            split[:, 1:] = np.take_along_axis(split, order, axis=1)
            return split
    msg = f"{total} can hardly be split into {parts} parts of {sorted(set(rest))}"
    raise ValueError(msg)
