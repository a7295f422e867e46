"""How sessions, orders, lines and clicks are dealt out: exact quotas, so that every position is a look-up.

About eight sessions in a row make a *group* (:mod:`~synth_assets.domains.bronze.numbers.groups`), and each group has
exactly one order, so an order comes from a session of the group of its number. Sixteen orders make a *block* with
exactly so many lines, and a block's sessions have exactly six clicks each on average: the buyer's session has two
clicks for every line and a share of the rest.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.numbers.groups import LEAST, MOST, ORDER_BLOCK, Group, Groups, Run
from synth_assets.domains.bronze.numbers.scripts import BROWSE_MOST, EXTRA_LEAST, EXTRA_MOST
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.division import divided, remainder
from synth_assets.kernel.quota import ARRANGEMENTS, compositions, quota, shuffles
from synth_assets.kernel.selection import selected
from synth_assets.model.dataset import Dataset

CLICKS = 6
"""Clicks per session, on average."""

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

_LOGIN_CYCLE = (5, 5, 5, 5, 4)  # logged-in sessions of five groups in turn: 24 of 40 is 60 %
LOGINS = sum(_LOGIN_CYCLE)
"""Logged-in sessions in :data:`LOGIN_GROUPS` groups."""
LOGIN_GROUPS = len(_LOGIN_CYCLE)
_LOGIN_ORDERS = 1_024


class _OfSize(NamedTuple):
    """What groups of a size have in common.

    Attributes:
        share: clicks of a group besides two per line.
        part: by the buyer's place and a session's own, which part of the group's clicks the session gets, the buyer's
            being part 0 and the others keeping their order.
        earlier: how many of the other parts come before it.
        parts: clicks of each part, by arrangement.
        before: clicks of the parts before it but the first, by arrangement.
        login_rank: of the other sessions, which logs in first, by arrangement.
        login_other: the inverse.
    """

    share: int
    part: list[int]
    earlier: list[int]
    parts: I64Array
    before: I64Array
    login_rank: I64Array
    login_other: I64Array


class Quotas:
    """Quotas of one dataset, and the way from any session, order, line or click to any other."""

    def __init__(self, dataset: Dataset, groups: Groups, most_lines: int) -> None:
        """Lay out the quotas.

        Args:
            dataset: whose they are.
            groups: of its sessions.
            most_lines: 1 to 6, how many different products an order may hold.
        """
        self._blocks = dataset.key("raw_order_items", "block")
        self._groups = dataset.key("raw_sessions", "group")
        self.lines = quota(dataset.key("raw_order_items", "lines"), _LINES[most_lines])
        self.groups = groups
        sizes = [self._of_size(dataset, size) for size in range(LEAST, MOST + 1)]
        self._share: I64Array = np.array([0] * LEAST + [of.share for of in sizes], dtype=np.int64)
        # Tables of all sizes laid end to end, and where those of a size begin.
        self._part, self._first_pair = _laid([np.array(of.part, dtype=np.int64) for of in sizes])
        self._earlier, _ = _laid([np.array(of.earlier, dtype=np.int64) for of in sizes])
        self._parts, self._first_part = _laid([of.parts.ravel() for of in sizes])
        self._parts_before, _ = _laid([of.before.ravel() for of in sizes])
        self._login_rank, self._first_login = _laid([of.login_rank.ravel() for of in sizes])
        self._login_other, _ = _laid([of.login_other.ravel() for of in sizes])
        assert self._parts.max() <= max(BROWSE_MOST, EXTRA_MOST)  # noqa: S101 — two tables of this package agree

    def _of_size(self, dataset: Dataset, size: int) -> _OfSize:
        share = CLICKS * size - 2 * self.lines.children // ORDER_BLOCK
        extra = (EXTRA_LEAST, EXTRA_MOST)
        places = range(size)
        key = dataset.key
        parts = compositions(key("raw_sessions", "clicks", f"of {size}"), share, extra, _BROWSE, size)
        rank = shuffles(key("raw_sessions", "logins", f"of {size}"), _LOGIN_ORDERS, size - 1)
        return _OfSize(
            share,
            [0 if place == buyer else place + (place < buyer) for buyer in places for place in places],
            [place - (place > buyer) for buyer in places for place in places],
            parts,
            np.cumsum(parts, axis=1) - parts[:, :1],
            rank,
            np.argsort(rank, axis=1),
        )

    # Orders and lines

    def lines_of(self, orders: I64Array) -> tuple[I64Array, I64Array]:
        """How many lines each order has, and the number of its first; shapes (n,)."""
        block, place = divided(orders, ORDER_BLOCK)
        arrangement = self.arrangement(block)
        first = block * self.lines.children + self.lines.before[arrangement, place]
        return self.lines.counts[arrangement, place], first

    def order_of_line(self, lines: I64Array) -> I64Array:
        """The order of each line, shape (n,)."""
        block, place = divided(lines, self.lines.children)
        return block * ORDER_BLOCK + self.lines.owner[self.arrangement(block), place]

    def arrangement(self, blocks: I64Array) -> I64Array:
        """Which of the arrangements each block of orders has, shape (n,)."""
        return (bits(self._blocks, blocks) >> np.uint64(52)).view(np.int64)

    # Groups: one word tells the buyer's place, the split of the clicks and who is logged in

    def group_words(self, groups: I64Array) -> I64Array:
        """The word of each group, shape (n,)."""
        return (bits(self._groups, groups) >> np.uint64(1)).view(np.int64)

    @staticmethod
    def buyer_place(words: I64Array, size: I64Array) -> I64Array:
        """The buyer's place in the group, from 0, shape (n,)."""
        return (words >> 25 & 0xFFFF) * size >> 16

    def clicks_of(self, words: I64Array, group: Group, lines: tuple[I64Array, I64Array]) -> tuple[I64Array, I64Array]:
        """How many clicks a session has, and the number of the first one.

        Args:
            words: of each session's group.
            group: each session's group.
            lines: of each group's order, see :meth:`lines_of`.
        """
        size, place = group.run.size, group.place
        split = self._first_part.take(size) + (words >> 3 & (ARRANGEMENTS - 1)) * size
        buyer = self.buyer_place(words, size)
        count, first_line = lines
        pair = self._first_pair.take(size) + buyer * size + place
        twice = 2 * count
        clicks = self._parts.take(split + self._part.take(pair)) + twice * (place == buyer)
        before = self._parts_before.take(split + self._earlier.take(pair))
        before += (self._parts.take(split) + twice) * (place > buyer)
        return clicks, self._clicks_before(group.number, group.run, first_line) + before

    def _clicks_before(self, groups: I64Array, run: Run, first_line: I64Array) -> I64Array:
        """Clicks of all groups before each one, shape (n,)."""
        lines_before_run = run.first_group // ORDER_BLOCK * self.lines.children
        in_run = (groups - run.first_group) * self._share.take(run.size) + 2 * (first_line - lines_before_run)
        return run.first_session * CLICKS + in_run

    def session_of_click(self, clicks: I64Array) -> I64Array:
        """The session of each click, shape (n,)."""
        # A run has exactly six clicks a session, so that of the click is that of the sixth of its number.
        run = self.groups.of_sessions(clicks // CLICKS).run
        block, rest = np.divmod(clicks - run.first_session * CLICKS, ORDER_BLOCK * CLICKS * run.size)
        block += run.first_group // ORDER_BLOCK
        before = self.lines.before[self.arrangement(block), :ORDER_BLOCK]
        edges = 2 * before + np.arange(ORDER_BLOCK) * self._share.take(run.size)[:, None]
        groups = block * ORDER_BLOCK + (edges <= rest[:, None]).sum(axis=1) - 1
        words, lines = self.group_words(groups), self.lines_of(groups)
        places = np.zeros(len(clicks), dtype=np.int64)
        for place in range(1, MOST):
            reaches = place < run.size
            group = Group(groups, np.where(reaches, place, 0), run)
            _, first = self.clicks_of(words, group, lines)
            places += reaches & (first <= clicks)
        return run.session_of(groups) + places

    # Logged-in sessions, numbered without gaps: the buyer's first, then the others'

    def login_of(self, words: I64Array, group: Group) -> I64Array:
        """The number of each session among the logged-in ones, shape (n,); −1 for the anonymous."""
        groups, place, size = group.number, group.place, group.run.size
        buyer = self.buyer_place(words, size)
        other = place - (place > buyer)
        own = np.minimum(other, size - 2)  # the buyer in the last place is none of the others
        order = words >> 15 & (_LOGIN_ORDERS - 1)
        rank = self._login_rank.take(self._first_login.take(size) + order * (size - 1) + own) + 1
        rank[place == buyer] = 0
        cycle = np.array(_LOGIN_CYCLE, dtype=np.int64)[remainder(groups, LOGIN_GROUPS)]
        return selected(rank < cycle, self.first_login(groups) + rank, -1)

    @staticmethod
    def first_login(groups: I64Array) -> I64Array:
        """How many logged-in sessions the groups before each one have, shape (n,)."""
        return groups // LOGIN_GROUPS * LOGINS + remainder(groups, LOGIN_GROUPS) * _LOGIN_CYCLE[0]

    def session_of_login(self, logins: I64Array) -> I64Array:
        """The session of each logged-in number: the inverse of :meth:`login_of`, shape (n,)."""
        cycle, rest = divided(logins, LOGINS)
        groups = cycle * LOGIN_GROUPS + rest // _LOGIN_CYCLE[0]
        rank = rest % _LOGIN_CYCLE[0]
        words, run = self.group_words(groups), self.groups.run_of(groups)
        buyer = self.buyer_place(words, run.size)
        order = words >> 15 & (_LOGIN_ORDERS - 1)
        start = self._first_login.take(run.size) + order * (run.size - 1)
        other = self._login_other.take(start + np.maximum(rank - 1, 0))
        place = selected(rank == 0, buyer, other + (other >= buyer))
        return run.session_of(groups) + place


def _laid(tables: list[I64Array]) -> tuple[I64Array, I64Array]:
    """Tables of each size laid end to end, and where that of a size begins; shapes (m,) and (largest size + 1,)."""
    lengths = np.array([0] * LEAST + [len(table) for table in tables], dtype=np.int64)
    return np.concatenate(tables), np.cumsum(lengths) - lengths
