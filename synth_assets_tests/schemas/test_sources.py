"""Kinds of sources are found by looking: a file that is added to the readers is one more."""

import sys

import pytest

from synth_assets.errors import UsageError
from synth_assets.schemas import readers
from synth_assets.schemas.sources import kinds, read_source
from synth_assets.usecases.spec_from import spec_from

TOY = '''
"""Lists of columns: a file of lines."""

from pathlib import Path

from synth_assets.schemas.reader import SchemaReader
from synth_assets.schemas.schema import ColumnGroup, Schema, SourceColumn, SourceTable, SourceType


class Toy(SchemaReader):
    what = "a list of columns"
    example = "columns.toy"

    def reads(self, source):
        return source.endswith(".toy")

    def read(self, source, options):
        names = Path(source).read_text().split()
        columns = tuple(SourceColumn(name, SourceType("INT", "int32"), nullable=False) for name in names)
        return Schema(source, "toy", "toys", (SourceTable("toys", columns, ColumnGroup((names[0],))),))


READER = Toy()
'''


@pytest.fixture
def toy(tmp_path, monkeypatch):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "toy.py").write_text(TOY)
    monkeypatch.setattr(readers, "__path__", [*readers.__path__, str(tmp_path / "more")])
    yield tmp_path
    sys.modules.pop("synth_assets.schemas.readers.toy", None)


def test_a_reader_is_a_file_that_is_there(toy):
    (toy / "columns.toy").write_text("id size weight")
    made = spec_from(str(toy / "columns.toy"))
    assert {"ddl", "toy"} <= set(kinds())
    assert "id: {method: key, type: int32}" in made.text
    assert read_source(str(toy / "columns.toy"), "toy").kind == "toy"


def test_a_kind_without_variants_takes_none(toy):
    (toy / "columns.toy").write_text("id")
    with pytest.raises(UsageError, match="toy has no variants"):
        read_source(str(toy / "columns.toy"), "toy:large")


def test_every_reader_says_what_it_reads_and_gives_an_example_that_it_knows():
    from synth_assets.schemas.sources import reader_called

    for kind in kinds():
        reader = reader_called(kind)
        assert reader.what
        assert reader.reads(reader.example)


def test_an_empty_source_is_refused():
    with pytest.raises(UsageError, match="SOURCE is empty"):
        read_source("")
