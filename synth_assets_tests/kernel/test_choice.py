from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.choice import (
    below,
    between,
    chance,
    cubed_below,
    pick,
    squared_below,
    weight_table,
    wide_below,
    zipf_below,
)
from synth_assets.kernel.counter import BLOCK, Span, bits
from synth_assets.kernel.keys import StreamKey
from synth_assets_tests.oracles import kernel as oracle

WORDS = st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([0, 2**32 - 1, 2**32, 2**64 - 1]), max_size=20)
LIMITS = st.integers(1, 2**31) | st.sampled_from([1, 2, 3, 2**31 - 1, 2**31])
WEIGHTS = st.lists(st.integers(0, 1_000), min_size=1, max_size=300).filter(any)


def array(words):
    return np.array(words, dtype=np.uint64)


@given(WORDS, LIMITS)
def test_bounded_and_skewed_integers_are_the_oracles(words, limit):
    assert below(array(words), limit).tolist() == [oracle.below(word, limit) for word in words]
    assert squared_below(array(words), limit).tolist() == [oracle.squared_below(word, limit) for word in words]


@given(WORDS, LIMITS)
def test_cubed_and_zipfian_integers_are_the_oracles(words, limit):
    assert cubed_below(array(words), limit).tolist() == [oracle.cubed_below(word, limit) for word in words]
    assert zipf_below(array(words), limit).tolist() == [oracle.zipf_below(word, limit) for word in words]


@given(WORDS, st.integers(1, 2**62) | st.sampled_from([1, 2**31, 2**32 - 1, 2**32, 2**62]))
def test_integers_below_a_wide_limit_are_the_oracles(words, limit):
    assert wide_below(array(words), limit).tolist() == [oracle.wide_below(word, limit) for word in words]


@given(WORDS, st.data())
def test_a_zipfian_limit_for_each_word_is_the_limit_for_that_word_alone(words, data):
    limits = data.draw(st.lists(LIMITS, min_size=len(words), max_size=len(words)))
    each = np.array(limits, dtype=np.int64)
    assert zipf_below(array(words), each).tolist() == [
        oracle.zipf_below(*pair) for pair in zip(words, limits, strict=True)
    ]


def test_zipfian_integers_come_in_proportion_to_their_octave():
    found = np.bincount(zipf_below(bits(StreamKey(3, 4), Span(0, 200_000)), 127), minlength=127)
    shares = [sum(1 / (i + 1) for i in range(2**k - 1, 2 ** (k + 1) - 1)) for k in range(7)]
    for k, share in enumerate(shares):
        octave = found[2**k - 1 : 2 ** (k + 1) - 1]
        assert octave.sum() == pytest.approx(200_000 * share / sum(shares), rel=0.02)
        expected = 200_000 / sum(shares) / np.arange(2**k, 2 ** (k + 1))
        assert np.abs(octave / expected - 1).max() < 0.25
    assert (np.diff(found[:8]) < 0).all()  # no two of the first come alike


@given(WORDS, st.data())
def test_a_limit_for_each_word_is_the_limit_for_that_word_alone(words, data):
    limits = data.draw(st.lists(LIMITS, min_size=len(words), max_size=len(words)))
    each = np.array(limits, dtype=np.int64)
    pairs = list(zip(words, limits, strict=True))
    assert below(array(words), each).tolist() == [oracle.below(*pair) for pair in pairs]
    assert squared_below(array(words), each).tolist() == [oracle.squared_below(*pair) for pair in pairs]
    low = 5 - each
    assert between(array(words), low, low + each - 1).tolist() == [oracle.below(w, n) + 5 - n for w, n in pairs]


@pytest.mark.parametrize("limit", [1, 2, 7, 1_000, 2**31])
def test_the_least_and_the_greatest_word_reach_both_ends_and_no_further(limit):
    ends = array([0, 2**64 - 1])
    assert below(ends, limit).tolist() == [0, limit - 1]
    assert between(ends, -3, limit - 4).tolist() == [-3, limit - 4]
    assert squared_below(ends, limit).tolist()[0] == 0
    assert squared_below(ends, limit).tolist()[1] in {limit - 1, limit - 2}


@given(WORDS, st.integers(0, 100))
def test_chance_is_true_below_the_numerators_share_of_the_range(words, numerator):
    expected = [word // 2**32 * 100 < numerator * 2**32 for word in words]
    assert chance(array(words), numerator, 100).tolist() == expected


def test_what_never_and_what_always_happens_does_so():
    words = array([0, 1, 2**63, 2**64 - 1])
    assert not chance(words, 0, 3).any()
    assert chance(words, 3, 3).all()


@given(WEIGHTS)
def test_a_weight_gets_its_share_of_65536_slots_to_within_one(weights):
    table = weight_table(weights)
    counts = np.bincount(table.slots, minlength=table.size).tolist()
    assert table.size == len(weights)
    assert sum(counts) == 65_536
    for count, weight in zip(counts, weights, strict=True):
        assert abs(count * sum(weights) - weight * 65_536) < sum(weights)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(any), WORDS)
def test_the_table_and_the_choice_from_it_are_the_oracles(weights, words):
    table = weight_table(weights)
    assert np.bincount(table.slots, minlength=table.size).tolist() == oracle.weight_counts(weights)
    assert pick(array(words), table).tolist() == [oracle.pick(word, weights) for word in words]


def test_a_weight_of_zero_is_never_chosen():
    assert set(weight_table([0, 3, 0, 4, 0]).slots.tolist()) == {1, 3}


def test_every_slot_is_chosen_by_its_top_16_bits():
    weights = [5, 3, 1, 1]
    words = np.arange(65_536, dtype=np.uint64) << np.uint64(48)
    chosen = np.bincount(pick(words | np.uint64(0xFFFF_FFFF_FFFF), weight_table(weights)))
    assert chosen.tolist() == oracle.weight_counts(weights)
    assert list(accumulate(chosen.tolist()))[-1] == 65_536


@pytest.mark.parametrize("categories", [1, 255, 256, 257, 65_536])
def test_the_last_category_is_reached_whatever_the_width_of_the_table(categories):
    table = weight_table([1] * categories)
    assert pick(array([0, 2**64 - 1]), table).tolist() == [0, categories - 1]


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 1])
def test_words_of_any_number_are_chosen_from_as_one_by_one(size):
    words = bits(StreamKey(3, 4), Span(0, size))
    table = weight_table([48, 27, 12, 7, 6])
    assert (pick(words, table) == table.slots[(words >> np.uint64(48)).astype(np.int64)]).all()


def test_drawing_leaves_the_words_as_they_were():
    words = bits(StreamKey(3, 4), Span(0, 100))
    before = words.copy()
    pick(words, weight_table([1, 2]))
    below(words, 10)
    between(words, 1, 6)
    squared_below(words, 10)
    chance(words, 1, 2)
    assert (words == before).all()


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [-1, 2], [5, -5], [1] * 65_537])
def test_weights_that_cannot_be_chosen_by_are_refused(weights):
    with pytest.raises(ValueError, match=r"^weights must be 1 to 65536 integers >= 0 with a positive sum, not \["):
        weight_table(weights)


@pytest.mark.parametrize("weights", [[0.5, 0.5], [1, None], ["1"]])
def test_weights_that_are_no_whole_numbers_are_refused(weights):
    with pytest.raises(TypeError):
        weight_table(weights)


def test_narrow_integers_as_weights_do_not_overflow():
    assert weight_table(np.array([2**20, 2**20], dtype=np.int32)).slots.mean() == 0.5
