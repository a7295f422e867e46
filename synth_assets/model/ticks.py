"""Ticks: when the rows of a series appear, those of one tick all at once.

Rows are numbered tick by tick, within a tick in the order of the parents. Where parents come one after the other, a
tick has as many rows as parents were born before it; those that left keep their places, so that no number moves.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, Rows, numbers_of
from synth_assets.model.dataset import Dataset

_FIRST_DAYS, _DOUBLINGS = 8, 17
"""Days after ``as_of`` whose births are looked at, and how often so many are doubled: some 3,000 years."""


@dataclass(frozen=True)
class Ticks:
    """Ticks with a row for each of always the same parents.

    Attributes:
        start: second of the first tick.
        step: seconds from tick to tick.
        parents: rows of a tick.
    """

    start: int
    step: int
    parents: int

    def seconds(self, rows: Rows) -> I64Array:
        """The time of each row, shape (n,), never decreasing with the row number."""
        return numbers_of(rows) // max(self.parents, 1) * self.step + self.start

    def count_before(self, seconds: I64Array) -> I64Array:
        """How many rows have a time < each of ``seconds``, shape (n,): the inverse of :meth:`seconds`."""
        return ticks_before(seconds, self.start, self.step) * self.parents

    def count_before_one(self, second: int) -> int:
        """:meth:`count_before` of a single time."""
        return int(self.count_before(np.array([second], dtype=np.int64))[0])

    def places(self, numbers: I64Array) -> tuple[I64Array, I64Array]:
        """For each row how many its parent has before it, and its parent's number; shapes (n,)."""
        return np.divmod(numbers, max(self.parents, 1))

    def numbers(self, parents: I64Array, ordinals: I64Array) -> I64Array:
        """The row of each parent that has so many before it, shape (n,): the inverse of :meth:`places`."""
        return ordinals * self.parents + parents

    def counts_of(self, parents: I64Array, seconds: I64Array) -> I64Array:
        """How many rows each parent has before a time of its own, shape (n,)."""
        del parents
        return ticks_before(seconds, self.start, self.step)


class _Table(NamedTuple):
    """Parents in the order of their births.

    Attributes:
        firsts: the first tick of each, ascending, shape (p,).
        before: the sum of the first ticks of those before each, and of all, shape (p + 1,).
        starts: the first row of each one's first tick, shape (p,).
    """

    firsts: I64Array
    before: I64Array
    starts: I64Array

    def rows_before(self, ticks: I64Array) -> I64Array:
        """How many rows there are before each tick, shape (n,)."""
        there = np.searchsorted(self.firsts, ticks)
        return there * ticks - self.before[there]

    def ticks_of(self, numbers: I64Array) -> tuple[I64Array, I64Array]:
        """For each row its tick and its parent's number, shapes (n,)."""
        if not len(self.firsts):
            return np.zeros_like(numbers), np.zeros_like(numbers)
        last = np.maximum(np.searchsorted(self.starts, numbers, side="right") - 1, 0)
        since, parents = np.divmod(numbers - self.starts[last], last + 1)
        return self.firsts[last] + since, parents


@dataclass(frozen=True)
class GrowingTicks:
    """Ticks with a row for each parent that was born before; asked as :class:`Ticks` are.

    Attributes:
        start: second of the first tick.
        step: seconds from tick to tick.
        parent: the entity of the parents, which are numbered in the order of their births.
        dataset: whose parents.
    """

    start: int
    step: int
    parent: Any
    dataset: Dataset

    def seconds(self, rows: Rows) -> I64Array:
        """See :meth:`Ticks.seconds`."""
        numbers = numbers_of(rows)
        return self._holding(numbers).ticks_of(numbers)[0] * self.step + self.start

    def count_before(self, seconds: I64Array) -> I64Array:
        """See :meth:`Ticks.count_before`."""
        table = self._until(int(seconds.max(initial=self.start)))
        return table.rows_before(ticks_before(seconds, self.start, self.step))

    def count_before_one(self, second: int) -> int:
        """See :meth:`Ticks.count_before_one`."""
        return int(self.count_before(np.array([second], dtype=np.int64))[0])

    def places(self, numbers: I64Array) -> tuple[I64Array, I64Array]:
        """See :meth:`Ticks.places`."""
        table = self._holding(numbers)
        ticks, parents = table.ticks_of(numbers)
        return ticks - (table.firsts[parents] if len(table.firsts) else 0), parents

    def numbers(self, parents: I64Array, ordinals: I64Array) -> I64Array:
        """See :meth:`Ticks.numbers`."""
        table = self._knowing(parents)
        ticks = table.firsts[parents] + ordinals
        last = int(ticks.max(initial=0)) * self.step + self.start
        return self._until(last).rows_before(ticks) + parents

    def counts_of(self, parents: I64Array, seconds: I64Array) -> I64Array:
        """See :meth:`Ticks.counts_of`."""
        table = self._knowing(parents)
        return np.maximum(ticks_before(seconds, self.start, self.step) - table.firsts[parents], 0)

    def _holding(self, numbers: I64Array) -> _Table:
        """A table that reaches to the tick of the last of some rows."""
        last = int(numbers.max(initial=-1))
        return self._first(lambda doublings: self.count_before_one(self._horizon(doublings)) > last)

    def _knowing(self, parents: I64Array) -> _Table:
        """A table that has the last of some parents."""
        last = int(parents.max(initial=-1))
        return self._first(lambda doublings: len(self._table(doublings).firsts) > last)

    def _until(self, second: int) -> _Table:
        """A table that knows all births before a second."""
        known = (n for n in range(_DOUBLINGS) if self._horizon(n) >= second)
        return self._table(next(known, _DOUBLINGS))

    def _first(self, reaches: Callable[[int], bool]) -> _Table:
        return self._table(next(filter(reaches, range(_DOUBLINGS)), _DOUBLINGS))

    def _horizon(self, doublings: int) -> int:
        return self.dataset.as_of_second + (_FIRST_DAYS << doublings) * DAY

    def _table(self, doublings: int) -> _Table:
        return _table_of(self.parent, self.dataset, self.start, self.step, self._horizon(doublings))


def ticks_before(seconds: I64Array, start: int, step: int) -> I64Array:
    """How many ticks have a time < each of ``seconds``, shape (n,)."""
    return np.maximum(-((start - seconds) // step), 0)


@functools.lru_cache(maxsize=64)
def _table_of(parent: Any, dataset: Dataset, start: int, step: int, horizon: int) -> _Table:
    """The parents born before a second."""
    count = parent.positions(dataset, horizon)
    born: I64Array = parent(dataset, np.arange(count, dtype=np.int64)).born
    # One that comes in the second of a tick has its first row at the next one.
    firsts = np.maximum((born - start) // step + 1, 0)
    before = np.concatenate([[0], np.cumsum(firsts)])
    return _Table(firsts, before, np.arange(count, dtype=np.int64) * firsts - before[:-1])
