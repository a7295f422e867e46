"""The page of formats is what the formats do: every type in each, every compression read back by others."""

import make_format_docs
import pytest
from format_readers import NOT, matrix

from synth_assets.sinks import catalog

FOREIGN = ("DuckDB", "pandas", "pyarrow", "Python")
"""Readers that share nothing with what writes: polars, and a library of Python's that packs."""


@pytest.fixture(scope="module")
def read_back():
    return matrix()


def test_the_page_is_what_the_formats_make_it(read_back):
    written = make_format_docs.PAGE.read_text(encoding="utf-8")
    assert written == make_format_docs.page(read_back), "run: python scripts/make_format_docs.py"


def test_every_compression_of_every_format_is_read_back_by_two_others_than_the_writer(read_back):
    forms = {name: catalog.load_file(name) for name in catalog.files()}
    assert read_back.keys() == {(name, codec) for name, form in forms.items() for codec in form.codecs}
    assert {case: row for case, row in read_back.items() if sum(row[one] != NOT for one in FOREIGN) < 2} == {}


def test_every_format_is_on_the_page():
    assert sorted(make_format_docs.ORDER) == catalog.names()
