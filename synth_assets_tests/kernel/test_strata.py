"""Strata against counting: members, ranks and back, for patterns of every shape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_assets.kernel.strata import Strata

PATTERNS = st.lists(st.integers(0, 4), min_size=1, max_size=40).map(
    lambda drawn: np.unique(np.array(drawn, dtype=np.int64), return_inverse=True)[1]
)
COUNT = 137


@settings(max_examples=60, deadline=None)
@given(PATTERNS)
def test_members_and_ranks_are_what_counting_finds(pattern):
    strata, numbers = Strata(pattern), np.arange(COUNT)
    told = np.tile(pattern, COUNT)[:COUNT]
    assert strata.stratum(numbers).tolist() == told.tolist()
    assert strata.rank(numbers).tolist() == [(told[:at] == told[at]).sum() for at in range(COUNT)]
    counted = [[(told[:count] == one).sum() for one in range(len(strata.heads))] for count in range(COUNT)]
    assert strata.members(numbers).tolist() == counted
    for one in range(len(strata.heads)):
        assert strata.members_of(np.full(COUNT, one), numbers).tolist() == [counts[one] for counts in counted]


@settings(max_examples=60, deadline=None)
@given(PATTERNS)
def test_stratum_and_rank_lead_back_to_the_member(pattern):
    strata, numbers = Strata(pattern), np.arange(COUNT)
    stratum, rank = strata.stratum(numbers), strata.rank(numbers)
    assert strata.number(stratum, rank).tolist() == numbers.tolist()
    for one in range(len(strata.heads)):
        assert strata.number(one, rank[stratum == one]).tolist() == numbers[stratum == one].tolist()


@pytest.mark.parametrize("far", [10**12, 2**50])
def test_a_member_far_away_is_found_as_well(far):
    strata, numbers = Strata(np.array([0, 1, 1, 2, 0])), far + np.arange(20)
    assert strata.number(strata.stratum(numbers), strata.rank(numbers)).tolist() == numbers.tolist()
    assert strata.members(numbers).sum(axis=1).tolist() == numbers.tolist()
