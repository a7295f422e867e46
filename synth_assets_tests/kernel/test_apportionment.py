"""Apportionment against fractions: everybody gets what is due, up or down, and exactly that over all offsets."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.apportionment import FallingWeights, first_slot, weight_at

HEIRS = st.lists(st.integers(0, 30), min_size=1, max_size=9).filter(any)


def shared(slots, weights, offset):
    """How many slots each heir gets, and who gets each slot."""
    edges = np.concatenate([[0], np.cumsum(weights)])
    first = first_slot(np.full(len(edges), slots), edges, edges[-1], np.int64(offset))
    place = weight_at(np.full(slots, slots), np.arange(slots), edges[-1], np.int64(offset))
    return np.diff(first), np.searchsorted(edges, place, side="right") - 1


@given(HEIRS, st.integers(0, 50), st.data())
def test_everybody_gets_what_is_due_up_or_down_and_slots_go_in_turn(weights, slots, data):
    total = sum(weights)
    got, heir = shared(slots, weights, data.draw(st.integers(0, total - 1)))
    assert np.repeat(np.arange(len(weights)), got).tolist() == heir.tolist()
    for weight, count in zip(weights, got.tolist(), strict=True):
        assert abs(Fraction(slots * weight, total) - count) < 1


@given(HEIRS, st.integers(1, 20))
def test_over_all_offsets_everybody_gets_exactly_the_share(weights, slots):
    total = sum(weights)
    got = np.sum([shared(slots, weights, offset)[0] for offset in range(total)], axis=0)
    assert got.tolist() == [slots * weight for weight in weights]


def test_weights_fall_from_row_to_row_and_rank_to_rank_like_one_ranking():
    weights = FallingWeights.of(8, 200)
    rows = np.arange(8)
    one = [
        weights.before_rank(rows, np.full(8, rank + 1)) - weights.before_rank(rows, np.full(8, rank))
        for rank in range(200)
    ]
    ranking = np.concatenate(one)
    assert (np.diff(ranking) < 0).all()
    assert np.allclose(ranking / ranking[0], np.arange(1, 1_601) ** (-9 / 16), rtol=1e-3)


def test_the_rank_at_a_place_is_that_whose_stretch_holds_it():
    weights, rng = FallingWeights.of(3, 50), np.random.default_rng(5)
    row = rng.integers(0, 3, 2_000)
    place = rng.integers(0, weights.before_rank(row, np.full(2_000, 50)))
    rank = weights.rank_at(row, place)
    assert (weights.before_rank(row, rank) <= place).all()
    assert (place < weights.before_rank(row, rank + 1)).all()


def test_weights_of_more_ranks_begin_with_the_same():
    few, many = FallingWeights.of(8, 20), FallingWeights.of(8, 900)
    assert (many.before[:, :21] == few.before).all()
