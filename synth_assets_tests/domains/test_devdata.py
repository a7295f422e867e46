"""The domain devdata is as its document says, and its tables agree with each other."""

import duckdb
import pandas as pd
import polars as pl
import pytest

from synth_assets import scan, verify
from synth_assets.errors import UsageError
from synth_assets.project.project import Project
from synth_assets.usecases.generate import generate, request_for

SMALL = {"users": 120, "orders": 300, "events": 700, "products": 60}
TIME = pl.Datetime("us")
SCHEMAS = {
    "fake_users": {
        "id": pl.Int64, "first_name": pl.String, "last_name": pl.String, "email": pl.String, "age": pl.Int32,
        "department": pl.String, "salary": pl.Int64, "created_at": TIME, "is_active": pl.Boolean,
    },
    "fake_orders": {
        "id": pl.Int64, "user_id": pl.Int64, "product_name": pl.String, "quantity": pl.Int32, "unit_price": pl.Float64,
        "total_amount": pl.Float64, "order_date": TIME, "status": pl.String, "shipping_address": pl.String,
    },
    "fake_analytics": {
        "id": pl.Int64, "event_date": TIME, "user_id": pl.Int64, "page_path": pl.String, "session_duration": pl.Int32,
        "page_views": pl.Int32, "bounce_rate": pl.Float64, "conversion": pl.Boolean, "device_type": pl.String,
        "browser": pl.String, "country": pl.String,
    },
    "fake_products": {
        "id": pl.Int64, "name": pl.String, "description": pl.String, "category": pl.String, "brand": pl.String,
        "price": pl.Float64, "cost": pl.Float64, "stock_quantity": pl.Int32, "weight": pl.Float64,
        "dimensions": pl.String, "is_featured": pl.Boolean, "created_at": TIME,
    },
}  # fmt: skip
"""As the document has them."""

APART = {
    "fake_users": (["department"], ["id"]),
    "fake_orders": (["status"], ["order_date", "id"]),
    "fake_analytics": (["country", "device_type"], ["event_date"]),
    "fake_products": (["category"], ["id"]),
}
"""Partition keys and sort keys, likewise."""


@pytest.fixture(scope="module")
def frames():
    return {name: scan(f"devdata/{name}", volumes=SMALL, seed=3).collect() for name in SCHEMAS}


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    domain = Project.here().domain("devdata")
    dataset, root = domain.dataset(seed=3, volumes=SMALL), tmp_path_factory.mktemp("status=evil") / "category=None"
    made = generate(request_for(domain, dataset, tuple(domain.entities), root))
    return {one.entity: one.path for one in made}


@pytest.mark.parametrize("name", SCHEMAS)
def test_columns_and_types_are_the_documents(name, frames):
    assert list(frames[name].schema.items()) == list(SCHEMAS[name].items())
    assert not frames[name].null_count().sum_horizontal().item()


def test_presets_have_the_documents_rows():
    domain = Project.here().domain("devdata")
    counts = {
        preset: [domain.positions(domain.dataset(preset), [name]) for name in SCHEMAS]
        for preset in ("small", "medium", "large")
    }
    small = [1_000, 5_000, 10_000, 500]
    assert counts == {"small": small, "medium": [n * 10 for n in small], "large": [n * 100 for n in small]}


