"""What becomes of orders happens in order, within its bounds, and at hours at which it can."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from synth_assets.kernel.clock import DAY, HOUR, NEVER
from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.world.opening_hours import AWAKE, WAREHOUSE, OpeningHours
from synth_assets.world.order_lifecycle import LONGEST, LONGEST_TO_DELIVER, Outcome

# Every minute or so of a year, with both changes of the clocks; words at their extremes, too.
PLACED = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) + np.arange(0, 366 * DAY, 61)
WORDS = bits(derive("test"), Span(0, len(PLACED)))
WORDS[::5], WORDS[1::5] = 0, 2**64 - 1
KINDS = [Outcome(np.full(len(PLACED), kind)) for kind in range(4)]
AHEADS = [hour * HOUR for hour in (-8, -6, -5, 1, 10)]


def hours_and_days(seconds, zone):
    """Local hours and weekdays of some of the times; Monday is 0."""
    local = [datetime.fromtimestamp(second, ZoneInfo(zone)) for second in seconds[::23].tolist() if second != NEVER]
    return {one.hour for one in local}, {one.weekday() for one in local}


@pytest.mark.parametrize("ahead", AHEADS)
@pytest.mark.parametrize("outcome", KINDS, ids=("kept", "returned", "cancelled", "unpaid"))
def test_steps_come_in_order_and_none_later_than_it_may(outcome, ahead):
    life = outcome.moments(PLACED, WORDS, ahead)
    before = PLACED
    for step in ("paid", "shipped", "delivered", "returned"):
        moment = getattr(life, step)
        reached = moment != NEVER
        assert (reached == outcome.reaches(step)).all()
        assert (moment[reached] > before[reached]).all()
        assert (moment[reached] <= PLACED[reached] + LONGEST[step]).all()
        before = moment
    cancelled = life.cancelled[life.cancelled != NEVER]
    assert ((cancelled > PLACED[: len(cancelled)] + 2 * HOUR) & (cancelled <= PLACED[: len(cancelled)] + DAY)).all()
    assert LONGEST_TO_DELIVER < 10 * DAY


def test_what_is_shipped_is_the_same_whether_or_not_the_rest_is_asked_for():
    for outcome in KINDS:
        assert (outcome.shipped(PLACED, WORDS) == outcome.moments(PLACED, WORDS, AHEADS[0]).shipped).all()


def test_goods_leave_and_come_back_while_the_warehouse_works():
    life = KINDS[1].moments(PLACED, WORDS, AHEADS[3])
    for moment in (life.shipped, life.returned):
        hours, days = hours_and_days(moment, "America/Chicago")
        assert hours == set(range(7, 19))
        assert days == set(range(6))


@pytest.mark.parametrize(
    ("ahead", "zone"),
    [(-8, "America/Los_Angeles"), (-8, "Pacific/Honolulu"), (-6, "America/Chicago"), (-5, "America/St_Johns"),
     (1, "Europe/London"), (1, "Europe/Stockholm"), (10, "Asia/Singapore"), (10, "Australia/Sydney")],
)  # fmt: skip
def test_parcels_come_by_day_and_not_on_sunday(ahead, zone):
    hours, days = hours_and_days(KINDS[0].moments(PLACED, WORDS, ahead * HOUR).delivered, zone)
    assert hours <= set(range(7, 21))
    assert days == set(range(6))


@pytest.mark.parametrize("open_at", [WAREHOUSE, AWAKE, OpeningHours(0, DAY, days=1)])
def test_opening_hours_are_counted_both_ways(open_at):
    spent = open_at.spent(PLACED)
    assert (np.diff(spent) >= 0).all()
    steps = np.arange(int(spent[0]), int(spent[-1]), 977)
    assert (open_at.spent(open_at.at(steps)) == steps).all()
    time = open_at.at(steps) % DAY
    assert ((time >= open_at.opens) & (time < open_at.closes)).all()
    # What is counted is what one would count by hand.
    times = PLACED[0] + np.arange(0, 14 * DAY, 60)
    monday = (times // DAY + 3) % 7
    is_open = (monday < open_at.days) & (times % DAY >= open_at.opens) & (times % DAY < open_at.closes)
    assert np.diff(open_at.spent(times)).tolist() == (60 * is_open[:-1]).tolist()
