"""A clock of parts: each part keeps its own hours, and rows are found again both ways."""

import numpy as np
import pytest

from synth_assets.kernel.clock import DAY, HOUR, SHOP, Busy, Clock
from synth_assets.kernel.counter import Span
from synth_assets.kernel.keys import derive
from synth_assets.kernel.parted_clock import PartedClock

START = 1_700_006_400  # a midnight
NIGHT = Busy(tuple(100 if hour < 12 else 9 for hour in range(24)), SHOP.weekdays, SHOP.months)
DAYTIME = Busy(tuple(9 if hour < 12 else 100 for hour in range(24)), SHOP.weekdays, SHOP.months)


def clock_of(rows, days):
    end = START + days * DAY
    clocks = [
        Clock(derive("test", "part", number), of, START, end, founders=int(number == 0), busy=busy)
        for number, (of, busy) in enumerate(zip(rows, (NIGHT, DAYTIME, SHOP), strict=True))
    ]
    return PartedClock(derive("test", "parted"), lambda: clocks, rows, START, end)


@pytest.fixture(params=[((900, 1_500, 40), 30), ((5, 0, 2), 400), ((1, 0, 0), 2), ((4_000, 4_000, 4_000), 1)])
def case(request):
    rows, days = request.param
    return rows, days, clock_of(rows, days)


def test_times_never_decrease_and_as_many_come_before_one_as_are_earlier(case):
    rows, days, of = case
    seconds = of.seconds(Span(0, 3 * sum(rows)))
    assert seconds[0] == START
    assert (np.diff(seconds) >= 0).all()
    some = np.random.default_rng(1).integers(START - DAY, seconds[-1], 500)
    some = np.concatenate([some, seconds[::7], seconds[::7] + 1])
    some = some[some <= seconds[-1]]
    assert (of.count_before(some) == np.searchsorted(seconds, some, side="left")).all()
    assert of.count_before_one(START + days * DAY) == sum(rows)


def test_part_and_rank_name_one_row(case):
    rows, _, of = case
    numbers = np.arange(2 * sum(rows), dtype=np.int64)
    part, rank = of.part_of(Span(0, len(numbers)))
    assert (of.number(part, rank) == numbers).all()
    for one, count in enumerate(rows):
        assert sorted(rank[part == one])[:count] == list(range(count))
    shuffled = np.random.default_rng(2).permutation(numbers)
    found = of.part_of(shuffled)
    assert (found.part == part[shuffled]).all()
    assert (of.seconds(shuffled) == of.seconds(numbers)[shuffled]).all()


def test_the_hour_decides_of_which_part_a_row_is():
    rows = (9_000, 9_000, 0)
    of = clock_of(rows, 60)
    part, _ = of.part_of(Span(0, 18_000))
    morning = of.seconds(Span(0, 18_000)) // HOUR % 24 < 12
    assert (part[morning] == 0).mean() > 0.85
    assert (part[~morning] == 1).mean() > 0.85


def test_the_rows_of_parts_before_an_hour_are_counted(case):
    rows, _, of = case
    numbers = np.arange(2 * sum(rows), dtype=np.int64)
    seconds, part = of.seconds(numbers), of.part_of(numbers).part
    for at in (START + HOUR, START + 20 * HOUR, int(seconds[-1])):
        hour = at // HOUR * HOUR
        expected = np.bincount(part[seconds < hour], minlength=len(rows))
        assert of.of_parts_before_hour(np.array([at]))[0].tolist() == expected.tolist()


def test_a_longer_table_changes_no_row():
    of, grown = clock_of((50, 60, 70), 20), clock_of((50, 60, 70), 20)
    grown.seconds(np.array([40_000], dtype=np.int64))
    assert (of.seconds(Span(0, 180)) == grown.seconds(Span(0, 180))).all()
    assert (of.part_of(Span(0, 180)).part == grown.part_of(Span(0, 180)).part).all()
