"""The calendar by whole numbers: parts of days, and months later; all times are UTC."""

import numpy as np

from synth_assets.kernel.counter import I64Array

MICROSECONDS = 1_000_000
"""Of a second."""

DAY = 86_400 * MICROSECONDS
"""In microseconds."""


DAY_PARTS = ("year", "quarter", "month", "week", "day", "weekday", "day_of_year")
TIME_PARTS = ("hour", "minute", "second", "second_of_day")
"""What days and times have parts of."""


def part_of_day(unit: str, days: I64Array) -> I64Array:
    """A part of days since 1970-01-01, shape (n,): one of :data:`DAY_PARTS`."""
    if unit == "weekday":
        return (days + 3) % 7 + 1  # the first day of 1970 was a Thursday
    if unit == "week":  # a week is of the year that has its Thursday
        return (part_of_day("day_of_year", days + 3 - (days + 3) % 7) - 1) // 7 + 1
    months = _months(days)
    if unit == "day":
        return days - _first_day(months) + 1
    if unit == "day_of_year":
        return days - _first_day(months - months % 12) + 1
    return {"year": months // 12 + 1970, "quarter": months % 12 // 3 + 1, "month": months % 12 + 1}[unit]


def part_of_time(unit: str, micros: I64Array) -> I64Array:
    """A part of the time of day, shape (n,): one of :data:`TIME_PARTS`."""
    seconds = micros % DAY // MICROSECONDS
    return {
        "hour": seconds // 3_600,
        "minute": seconds // 60 % 60,
        "second": seconds % 60,
        "second_of_day": seconds,
    }[unit]


def month_start(days: I64Array) -> I64Array:
    """The first day of the month of days, shape (n,)."""
    return _first_day(_months(days))


def month_end(days: I64Array) -> I64Array:
    """The last day of the month of days, shape (n,)."""
    return _first_day(_months(days) + 1) - 1


def months_later(days: I64Array, count: I64Array) -> I64Array:
    """The same day so many months later, shape (n,); the last day of a month that is shorter."""
    months = _months(days)
    first = _first_day(months + count)
    return np.minimum(first + days - _first_day(months), _first_day(months + count + 1) - 1)


def months_between(first: I64Array, second: I64Array) -> I64Array:
    """Whole months from one time to another, in microseconds, shape (n,); below 0 if the second comes before."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    count = _months(high // DAY) - _months(low // DAY)
    too_late = months_later(low // DAY, count) * DAY + low % DAY > high
    return (count - too_late) * np.where(first <= second, 1, -1)


def whole_between(first: I64Array | np.int64, second: I64Array, unit: int) -> I64Array:
    """Whole units of so many microseconds from one time to another, shape (n,); what is left over counts nothing."""
    between = second - first
    return np.abs(between) // unit * np.sign(between)


def _months(days: I64Array) -> I64Array:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _first_day(months: I64Array) -> I64Array:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
