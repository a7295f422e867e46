"""Random walks: any step alone, normal steps, and the same numbers as halving one place at a time gives."""

import math

import numpy as np
import pytest

from synth_assets.columns.basis.curves import normal_quantiles
from synth_assets.kernel.counter import bits
from synth_assets.kernel.keys import derive
from synth_assets.kernel.walk import MOST_STEP, MOST_STEPS, TABLE_SCALE, walked

KEY = derive("walks", "of", "tests")
NORMAL = np.rint(normal_quantiles() * TABLE_SCALE).astype(np.int64)


def walk(steps, deviation=100, owner=7):
    steps = np.asarray(steps, dtype=np.int64)
    return walked(KEY, np.full(len(steps), owner, dtype=np.uint64), steps, deviation, NORMAL)


def place(step, deviation, owner):
    """The same with Python's whole numbers, one step."""

    def moved(at, quarters):
        word = bits(KEY, np.array([owner + at], dtype=np.uint64).view(np.int64))[0]
        size = math.isqrt((deviation * 256) ** 2 * quarters // 4)
        return (int(NORMAL[int(word) >> 48]) * size + TABLE_SCALE // 2) // TABLE_SCALE

    if step == 0:
        return 0
    power, low = 1, moved(1, 4)
    high = low + moved(2, 4)
    while power * 2 <= step:
        power, low = power * 2, high
        high = low + moved(power * 2, 4 * power)
    begin, length = power, power
    while length > 1:
        middle = begin + length // 2
        there = (low + high) // 2 + moved(middle, length)
        if step >= middle:
            begin, low = middle, there
        else:
            high = there
        length //= 2
    return (low + 128) // 256


@pytest.mark.parametrize("step", [0, 1, 2, 3, 4, 5, 7, 8, 100, 1_023, 1_024, 999_999, MOST_STEPS - 1])
@pytest.mark.parametrize("deviation", [1, 100, MOST_STEP])
def test_a_step_is_what_halving_gives(step, deviation):
    assert walk([step], deviation)[0] == place(step, deviation, 7)


def test_any_slice_alone_has_the_same_values():
    whole = walk(range(5_000))
    for some in (range(10), range(1_000, 1_100), [4_999, 3, 3, 2_048], [0], []):
        assert np.array_equal(walk(some), whole[list(some)])


def test_steps_are_normal_and_have_nothing_to_do_with_each_other():
    steps = np.diff(walk(range(200_001)))
    assert abs(steps.mean()) < 1.5
    assert abs(steps.std() - 100) < 1
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < 0.01
    assert abs((np.abs(steps) < 100).mean() - 0.6827) < 0.005


def test_what_a_walk_has_done_after_many_steps_grows_with_their_root():
    owners = bits(derive("walks", "other"), np.arange(4_000))
    for steps in (9, 1_000):
        ends = walked(KEY, owners, np.full(4_000, steps, dtype=np.int64), 100, NORMAL)
        assert abs(ends.std() / (100 * math.sqrt(steps)) - 1) < 0.05


def test_walks_differ():
    assert not np.array_equal(walk(range(50)), walk(range(50), owner=8))
