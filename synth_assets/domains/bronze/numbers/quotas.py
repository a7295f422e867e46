"""How sessions, orders, lines and clicks are dealt out: exact quotas, so that every position is a look-up.

Eight sessions in a row make a *group*, and each group has exactly one order, so order o comes from one of the
sessions 8·o … 8·o + 7. Sixteen orders make a *block* with exactly so many lines, and a block's 128 sessions
have exactly 768 clicks: the buyer's session has two clicks for every line and a share of the rest.
"""

import numpy as np

from synth_assets.domains.bronze.numbers.scripts import BROWSE_MOST, EXTRA_LEAST, EXTRA_MOST
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.quota import ARRANGEMENTS, compositions, quota, shuffles
from synth_assets.model.dataset import Dataset

GROUP = 8
"""Sessions per order."""

ORDER_BLOCK = 16
"""Orders per block."""

CLICKS = 768
"""Clicks per block: 6 per session."""

# Lines per order of the 16 orders of a block, by how many different products a basket may hold. The sums are
# multiples of 8, so that the clicks left for browsing divide evenly among the groups.
_LINES = {
    1: (1,) * 16,
    2: (1,) * 8 + (2,) * 8,
    3: (1,) * 5 + (2,) * 6 + (3,) * 5,
    4: (1,) * 6 + (2,) * 5 + (3,) * 4 + (4,),
    5: (1,) * 5 + (2,) * 5 + (3,) * 2 + (4,) * 1 + (5,) * 3,
    6: (1,) * 5 + (2,) * 5 + (3,) * 2 + (4,) * 2 + (5,) + (6,),
}

# Clicks of a session that doesn't buy: four in ten leave after one to three pages, a few stay long.
_BROWSE = [1] * 8 + [2] * 4 + [3] * 4 + [4] * 3 + [5] * 3 + [6] * 3 + [7] * 2 + [8] * 2 + [9, 10, 11, 12, 14, 16]

# By the buyer's place and a session's own, laid end to end: which part of the group's clicks the session gets,
# the buyer's being part 0 and the others keeping their order; and how many of the other parts come before it.
_PART = np.array([0 if p == b else p + (p < b) for b in range(GROUP) for p in range(GROUP)], dtype=np.int64)
_EARLIER = np.array([p - (p > b) for b in range(GROUP) for p in range(GROUP)], dtype=np.int64)

_LOGIN_CYCLE = (5, 5, 5, 5, 4)  # logged-in sessions of five groups in turn: 24 of 40 is 60 %
LOGINS = sum(_LOGIN_CYCLE)
"""Logged-in sessions in :data:`LOGIN_GROUPS` groups."""
LOGIN_GROUPS = len(_LOGIN_CYCLE)
_LOGIN_ORDERS = 1_024


