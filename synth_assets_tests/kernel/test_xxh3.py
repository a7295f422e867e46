"""Digests of many rows at once are those of the library that hashes one after the other."""

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
