"""Local time against the tz database: the standard library's, which the program itself doesn't need."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.world.local_time import local_seconds, seconds_ahead
from synth_assets.world.places import places

CITIES = places().cities.texts.to_list()
# Ten years of half hours hold every change; after 2037 the rules are the same as today's.
FIRST, LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2020, 2030))
HALF_HOURS = np.arange(FIRST, LAST, 1_800)


@pytest.mark.parametrize(
    ("city", "zone"),
    [("New York", "America/New_York"), ("Phoenix", "America/Phoenix"), ("St. John's", "America/St_Johns"),
     ("Birmingham", "Europe/London"), ("Berlin", "Europe/Berlin"), ("Sydney", "Australia/Sydney"),
     ("Adelaide", "Australia/Adelaide"), ("Brisbane", "Australia/Brisbane"), ("Singapore", "Asia/Singapore")],
)  # fmt: skip
def test_clocks_show_what_the_tz_database_says(city, zone):
    times = HALF_HOURS[bits(derive("times"), Span(0, len(HALF_HOURS))) % np.uint64(40) == 0]
    changes = HALF_HOURS[np.abs(HALF_HOURS - times[len(times) // 2]) < 400 * 86_400]  # and every half hour of two years
    for seconds in (times, changes):
        place = np.full(len(seconds), CITIES.index(city))
        local = [datetime.fromtimestamp(second, ZoneInfo(zone)) for second in seconds.tolist()]
        assert seconds_ahead(place, seconds).tolist() == [
            int((one.replace(tzinfo=UTC) - one).total_seconds()) for one in local
        ]


def test_times_of_day_are_those_of_the_clock_before_1970_and_far_ahead_too():
    place = np.array([CITIES.index("Berlin")] * 4)
    noon = [datetime(year, month, 1, 12, tzinfo=UTC) for year, month in ((1969, 1), (1969, 7), (2500, 1), (2500, 7))]
    seconds = np.array([int(moment.timestamp()) for moment in noon])
    assert (local_seconds(place, seconds) % 86_400 // 3_600).tolist() == [13, 14, 13, 14]
    assert len(local_seconds(place[:0], seconds[:0])) == 0
