"""Users, events, sales and time series in files and databases that somebody names."""

import json
import sqlite3

import duckdb
import polars as pl
import pytest

from synth_assets import scan
from synth_assets.data_generators import events, sales, timeseries, users
from synth_assets.errors import OutputError, SynthError, UsageError
from synth_assets.usecases import plain_tables
from synth_assets.usecases.plain_tables import PLAIN_FORMATS

GENERATORS = {"users": users, "events": events, "sales": sales, "timeseries": timeseries}
FILES = {"parquet": pl.read_parquet, "csv": pl.read_csv, "ndjson": pl.read_ndjson}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows_in(form, path, table):
    """Rows as text, whatever holds them."""
    if form == "duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            found = pl.DataFrame(pl.from_arrow(connection.sql(f"FROM {table}").to_arrow_table()))
    elif form == "sqlite":
        connection = sqlite3.connect(path)
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [one[0] for one in cursor.description]
        found = pl.DataFrame(cursor.fetchall(), schema=names, orient="row", infer_schema_length=None)
        connection.close()
    else:
        found = FILES[form](path)
    return found


def truth(table, **more):
    name = "timeseries_daily" if table == "timeseries" else table
    return scan(f"starter/{name}", "small", **more).collect()


@pytest.mark.parametrize("form", PLAIN_FORMATS)
@pytest.mark.parametrize("table", GENERATORS)
def test_a_table_has_the_dataset_s_rows_in_every_format(table, form):
    path = GENERATORS[table].generate(output_format=form)
    expected = truth(table)
    found = rows_in(form, path, table)
    assert str(path) == f"data/{table}.{form}"
    assert found.columns == expected.columns
    if form in ("parquet", "duckdb"):
        assert found.cast(expected.schema).equals(expected)
        return
    for name, dtype in expected.schema.items():
        cells = found[name]
        if dtype == pl.Datetime("us", "UTC"):
            cells = cells.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC")
        elif dtype == pl.Date:
            cells = cells.str.to_date("%Y-%m-%d")
        elif dtype.is_decimal():
            cells = cells.cast(pl.Float64).round(2)
        assert cells.cast(dtype).equals(expected[name]), name


@pytest.mark.parametrize("form", ["duckdb", "sqlite"])
def test_a_second_run_replaces_the_table_and_others_stay(form):
    path = f"below/here/shop.{form}"
    for table, generator in GENERATORS.items():
        assert str(generator.generate(output_format=form, output_path=path, seed=7)) == path
        if table == "users":
            generator.generate(output_format=form, output_path=path, rows=3)
    assert rows_in(form, path, "users")["id"].to_list() == [1, 2, 3]
    assert rows_in(form, path, "sales").height == 1_000
    users.generate(output_format=form, output_path=path)
    assert rows_in(form, path, "users")["email"].to_list() == truth("users")["email"].to_list()
    assert rows_in(form, path, "events").height == 1_000


@pytest.mark.parametrize("form", PLAIN_FORMATS)
@pytest.mark.parametrize("is_there", [True, False])
def test_what_fails_half_way_changes_nothing(form, is_there, folder, monkeypatch):
    path = folder / "new" / f"users.{form}"
    if is_there:
        users.generate(output_format=form, output_path=path, rows=5)
    before = sorted(one.name for one in folder.rglob("*"))

    def broken(*_):
        yield scan("starter/users", "small", rows=2).collect()
        raise SynthError("the power is off")

    monkeypatch.setattr(plain_tables.PlainTable, "frames", broken)
    with pytest.raises(SynthError, match="the power is off"):
        users.generate(output_format=form, output_path=path)
    assert sorted(one.name for one in folder.rglob("*")) == before
    if is_there:
        assert rows_in(form, path, "users").height == 5


@pytest.mark.parametrize(
    ("generator", "counts"), [(users, (100, 1_000)), (events, (1_000, 10_000)), (sales, (1_000, 10_000))]
)
def test_sizes_have_the_document_s_rows(generator, counts):
    for size, count in zip(("small", "medium"), counts, strict=True):
        assert pl.read_parquet(generator.generate(size=size)).height == count


@pytest.mark.parametrize(("interval", "ticks"), [("daily", 365), ("hourly", 168), ("monthly", 60)])
def test_time_series_cover_their_range(interval, ticks):
    found = pl.read_parquet(timeseries.generate(interval=interval))
    times = found["timestamp"].unique().sort()
    assert len(times) == ticks
    assert found.group_by("metric_name").len()["len"].to_list() == [ticks] * 5
    assert found.columns == ["timestamp", "metric_name", "value", "category"]
    assert found["value"].dtype == pl.Decimal(12, 2)
    wide = pl.read_parquet(timeseries.generate(interval=interval, size="medium", rows=50 * ticks))
    assert 0 < wide["category"].null_count() < wide.height


@pytest.mark.parametrize(
    ("generator", "rows"), [(users, 0), (users, 250), (events, 7), (events, 1_234), (sales, 3), (timeseries, 1_900)]
)
def test_rows_stand_in_place_of_the_size_s(generator, rows):
    assert pl.read_parquet(generator.generate(rows=rows)).height == rows


