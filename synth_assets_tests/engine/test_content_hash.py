import itertools
import pickle
import random
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.engine.content_hash import BlockHasher, TableDigest, words
from synth_assets.errors import DataError
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import FLOAT64, INT64, STRING, STRING_LIST
from synth_assets.model.types.base import digests
from synth_assets_tests.oracles import content_hash as oracle
from synth_assets_tests.samples import ROWS, TABLE, digest, frame, frames, many, pieces

# A change of these is a change of every dataset's content hash.
GOLDEN = "b460c7f28d67a62b5931882cd02022abafd3212f655dfd0786a6a1278546e0fa"
GOLDEN_EMPTY = "d2ab2ee3222ab4dbb25c5f80ddd0b0466a16cd2f52b61471ae3147d46b51e939"

NAMES = [(column.name, column.type.name) for column in TABLE.columns]


def test_the_content_hash_of_three_known_rows_is_frozen():
    of_old = replace(TABLE, columns=tuple(column for column in TABLE.columns if column.name != "tags"))
    for rows, expected in ((ROWS, GOLDEN), ([], GOLDEN_EMPTY)):
        assert digest([frame(rows).drop("tags")], of_old).content_hash == expected


@given(frames(), st.data())
def test_any_rows_in_any_pieces_hash_as_the_oracle_says(whole, data):
    cuts = data.draw(st.lists(st.integers(0, whole.height), max_size=3))
    found = digest(pieces(whole, cuts))
    assert found.content_hash == oracle.content_hash(whole.to_dicts(), NAMES, "id")
    keys = whole["id"].to_list()
    for name in TABLE.column_names:
        expected = oracle.column_hash(keys, whole[name].to_list())
        assert found.column_hashes[name] == expected.hex()


@pytest.mark.parametrize("step", [1_000, 65_536, 65_537, 131_072])
def test_pieces_do_not_change_the_hash_of_many_blocks(step):
    whole = many(140_000, first=60_000)
    cuts = range(step, whole.height, step)
    assert digest(pieces(whole, cuts)) == digest([whole])
    assert [block.rows for block in digest([whole]).blocks] == [5_537, 65_536, 65_536, 3_391]


def test_chunks_inside_a_frame_do_not_change_the_hash():
    whole = many(1_000)
    joined = pl.concat(pieces(whole, [3, 500, 501]), rechunk=False)
    assert joined.n_chunks() > 1
    assert digest([joined]) == digest([whole])


def test_parts_of_different_workers_merge_in_any_order_into_the_whole():
    whole = many(200_000)
    parts = [pickle.loads(pickle.dumps(digest([p]))) for p in pieces(whole, [65_536, 131_072])]  # noqa: S301
    for order in itertools.permutations(parts):
        assert TableDigest.merge(order) == digest([whole])


def test_parts_that_share_a_block_are_refused():
    parts = [digest([p]) for p in pieces(many(100), [50])]
    with pytest.raises(DataError, match="rows 0 to 65535, counted by their keys, are spread over 2 parts"):
        TableDigest.merge(parts)
    with pytest.raises(ValueError, match="parts of one table"):
        TableDigest.merge([])


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ([[1, 2, 2]], "id=2 occurs twice"),
        ([[1, 5, 4]], "id=4 comes after 5"),
        ([[1, 5], [5]], "id=5 occurs twice"),
        ([[1, 5], [3]], "id=3 comes after 5"),
        ([[1, None]], "id is missing in 1 rows"),
    ],
)
def test_keys_that_do_not_ascend_are_named(keys, message):
    table = Table("shop", "keys", "", "", Key.of("id"), (Column("id", INT64, ""),))
    hasher = BlockHasher(table)
    *before, last = [pl.DataFrame({"id": some}, schema={"id": pl.Int64}) for some in keys]
    for one in before:
        hasher.update(one)
    with pytest.raises(DataError, match=f"shop/keys: key {message}"):
        hasher.update(last)