@pytest.mark.parametrize("name", SCHEMAS)
def test_pandas_reads_a_folder_with_all_documented_columns_and_nothing_of_the_folders_above(name, frames, stored):
    found = pd.read_parquet(stored[name])
    assert sorted(found.columns) == sorted(SCHEMAS[name])
    told = pl.from_pandas(found.astype(dict.fromkeys(APART[name][0], str))).select(list(SCHEMAS[name]))
    assert told.sort("id").equals(frames[name].sort("id"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_files_are_kept_apart_by_the_partition_keys_and_sorted_by_the_sort_keys(name, frames, stored):
    by, sort = APART[name]
    paths = list(stored[name].rglob("part-*"))
    assert len(paths) == frames[name].select(by).n_unique()
    for path in paths:
        inside = pl.read_parquet(path, hive_partitioning=False)
        assert inside.columns == [column for column in SCHEMAS[name] if column not in by]
        assert inside.select(sort).rows() == sorted(inside.select(sort).rows())
        assert [one.partition("=")[0] for one in path.parent.parts[-len(by) :]] == by


def test_stored_tables_are_what_was_asked_for(stored):
    assert [one.problems for one in verify(list(stored.values()))] == [()] * 4


def test_tables_agree_with_each_other(frames):
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, frame.to_arrow())
        wrong = {
            "product": "FROM fake_orders o LEFT JOIN fake_products p ON p.name = o.product_name "
            "WHERE p.id IS NULL OR p.price <> o.unit_price OR p.created_at > o.order_date",
            "user": "FROM fake_orders o LEFT JOIN fake_users u ON u.id = user_id "
            "WHERE u.id IS NULL OR u.created_at > o.order_date",
            "visitor": "FROM fake_analytics a LEFT JOIN fake_users u ON u.id = user_id "
            "WHERE u.id IS NULL OR u.created_at > event_date",
            "cents": "FROM fake_orders WHERE round(total_amount * 100) <> quantity * round(unit_price * 100) "
            "OR total_amount <> round(total_amount * 100) / 100 OR unit_price <> round(unit_price * 100) / 100",
            "cost": "FROM fake_products WHERE cost >= price OR cost <= 0",
            "twin": "FROM fake_products GROUP BY name HAVING count(*) > 1",
            "mail": "FROM fake_users WHERE NOT regexp_matches(email, '^[a-z0-9.]+@example\\.(com|org|net)$')",
            "mails": "FROM fake_users GROUP BY lower(email) HAVING count(*) > 1",
            "bounce": "FROM fake_analytics WHERE (page_views = 1) <> (bounce_rate = 1.0) "
            "OR bounce_rate NOT BETWEEN 0 AND 1",
            "bought": "FROM fake_analytics WHERE conversion AND page_views = 1",
            "device": "FROM fake_analytics WHERE (browser = 'Edge' AND device_type <> 'desktop') "
            "OR (browser = 'Samsung Internet' AND device_type <> 'mobile')",
            "moves": "FROM fake_analytics GROUP BY user_id HAVING count(DISTINCT country) > 1",
            "switch": "FROM fake_analytics GROUP BY user_id, device_type HAVING count(DISTINCT browser) > 1",
            "home": "FROM fake_orders JOIN fake_analytics USING (user_id) WHERE right(shipping_address, 2) <> country",
        }
        found = {
            what: connection.sql(f"SELECT count(*) FROM (SELECT 1 {query})").fetchall()[0][0]
            for what, query in wrong.items()
        }
    assert found == dict.fromkeys(wrong, 0)


def test_salaries_depend_on_department_and_age():
    users = scan("devdata/fake_users").collect()
    mean = dict(users.group_by("department").agg(pl.mean("salary")).iter_rows())
    assert mean["Engineering"] > mean["Finance"] > mean["Sales"] > mean["HR"]
    for (_,), some in users.group_by("department"):
        young, old = some.filter(pl.col("age") < 30), some.filter(pl.col("age") >= 45)
        assert old["salary"].mean() > 1.1 * young["salary"].mean()


def test_no_rows_are_rows_too_but_orders_of_nobody_are_refused_before_anything_is_written(tmp_path):
    domain = Project.here().domain("devdata")
    empty = domain.dataset(volumes=dict.fromkeys(SMALL, 0))
    stored = generate(request_for(domain, empty, tuple(domain.entities), tmp_path))
    assert [one.rows for one in stored] == [0] * 4
    assert {
        name: scan(f"devdata/{name}", volumes=dict.fromkeys(SMALL, 0)).collect().schema for name in SCHEMAS
    } == SCHEMAS
    with pytest.raises(UsageError, match="fake_orders: user_id has 0 values, 5 rows were asked for"):
        domain.dataset(volumes={"users": 0, "orders": 5, "events": 0})
