"""What the clocks of a place show: its standard time, and daylight saving time by the rules of today.

Rules are those in force since 2007 (North America), 1996 (European Union and United Kingdom) and 2008 (south-eastern
Australia), and hold for any year: a dataset of 1990 has them, too. Only whole-number arithmetic, a table of the 400
years after which the calendar comes round, weekdays and all.
"""

import functools

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array
from synth_assets.world.places import places

_CYCLE_DAYS = 146_097  # of 400 years: 20,871 weeks
_NEVER = 31  # an hour that no day has
_HOURS = np.arange(_NEVER + 1, dtype=np.int64) * HOUR
_SUNDAY = 3  # 1970-01-04, in days since 1970

# By rule: month and hour of the change to daylight saving time and back, which Sunday (−1: the last), and whether the
# hour is one of UTC; else one of standard time. In autumn 2:00 by the clock is 1:00 of standard time in America, 3:00
# is 2:00 in Australia.
_RULES = {
    "none": None,
    "US": ((3, 2, 2), (11, 1, 1), False),
    "EU": ((3, -1, 1), (10, -1, 1), True),
    "AU": ((10, 1, 2), (4, 1, 2), False),
}


def local_seconds(place: I64Array, utc_seconds: I64Array) -> I64Array:
    """What the clocks of each place show.

    Args:
        place: numbers of :func:`~synth_assets.world.places.places`, shape (n,).
        utc_seconds: since 1970-01-01T00:00Z, shape (n,).

    Returns:
        shape (n,), seconds since 1970 as if the clock's time were UTC: ``% 86_400`` is the time of day there.

    Example:
        >>> place = np.array([places().cities.texts.to_list().index("London")])
        >>> local_seconds(place, np.array([1_751_328_000])) - 1_751_328_000  # 2025-07-01
        array([3600])
    """
    return utc_seconds + seconds_ahead(place, utc_seconds)


def seconds_ahead(place: I64Array | int, utc_seconds: I64Array) -> I64Array:
    """How far the clocks of a place, or of each, are ahead of UTC at some moments, shape (n,)."""
    offset, shift, first_day, codes = _tables()
    seconds = utc_seconds + shift[place]
    days = seconds // DAY
    seconds -= days * DAY
    if len(days) and not 0 <= days.min() <= days.max() < _CYCLE_DAYS:
        days %= _CYCLE_DAYS
    days += first_day[place]
    code = codes[days]
    is_summer = (code >> 5).view(np.bool_) ^ (seconds >= _HOURS[code & 31])
    return offset[place] + is_summer * HOUR


@functools.cache
def _tables() -> tuple[I64Array, I64Array, I64Array, NDArray[np.uint8]]:
    """Of each place the seconds of its standard time ahead of UTC and of its rule's hours, and where its days begin.

    The last are the days of all rules: the hour of a change, and in the bit above whether summer time was in force.
    """
    offset = places().offset_minutes * 60
    rules = list(_RULES)
    number = np.array([rules.index(name) for name in places().daylight_saving], dtype=np.int64)
    by_utc = np.array([rule is not None and rule[2] for rule in _RULES.values()])
    codes = np.concatenate([_days(name) for name in rules])
    return offset, np.where(by_utc[number], 0, offset), number * _CYCLE_DAYS, codes


def _days(name: str) -> NDArray[np.uint8]:
    """A code for each day of the cycle, which begins in 1970."""
    rule = _RULES[name]
    codes = np.full(_CYCLE_DAYS, _NEVER, dtype=np.uint8)
    if rule is None:
        return codes
    to_summer, back, _ = rule
    begins, ends = _sundays(*to_summer[:2]), _sundays(*back[:2])
    change = np.zeros(_CYCLE_DAYS + 1, dtype=np.int64)
    change[begins + 1] += 1  # from the day after on
    change[ends + 1] -= 1
    is_summer = np.cumsum(change[:-1]) + (ends[0] < begins[0])
    codes += (32 * is_summer).astype(np.uint8)
    for days, (_, _, hour) in ((begins, to_summer), (ends, back)):
        codes[days] = codes[days] - _NEVER + hour
    return codes


def _sundays(month: int, which: int) -> I64Array:
    """The day of a month's first, second or last (−1) Sunday in each year of the cycle, in days since 1970."""
    years = np.arange(400)
    first = (12 * years + (month - 1) + (which < 0)).astype("datetime64[M]").astype("datetime64[D]")
    start = first.astype(np.int64)
    # The first Sunday of a month is on or after its first day; the last one is a week before the next month's first.
    return start + (_SUNDAY - start) % 7 + 7 * (which - 1 if which > 0 else -1)