class Quotas:
    """Quotas of one dataset, and the way from any session, order, line or click to any other."""

    def __init__(self, dataset: Dataset, most_lines: int) -> None:
        """Args: ``most_lines`` from 1 to 6: how many different products an order may hold."""
        self._blocks = dataset.key("raw_order_items", "block")
        self._groups = dataset.key("raw_sessions", "group")
        self.lines = quota(dataset.key("raw_order_items", "lines"), _LINES[most_lines])
        self._share = (CLICKS - 2 * self.lines.children) // ORDER_BLOCK  # clicks of a group besides two per line
        extra = (EXTRA_LEAST, EXTRA_MOST)
        self._parts = compositions(dataset.key("raw_sessions", "clicks"), self._share, extra, _BROWSE, GROUP)
        self._parts_before = np.cumsum(self._parts, axis=1) - self._parts[:, :1]
        self._login_rank = shuffles(dataset.key("raw_sessions", "logins"), _LOGIN_ORDERS, GROUP - 1)
        self._login_other = np.argsort(self._login_rank, axis=1)
        assert self._parts.max() <= max(BROWSE_MOST, EXTRA_MOST)  # noqa: S101 — two tables of this package agree

    # Orders and lines

    def lines_of(self, orders: I64Array) -> tuple[I64Array, I64Array]:
        """How many lines each order has, and the number of its first; shapes (n,)."""
        block, place = np.divmod(orders, ORDER_BLOCK)
        arrangement = self._arrangement(block)
        first = block * self.lines.children + self.lines.before[arrangement, place]
        return self.lines.counts[arrangement, place], first

    def order_of_line(self, lines: I64Array) -> I64Array:
        """The order of each line, shape (n,)."""
        block, place = np.divmod(lines, self.lines.children)
        return block * ORDER_BLOCK + self.lines.owner[self._arrangement(block), place]

    def _arrangement(self, blocks: I64Array) -> I64Array:
        return (bits(self._blocks, blocks) >> np.uint64(52)).view(np.int64)

    # Groups: one word tells the buyer's place, the split of the clicks and who is logged in

    def group_words(self, groups: I64Array) -> I64Array:
        """The word of each group, shape (n,)."""
        return (bits(self._groups, groups) >> np.uint64(1)).view(np.int64)

    @staticmethod
    def buyer_place(words: I64Array) -> I64Array:
        """The buyer's place in the group, 0 to 7, shape (n,)."""
        return words & (GROUP - 1)

    def clicks_of(
        self, words: I64Array, groups: I64Array, place: I64Array, lines: tuple[I64Array, I64Array]
    ) -> tuple[I64Array, I64Array]:
        """How many clicks a session has, and the number of the first one.

        Args:
            words: of each session's group.
            groups: each session's group.
            place: each session's place in its group.
            lines: of each group's order, see :meth:`lines_of`.
        """
        split = (words >> 3 & (ARRANGEMENTS - 1)) * GROUP
        buyer = self.buyer_place(words)
        count, first_line = lines
        pair = buyer * GROUP + place
        twice = 2 * count
        clicks = self._parts.take(split + _PART.take(pair)) + twice * (place == buyer)
        before = self._parts_before.take(split + _EARLIER.take(pair))
        before += (self._parts.take(split) + twice) * (place > buyer)
        return clicks, groups * self._share + 2 * first_line + before

    def session_of_click(self, clicks: I64Array) -> I64Array:
        """The session of each click, shape (n,)."""
        block, rest = np.divmod(clicks, CLICKS)
        edges = 2 * self.lines.before[self._arrangement(block), :ORDER_BLOCK] + np.arange(ORDER_BLOCK) * self._share
        groups = block * ORDER_BLOCK + (edges <= rest[:, None]).sum(axis=1) - 1
        words, lines = self.group_words(groups), self.lines_of(groups)
        places = np.zeros(len(clicks), dtype=np.int64)
        for place in range(1, GROUP):
            _, first = self.clicks_of(words, groups, np.full(len(clicks), place), lines)
            places += first <= clicks
        return groups * GROUP + places

    # Logged-in sessions, numbered without gaps: the buyer's first, then the others'

    def login_of(self, words: I64Array, groups: I64Array, place: I64Array) -> I64Array:
        """The number of each session among the logged-in ones, shape (n,); −1 for the anonymous."""
        buyer = self.buyer_place(words)
        other = np.where(place < buyer, place, place - 1)
        rank = self._login_rank[words >> 15 & (_LOGIN_ORDERS - 1), np.maximum(other, 0) % (GROUP - 1)] + 1
        rank[place == buyer] = 0
        cycle = np.array(_LOGIN_CYCLE, dtype=np.int64)[groups % LOGIN_GROUPS]
        return np.where(rank < cycle, self.first_login(groups) + rank, -1)

    @staticmethod
    def first_login(groups: I64Array) -> I64Array:
        """How many logged-in sessions the groups before each one have, shape (n,)."""
        return groups // LOGIN_GROUPS * LOGINS + groups % LOGIN_GROUPS * _LOGIN_CYCLE[0]

    def session_of_login(self, logins: I64Array) -> I64Array:
        """The session of each logged-in number: the inverse of :meth:`login_of`, shape (n,)."""
        cycle, rest = np.divmod(logins, LOGINS)
        groups = cycle * LOGIN_GROUPS + rest // _LOGIN_CYCLE[0]
        rank = rest % _LOGIN_CYCLE[0]
        words = self.group_words(groups)
        buyer = self.buyer_place(words)
        other = self._login_other[words >> 15 & (_LOGIN_ORDERS - 1), np.maximum(rank - 1, 0)]
        return groups * GROUP + np.where(rank == 0, buyer, np.where(other < buyer, other, other + 1))
