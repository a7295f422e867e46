"""Text by code: what a Parquet file holds is what it holds without, and what its readers see is text."""

import duckdb
import numpy as np
import polars as pl
import pytest
from pyarrow import parquet

from synth_assets.engine.chunks import generate
from synth_assets.kernel.counter import Span
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import INT64, STRING
from synth_assets.model.values import Text, TextPool
from synth_assets.produce.parts import Destination, TableWriter
from synth_assets.sinks import catalog
from synth_assets.sinks.interface import FileOptions
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS, ENTITIES

TABLE = Table(
    "shop",
    "visits",
    "",
    "",
    Key.of("id"),
    (Column("id", INT64, ""), Column("city", STRING, "", nullable=True), Column("free", STRING, "")),
)
CITIES = TextPool(["Oslo", "Bern", "Oslo", "Łódź", ""], lasting=True)
"""One twice, as vocabularies have them."""
ROWS = 200


def cells(first, rows=ROWS):
    codes = (np.arange(first, first + rows) * 7 + 3) % len(CITIES)
    return Text(CITIES, codes, codes != 4)


def frame(first, text):
    ids = np.arange(first, first + len(text))
    return pl.DataFrame({"id": ids, "city": text.series(), "free": [f"row {number}" for number in ids]})


def written(folder, given, rows_per_file=None, name="parquet"):
    """Files of the frames, with codes where ``given`` says so; and what was written."""
    texts = [cells(at * ROWS) for at in range(len(given))]
    frames = [frame(at * ROWS, text) for at, text in enumerate(texts)]
    folder.mkdir()
    with TableWriter(TABLE, (Destination(name, folder, FileOptions()),), rows_per_file=rows_per_file) as writer:
        for one, text, by_code in zip(frames, texts, given, strict=True):
            writer.write(one, {"city": text} if by_code else {})
        writer.finish()
    return sorted(path for path in folder.rglob("*") if path.is_file()), pl.concat(frames)


def test_every_reader_sees_the_text(tmp_path):
    (path,), rows = written(tmp_path / "coded", [True, True])
    assert pl.read_parquet(path).equals(rows)
    assert pl.read_parquet_schema(path) == rows.schema
    assert parquet.read_table(path)["city"].to_pylist() == rows["city"].to_list()
    query = "SELECT id, city, free, typeof(city) FROM read_parquet(?) ORDER BY id"
    found = duckdb.execute(query, [str(path)]).fetchall()
    assert found == [(*row, "VARCHAR") for row in rows.rows()]


def test_the_file_says_the_same_of_itself_as_one_of_plain_text(tmp_path):
    (coded,), _ = written(tmp_path / "coded", [True])
    (plain,), _ = written(tmp_path / "plain", [False])
    assert coded.read_bytes() != plain.read_bytes()
    one, other = parquet.ParquetFile(coded), parquet.ParquetFile(plain)
    assert one.schema_arrow == other.schema_arrow
    assert one.schema.equals(other.schema)
    at = one.schema_arrow.get_field_index("city")
    mine, plains = (file.metadata.row_group(0).column(at) for file in (one, other))
    assert mine.statistics.to_dict() == plains.statistics.to_dict()
    assert mine.total_compressed_size <= plains.total_compressed_size * 1.1


def test_rows_that_come_without_codes_are_of_the_same_column(tmp_path):
    (path,), rows = written(tmp_path / "mixed", [True, False, True])
    assert pl.read_parquet(path).equals(rows)
    (path,), rows = written(tmp_path / "later", [False, True])
    assert pl.read_parquet(path).equals(rows)


def test_codes_are_cut_where_files_are(tmp_path):
    paths, rows = written(tmp_path / "cut", [True, True, True], rows_per_file=150)
    assert [pl.read_parquet(path).height for path in paths] == [150] * 4
    assert pl.concat([pl.read_parquet(path) for path in paths]).equals(rows)


@pytest.mark.parametrize("name", ["csv", "ndjson"])
def test_other_formats_get_text(tmp_path, name):
    coded, _ = written(tmp_path / "coded", [True], name=name)
    plain, _ = written(tmp_path / "plain", [False], name=name)
    assert [path.read_bytes() for path in coded] == [path.read_bytes() for path in plain]


def test_a_dictionary_larger_than_the_first_rows_is_not_written(tmp_path):
    assert b"text 200" in file_of(tmp_path / "part", ROWS, pool=ROWS)
    assert b"text 201" not in file_of(tmp_path / "part", ROWS, pool=ROWS + 1)


def file_of(path, rows, pool):
    """A file whose rows use none of the pool's last texts."""
    texts = TextPool([f"text {number + 1}" for number in range(pool)], lasting=True)
    text = Text(texts, np.arange(rows) // 2)
    with catalog.load_file("parquet").open_part(path, TABLE, FileOptions(compression="none")) as part:
        part.write(frame(0, text), {"city": text})
        part.close()
    return path.read_bytes()


@pytest.mark.parametrize(("name", "entity"), ENTITIES)
def test_a_pool_that_lasts_is_the_same_for_any_rows(name, entity):
    kind, dataset = DOMAINS[name].entity(entity), DATASETS[name]
    middle, end = kind.positions(dataset) // 2, kind.positions(dataset)
    spans = [Span(0, middle), Span(middle, end - middle)]
    first, second = (generate(kind, dataset, span) for span in spans)
    for chunk in (first, second):
        for column, text in chunk.coded.items():
            assert text.coded().cast(pl.String).equals(chunk.frame[column]), column
    for column in first.coded.keys() & second.coded.keys():
        assert first.coded[column].coded().dtype == second.coded[column].coded().dtype, column


def test_some_columns_of_the_shop_come_by_code():
    sessions = generate(DOMAINS["bronze"].entity("raw_sessions"), DATASETS["bronze"], Span(0, 5))
    assert {"device_type", "country", "city", "referrer"} <= sessions.coded.keys()
