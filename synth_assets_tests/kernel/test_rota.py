import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import bits, word
from synth_assets.kernel.keys import derive
from synth_assets.kernel.permutation import affine_permutations
from synth_assets.kernel.rota import Rota

KEY = derive("test", "rota")
PERIODS = (20, 60, 60, 60, 180, 180, 30, 90, 360, 1)
ORIGIN = 1_767_225_600
ROTA = Rota(KEY, PERIODS, ORIGIN)
DAYS = affine_permutations(np.array(PERIODS), bits(KEY, np.arange(2**62, 2**62 + 10)))


def second_of_day(row):
    return (word(KEY, row) >> 32) * DAY >> 32


def turns_by_looking(row, days):
    """Seconds of a row's turns in the first days, found day by day."""
    period = PERIODS[row % 10]
    stratum = np.array([row % 10])
    first = int(DAYS.forward(stratum, np.array([row // 10 % period]))[0])
    due = [day for day in range(days) if (day - first) % period == 0]
    return [ORIGIN + day * DAY + second_of_day(row) for day in due]


@given(st.integers(0, 10**9), st.integers(-2 * DAY, 400 * DAY))
def test_turns_are_those_found_day_by_day(row, after):
    seconds = turns_by_looking(row, 401)
    found = ROTA.in_force(np.array([row]), ORIGIN + after).version[0]
    assert found == sum(second <= ORIGIN + after for second in seconds)


@given(st.integers(0, 10**6), st.integers(-2 * DAY, 400 * DAY))
def test_a_version_is_in_force_from_its_own_turn_until_the_next(row, after):
    rows = np.array([row])
    version, since, until = (values[0] for values in ROTA.in_force(rows, ORIGIN + after))
    assert since <= ORIGIN + after < until or (version == 0 and ORIGIN + after < since)
    for second in (since, until - 1):
        assert ROTA.in_force(rows, second) == (version, since, until)
    assert ROTA.in_force(rows, until).version[0] == version + 1
    assert version == 0 or ROTA.in_force(rows, since - 1).version[0] == version - 1


@given(st.integers(0, 700), st.integers(-3 * DAY, 90 * DAY), st.integers(0, 3 * DAY))
def test_whose_turn_it_is_is_the_same_asked_either_way(count, since, length):
    since += ORIGIN
    until = since + length
    seconds, rows = ROTA.due(count, since, until)
    expected = sorted(
        (second, row) for row in range(count) for second in turns_by_looking(row, 95) if since <= second < until
    )
    assert sorted(zip(seconds.tolist(), rows.tolist(), strict=True)) == expected


def test_every_day_has_its_share_of_every_stratum():
    counts = [len(ROTA.due(36_000, ORIGIN + day * DAY, ORIGIN + (day + 1) * DAY)[1]) for day in range(60)]
    assert min(counts) == max(counts)
