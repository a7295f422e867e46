"""Departments of order lines, epoch by epoch: a department's lines of an epoch are numbered without gaps.

Orders are gathered in *epochs* of some days, which are whole blocks where a shop has so many orders. What is asked
for changes with the months: each epoch has the demand of the month that it is in, about its edges now of this one and
now of that. A shop with hardly any orders has epochs of less than a block, the same demand all the year round, and
numbers that go on from epoch to epoch.
"""

from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.numbers.baskets import Baskets
from synth_assets.domains.bronze.numbers.groups import ORDER_BLOCK
from synth_assets.domains.bronze.numbers.product_patterns import demand
from synth_assets.domains.bronze.numbers.quotas import Quotas
from synth_assets.kernel.choice import WeightTable, below, pick, weight_table
from synth_assets.kernel.clock import DAY, Clock
from synth_assets.kernel.counter import I64Array, Span, U64Array, bits
from synth_assets.kernel.distinct import places_of_each
from synth_assets.kernel.division import divided
from synth_assets.model.dataset import Dataset

_LONGEST_EPOCH = 8  # days; shorter in a shop of a few weeks, which has eight all the same
_EDGE = 12  # days before and after a month's end in which the next one's demand may hold


class DepartmentLines(NamedTuple):
    """Order lines as lines of departments, shapes (n,).

    Attributes:
        epoch: in which each is.
        department: whose it is.
        number: of the line among the department's, ascending in its epoch.
    """

    epoch: I64Array
    department: I64Array
    number: I64Array


class Departments:
    """Departments of one dataset's lines.

    Attributes:
        count: how many there are.
        epoch_groups: groups of sessions, and so orders, in an epoch.
    """

    def __init__(self, dataset: Dataset, quotas: Quotas, clock: Clock, count: int, orders: int, days: int) -> None:
        """Lay out the departments.

        Args:
            dataset: whose they are.
            quotas: of its lines.
            clock: of its sessions.
            count: how many departments there are.
            orders: before ``as_of``.
            days: of the window that they are in.
        """
        self.count = count
        self._dataset, self._quotas, self._clock = dataset, quotas, clock
        groups = max(1, orders * max(1, min(days // _LONGEST_EPOCH, _LONGEST_EPOCH)) // days)
        self._has_seasons = groups >= ORDER_BLOCK and count > 1
        self.epoch_groups = groups // ORDER_BLOCK * ORDER_BLOCK if self._has_seasons else groups
        self.demand = demand(count) if count > 1 else np.array([[quotas.lines.children]], dtype=np.int64)
        self._months: I64Array = np.zeros(0, dtype=np.int64)
        self._baskets = cache(self._baskets_of)
        self._weights = cache(self._weights_of)

    def epochs_of(self, groups: I64Array) -> I64Array:
        """The epoch of each group, shape (n,)."""
        return groups // self.epoch_groups

    def of_lines(self, lines: I64Array) -> DepartmentLines:
        """The department of each line, and its number there; shape (n,)."""
        block, place = divided(lines, self._quotas.lines.children)
        arrangement = self._quotas.arrangement(block)
        if not self._has_seasons:
            department, number = self._baskets(0).lines(block, arrangement, place)
            return DepartmentLines(self.epochs_of(self._quotas.order_of_line(lines)), department, number)
        epoch, block = divided(block, self._blocks)
        department, number = np.empty_like(lines), np.empty_like(lines)
        for month, at in self._by_month(epoch):
            department[at], number[at] = self._baskets(month).lines(block[at], arrangement[at], place[at])
        return DepartmentLines(epoch, department, number)

    def lines_of(self, lines: DepartmentLines) -> I64Array:
        """The number among all of departments' lines: the inverse of :meth:`of_lines`; shape (n,)."""
        epoch, department, number = lines
        found = np.empty_like(number)
        for month, at in self._by_month(epoch):
            baskets, first = self._baskets(month), epoch[at] * (self._blocks if self._has_seasons else 0)
            block = first + baskets.block_of(department[at], number[at])
            place = baskets.place_of(department[at], number[at], self._quotas.arrangement(block))
            found[at] = block * self._quotas.lines.children + place
        return found

    def edges(self, epochs: int) -> tuple[I64Array, I64Array]:
        """The first number of each department in the first so many epochs, and the one after the last.

        Returns:
            shapes (epochs, departments).
        """
        if self._has_seasons:
            after = self.demand[self._months_of(np.arange(epochs))] * self._blocks
            return np.zeros_like(after), after
        orders = np.arange(epochs + 1, dtype=np.int64) * self.epoch_groups
        block, place = divided(orders, ORDER_BLOCK)
        before = self._baskets(0).before(block, self._quotas.arrangement(block), place)
        return before[:-1], before[1:]

    def draw(self, words: U64Array, epoch: I64Array) -> I64Array:
        """A department of each epoch by its demand, by the upper 16 bits of a word; shape (n,)."""
        drawn = np.empty(len(words), dtype=np.int64)
        for month, at in self._by_month(epoch):
            drawn[at] = pick(words[at], self._weights(month))
        return drawn

    # Months

    @cached_property
    def _blocks(self) -> int:
        """Blocks of orders in an epoch, where it is of whole ones."""
        return self.epoch_groups // ORDER_BLOCK

    def _by_month(self, epoch: I64Array) -> "list[tuple[int, I64Array | slice]]":
        """The months of some epochs, most often one, each with the places where it is."""
        if not self._has_seasons:
            return [(0, slice(None))]
        months = self._months_of(epoch)
        if len(months) and (months == months[0]).all():
            return [(int(months[0]), slice(None))]
        return list(places_of_each(months)) if len(months) else []

    def _months_of(self, epoch: I64Array) -> I64Array:
        """The month, from 0, whose demand each epoch has; shape (n,)."""
        table, upto = self._months, int(epoch.max(initial=-1))
        if upto >= len(table):
            # One assignment: another thread sees the old table or a new one, never parts of both.
            table = self._months = self._build(max(2 * len(table), upto + 1))
        return table[epoch]

    def _build(self, count: int) -> I64Array:
        groups = np.arange(count, dtype=np.int64) * self.epoch_groups
        begin = self._clock.seconds(self._quotas.groups.first_session(groups))
        words = bits(self._dataset.key("raw_order_items", "baskets", "month"), Span(0, count))
        day = begin // DAY + below(words, 2 * _EDGE + 1) - _EDGE
        return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % len(self.demand)

    def _baskets_of(self, month: int) -> Baskets:
        return Baskets(self._dataset.key("raw_order_items", "baskets"), self._quotas.lines, self.demand[month])

    def _weights_of(self, month: int) -> WeightTable:
        return weight_table(self.demand[month].tolist())
