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
from synth_assets.kernel.division import divided
from synth_assets.model.dataset import Dataset
from synth_assets.model.paces import Pace

_FIRST_DAYS, _DOUBLINGS = 8, 17
"""Days after ``as_of`` whose births are looked at, and how often so many are doubled: some 3,000 years."""


@dataclass(frozen=True)
class Ticks:
    """Ticks with a row for each of always the same parents.

    Attributes:
        pace: when they come.
        parents: rows of a tick.
    """

    pace: Pace
    parents: int

    def seconds(self, rows: Rows) -> I64Array:
        """The time of each row, shape (n,), never decreasing with the row number."""
        return self.pace.at(numbers_of(rows) // max(self.parents, 1))

    def following(self, rows: Rows) -> I64Array:
        """The time of the tick after that of each row, shape (n,)."""
        return self.pace.at(numbers_of(rows) // max(self.parents, 1) + 1)

    def count_before(self, seconds: I64Array) -> I64Array:
        """How many rows have a time < each of ``seconds``, shape (n,): the inverse of :meth:`seconds`."""
        return self.pace.before(seconds) * self.parents

    def count_before_one(self, second: int) -> int:
        """:meth:`count_before` of a single time."""
        return int(self.count_before(np.array([second], dtype=np.int64))[0])

    def places(self, numbers: I64Array) -> tuple[I64Array, I64Array]:
        """For each row how many its parent has before it, and its parent's number; shapes (n,)."""
        return divided(numbers, max(self.parents, 1))

    def numbers(self, parents: I64Array, ordinals: I64Array) -> I64Array:
        """The row of each parent that has so many before it, shape (n,): the inverse of :meth:`places`."""
        return ordinals * self.parents + parents

    def counts_of(self, parents: I64Array, seconds: I64Array) -> I64Array:
        """How many rows each parent has before a time of its own, shape (n,)."""
        del parents
        return self.pace.before(seconds)


@dataclass(frozen=True)
class PastTicks:
    """Ticks with a row for each of always the same parents, in the last second before the next tick.

    Those of ``as_of`` are numbered parent by parent; after them they are as :class:`Ticks` are, and asked likewise.

    Attributes:
        pace: when they come; ``past`` of them before the last one that is not after ``as_of``.
        parents: rows of a tick.
        past: how many each parent has in the base.
    """

    pace: Pace
    parents: int
    past: int

    def seconds(self, rows: Rows) -> I64Array:
        """The time of each row, shape (n,)."""
        return self.following(rows) - 1

    def following(self, rows: Rows) -> I64Array:
        """See :meth:`Ticks.following`."""
        return self.pace.at(self.places(numbers_of(rows))[0] + 1)

    def count_before(self, seconds: I64Array) -> I64Array:
        """How many rows have a time < each of ``seconds``, none of them before ``as_of``; shape (n,)."""
        return self._ticks_over(seconds) * self.parents

    def count_before_one(self, second: int) -> int:
        """:meth:`count_before` of a single time."""
        return int(self.count_before(np.array([second], dtype=np.int64))[0])

    def places(self, numbers: I64Array) -> tuple[I64Array, I64Array]:
        """See :meth:`Ticks.places`."""
        early, late = np.divmod(numbers, self.past), np.divmod(numbers, max(self.parents, 1))
        is_past = numbers < self.past * self.parents
        return np.where(is_past, early[1], late[0]), np.where(is_past, early[0], late[1])

    def numbers(self, parents: I64Array, ordinals: I64Array) -> I64Array:
        """See :meth:`Ticks.numbers`."""
        return np.where(ordinals < self.past, parents * self.past + ordinals, ordinals * self.parents + parents)

    def counts_of(self, parents: I64Array, seconds: I64Array) -> I64Array:
        """See :meth:`Ticks.counts_of`."""
        del parents
        return self._ticks_over(seconds)

    def _ticks_over(self, seconds: I64Array) -> I64Array:
        """How many ticks have ended before each of ``seconds``, at least those of the base; shape (n,)."""
        return np.maximum(self.pace.before(seconds + 1) - 1, self.past)


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
        pace: when they come.
        parent: the entity of the parents, which are numbered in the order of their births.
        dataset: whose parents.
    """

    pace: Pace
    parent: Any
    dataset: Dataset

    def seconds(self, rows: Rows) -> I64Array:
        """See :meth:`Ticks.seconds`."""
        return self.pace.at(self._ticks_of(rows))

    def following(self, rows: Rows) -> I64Array:
        """See :meth:`Ticks.following`."""
        return self.pace.at(self._ticks_of(rows) + 1)

    def count_before(self, seconds: I64Array) -> I64Array:
        """See :meth:`Ticks.count_before`."""
        return self._until(int(seconds.max(initial=0))).rows_before(self.pace.before(seconds))

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
        last = int(self.pace.at(ticks).max(initial=0))
        return self._until(last).rows_before(ticks) + parents

    def counts_of(self, parents: I64Array, seconds: I64Array) -> I64Array:
        """See :meth:`Ticks.counts_of`."""
        table = self._knowing(parents)
        return np.maximum(self.pace.before(seconds) - table.firsts[parents], 0)

    def _ticks_of(self, rows: Rows) -> I64Array:
        numbers = numbers_of(rows)
        return self._holding(numbers).ticks_of(numbers)[0]

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
        return _table_of(self.parent, self.dataset, self.pace, self._horizon(doublings))


@functools.lru_cache(maxsize=64)
def _table_of(parent: Any, dataset: Dataset, pace: Pace, horizon: int) -> _Table:
    """The parents born before a second."""
    count = parent.positions(dataset, horizon)
    born: I64Array = parent(dataset, np.arange(count, dtype=np.int64)).born
    # One that comes in the second of a tick has its first row at the next one.
    firsts = pace.before(born + 1)
    before = np.concatenate([[0], np.cumsum(firsts)])
    return _Table(firsts, before, np.arange(count, dtype=np.int64) * firsts - before[:-1])
