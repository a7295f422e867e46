"""The library's dictionaries: sixteen, of plain values, right by themselves; and as a dataset in which all agrees."""

import json
import subprocess
import sys

import polars as pl
import pytest

from synth_assets import scan
from synth_assets.project.project import Project
from synth_assets.rand_engine import DataGenerator, RandSpecs

NAMES = sorted(name for name in vars(RandSpecs) if not name.startswith("_"))
VOLUMES = {"size": 3_000}


def test_there_are_sixteen_and_the_dataset_has_a_table_of_each():
    assert len(NAMES) == 16
    assert sorted(Project.here().domain("library").entities) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_dictionary_is_plain_values_and_makes_its_columns(name):
    spec = getattr(RandSpecs, name)()
    assert json.loads(json.dumps(spec)) == spec
    frame = DataGenerator(getattr(RandSpecs, name), seed=42, validate=True).size(40).get_df()
    assert frame.equals(DataGenerator(spec, seed=42).size(40).get_df())
    assert set(frame.columns) <= set(Project.here().domain("library").tables[name].column_names)
    spec.clear()
    assert getattr(RandSpecs, name)()


def test_customers_say_what_is_documented():
    spec = RandSpecs.customers()
    assert spec["customer_id"] == {"method": "unique_ids", "kwargs": {"strategy": "zint", "prefix": "C"}}
    assert spec["name"]["kwargs"]["distincts"][:2] == ["John Smith", "Jane Brown"]


def test_products_weigh_their_categories():
    found = DataGenerator(RandSpecs.products(), seed=1).size(20_000).get_polars()["category"]
    shares = {"Electronics": 0.4, "Clothing": 0.3, "Food": 0.2, "Books": 0.1}
    assert all(abs((found == name).mean() - share) < 0.02 for name, share in shares.items())


def test_orders_of_the_same_seed_refer_to_customers_of_it():
    customers = DataGenerator(RandSpecs.customers(), seed=42).size(1_000).get_polars()
    orders = DataGenerator(RandSpecs.orders(), seed=42).size(500).get_polars()
    assert set(orders["customer_id"]) <= set(customers["customer_id"])
    assert set(orders.select("currency", "country").unique().rows()) == {
        ("USD", "US"), ("EUR", "DE"), ("EUR", "FR"), ("EUR", "ES"), ("GBP", "GB")
    }  # fmt: skip
    assert orders.select((pl.col("total") - pl.col("amount") - pl.col("shipping_fee")).abs().max()).item() < 1e-9


def table(name):
    return scan(f"library/{name}", volumes=VOLUMES)


def test_orders_agree_with_customers_and_products():
    orders = table("orders").join(table("customers"), "customer_id", suffix="_of").join(table("products"), "product_id")
    found = orders.collect()
    assert found.height == VOLUMES["size"]
    assert (found["country"] == found["country_of"]).all()
    assert (found["registered_at"] < found["order_date"]).all()
    assert (found["listed_at"] < found["order_date"]).all()
    dollars = found.filter(pl.col("currency") == "USD")
    assert (dollars["amount"] == dollars["quantity"] * dollars["price"]).all()
    assert found.select("country", "currency").n_unique() == found["country"].n_unique()


@pytest.mark.parametrize(("name", "time"), [("invoices", "due_date"), ("shipments", "estimated_delivery")])
def test_each_order_has_one_invoice_and_one_shipment_later(name, time):
    found = table("orders").join(table(name), "order_id", suffix="_of").collect()
    assert found.height == VOLUMES["size"] == found["order_id"].n_unique()
    assert (found[time] > found["order_date"].dt.date()).all()


@pytest.mark.parametrize(
    ("name", "parent", "key", "time", "born"),
    [
        ("transactions", "customers", "customer_id", "timestamp", "registered_at"),
        ("events", "users", "user_id", "timestamp", "signup_date"),
        ("sales", "products", "product_id", "sale_date", "listed_at"),
        ("sensors", "devices", "device_id", "timestamp", "last_ping"),
    ],
)
def test_references_are_real_and_time_flows_forward(name, parent, key, time, born):
    found = table(name).join(table(parent), key, suffix="_of").collect()
    assert found.height == VOLUMES["size"]
    assert born == "last_ping" or (found[born] < found[time]).all()
    assert isinstance(found[time].dtype, pl.Datetime)
    assert found[time].dtype.time_zone is None


def test_its_sizes_are_as_documented():
    domain = Project.here().domain("library")
    assert {name: params.size for name, params in domain.presets.items()} == {
        "small": 1_000, "medium": 100_000, "large": 1_000_000
    }  # fmt: skip


def test_importing_it_imports_neither_dagster_nor_pandas():
    code = "import sys; from synth_assets.rand_engine import DataGenerator, RandSpecs; "
    code += "assert not {'dagster', 'pandas', 'faker'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
