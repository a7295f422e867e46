import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.permutation import affine_permutations
from synth_assets_tests.oracles import kernel as oracle

SIZES = st.integers(1, 2**31 - 1) | st.integers(1, 60)
WORDS = st.integers(0, 2**64 - 1)


def one(size, word):
    return affine_permutations(np.array([size], dtype=np.int64), np.array([word], dtype=np.uint64))


def whole(size, word, turn=0):
    x = np.arange(size, dtype=np.int64)
    return one(size, word).forward(np.zeros_like(x), x, turn)


@given(st.integers(1, 500), WORDS, st.integers(0, 2**32 - 1))
def test_every_element_is_met_once(size, word, turn):
    assert sorted(whole(size, word, turn).tolist()) == list(range(size))


@given(st.lists(st.tuples(SIZES, WORDS, st.integers(0, 2**31), st.integers(0, 2**32 - 1)), min_size=1, max_size=10))
def test_images_are_the_oracles_and_lead_back(cases):
    sizes, words, places, turns = zip(*cases, strict=True)
    table = affine_permutations(np.array(sizes, dtype=np.int64), np.array(words, dtype=np.uint64))
    which = np.arange(len(cases))
    x = np.array([place % size for place, size in zip(places, sizes, strict=True)], dtype=np.int64)
    turn = np.array(turns, dtype=np.int64)
    image = table.forward(which, x, turn)
    expected = [oracle.image(*case) for case in zip(sizes, words, x.tolist(), turns, strict=True)]
    assert image.tolist() == expected
    assert (table.backward(which, image, turn) == x).all()


@given(st.integers(1, 10_000), WORDS)
def test_the_inverse_factor_is_the_modular_inverse(size, word):
    table = one(size, word)
    assert int(table.factor[0]) * int(table.inverse[0]) % size == 1 % size
    assert 0 <= int(table.offset[0]) < size


@given(st.integers(2, 500), WORDS)
def test_a_turn_differs_from_the_one_before(size, word):
    assert (whole(size, word, 0) != whole(size, word, 1)).all()


@pytest.mark.parametrize("size", [12, 360, 1_000])
def test_as_many_turns_as_elements_are_all_different(size):
    which = np.zeros(size, dtype=np.int64)
    turns = np.arange(size)
    for word in range(0, 2**64, 2**64 // 50):
        first = one(size, word).forward(which, which, turns)
        assert len(np.unique(first)) == size


@pytest.mark.parametrize("size", [2**31 - 1, 2**31 - 2, 2**30, 2_147_117_569])
@pytest.mark.parametrize("word", [0, 2**64 - 1, 2**63, 0x7FFF_FFFF])
def test_the_largest_sizes_do_not_overflow(size, word):
    x = np.array([0, 1, size // 2, size - 1], dtype=np.int64)
    table = one(size, word)
    image = table.forward(np.zeros_like(x), x, 2**31)
    assert image.tolist() == [oracle.image(size, word, place, 2**31) for place in x.tolist()]
    assert (table.backward(np.zeros_like(x), image, 2**31) == x).all()


def test_an_empty_permutation_may_stand_among_others():
    table = affine_permutations(np.array([0, 5, 0, 1]), np.array([9, 9, 8, 7], dtype=np.uint64))
    x = np.arange(5)
    assert sorted(table.forward(np.ones_like(x), x).tolist()) == [0, 1, 2, 3, 4]
    nothing = np.array([], dtype=np.int64)
    assert table.forward(nothing, nothing).tolist() == []
