"""Keys: what a codec writes it reads back, and what it can't have written has no number."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.counter import bits
from synth_assets.kernel.keys import derive
from synth_assets.model.key import (
    NO_NUMBER,
    CompositeCodec,
    GappedCodec,
    IntegerCodec,
    Key,
    RowOrder,
    TextCodec,
    composite_key,
    text_key,
    uuid_key,
)

KEYS = {
    "integer": Key.of("id"),
    "text": text_key("code", prefix="C", digits=6),
    "digits": text_key("code", digits=9),
    "uuid": uuid_key("id"),
    "composite": composite_key("order_id", line=8),
    "of three": composite_key("a", b=3, c=5),
    "gapped": Key(("id",), GappedCodec(1, 8, 32)),
    "from 0": Key(("id",), GappedCodec(0)),
    "from the middle of a gap": Key(("id",), GappedCodec(100, 3, 70)),
    "of gapped": Key(("a", "b"), CompositeCodec((GappedCodec(1, 8, 32), IntegerCodec()), (7,))),
    "of text": Key(("a", "b"), CompositeCodec((TextCodec("T", 4), IntegerCodec()), (12,))),
}
every_key = pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
some = st.lists(st.integers(0, 50_000), max_size=40, unique=True).map(sorted)


def frame_of(key, numbers):
    numbers = np.array(numbers, dtype=np.int64)
    values = key.codec.values(numbers, bits(derive(3, "key"), numbers))
    return pl.DataFrame({name: pl.Series(one) for name, one in zip(key.columns, values, strict=True)})


@every_key
@given(numbers=some)
def test_a_key_tells_its_rows_number(key, numbers):
    numbers = [one for one in numbers if key.codec.capacity is None or one < key.codec.capacity]
    frame = frame_of(key, numbers)
    assert frame.height == len(numbers)
    assert key.numbers(frame).tolist() == numbers
    assert frame.is_unique().all()


def test_text_and_composite_keys_sort_as_their_numbers_do():
    for key in (KEYS["text"], KEYS["composite"], KEYS["of text"]):
        frame = frame_of(key, range(300))
        assert frame.sort(key.columns).equals(frame)


def test_a_composite_key_counts_its_last_column_first():
    assert frame_of(KEYS["of three"], [0, 1, 5, 15]).rows() == [(1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1)]


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        ("text", [("C0001",), ("D000001",), ("C00000x",), ("C000000",), ("C0000001",), ("",), (None,)]),
        ("uuid", [("no uuid",), ("",), (None,)]),
        ("composite", [(1, 9), (1, 0), (0, 1), (None, 1), (1, None)]),
        ("integer", [(None,)]),
        ("gapped", [(0,), (8,), (31,), (40,), (-1,), (None,)]),
        ("from 0", [(-1,), (None,)]),
        ("of gapped", [(8, 1), (1, 8), (0, 1), (None, 1)]),
    ],
)
def test_what_no_row_can_be_called_has_no_number(key, rows):
    key = KEYS[key]
    frame = pl.DataFrame(rows, schema=frame_of(key, [0]).schema, orient="row")
    assert key.numbers(frame).tolist() == [NO_NUMBER] * len(rows)


def test_keys_with_gaps_are_the_first_of_each_run_from_the_least_on():
    assert frame_of(KEYS["gapped"], range(17))["id"].to_list() == [*range(1, 8), *range(32, 40), 64, 65]
    assert frame_of(KEYS["from the middle of a gap"], range(4))["id"].to_list() == [140, 141, 142, 210]
    with pytest.raises(ValueError, match="1 <= run <= of"):
        GappedCodec(1, 3, 2)


def test_whole_numbers_below_1_are_somebodys_own():
    assert Key.of("id").numbers(pl.DataFrame({"id": [-3, 0, 1]})).tolist() == [-4, -1, 0]


def test_capacities_are_what_can_be_written():
    assert KEYS["text"].codec.capacity == 999_999
    assert KEYS["of text"].codec.capacity == 9_999 * 12
    assert KEYS["integer"].codec.capacity is None
    assert frame_of(KEYS["text"], [999_998]).item() == "C999999"


def test_a_table_without_a_key_counts_its_rows():
    key = Key((), RowOrder())
    assert not key
    assert not key.tells_numbers
    with pytest.raises(TypeError, match="told by their place"):
        key.numbers(pl.DataFrame({"x": [1]}))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Key(("a", "b"), IntegerCodec()),
        lambda: TextCodec("", 0),
        lambda: TextCodec("", 19),
        lambda: CompositeCodec((IntegerCodec(),), ()),
        lambda: composite_key("a", b=0),
    ],
)
def test_a_key_that_cannot_be_is_refused(make):
    with pytest.raises(ValueError, match=r"key|digits"):
        make()
