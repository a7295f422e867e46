"""A clock of several parts: rows of zones that keep their own hours, in one numbering by time.

Each part has a clock of its own, which says how many of its rows fall into each hour. An hour holds the rows of all
parts, dealt out by a permutation of the hour's own, and spread over the hour in the order of their numbers. So the hour
decides of which part a row is, and yet every way is closed-form: from a row to its time, to its part and its rank in
that part, and back.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from synth_assets.kernel.choice import below
from synth_assets.kernel.clock import HOUR, Clock
from synth_assets.kernel.counter import I64Array, Rows, Span, bits, numbers_of
from synth_assets.kernel.keys import StreamKey
from synth_assets.kernel.permutation import AffinePermutations, affine_permutations

_MARGIN = 24 * 62  # hours after the end for which the table is made at once
_FEW = 1 << 22  # up to so many rows, the hour of each is noted: 3 instead of 60 ns a look-up


class _Edges:
    """Rows before each hour, and so the hour of each row."""

    def __init__(self, before: I64Array) -> None:
        self.before = np.ascontiguousarray(before)
        self.last = int(self.before[-1])
        few = self.last <= _FEW
        self._hours = np.repeat(np.arange(len(before) - 1, dtype=np.int32), np.diff(self.before)) if few else None

    def hour_of(self, rows: I64Array) -> I64Array:
        """The hour of each row, all of them below :attr:`last`; shape (n,)."""
        if self._hours is None:
            return np.searchsorted(self.before, rows, side="right") - 1
        return self._hours.take(rows).astype(np.int64)


class PartOf(NamedTuple):
    """Of which part rows are, and which of that part's; shapes (n,)."""

    part: I64Array
    rank: I64Array


class _Hours(NamedTuple):
    """The hours of the clock, from its start.

    Attributes:
        before: rows of each part before each hour, shape (hours + 1, parts).
        first: rows of all parts before each hour, shape (hours + 1,).
        all_rows: the same, which tells the hour of a row.
        of_part: the rows of each part, likewise.
        edges: places at which the parts begin in each hour, shape (hours, parts).
        dealt: a permutation of each hour's rows.
    """

    before: I64Array
    first: I64Array
    all_rows: _Edges
    of_part: tuple[_Edges, ...]
    edges: I64Array
    dealt: AffinePermutations


