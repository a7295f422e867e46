"""Files kept apart by columns: what tools read from paths and files is the table, in any order; we give it in ours."""

from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from synth_assets.errors import DataError, UsageError
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import BOOLEAN, DATE, FLOAT64, INT64, STRING
from synth_assets.project.packages import Package
from synth_assets.sinks import catalog
from synth_assets.sinks.arranged import Arrangement, arrange
from synth_assets.sinks.interface import FileOptions
from synth_assets.usecases.generate import generate, request_for
from synth_assets.usecases.scan import scan_dataset

TENANTS = Package("synth_assets_tests.tenants").load()
DATASET = TENANTS.dataset()
KEPT_APART = ("orders", "notes")
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
THINGS = Table(
    "shop",
    "things",
    "",
    "",
    Key.of("id"),
    (
        Column("id", INT64, ""),
        Column("text", STRING, "", nullable=True),
        Column("day", DATE, "", nullable=True),
        Column("flag", BOOLEAN, "", nullable=True),
        Column("share", FLOAT64, ""),
    ),
)


def made(root, form="parquet", **options):
    return generate(
        request_for(TENANTS, DATASET, KEPT_APART, root, formats=(form,), **{"layout": "by_column", **options})
    )


def expected(name):
    return scan_dataset(TENANTS.entity(name), DATASET).collect()


def test_files_lie_in_a_folder_for_each_value_and_do_not_hold_it(tmp_path):
    (orders, notes) = made(tmp_path)
    assert orders.path == tmp_path / "parquet/tenants/orders/preset=small/seed=42"
    folders = {path.parent.relative_to(orders.path).as_posix() for path in orders.path.rglob("part-*")}
    assert folders == {"status=paid", "status=open", "status=%C3%A0%20jour%3D50%25%2F%C3%A9"}
    deeper = {path.parent.relative_to(notes.path).as_posix() for path in notes.path.rglob("part-*")}
    assert f"priority={NO_VALUE}/is_open=true" in deeper
    for path in orders.path.rglob("part-*"):
        assert pl.read_parquet(path, hive_partitioning=False).columns == ["order_id", "tenant_id", "amount"]


def test_rows_of_a_file_are_sorted_by_the_sort_keys_and_then_by_the_key(tmp_path):
    orders, _ = made(tmp_path, rows_per_file=100)
    for path in orders.path.rglob("part-*"):
        rows = pl.read_parquet(path, hive_partitioning=False).select("amount", "order_id").rows()
        assert len(rows) > 3
        assert rows == sorted(rows)


@pytest.mark.parametrize("name", KEPT_APART)
def test_polars_and_duckdb_read_the_values_in_the_paths(name, tmp_path):
    stored = {one.entity: one for one in made(tmp_path)}[name]
    table, whole = TENANTS.tables[name], expected(name)
    columns, key = table.column_names, table.key.columns[0]
    polars = pl.read_parquet(stored.path / "**/part-*", hive_partitioning=True)
    as_texts = whole.with_columns(pl.col(pl.Boolean).cast(pl.String))  # neither takes one in a path for a boolean
    assert polars.select(columns).sort(key).cast(dict(as_texts.schema)).equals(as_texts)
    query = f"SELECT {', '.join(columns)} FROM read_parquet('{stored.path}/**/part-*') ORDER BY {key}"
    with duckdb.connect() as connection:
        found = pl.DataFrame(connection.sql(query).to_arrow_table())
    assert found.cast(dict(as_texts.schema)).equals(as_texts)


@pytest.mark.parametrize("form", ["parquet", "csv", "ndjson"])
@pytest.mark.parametrize("name", KEPT_APART)
def test_our_own_reader_gives_rows_in_key_order_any_columns(form, name, tmp_path):
    stored = {one.entity: one for one in made(tmp_path, form)}[name]
    table, whole = TENANTS.tables[name], expected(name)
    read = catalog.load(form).read
    assert pl.concat(read(stored.path, table)).equals(whole)
    for columns in (table.column_names[::-1], table.column_names[-1:], table.column_names[:1]):
        assert pl.concat(read(stored.path, table, columns)).equals(whole.select(columns))


