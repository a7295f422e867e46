from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_assets.kernel.keys import derive
from synth_assets.kernel.quota import ARRANGEMENTS, compositions, quota, shuffles
from synth_assets_tests.oracles import kernel as oracle

KEY = derive("test", "quota")


@given(st.integers(0, 30), st.integers(1, 12))
def test_a_shuffle_orders_positions_by_their_words(rows, size):
    expected = [sorted(range(size), key=lambda x, row=row: oracle.word(KEY, row * size + x)) for row in range(rows)]
    assert shuffles(KEY, rows, size).tolist() == expected


@settings(max_examples=20)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_every_arrangement_deals_out_the_multiset_and_knows_its_prefixes_and_owners(multiset):
    table = quota(KEY, multiset)
    assert (table.parents, table.children) == (len(multiset), sum(multiset))
    assert len(table.counts) == ARRANGEMENTS
    for row in range(0, ARRANGEMENTS, 97):
        counts = table.counts[row].tolist()
        assert Counter(counts) == Counter(multiset)
        assert table.before[row].tolist() == [sum(counts[:parent]) for parent in range(len(counts) + 1)]
        assert [table.before_one(row, place) for place in range(len(counts) + 1)] == table.before[row].tolist()
        assert table.owner[row].tolist() == [parent for parent, count in enumerate(counts) for _ in range(count)]


def test_arrangements_differ():
    counts = quota(KEY, [1, 1, 1, 2, 2, 3, 4, 6]).counts
    # Of 8! / 3! / 2! = 3,360 arrangements, 4,096 draws meet 3,360 · (1 − e^(−4096/3360)) = 2,367.
    assert 2_300 < len(np.unique(counts, axis=0)) < 2_430


@pytest.mark.parametrize(
    ("total", "first", "rest", "parts"), [(40, (2, 9), [1, 1, 2, 3, 5, 8], 12), (6, (0, 6), [0, 1, 2, 3], 3)]
)
def test_compositions_have_their_sum_and_their_parts(total, first, rest, parts):
    split = compositions(KEY, total, first, rest, parts)
    assert split.shape == (ARRANGEMENTS, parts)
    assert (split.sum(axis=1) == total).all()
    assert set(split[:, 0].tolist()) <= set(range(first[0], first[1] + 1))
    assert set(split[:, 1:].ravel().tolist()) <= set(rest)


def test_what_was_left_over_stands_in_any_place():
    # Drawn first, the second part is 9 once in ten times; otherwise the last one has to be.
    split = compositions(KEY, 10, (1, 1), [0] * 9 + [9], 3)
    assert 0.45 < (split[:, 1] == 9).mean() < 0.55


@pytest.mark.parametrize(("total", "rest"), [(1_000, [1, 2, 3]), (4, [2, 3]), (7, [100])])
def test_a_total_out_of_reach_is_refused_by_name(total, rest):
    with pytest.raises(ValueError, match=rf"^{total} can hardly be split into 5 parts of \[{rest[0]}"):
        compositions(KEY, total, (1, 2), rest, 5)
