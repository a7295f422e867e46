"""Keys that frames leave for others: in memory, DuckDB and SQLite; all references lead somewhere."""

import datetime as dt
import sqlite3
from collections import Counter
from itertools import islice

import duckdb
import polars as pl
import pytest

from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.rand_engine import DataGenerator
from synth_assets.rand_engine.integrations import DuckDBHandler, SQLiteHandler


def columns(**more):
    return {"name": {"method": "distincts", "kwargs": {"distincts": ["x", "y"]}}, **more}


def ids(length):
    return {"method": "unique_ids", "kwargs": {"strategy": "zint", "length": length}}


def pk(name, *fields):
    return {"name": name, "tipo": "PK", "fields": list(fields)}


def fk(name, *fields, **more):
    return {"name": name, "tipo": "FK", "fields": list(fields), **more}


CATEGORIES = columns(category_id=ids(4), constraints={"a": pk("category_pk", "category_id VARCHAR(4)")})
PRODUCTS = columns(
    product_id=ids(8),
    constraints={"a": pk("product_pk", "product_id VARCHAR(8)"), "b": fk("category_pk", "category_id", watermark=60)},
)
ORDERS = columns(order_id=ids(9), constraints={"a": fk("product_pk", "product_id")})
CLIENTS = columns(
    client_id=ids(4),
    client_type={"method": "distincts", "kwargs": {"distincts": ["PF", "PJ"]}},
    since={"method": "dates", "kwargs": {"start": "2024-01-01", "end": "2024-12-31"}},
    constraints={"a": pk("client_pk", "client_id VARCHAR(4)", "client_type VARCHAR(2)", "since")},
)
ACCOUNTS = columns(number=ids(6), constraints={"a": fk("client_pk", "client_id", "client_type", "since")})


@pytest.fixture(autouse=True)
def _memory():
    yield
    DuckDBHandler.close_all()
    SQLiteHandler.close_all()


