from itertools import pairwise

import pytest

from synth_assets.errors import UsageError
from synth_assets.usecases.stream_rate import StreamRate, stream_rate


def test_a_steady_rate_has_so_many_a_second_the_first_at_once():
    rate = stream_rate("50")
    assert [rate.due(seconds) for seconds in (0, 0.001, 0.02, 0.021, 1, 60)] == [0, 1, 1, 2, 50, 3_000]
    assert stream_rate("0.5").due(60) == 30
    assert stream_rate("5000").due(60) == 300_000


def test_a_range_wanders_within_its_ends_evenly_and_the_same_each_time():
    rate, again, other = stream_rate("10..50", 7), stream_rate("10..50", 7), stream_rate("10..50", 8)
    times = [at / 50 for at in range(50 * 300)]
    speeds = [rate.at(time) for time in times]
    assert 10 <= min(speeds) < 15
    assert 45 < max(speeds) <= 50
    assert max(abs(a - b) for a, b in pairwise(speeds)) <= 0.81  # 40 in a second, at the most
    assert [again.at(time) for time in times] == speeds != [other.at(time) for time in times]
    due = [rate.due(time) for time in times]
    assert due == sorted(due)
    passed = sum(speeds) / 50
    assert abs(due[-1] - passed) < 5
    # Whoever asks for a late moment first gets the same.
    assert stream_rate("10..50", 7).due(299) == rate.due(299)


@pytest.mark.parametrize(
    "text", ["0", "", "-5", "1e3", "nan", "0..5", "1000001", "10..", "..50", "a", "5..9999999", "٣"]
)
def test_what_is_no_rate_is_refused_with_what_is_allowed(text):
    with pytest.raises(UsageError, match=r"--rate .* is not allowed; it is records a second, a number from 0.001"):
        stream_rate(text)


def test_a_range_that_runs_backwards_is_turned_around_in_the_message():
    with pytest.raises(UsageError, match=r"--rate 50\.\.10 runs backwards.\n  For example: --rate 10\.\.50"):
        stream_rate("50..10")


def test_ends_that_are_the_same_are_steady():
    assert StreamRate(5, 5).steady == 5
    assert StreamRate(5, 6).steady is None