def test_another_schema_is_refused_by_name():
    hasher = BlockHasher(TABLE)
    with pytest.raises(DataError, match="tiny is Int64, not Int8"):
        hasher.update(many(2).with_columns(pl.col("tiny").cast(pl.Int64)))
    with pytest.raises(DataError, match="are not the table's"):
        hasher.update(many(2).drop("tiny"))


@pytest.mark.parametrize("missing", [True, False])
def test_given_words_count_as_the_column_and_may_be_overwritten_afterwards(missing):
    whole = many(1_000) if missing else many(1_000).with_columns(pl.col("title").fill_null("-"))
    expected = digest([whole])
    hasher = BlockHasher(TABLE)
    for part in pieces(whole, [10, 700]):
        known, _ = words(part["title"], STRING)
        known[part["title"].is_null().to_numpy()] = 99
        hasher.update(part, {"title": known})
        known[:] = 0
    assert hasher.finish() == expected


def test_given_words_are_not_recomputed():
    hasher = BlockHasher(TABLE)
    hasher.update(many(10), {"title": np.arange(10, dtype=np.uint64)})
    assert hasher.finish().column_hashes["title"] != digest([many(10)]).column_hashes["title"]
    with pytest.raises(ValueError, match="words of title"):
        hasher.update(many(10, first=11), {"title": np.arange(3, dtype=np.uint64)})


@pytest.mark.parametrize("distinct", [1, 7, 5_000])
@pytest.mark.parametrize("missing", [False, True])
def test_words_of_text_are_digests_however_many_are_distinct(distinct, missing):
    draw = random.Random(distinct)  # noqa: S311
    texts = [None if missing and at % 7 == 0 else f"té{draw.randrange(distinct)}" for at in range(5_000)]
    found, valid = words(pl.Series(texts, dtype=pl.String), STRING)
    assert found.tolist() == [0 if t is None else xxhash.xxh3_64_intdigest(t.encode()) for t in texts]
    assert (valid is not None) == missing
    assert digests([b"a"], 1).tolist() == [xxhash.xxh3_64_intdigest(b"a")]


def test_only_missing_text_is_all_zero_words():
    found, valid = words(pl.Series([None, None], dtype=pl.String), STRING)
    assert found.tolist() == [0, 0]
    assert valid is not None
    assert valid.tolist() == [False, False]


def test_words_of_lists_are_digests_of_their_entries_joined():
    found, valid = words(pl.Series([["a", "b"], None, [], ["ab"]], dtype=pl.List(pl.String)), STRING_LIST)
    assert found.tolist() == [xxhash.xxh3_64_intdigest(b"a\x1fb"), 0, *map(xxhash.xxh3_64_intdigest, (b"", b"ab"))]
    assert valid is not None
    assert valid.tolist() == [True, False, True, True]


def test_there_is_one_zero_and_one_nan():
    odd_nan = np.array([0x7FF8_0000_0000_0001, 0xFFF8_0000_0000_0000], dtype=np.uint64).view(np.float64)
    found, _ = words(pl.Series([-0.0, 0.0, *odd_nan.tolist(), float("nan")]), FLOAT64)
    assert found.tolist() == [0, 0, *[0x7FF8_0000_0000_0000] * 3]
    table = Table("s", "t", "", "", Key.of("id"), (Column("id", INT64, ""), Column("x", FLOAT64, "")))
    zeros = [digest([pl.DataFrame({"id": [1], "x": [x]})], table).content_hash for x in (0.0, -0.0)]
    assert zeros[0] == zeros[1]


def test_a_missing_cell_is_not_a_zero():
    one, other = many(3), many(3).with_columns(pl.when(pl.col("id") != 2).then(pl.col("tiny") * 0).alias("tiny"))
    zero = one.with_columns((pl.col("tiny") * 0).alias("tiny"))
    assert digest([other]).column_hashes["tiny"] != digest([zero]).column_hashes["tiny"]
