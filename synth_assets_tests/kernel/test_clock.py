from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_assets.kernel.clock import DAY, HOUR, Clock, seasonal_weights
from synth_assets.kernel.clocks import EvenClock
from synth_assets.kernel.counter import Span
from synth_assets.kernel.keys import StreamKey, derive
from synth_assets_tests.oracles import kernel as oracle

START = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp())
YEAR = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
KEYS = st.builds(StreamKey, st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))


@cache
def clock(rows=1_000, days=30, founders=0):
    return Clock(derive("test", "clock"), rows, START, START + days * DAY, founders=founders)


@given(KEYS, st.integers(0, 500_000), st.integers(1, 30))
def test_weights_of_hours_are_the_oracles(key, first, hours):
    found = seasonal_weights(key, first, hours).tolist()
    assert found == [oracle.hour_weight(key, hour) for hour in range(first, first + hours)]


@given(st.integers(0, 2_000), st.integers(1, 500))
def test_weights_of_a_range_are_a_slice_of_a_longer_ones(low, count):
    key = derive("test", "weights")
    assert (seasonal_weights(key, low, count) == seasonal_weights(key, 0, 3_000)[low : low + count]).all()


@settings(max_examples=40)
@given(KEYS, st.integers(1, 60), st.integers(1, 12), st.integers(0, 3), st.lists(st.integers(0, 90), max_size=5))
def test_the_time_of_a_row_is_the_oracles_within_the_span_and_past_it(key, rows, hours, founders, asked):
    end = START + hours * HOUR
    found = Clock(key, rows, START, end, founders=founders).seconds(np.array(asked, dtype=np.int64))
    assert found.tolist() == [oracle.second(key, rows, START, end, row, founders) for row in asked]


@given(st.integers(1, 3_000), st.integers(1, 40), st.integers(0, 5))
@settings(max_examples=40)
def test_time_never_goes_back_and_the_span_holds_its_rows(rows, days, founders):
    of = Clock(derive("test", "clock"), rows, START, START + days * DAY, founders=founders)
    seconds = of.seconds(Span(0, 2 * rows + 10))
    assert (np.diff(seconds) >= 0).all()
    assert seconds[0] >= START
    assert (seconds[founders:rows] < START + days * DAY).all()
    assert seconds[max(rows, founders)] >= START + days * DAY
    assert (seconds[:founders] == START).all()


@given(st.integers(1, 3_000), st.integers(1, 40), st.integers(0, 5), st.lists(st.integers(-DAY, 80 * DAY), max_size=20))
@settings(max_examples=40)
def test_the_count_before_a_time_is_how_many_rows_are_earlier(rows, days, founders, offsets):
    of = Clock(derive("test", "clock"), rows, START, START + days * DAY, founders=founders)
    last = of.count_before_one(START + 80 * DAY)
    seconds = of.seconds(Span(0, last + 1))
    assert seconds[last] >= START + 80 * DAY
    edges = [int(second) - START + step for second in seconds[:10] for step in (-1, 0, 1)]
    asked = np.array([START + offset for offset in offsets + edges if offset <= 80 * DAY], dtype=np.int64)
    expected = [int((seconds < moment).sum()) for moment in asked]
    assert of.count_before(asked).tolist() == expected
    assert [of.count_before_one(int(moment)) for moment in asked] == expected


@given(st.integers(0, 5_000), st.integers(0, 200), st.data())
def test_a_row_has_its_time_in_whatever_slice_and_order_it_is_asked_for(start, count, data):
    rows = Span(start, count).array()
    whole = clock().seconds(Span(start, count))
    order = data.draw(st.permutations(range(count))) if count else []
    places = np.array(order, dtype=np.int64)
    assert (clock().seconds(rows[places]) == whole[places]).all()


def test_a_table_that_has_grown_gives_the_times_it_gave_before():
    of = Clock(derive("test", "grown"), 100, START, START + DAY)
    before = of.seconds(Span(0, 500))
    far = of.seconds(np.array([100_000], dtype=np.int64))
    assert far[0] > START + 700 * DAY
    assert (of.seconds(Span(0, 500)) == before).all()
    assert Clock(derive("test", "grown"), 100, START, START + DAY).count_before_one(int(far[0]) + 1) > 100_000 - 1