@pytest.fixture(params=[":memory:", "keys.duckdb", "new/keys.sqlite"])
def place(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return request.param


def made(spec, place, size=20, seed=42, at=None):
    generator = DataGenerator(spec, seed=seed).checkpoint(place).size(size)
    return (generator if at is None else generator.option("at", at)).get_polars()


def test_three_levels_hold_together(place):
    categories, products = made(CATEGORIES, place, 10), made(PRODUCTS, place, 500)
    orders = made(ORDERS, place, 2_000)
    assert products.columns == ["name", "product_id", "category_id"]
    assert set(products["category_id"]) == set(categories["category_id"])
    assert set(orders["product_id"]) <= set(products["product_id"])
    counts = Counter(products["category_id"])
    assert 20 < min(counts.values()) <= max(counts.values()) < 90


def test_every_place_gives_the_same_frames(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frames = [
        [made(CLIENTS, one, 30), made(ACCOUNTS, one, 100), made(CLIENTS, one, 30, seed=5), made(ACCOUNTS, one, 100)]
        for one in (":memory:", "keys.duckdb", "keys.sqlite")
    ]
    for others in frames[1:]:
        assert all(one.equals(other) for one, other in zip(frames[0], others, strict=True))


def test_composite_keys_stay_together_with_their_types(place):
    clients, accounts = made(CLIENTS, place, 30), made(ACCOUNTS, place, 300)
    keys = ["client_id", "client_type", "since"]
    assert accounts.schema["since"] == clients.schema["since"]
    assert set(accounts.select(keys).rows()) <= set(clients.select(keys).rows())


def test_days_and_numbers_are_keys_too(place):
    spec = {
        "number": {"method": "pk", "kwargs": {}},
        "day": {"method": "unix_timestamps", "kwargs": {"start": "2024-01-01", "end": "2025-01-01"}},
        "constraints": {"a": pk("number_pk", "number", "day BIGINT")},
    }
    numbers = made(spec, place)
    found = made(columns(constraints={"a": fk("number_pk", "day", "number")}), place)
    assert set(found.select("number", "day").rows()) <= set(numbers.rows())


def test_the_same_calls_give_the_same_frames(place):
    def all_of_it():
        DataGenerator(CATEGORIES, seed=1).checkpoint(place).option("reset_checkpoint", True)  # noqa: FBT003
        made(CATEGORIES, place, seed=1)
        first = made(PRODUCTS, place, 50)
        made(CATEGORIES, place, seed=2)
        return pl.concat([first, made(PRODUCTS, place, 50)])

    assert all_of_it().equals(all_of_it())


def test_the_same_rows_made_again_leave_the_same_keys(place):
    once = [made(CATEGORIES, place), made(PRODUCTS, place)]
    assert all(
        one.equals(other) for one, other in zip(once, [made(CATEGORIES, place), made(PRODUCTS, place)], strict=True)
    )


def test_a_part_of_the_rows_has_the_references_of_the_whole(place):
    made(CATEGORIES, place)
    whole = made(PRODUCTS, place, 400)
    part = DataGenerator(PRODUCTS, seed=42).checkpoint(place).get_polars(offset=150, rows=60)
    assert part.equals(whole[150:210])


def test_a_column_that_is_there_is_replaced(place):
    categories = made(CATEGORIES, place)
    spec = {"category_id": {"method": "integers", "kwargs": {"min": 1, "max": 5}}, **ORDERS}
    spec["constraints"] = {"a": fk("category_pk", "category_id")}
    found = made(spec, place)
    assert found.columns[0] == "category_id"
    assert set(found["category_id"]) <= set(categories["category_id"])


def test_watermarks_count_in_the_datasets_own_time(place):
    first = made(CATEGORIES, place, seed=1)
    second = made(CATEGORIES, place, seed=2, at="2026-01-01T00:02:00Z")
    assert set(made(PRODUCTS, place, 500)["category_id"]) == set(second["category_id"])
    at_first = made(PRODUCTS, place, 500, at="2026-01-01T00:01:00Z")
    assert set(at_first["category_id"]) == set(first["category_id"])
    with pytest.raises(UsageError, match="within the watermark of 60 s: its last one was made 61 s before"):
        made(PRODUCTS, place, at="2026-01-01T00:03:01Z")
    with pytest.raises(UsageError, match="made 86,520 s after the moment"):
        made(PRODUCTS, place, at=dt.datetime(2025, 12, 31, tzinfo=dt.UTC))
    no_watermark = columns(constraints={"a": fk("category_pk", "category_id")})
    all_of_them = {*first["category_id"], *second["category_id"]}
    assert set(made(no_watermark, place, 900, at="2027-01-01T00:00:00Z")["category_id"]) == all_of_them


def test_files_have_references_and_leave_keys(place):
    generator = DataGenerator(CATEGORIES, seed=42).checkpoint(place)
    generator.write.size(20).format("parquet").option("numFiles", 3).save("categories/")
    categories = pl.read_parquet("categories/*.parquet")
    products = DataGenerator(PRODUCTS, seed=42).checkpoint(place).write.size(300)
    (whole,), parts = products.save("whole.parquet"), products.option("numFiles", 4).save("parts.parquet")
    assert pl.read_parquet(whole).equals(pl.concat(map(pl.read_parquet, parts)))
    assert set(pl.read_parquet(whole)["category_id"]) == set(categories["category_id"])


def test_files_that_fail_leave_no_keys(place):
    doubled = CATEGORIES | {"category_id": {"method": "integers", "kwargs": {"min": 1, "max": 3}}}
    doubled["constraints"] = {"a": pk("category_pk", "category_id INT")}
    with pytest.raises(DataError, match="isn't unique"):
        DataGenerator(doubled, seed=1).checkpoint(place).write.size(9).format("csv").save("rows")
    with pytest.raises(UsageError, match="isn't kept"):
        made(PRODUCTS, place)


def test_records_of_a_stream_have_references_and_leave_keys(place):
    made(CATEGORIES, place)
    stream = DataGenerator(PRODUCTS, seed=42).checkpoint(place).stream_dict(10, 20, clock="dataset")
    found = list(islice(stream, 40))
    assert all(one["category_id"] for one in found)
    assert [one["product_id"] for one in found] == made(PRODUCTS, place, 40)["product_id"].to_list()
    assert set(made(ORDERS, place, 50)["product_id"])


def test_functions_see_references_and_keys_are_those_that_are_left(place):
    categories = made(CATEGORIES, place)
    generator = DataGenerator(PRODUCTS, seed=42).checkpoint(place).size(50)
    left = generator.transformers([lambda frame: frame[frame["category_id"] == categories["category_id"][0]]]).get_df()
    assert 0 < len(left) < 50
    assert set(made(ORDERS, place, 500)["product_id"]) == set(left["product_id"])
    gone = generator.transformers([lambda frame: frame.drop(columns="product_id")])
    with pytest.raises(UsageError, match="a transformer took it away"):
        gone.get_df()


def test_kept_keys_are_tables_for_everybody(tmp_path):
    made(CATEGORIES, str(tmp_path / "keys.duckdb"), 3)
    made(CATEGORIES, tmp_path / "keys.db", 3)
    query = "SELECT category_id, creation_time FROM checkpoint_category_pk"
    with duckdb.connect(tmp_path / "keys.duckdb", read_only=True) as db:
        rows = db.sql(query).fetchall()
    lite = sqlite3.connect(tmp_path / "keys.db")
    assert sorted(lite.execute(query).fetchall()) == sorted(rows)
    assert {moment for _, moment in rows} == {1767225600}
    lite.close()


def test_memory_is_shared_by_name():
    made(CATEGORIES, ":memory:one")
    made(PRODUCTS, ":memory:one")
    for other in (":memory:", ":memory:two"):
        with pytest.raises(UsageError, match="isn't kept"):
            made(PRODUCTS, other)


# What is wrong


def test_references_come_after_their_keys(place):
    with pytest.raises(UsageError) as error:
        made(PRODUCTS, place)
    for said in ("'category_pk' isn't kept", "kept are: none", "Make the table whose PK", f".checkpoint({place!r})"):
        assert said in str(error.value)
    made(CATEGORIES, place, 0)
    with pytest.raises(UsageError, match="has no row"):
        made(PRODUCTS, place)


def test_a_place_for_keys_is_missed():
    for spec in (CATEGORIES, PRODUCTS):
        generator = DataGenerator(spec, seed=1).size(3)
        for ask in (generator.get_df, generator.get_polars, generator.stream_dict):
            with pytest.raises(UsageError, match=r"checkpoint\(':memory:'\)"):
                ask()


def test_two_generators_with_a_key_of_one_name_and_other_columns(place):
    made(CATEGORIES, place)
    other = columns(code=ids(4), constraints={"a": pk("category_pk", "code VARCHAR(4)")})
    with pytest.raises(UsageError, match="Give one of them another name"):
        made(other, place)
    more = made(CATEGORIES, place, seed=7)
    assert set(more["category_id"]) < set(made(PRODUCTS, place, 2_000)["category_id"])


@pytest.mark.parametrize(
    ("constraints", "said"),
    [
        ({"a": pk("p", "nothing VARCHAR(4)")}, ["column 'nothing' is unknown"]),
        ({"a": pk("p", "id INTEGER")}, ["'id' is text", "VARCHAR"]),
        ({"a": pk("p", "amount DOUBLE")}, ["'amount' is Float64"]),
        ({"a": pk("p", "id"), "b": pk("p", "id")}, ["two PK constraints are called 'p'"]),
        ({"a": fk("x", "c"), "b": fk("y", "c")}, ["column 'c' is of two FK"]),
        ({"a": pk("p", "none"), "b": pk("q", "id DATE")}, ["'none'", "'id' is text"]),
    ],
)
def test_constraints_that_dont_fit_are_all_told(constraints, said):
    spec = {"id": ids(5), "amount": {"method": "floats", "kwargs": {"min": 0, "max": 1}}, "constraints": constraints}
    with pytest.raises(UsageError) as error:
        made(spec, ":memory:")
    assert [one for one in said if one not in str(error.value)] == [], str(error.value)


def test_keys_are_unique_and_there(place):
    for more, said in (({}, "isn't unique"), ({"null_rate": 0.5}, "cells of 'id' are missing")):
        number = {"method": "integers", "kwargs": {"min": 1, "max": 3}}
        with pytest.raises(DataError, match=said):
            made({"id": number | more, "constraints": {"a": pk("id_pk", "id")}}, place)


def test_options_and_places_that_are_none(tmp_path):
    generator = DataGenerator(CATEGORIES, seed=1)
    for ask, said in (
        (lambda: generator.checkpoint(5), "checkpoint"),
        (lambda: generator.checkpoint(""), "checkpoint"),
        (lambda: generator.option("at", "yesterday"), "2026-01-01T00:01:00Z"),
        (lambda: generator.option("at", dt.datetime(2026, 1, 1)), "time zone"),  # noqa: DTZ001
        (lambda: generator.option("att", 1), "did you mean 'at'"),
        (lambda: generator.option("reset_checkpoint", True), "no checkpoint to reset"),  # noqa: FBT003
        (lambda: generator.option("resetCheckpoint", "yes"), "True or False"),
    ):
        with pytest.raises(UsageError, match=said):
            ask()
    (tmp_path / "notes.duckdb").write_text("dear diary")
    with pytest.raises(OutputError, match="can't be opened"):
        made(CATEGORIES, tmp_path / "notes.duckdb")


@pytest.mark.parametrize(("kind", "path"), [(DuckDBHandler, ":memory:"), (SQLiteHandler, ":memory:"),
                                            (DuckDBHandler, "keys.any"), (SQLiteHandler, "keys.any")])  # fmt: skip
def test_the_database_of_a_handler_keeps_keys(kind, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    db = kind(path)
    made = DataGenerator(CATEGORIES, seed=1).db_checkpoint(db).size(10).get_df()
    assert set(db.select_all("checkpoint_category_pk")["category_id"]) == set(made["category_id"])
    products = DataGenerator(PRODUCTS, seed=2).db_checkpoint(db).size(20).get_df()
    assert set(products["category_id"]) <= set(made["category_id"])
