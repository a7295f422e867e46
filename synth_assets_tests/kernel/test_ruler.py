"""The ruler against sorting: every rank of every small range, far away, and while a range grows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.ruler import number_at, rank_of


def powers(number):
    """How often 2 divides a number; zero before all others."""
    return 99 if number == 0 else (number & -number).bit_length() - 1


def sorted_by_looking(low, high):
    return sorted(range(low, high), key=lambda number: (-powers(number), -number))


def ranked(low, high):
    ranks = np.arange(high - low)
    return number_at(ranks, np.full(len(ranks), low), np.full(len(ranks), high))


@pytest.mark.parametrize("low", range(-33, 34))
def test_numbers_go_by_powers_of_two_and_then_backwards(low):
    for count in range(1, 70):
        assert ranked(low, low + count).tolist() == sorted_by_looking(low, low + count)


@given(st.integers(-(2**31), 2**31 - 3_000), st.integers(1, 3_000))
def test_ranks_are_found_again_anywhere(low, count):
    numbers = ranked(low, low + count)
    assert sorted(numbers.tolist()) == list(range(low, low + count))
    assert rank_of(numbers, np.full(count, low), np.full(count, low + count)).tolist() == list(range(count))


def test_the_first_stays_first_while_a_range_grows_and_no_rank_more_than_doubles_with_it():
    for high in range(1, 200):
        assert ranked(-40, high)[0] == 0
    numbers = np.arange(-500, 500)
    before = rank_of(numbers, np.full(1_000, -500), np.full(1_000, 500))
    after = rank_of(numbers, np.full(1_000, -500), np.full(1_000, 1_500))
    assert (after >= before).all()
    assert (after <= 4 * before + 4).all()
