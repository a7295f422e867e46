"""The words of text are the digests of its bytes, however long it is, whatever is missing, and however it lies."""

import polars as pl
import pyarrow as pa
import pytest
import xxhash

from synth_assets.model.types.text import text_words

SERIES = {
    "none": [],
    "all missing": [None, None],
    "all lengths": [None, "", "a", "äö", "x" * 17, "y" * 128, "z" * 129, "ü" * 200, None, "fünfzehn Zeichen"],
    "many, few of them long": ["abc"] * 70_000 + ["d" * 300] * 5 + [None],
}


def test_what_lies_hidden_behind_a_missing_cell_counts_for_nothing():
    whole = pa.array(["x" * 300, "y" * 20, "z" * 300], pa.large_string())
    hidden = pa.Array.from_buffers(pa.large_string(), 3, [pa.py_buffer(b"\x04"), *whole.buffers()[1:]])
    assert hidden.to_pylist() == [None, None, "z" * 300]
    for cells in (pl.Series(hidden), pl.Series(pa.chunked_array([hidden])), pl.Series(hidden)[1:]):
        assert text_words(cells).tolist() == [word(text) for text in cells]


def word(text):
    return 0 if text is None else xxhash.xxh3_64_intdigest(text.encode())


@pytest.mark.parametrize("name", SERIES)
def test_words_are_the_digests(name):
    texts = SERIES[name]
    cells, expected = pl.Series(texts, dtype=pl.String), [word(text) for text in texts]
    assert text_words(cells).tolist() == expected
    assert text_words(cells[1:]).tolist() == expected[1:]
    assert text_words(pl.concat([cells, cells[3:]], rechunk=False)).tolist() == expected + expected[3:]
    assert text_words(cells).dtype == "uint64"
