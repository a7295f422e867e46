"""Digests of many rows at once are those of the library that hashes one after the other."""

from itertools import pairwise

import numpy as np
import pytest
import xxhash

from synth_assets.kernel import xxh3


@pytest.mark.parametrize("length", range(xxh3.LEAST, xxh3.MOST + 1))
def test_every_length_is_hashed_as_the_library_hashes_it(length):
    data = np.random.default_rng(length).integers(0, 256, (9, length), dtype=np.uint8)
    data[0], data[1] = 0, 255
    assert xxh3.digests_of_rows(data).tolist() == [xxhash.xxh3_64_intdigest(row.tobytes()) for row in data]


def test_many_rows_are_hashed_in_blocks_and_none_is_fine():
    data = np.random.default_rng(1).integers(0, 256, (70_001, 27), dtype=np.uint8)
    found = xxh3.digests_of_rows(data)
    assert found[[0, 32_767, 32_768, 70_000]].tolist() == [
        xxhash.xxh3_64_intdigest(data[at].tobytes()) for at in (0, 32_767, 32_768, 70_000)
    ]
    assert not len(xxh3.digests_of_rows(data[:0]))


@pytest.mark.parametrize("before", [0, 5])
def test_texts_of_every_length_beside_each_other_are_hashed_as_the_library_hashes_them(before):
    draw = np.random.default_rng(before)
    lengths = draw.permutation(np.concatenate([np.arange(300), draw.integers(0, 150, 20_000)]))
    edges = before + np.concatenate([[0], np.cumsum(lengths)])
    data = draw.integers(0, 256, edges[-1], dtype=np.uint8)
    texts = [data[start:end].tobytes() for start, end in pairwise(edges.tolist())]
    found, longer = xxh3.digests_of_texts(data, edges)
    assert sorted(longer.tolist()) == [at for at, text in enumerate(texts) if len(text) > xxh3.MOST]
    assert found.tolist() == [xxhash.xxh3_64_intdigest(text) if len(text) <= xxh3.MOST else 0 for text in texts]


def test_of_no_text_and_of_texts_without_a_byte():
    for count in range(3):
        found, longer = xxh3.digests_of_texts(np.zeros(0, np.uint8), np.zeros(count + 1, np.int64))
        assert found.tolist() == [xxhash.xxh3_64_intdigest(b"")] * count
        assert not len(longer)