class PartedClock:
    """A monotone map between row numbers and seconds since 1970-01-01T00:00Z, which knows each row's part."""

    def __init__(
        self, key: StreamKey, clocks: Callable[[], Sequence[Clock]], rows: Sequence[int], start: int, end: int
    ) -> None:
        """Join the clocks of parts.

        Args:
            key: names the permutations and the places within an hour.
            clocks: makes one a part, all of them over ``[start, end)``; their own tables aren't kept.
            rows: how many rows each of them spreads over that span.
            start: first second, on a whole hour; the row with number 0 falls on it.
            end: second after the last, on a whole hour.
        """
        self._key, self._clocks, self._start = key, clocks, start
        self._rows, self._parts = sum(rows), len(rows)
        self._first_hours = (end - start) // HOUR + _MARGIN

    @property
    def start(self) -> int:
        """The first second."""
        return self._start

    def seconds(self, rows: Rows) -> I64Array:
        """The time of each row, shape (n,), never decreasing with the row number."""
        numbers = numbers_of(rows)
        if len(numbers) == 0:
            return numbers.copy()
        table, hour = self._hours_of(rows, numbers)
        place = numbers - table.first[hour]
        seconds = (place * HOUR + self._jitter(rows)) // (table.first[hour + 1] - table.first[hour])
        seconds += hour * HOUR + self._start
        seconds[numbers == 0] = self._start
        return seconds

    def part_of(self, rows: Rows) -> PartOf:
        """The part of each row and its rank in that part."""
        numbers = numbers_of(rows)
        if len(numbers) == 0:
            return PartOf(numbers, numbers)
        table, hour = self._hours_of(rows, numbers)
        place = table.dealt.forward(hour, numbers - table.first[hour])
        part = np.zeros(len(numbers), dtype=np.int64)
        for other in range(1, self._parts):
            part += table.edges[:, other].take(hour) <= place
        return PartOf(part, place - table.edges[hour, part] + table.before[hour, part])

    def number(self, part: I64Array, rank: I64Array) -> I64Array:
        """The row with a rank in a part, the inverse of :meth:`part_of`; shape (n,)."""
        if len(rank) == 0:
            return rank
        table = self._table
        hour = np.zeros(len(rank), dtype=np.int64)
        for one in range(self._parts):
            of = np.flatnonzero(part == one)
            if len(of):
                table = self._reach_rank(one, int(rank[of].max()))
                hour[of] = table.of_part[one].hour_of(rank[of])
        place = table.edges[hour, part] + rank - table.before[hour, part]
        return table.first[hour] + table.dealt.backward(hour, place)

    def count_before(self, seconds: I64Array) -> I64Array:
        """How many rows have a time < each of ``seconds``, shape (n,): the inverse of :meth:`seconds`."""
        since = np.maximum(seconds - self._start, 0)
        hour = since // HOUR
        table = self._reach_hour(int(hour.max(initial=0)))
        first, size = table.first[hour], table.first[hour + 1] - table.first[hour]
        # Row k of the hour is earlier if k · HOUR + jitter < into · rows; only the one at the edge needs its jitter.
        earlier = (since - hour * HOUR) * size
        edge = earlier // HOUR
        count = first + edge
        count += edge * HOUR + self._jitter(count) < earlier
        least = min(self._rows, 1)  # the first one is there from the start
        return np.where(seconds > self._start, np.maximum(count, least), 0)

    def count_before_one(self, second: int) -> int:
        """:meth:`count_before` of a single time."""
        return int(self.count_before(np.array([second], dtype=np.int64))[0])

    def of_parts_before_hour(self, seconds: I64Array) -> I64Array:
        """How many rows of each part come before the hour that holds each second; shape (n,) → (n, parts)."""
        hour = np.maximum(seconds - self._start, 0) // HOUR
        return self._reach_hour(int(hour.max(initial=0))).before[hour]

    def _jitter(self, rows: Rows) -> I64Array:
        return below(bits(self._key, rows), HOUR)

    def _hours_of(self, rows: Rows, numbers: I64Array) -> tuple[_Hours, I64Array]:
        """The hour of each row."""
        if isinstance(rows, Span):
            table = self._reach(rows.stop - 1)
            last = np.array([rows.start, rows.stop - 1], dtype=np.int64)
            begin, end = (int(hour) for hour in np.searchsorted(table.first, last, side="right") - 1)
            edges: I64Array = np.clip(table.first[begin : end + 2], rows.start, rows.stop)
            hours: I64Array = np.arange(begin, end + 1, dtype=np.int64)
            return table, np.repeat(hours, np.diff(edges))
        table = self._reach(int(numbers.max()))
        return table, table.all_rows.hour_of(numbers)

    @cached_property
    def _table(self) -> _Hours:
        return self._build(self._first_hours)

    def _build(self, hours: int) -> _Hours:
        edges = self._start + np.arange(hours + 1, dtype=np.int64) * HOUR
        before = np.column_stack([clock.count_before(edges) for clock in self._clocks()])
        in_hour = np.diff(before, axis=0)
        first = before.sum(axis=1)
        dealt = affine_permutations(np.diff(first), bits(self._key, Span(1 << 61, hours)))
        of_part = tuple(_Edges(before[:, part]) for part in range(before.shape[1]))
        return _Hours(before, first, _Edges(first), of_part, np.cumsum(in_hour, axis=1) - in_hour, dealt)

    def _reach(self, number: int) -> _Hours:
        return self._until(lambda table: number < table.all_rows.last)

    def _reach_rank(self, part: int, rank: int) -> _Hours:
        return self._until(lambda table: rank < table.of_part[part].last)

    def _reach_hour(self, hour: int) -> _Hours:
        return self._until(lambda table: hour + 1 < len(table.first))

    def _until(self, is_enough: Callable[[_Hours], bool]) -> _Hours:
        table = self._table
        while not is_enough(table):
            # One assignment: another thread sees the old table or the new one, never parts of both.
            self._table = table = self._build(2 * (len(table.first) - 1))
        return table
