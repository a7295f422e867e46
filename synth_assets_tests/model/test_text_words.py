"""The words of text are the digests of its bytes, however long it is, whatever is missing, and however it lies."""

import polars as pl
import pytest
import xxhash

from synth_assets.model.types.text import text_words

SERIES = {
    "none": [],
    "all missing": [None, None],
    "all lengths": [None, "", "a", "äö", "x" * 17, "y" * 128, "z" * 129, "ü" * 200, None, "fünfzehn Zeichen"],
    "many, few of them long": ["abc"] * 70_000 + ["d" * 300] * 5 + [None],
}


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