def test_a_folder_above_that_looks_like_a_value_is_not_read(tmp_path):
    orders, _ = made(tmp_path / "status=evil" / "amount=7")
    assert pl.concat(catalog.load("parquet").read(orders.path, TENANTS.tables["orders"])).equals(expected("orders"))


def test_files_of_a_folder_are_as_long_as_asked_for(tmp_path):
    orders, _ = made(tmp_path, rows_per_file=4)
    for folder in orders.path.glob("status=*"):
        counts = [pl.read_parquet(path, hive_partitioning=False).height for path in sorted(folder.glob("part-*"))]
        assert set(counts[:-1]) == {4}
        assert 0 < counts[-1] <= 4


def test_another_layout_takes_the_place_of_this_one_and_foreign_files_stay(tmp_path):
    orders, _ = made(tmp_path)
    inside = next(orders.path.glob("status=*")) / "notes.txt"
    for path in (inside, orders.path / "notes.txt"):
        path.write_text("mine")
    made(tmp_path)
    for layout in ("hive", "by_column"):
        again, _ = made(tmp_path, layout=layout)
        assert again.path == orders.path
        assert (orders.path / "notes.txt").read_text() == inside.read_text() == "mine"
        found = catalog.load("parquet").read_manifest(orders.path, TENANTS.tables["orders"])
        listed = {orders.path / file.path for file in found.files}
        assert set(orders.path.rglob("part-*")) == listed
        assert pl.concat(catalog.load("parquet").read(orders.path, TENANTS.tables["orders"])).equals(expected("orders"))


def test_a_value_in_a_path_that_is_none_of_the_column_is_named(tmp_path):
    _, notes = made(tmp_path)
    folder = next(notes.path.glob("priority=1"))
    manifest = notes.path / "_manifest.json"
    manifest.write_text(manifest.read_text().replace("priority=1/", "priority=one/"))
    folder.rename(folder.with_name("priority=one"))
    with pytest.raises(DataError, match="'one' is no priority, which is int64"):
        list(catalog.load("parquet").read(notes.path, TENANTS.tables["notes"]))


@pytest.mark.parametrize("by", [("text",), ("day",), ("flag",), ("text", "day", "flag")])
def test_every_kind_of_value_comes_back_from_a_path(by, tmp_path):
    texts = ["", ".", "..", "a/b", "a=b", "%41", "é", NO_VALUE, "null", None, "x y", "~"]
    frame = pl.DataFrame(
        {
            "id": range(1, len(texts) + 1),
            "text": texts,
            "day": pl.Series([None, "1600-01-01", "2400-12-31"] * 4).str.to_date(),
            "flag": [True, None, False, True] * 3,
            "share": [at / 7 for at in range(len(texts))],
        },
        schema=THINGS.schema,
    )
    frame.write_parquet(tmp_path / "spool.parquet")
    form = catalog.load_file("ndjson")
    folder = tmp_path / "form/shop/things/preset=a/seed=1"
    folder.mkdir(parents=True)

    def open_part(path: Path, table: Table):
        return form.open_part(path, table, FileOptions())

    files = arrange(Arrangement(THINGS, by), [tmp_path / "spool.parquet"], folder, open_part, ".ndjson")
    manifest = catalog.load("parquet").read_manifest(made(tmp_path / "any")[0].path, TENANTS.tables["orders"])
    (folder / "_manifest.json").write_text(replace(manifest, files=files).to_json())
    assert pl.concat(form.read(folder, THINGS)).equals(frame)


@pytest.mark.parametrize(
    ("table", "by", "said"),
    [
        (THINGS, ("tex",), "column 'tex' is unknown; did you mean 'text'"),
        (THINGS, ("share",), "can't be kept apart by share, which is float"),
        (THINGS, ("id",), "could not be put in order again"),
        (replace(THINGS, key=Key.of("")), ("text",), "could not be put in order again"),
    ],
)
def test_what_could_not_be_undone_is_refused(table, by, said):
    with pytest.raises(UsageError, match=f"shop/things: .*{said}"):
        Arrangement(table, by).check()


def test_a_sort_key_that_is_not_there_is_refused_before_anything_is_made():
    with pytest.raises(UsageError, match="column 'txt' is unknown"):
        Arrangement(THINGS, ("text",), ("txt",)).check()
