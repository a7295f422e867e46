"""Clocks: time as a monotone function of the row number, with daily, weekly and yearly seasons.

A clock spreads ``rows`` rows over the *mass* of a span of hours. Mass is weight × seconds, whole
numbers throughout: hour h weighs 8 to 1,023, row n falls at a jittered place in the n-th of ``rows``
equal shares, and the hour that holds that place gives its time to the second. Rows ≥ ``rows`` go on
past the end of the span at the same rate. Both directions are closed-form:
:meth:`Clock.seconds` (row → time) and :meth:`Clock.count_before` (time → number of earlier rows).
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array, Rows, Span, bits, numbers_of
from synth_assets.kernel.division import remainder
from synth_assets.kernel.keys import StreamKey
from synth_assets.kernel.wide import WIDEST, product_divided

HOUR = 3_600
DAY = 86_400

NEVER = np.int64(1) << 60
"""A time that never comes."""

_MOST_HOURS = 1_000 * 8_766  # a bound on memory: a row this far away was never meant
_LEAST = 8  # lightest hour; a guide cell is no wider, so that a look-up steps over one edge at most
_MOST = 1_023
_MORE_HOURS = 24 * 62
_GUIDE_SHIFT = 14  # 2^14 <= 8 · 3600


class Busy(NamedTuple):
    """When there is how much traffic, in per cent of what is usual.

    Attributes:
        hours: by hour of the day (UTC).
        weekdays: from Monday.
        months: from January, each at its middle, since a step at midnight on 1 January would look like a fault.
    """

    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    months: tuple[int, ...]


SHOP = Busy(
    (30, 22, 16, 13, 12, 14, 20, 32, 45, 55, 62, 66, 70, 68, 66, 66, 70, 78, 90, 100, 98, 85, 65, 45),
    (104, 96, 94, 98, 100, 112, 124),
    (90, 86, 90, 93, 96, 95, 91, 90, 97, 104, 130, 145),
)
"""A shop in Europe that lives on Christmas; its hours are in per cent of the busiest one."""

_NOISE = (80, 120)  # an hour differs from its season by up to a fifth
_DAY_NOISE = (93, 107)  # and a whole day by some per cent: no two Tuesdays are alike
_DAYS = np.int64(1) << 40  # where the days' words begin, far behind those of any hour

_FRIDAY = 4
_BLACK_FRIDAY = (23, 29)  # of November: the day after the fourth Thursday
_AROUND_BLACK_FRIDAY = {-4: 118, -3: 118, -2: 122, -1: 128, 0: 230, 1: 165, 2: 160, 3: 205, 4: 125}
"""Per cent of a usual day, by days from Black Friday on: its week, its week-end and the Monday after it."""

_DATES = {
    (1, 1): 75, **{(1, day): 116 for day in range(2, 11)},  # the winter sale
    **{(2, day): 112 for day in range(10, 14)},
    (11, 11): 128,
    (12, 22): 82, (12, 23): 72, (12, 24): 52, (12, 25): 46, (12, 26): 96,
    **{(12, day): 98 for day in range(27, 31)}, (12, 31): 78,
}  # fmt: skip
"""Per cent of a usual day, by month and day."""

_SUMMER_SALE = 155  # per cent, on a Tuesday and Wednesday in July


def seasonal_weights(
    key: StreamKey, first_hour: int, hours: int, *, yearly: bool = True, busy: Busy = SHOP
) -> I64Array:
    """Weights of the hours ``first_hour …``, counted since 1970-01-01T00:00Z; shape (hours,), 8 to 1,023.

    Each hour's weight is a function of its own number, so any range is a slice of every longer one. Without ``yearly``
    one week weighs about what another does.
    """
    hour = np.arange(first_hour, first_hour + hours, dtype=np.int64)
    day = hour // 24
    weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
    low, high = _NOISE
    noise = (bits(key, Span(first_hour, hours)) >> np.uint64(40)).astype(np.int64) % (high - low + 1) + low
    weight = np.array(busy.hours)[hour % 24] * np.array(busy.weekdays)[weekday] * noise
    if yearly:
        low, high = _DAY_NOISE
        days = np.arange(first_hour // 24, (first_hour + hours - 1) // 24 + 1, dtype=np.int64)
        day_noise = (bits(key, days + _DAYS) >> np.uint64(40)).astype(np.int64) % (high - low + 1) + low
        by_day = _by_date(days, busy.months) * event_percent(days) * day_noise // 10_000
        weight = weight * by_day[day - days[0]]
    else:
        weight = weight * 100
    return np.clip(weight // 1_000_000, _LEAST, _MOST)


def event_percent(day: I64Array) -> I64Array:
    """What special days have of a usual day's traffic, in per cent.

    Args:
        day: days since 1970-01-01, shape (n,).

    Returns:
        shape (n,), 100 for all other days.
    """
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    of_month = (date - month.astype("datetime64[D]")).astype(np.int64) + 1
    number = month.astype(np.int64) % 12 + 1
    table = np.full(13 * 32, 100, dtype=np.int64)
    for (one, of), percent in _DATES.items():
        table[one * 32 + of] = percent
    percent = table[number * 32 + of_month]
    weekday = (day + 3) % 7
    second_week = of_month - (weekday - 1)  # the date of the week's Tuesday
    percent[(number == 7) & ((weekday == 1) | (weekday == 2)) & (second_week >= 8) & (second_week <= 14)] = _SUMMER_SALE
    november = month.astype("datetime64[Y]").astype("datetime64[M]") + np.timedelta64(10, "M")
    first = november.astype("datetime64[D]").astype(np.int64)
    black = first + (_FRIDAY - (first + 3) % 7) % 7 + 21
    black += 7 * (black - first + 1 < _BLACK_FRIDAY[0])
    for days, around in _AROUND_BLACK_FRIDAY.items():
        percent[day == black + days] = around
    return percent


def _by_date(day: I64Array, months: tuple[int, ...]) -> I64Array:
    """What a day since 1970 has of the year's season, shape (n,): a month's value in its middle, steady in between."""
    month = day.astype("datetime64[D]").astype("datetime64[M]")
    after = month + np.timedelta64(1, "M")
    first, following = (when.astype("datetime64[D]").astype(np.int64) for when in (month, after))
    length, place = following - first, 2 * (day - first) + 1  # in half days, from 1 to 2 · length − 1
    is_late = place >= length
    own = np.where(is_late, 3 * length - place, length + place)
    values, number = np.array(months), month.astype(np.int64)
    other = values[(number + np.where(is_late, 1, -1)) % 12]
    return (values[number % 12] * own + other * (2 * length - own)) // (2 * length)


class Calendar:
    """Hours from a start on, each with its weight: seconds to mass, and back.

    The table of hours is made when it is first asked for, and grows on demand; growing never changes what is there.

    Attributes:
        start: the first second, on a whole hour.
    """

    def __init__(self, key: StreamKey, start: int, hours: int, *, yearly: bool = True, busy: Busy = SHOP) -> None:
        """Lay out the hours.

        Args:
            key: names the noise of the hours.
            start: see the class.
            hours: for how many the table is made at once.
            yearly: whether some months are busier than others.
            busy: when there is how much traffic.
        """
        self._key, self._yearly, self._busy, self._first = key, yearly, busy, hours
        self.start = start

    def second_at(self, mass: I64Array) -> I64Array:
        """The second that holds each place in the mass, shape (n,)."""
        hours = self._reach_mass(int(mass.max(initial=0)))
        hour = hours.guide[mass >> _GUIDE_SHIFT].astype(np.int64)
        hour += hours.before[hour + 1] <= mass
        seconds = (mass - hours.before[hour]) // hours.weight[hour]
        seconds += hour * HOUR + self.start
        return seconds

    def mass_before(self, seconds: I64Array) -> I64Array:
        """The mass of all that is before each of ``seconds``, shape (n,); 0 before the start."""
        since = np.maximum(seconds - self.start, 0)
        hours = self._reach_hour(int(since.max(initial=0)) // HOUR + 1)
        hour = since // HOUR
        return hours.before[hour] + hours.weight[hour] * (since % HOUR)

    def mass_of(self, hours: int) -> int:
        """The mass of the first so many hours."""
        return int(self._reach_hour(hours).before[hours])

    @cached_property
    def _table(self) -> "Hours":
        return self._build(self._first)

    def _build(self, hours: int) -> "Hours":
        if hours > _MOST_HOURS:
            msg = f"a clock goes on for {_MOST_HOURS // 8_766} years at the most"
            raise OverflowError(msg)
        first = self.start // HOUR
        weight: I64Array = seasonal_weights(self._key, first, hours, yearly=self._yearly, busy=self._busy)
        before = np.concatenate([[0], np.cumsum(weight * HOUR)]).astype(np.int64)
        # Cells that begin in an hour: searching for each of them is 20 times the work.
        cell = -(-before >> _GUIDE_SHIFT)
        guide = np.repeat(np.arange(hours, dtype=np.int32), np.diff(cell))
        return Hours(weight, before, guide)

    def _reach_mass(self, mass: int) -> "Hours":
        table = self._table
        while mass >= table.before[-1]:
            # One assignment: another thread sees the old table or the new one, never parts of both.
            self._table = table = self._build(2 * len(table.weight))
        return table

    def _reach_hour(self, hour: int) -> "Hours":
        table = self._table
        if hour >= len(table.weight):
            # One assignment: another thread sees the old table or the new one, never parts of both. Who asks hour by
            # hour waits for few builds; who asks a little beyond the end gets little more.
            self._table = table = self._build(max(hour + 1 + _MORE_HOURS, 5 * len(table.weight) // 4))
        return table


class Clock:
    """A monotone map between row numbers and seconds since 1970-01-01T00:00Z."""

    def __init__(
        self,
        key: StreamKey,
        rows: int,
        start: int,
        end: int,
        *,
        founders: int = 0,
        yearly: bool = True,
        busy: Busy = SHOP,
    ) -> None:
        """Spread ``rows`` rows over ``[start, end)``.

        Args:
            key: names the jitter and the noise of the hours.
            rows: rows in the span; where there are none, none come after it either.
            start: first second, on a whole hour.
            end: second after the last, on a whole hour, later than ``start``.
            founders: the first so many rows all fall on ``start``.
            yearly: whether some months and days of the year are busier than others.
            busy: when there is how much traffic.

        Raises:
            OverflowError: rows × mass of the span passes 2^62, and either of both is too large for wide products.
        """
        self._key = key
        self._is_empty = rows == 0
        self._rows = max(rows, 1)
        self._start = start
        self._founders = founders
        self._hours = (end - start) // HOUR
        self._calendar = Calendar(key, start, self._hours + 24 * 62, yearly=yearly, busy=busy)
        # Whoever only asks how many rows there are needs no table; where every hour might be too heavy, it tells now.
        may_pass = self._rows * self._hours * _MOST * HOUR >= 1 << 62
        if may_pass and max(self._rows, self._mass) >= WIDEST and self._rows * self._mass >= 1 << 62:
            msg = f"{rows} rows over {self._hours} hours are more than 64-bit arithmetic can place"
            raise OverflowError(msg)

    def seconds(self, rows: Rows) -> I64Array:
        """The time of each row, shape (n,), never decreasing with the row number."""
        numbers = numbers_of(rows)
        places, _ = product_divided(numbers, self._mass, self._rows, self._jitter(rows))
        seconds = self._calendar.second_at(places)
        if self._founders:
            seconds[numbers < self._founders] = self._start
        return seconds

    def latest(self, row: int) -> int:
        """The last second that a row may have: that of the end of its share."""
        return int(self._calendar.second_at(np.array([((row + 1) * self._mass - 1) // self._rows], dtype=np.int64))[0])

    @property
    def start(self) -> int:
        """The first second."""
        return self._start

    def count_before(self, seconds: I64Array) -> I64Array:
        """How many rows have a time < each of ``seconds``, shape (n,): the inverse of :meth:`seconds`."""
        if self._is_empty:
            return np.zeros(len(seconds), dtype=np.int64)
        mass = self._calendar.mass_before(seconds)
        # Row n is earlier just when n · M + jitter(n) < mass · rows; only the row at the edge needs its jitter.
        edge, rest = product_divided(mass, self._rows, self._mass)
        earlier = self._jitter(edge) < rest
        count = edge + earlier
        return np.where(seconds > self._start, np.maximum(count, self._founders), 0)

    def count_before_one(self, second: int) -> int:
        """:meth:`count_before` of a single time."""
        return int(self.count_before(np.array([second], dtype=np.int64))[0])

    @cached_property
    def _mass(self) -> int:
        """Of the span."""
        return self._calendar.mass_of(self._hours)

    def _jitter(self, rows: Rows) -> I64Array:
        words = bits(self._key, rows)
        words >>= np.uint64(11)
        return remainder(words.view(np.int64), self._mass)


class Hours(NamedTuple):
    """The hours of a calendar, from its start; shapes (hours,), (hours + 1,) and (cells,).

    Attributes:
        weight: of each hour.
        before: mass before each hour.
        guide: for each cell of mass the hour in which it begins.
    """

    weight: I64Array
    before: I64Array
    guide: NDArray[np.int32]