def test_fewer_events_are_the_first_ones_of_the_size():
    assert pl.read_parquet(events.generate(rows=70)).equals(truth("events", rows=70))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"size": "smal"}, "size 'smal' is unknown; did you mean 'small'? Allowed: small, medium, large."),
        ({"size": 5}, "size=5 is not allowed; it is text."),
        ({"output_format": "xml"}, "Allowed: parquet, csv, duckdb, sqlite, ndjson."),
        ({"interval": "weekly"}, "interval 'weekly' is unknown. Allowed: daily, hourly, monthly."),
        ({"output_path": "data/x.csv"}, "data/x.csv has an ending of csv, and the format is parquet."),
        ({"output_format": "duckdb", "output_path": "x.ndjson"}, "write output_format='ndjson'"),
        ({"output_format": "sqlite", "output_path": "x.gz"}, "x.gz has an ending of compressed text"),
        ({"output_path": "x.XML"}, "x.XML has an ending of xml, and the format is parquet."),
        ({"output_format": "csv", "output_path": "x.xlsx"}, "x.xlsx has an ending of xlsx, and the format is csv."),
        ({"output_path": ""}, "output_path='' is not allowed; it is a path."),
        ({"rows": -1}, "rows=-1 is not allowed; it is a whole number >= 0."),
        ({"rows": 1.5}, "rows=1.5 is not allowed"),
        ({"seed": "x"}, "seed='x' is not allowed; it is a whole number."),
        (
            {"colour": 1},
            "argument 'colour' is unknown. Allowed: size, output_format, output_path, seed, rows, interval.",
        ),
    ],
)
def test_what_is_not_taken_is_told_and_nothing_is_written(asked, told, folder):
    with pytest.raises(UsageError) as refused:
        timeseries.generate(**asked)
    assert told in str(refused.value)
    assert list(folder.iterdir()) == []


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(UsageError) as refused:
        timeseries.generate(size="huge", output_format="xml", interval="yearly")
    assert all(word in str(refused.value) for word in ("size", "output_format", "interval"))
    with pytest.raises(UsageError) as refused:
        timeseries.generate(size=5, output_path="", seed="x", rows=-1)
    assert all(f"{word}=" in str(refused.value) for word in ("size", "output_path", "seed", "rows"))


@pytest.mark.parametrize(("form", "other"), [("duckdb", "sqlite"), ("sqlite", "duckdb")])
def test_a_database_of_another_kind_is_told_by_its_name_and_left_alone(form, other, folder):
    users.generate(output_format=other, output_path="mine.db", rows=3)
    before = (folder / "mine.db").read_bytes()
    with pytest.raises(OutputError, match=r"mine\.db is a database of (SQLite|DuckDB), not of (DuckDB|SQLite)\."):
        users.generate(output_format=form, output_path="mine.db")
    assert (folder / "mine.db").read_bytes() == before


@pytest.mark.parametrize("form", PLAIN_FORMATS)
def test_what_stands_in_the_way_stays(form, folder):
    (folder / f"notes.{form}").mkdir()
    (folder / "file").write_text("mine")
    with pytest.raises(OutputError):
        users.generate(output_format=form, output_path=f"notes.{form}")
    with pytest.raises(OutputError):
        users.generate(output_format=form, output_path=f"file/users.{form}")
    if form in ("duckdb", "sqlite"):
        with pytest.raises(OutputError, match="can't be opened"):
            users.generate(output_format=form, output_path="file")
    assert (folder / "file").read_text() == "mine"
    assert sorted(one.name for one in folder.iterdir()) == ["file", f"notes.{form}"]


def test_text_may_be_compressed():
    packed = users.generate(output_format="csv", output_path="users.csv.gz")
    assert packed.read_bytes()[:2] == b"\x1f\x8b"
    assert pl.read_csv(packed)["email"].to_list() == truth("users")["email"].to_list()


def test_a_database_s_view_of_that_name_is_kept(folder):
    with duckdb.connect(str(folder / "own.duckdb")) as connection:
        connection.execute("CREATE VIEW users AS SELECT 1 AS mine")
    with pytest.raises(UsageError, match="DuckDB refused to replace its table 'users'"):
        users.generate(output_format="duckdb", output_path="own.duckdb")
    assert rows_in("duckdb", folder / "own.duckdb", "users")["mine"].to_list() == [1]


# What the rows say, over some thousands of them


@pytest.mark.parametrize("seed", [42, 7])
def test_a_sign_up_is_a_user_s_first_event_and_a_logout_ends_a_visit(seed):
    people = {row["id"]: row for row in scan("starter/users", "medium", seed).collect().iter_rows(named=True)}
    inside, seen = set(), set()
    found = scan("starter/events", "medium", seed).collect().sort("event_timestamp", "event_id")
    for event in found.iter_rows(named=True):
        user, kind = event["user_id"], event["event_type"]
        assert (kind == "signup") == (user not in seen)
        if kind == "signup":
            assert event["event_timestamp"].date() == people[user]["signup_date"]
        if kind == "login":
            inside.add(user)
        elif kind == "logout":
            inside.remove(user)
        seen.add(user)
    assert seen == people.keys()
    assert set(found["event_type"]) == {"page_view", "click", "purchase", "signup", "login", "logout"}
    assert found["event_timestamp"].max() < pl.Series(["2026-01-01"]).str.to_datetime(time_zone="UTC").item()


def test_properties_go_with_the_event_s_type():
    fields = {}
    for kind, text in scan("starter/events", "medium").select("event_type", "properties").collect().iter_rows():
        fields.setdefault(kind, set()).add(tuple(json.loads(text)))
    assert fields == {
        "signup": {("source",)},
        "login": {("method", "device")},
        "page_view": {("device", "page", "seconds")},
        "click": {("page", "element")},
        "purchase": {("amount",)},
        "logout": {("reason",)},
    }


def test_sales_are_of_users_who_were_there_and_a_product_has_one_price():
    found = scan("starter/sales", "medium").join(scan("starter/users", "medium"), left_on="customer_id", right_on="id")
    rows = found.collect()
    assert rows.height == 10_000
    assert (rows["signup_date"] <= rows["order_date"]).all()
    assert (rows["total_amount"] == rows["quantity"] * rows["unit_price"]).all()
    assert rows.group_by("product_id").agg(pl.col("unit_price").n_unique())["unit_price"].to_list() == [1] * 20