def test_more_rows_in_a_span_keep_the_shape_of_the_seasons():
    of = Clock(derive("test", "year"), 100_000, *YEAR)
    seconds = of.seconds(Span(0, 100_000))
    hour = np.bincount(seconds % DAY // HOUR, minlength=24) / 100_000
    assert np.allclose(hour, np.array(oracle.HOURS) / sum(oracle.HOURS), rtol=0.08)
    weight = seasonal_weights(derive("test", "year"), YEAR[0] // HOUR, 365 * 24)
    found = np.bincount((seconds - YEAR[0]) // HOUR, minlength=365 * 24)
    assert np.abs(found - 100_000 * weight / weight.sum()).max() < 2


def test_december_evenings_are_busier_than_april_nights():
    weight = seasonal_weights(derive("test", "year"), YEAR[0] // HOUR, 365 * 24).reshape(365, 24)
    assert weight[335:, 19].mean() > 8 * weight[90:120, 4].mean()
    assert weight.min() >= 8
    assert weight.max() <= 1_023


def test_a_clock_without_rows_ticks_as_one_with_a_single_row():
    none, single = (Clock(derive("test", "few"), rows, START, START + DAY) for rows in (0, 1))
    assert (none.seconds(Span(0, 5)) == single.seconds(Span(0, 5))).all()


def test_no_rows_and_no_times_have_no_answers():
    assert clock().seconds(Span(3, 0)).tolist() == []
    assert clock().count_before(np.array([], dtype=np.int64)).tolist() == []


def test_more_rows_than_64_bits_can_place_are_refused():
    with pytest.raises(OverflowError, match=r"^4611686018427387904 rows over 24 hours are more than 64-bit"):
        Clock(derive("test", "many"), 2**62, START, START + DAY)


@pytest.mark.parametrize("clock_type", [Clock, EvenClock])
def test_a_million_million_rows_have_their_seconds_and_are_counted_before_them(clock_type):
    """By Python's whole numbers, which have no end."""
    rows = 10**12
    vast = clock_type(derive("vast"), rows, START, START + 365 * DAY)
    numbers = np.array([0, 1, rows // 3, rows // 2, rows - 2, rows - 1])
    seconds = vast.seconds(numbers)
    assert (np.diff(seconds) >= 0).all()
    assert seconds[0] >= START
    assert seconds[-1] < START + 365 * DAY
    assert (vast.count_before(seconds) <= numbers).all()
    assert (vast.count_before(seconds + 1) > numbers).all()
    assert vast.count_before_one(START + 365 * DAY) == rows
    edge = vast.count_before(seconds + 1)
    assert (vast.seconds(edge - 1) == seconds).all()
    assert (vast.seconds(edge) > seconds).all()


def test_a_row_too_far_away_is_refused_instead_of_going_back_in_time():
    dense = Clock(derive("far"), 2**31, START, START + 365 * DAY)
    years = dense.seconds(np.array([turns * 2**31 * 10 for turns in range(4)])) - START
    assert np.allclose(years / (3_650 * DAY), [0, 1, 2, 3], atol=1e-2)
    with pytest.raises(OverflowError, match="so far away"):
        dense.seconds(np.array([2**42]))
    with pytest.raises(OverflowError, match="1000 years"):
        Clock(derive("far"), 1, START, START + 365 * DAY).seconds(np.array([5_000]))


@given(st.integers(0, 3), st.lists(st.integers(-DAY, 80 * DAY), max_size=20))
def test_a_clock_without_rows_has_none_before_any_time(founders, offsets):
    empty = Clock(derive("test", "clock"), 0, START, START + DAY, founders=founders)
    assert empty.count_before(START + np.array(offsets, dtype=np.int64)).tolist() == [0] * len(offsets)
    assert empty.seconds(Span(0, 0)).tolist() == []
