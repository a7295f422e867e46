"""Clocks of all seasons: without any, by the name of theirs, at a pace, and two of them one after the other."""

import math
from fractions import Fraction
from typing import Literal

import numpy as np

from synth_assets.kernel.clock import DAY, NEVER, Clock
from synth_assets.kernel.counter import I64Array, Rows, bits, numbers_of
from synth_assets.kernel.division import remainder
from synth_assets.kernel.keys import StreamKey
from synth_assets.kernel.wide import product_divided

_WEEKS = range(52, 521)
"""Weeks over which a pace is laid out: so many that their noise is none of the pace."""


class EvenClock:
    """A monotone map between row numbers and seconds; as :class:`~synth_assets.kernel.clock.Clock`, and never busy.

    Row n falls at a random place in the n-th of ``rows`` equal shares of the span; later rows go on at that pace.
    """

    def __init__(self, key: StreamKey, rows: int, start: int, end: int, *, founders: int = 0) -> None:
        """Spread ``rows`` rows over ``[start, end)``; the first ``founders`` of them all fall on ``start``."""
        self._key, self._rows, self._start, self._founders = key, max(rows, 1), start, founders
        self._is_empty, self._span = rows == 0, end - start

    def seconds(self, rows: Rows) -> I64Array:
        """The time of each row, shape (n,), never decreasing with the row number."""
        numbers = numbers_of(rows)
        seconds = product_divided(numbers, self._span, self._rows, self._jitter(rows))[0] + self._start
        return np.where(numbers < self._founders, self._start, seconds) if self._founders else seconds

    def latest(self, row: int) -> int:
        """The last second that a row may have: that of the end of its share."""
        return ((row + 1) * self._span - 1) // self._rows + self._start

    @property
    def start(self) -> int:
        """The first second."""
        return self._start

    def count_before(self, seconds: I64Array) -> I64Array:
        """How many rows have a time < each of ``seconds``, shape (n,): the inverse of :meth:`seconds`."""
        if self._is_empty:
            return np.zeros(len(seconds), dtype=np.int64)
        edge, rest = product_divided(np.maximum(seconds - self._start, 0), self._rows, self._span)
        earlier = self._jitter(edge) < rest  # only the row at the edge needs its jitter
        return np.where(seconds > self._start, np.maximum(edge + earlier, self._founders), 0)

    def count_before_one(self, second: int) -> int:
        """:meth:`count_before` of a single time."""
        return int(self.count_before(np.array([second], dtype=np.int64))[0])

    def _jitter(self, rows: Rows) -> I64Array:
        return remainder((bits(self._key, rows) >> np.uint64(11)).view(np.int64), self._span)


Season = Literal["shop", "weekly", "even"]
"""Busy hours, days and months; hours and days alone; none."""

AnyClock = Clock | EvenClock


def clock_of(season: Season, key: StreamKey, rows: int, start: int, end: int, *, founders: int = 0) -> AnyClock:
    """A clock with such seasons; arguments as of :class:`~synth_assets.kernel.clock.Clock`."""
    if season == "even":
        return EvenClock(key, rows, start, end, founders=founders)
    return Clock(key, rows, start, end, founders=founders, yearly=season == "shop")


def clock_at_pace(key: StreamKey, a_day: Fraction, start: int, *, even: bool = False) -> AnyClock:
    """Rows at a pace from ``start`` on: weeks have their days and nights, years no months.

    Args:
        key: names the jitter and the noise of the hours.
        a_day: rows a day, at most a million; in weeks that have no whole number of them, to one in ten years.
        start: first second, on a whole hour.
        even: whether days have no hours either.
    """
    weeks = next((weeks for weeks in _WEEKS if (a_day * 7 * weeks).denominator == 1), _WEEKS[-1])
    rows = math.floor(a_day * 7 * weeks + Fraction(1, 2))
    return clock_of("even" if even else "weekly", key, rows, start, start + weeks * 7 * DAY)


class TwoPaces:
    """A clock up to a moment, and another one from there on; asked as :class:`Clock` is.

    Args:
        until: the clock of the first rows; ``None`` if they have been there from ever.
        count: how many rows those are.
        since: the clock of all others, which begins at the moment.
    """

    def __init__(self, until: AnyClock | None, count: int, since: AnyClock) -> None:
        self._until, self._count, self._since = until, count, since

    def seconds(self, rows: Rows) -> I64Array:
        """The time of each row, shape (n,); ``-NEVER`` for those that have been there from ever."""
        numbers = numbers_of(rows)
        late = numbers >= self._count
        seconds = np.full(len(numbers), -NEVER)
        if self._until is not None:
            seconds[~late] = self._until.seconds(numbers[~late])
        if late.any():
            seconds[late] = self._since.seconds(numbers[late] - self._count)
        return seconds

    def latest(self, row: int) -> int:
        """The last second that a row may have."""
        if row >= self._count:
            return self._since.latest(row - self._count)
        return -int(NEVER) if self._until is None else self._until.latest(row)

    def count_before(self, seconds: I64Array) -> I64Array:
        """How many rows have a time < each of ``seconds``, shape (n,)."""
        first = self._until.count_before(seconds) if self._until else np.full(len(seconds), self._count)
        return np.minimum(first, self._count) + self._since.count_before(seconds)

    def count_before_one(self, second: int) -> int:
        """:meth:`count_before` of a single time."""
        return int(self.count_before(np.array([second], dtype=np.int64))[0])
