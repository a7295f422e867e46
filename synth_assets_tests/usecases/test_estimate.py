"""What a dataset is said to take before it is made, against what it then takes."""

import os
from pathlib import Path

import pytest

from synth_assets.project.project import Project
from synth_assets.usecases.estimate import estimate
from synth_assets.usecases.generate import Request, generate, plan, request_for

PROJECT = Project.here()
BRONZE = PROJECT.domain("bronze")
SOME = BRONZE.dataset("small", volumes={"customers": 6_000, "products": 1_500, "orders": 9_000, "days": 40})
FORMS = ("parquet", "csv", "sqlite")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "datasets"

VAST = """
dataset: vast
doc: Tables of every shape, as large as one says.
parameters:
  accounts: {default: 1000, minimum: 1, maximum: 10000000000000, doc: rows of accounts}
  holders: {default: 1000, minimum: 1, maximum: 1000000000, doc: rows of holders}
presets: {small: {}, vast: {accounts: 1000000000000, holders: 1000000000}}
default_preset: small
entities:
  accounts:
    doc: Accounts.
    grain: one account
    rows: accounts
    over: 364
    columns:
      account_id: key
      joined_at: {moment: born, doc: first seen}
  lines:
    doc: Lines.
    grain: one line
    lines_of: accounts
    per_parent: {1: 2, 2: 1, 3: 1}
    columns:
      line_id: key
      account_id: {of_parent: "", references: accounts}
      amount: {integers: 1, high: 500}
  some:
    doc: Some.
    grain: one
    some_of: accounts
    per_thousand: 300
    columns:
      account_id: {method: key, references: accounts}
      n: {integers: 1, high: 50}
  holders:
    doc: Who has an account that moves.
    grain: one holder
    rows: holders
    over: 364
    columns:
      holder_id: key
  movements:
    doc: What comes in and goes out.
    grain: one movement
    ledger: {of: holders, over: 364, days: 7, entries: 4, low: 0, high: 5000}
    columns:
      movement_id: key
      holder_id: {key_of: movements.accounts, references: holders, doc: whose it is}
      moved_at: {moment: movements.moved}
      balance: {property_of: movements.balances, type: int64, doc: what is there afterwards}
"""


def near(said, there, within=0.25):
    return abs(said - there) <= within * there


def request_of(path, root, preset=None, **more):
    domain = PROJECT.domain(path)
    return request_for(domain, PROJECT.dataset(path, preset), tuple(domain.entities), root, **more)


@pytest.fixture(scope="module")
def request_for_some(tmp_path_factory):
    return Request(BRONZE, SOME, tuple(BRONZE.entities), FORMS, tmp_path_factory.mktemp("some"))


@pytest.fixture(scope="module")
def said(request_for_some):
    return estimate(request_for_some)


@pytest.fixture(scope="module")
def there(request_for_some):
    return generate(request_for_some)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_bytes_of_every_table_are_within_a_quarter_of_what_they_are(said, there, form):
    stored = {one.entity: one.bytes for one in there if one.format == form}
    told = {table.entity: table.bytes[form] for table in said.tables}
    assert {name: (told[name], size) for name, size in stored.items() if not near(told[name], size)} == {}
    assert near(sum(told.values()), sum(stored.values()), 0.15)


def test_bytes_of_a_database_are_within_a_quarter(said, there):
    size = max(one.bytes for one in there if one.format == "sqlite")
    assert near(sum(table.bytes["sqlite"] for table in said.tables), size)


def test_rows_are_known_or_within_a_quarter(said, there):
    rows = {one.entity: one.rows for one in there}
    for table in said.tables:
        assert table.rows == rows[table.entity] if table.counted else near(table.rows, rows[table.entity])
    assert {table.entity for table in said.tables if not table.counted} == {"raw_inventory", "raw_reviews"}


def test_files_are_those_of_each_table_and_a_database_is_one(said):
    assert not said.notes
    assert said.files == 2 * len(said.tables) + 1
    assert not said.measured


def test_measured_bytes_are_within_a_quarter_too_and_time_is_this_machine_s(request_for_some, there):
    measured = estimate(request_for_some, measure=True, started=0.5)
    assert measured.measured
    assert measured.seconds > 0.5
    size = sum(one.bytes for one in there if one.format == "parquet")
    assert near(sum(table.bytes["parquet"] for table in measured.tables), size)
    assert near(sum(table.bytes["sqlite"] for table in measured.tables), max(one.bytes for one in there))


@pytest.mark.parametrize(("path", "forms", "most"), [("shop", "parquet", None), ("accounts", "csv", 3_000)])
def test_files_of_a_dataset_that_somebody_declared(path, forms, most, tmp_path):
    request = request_of(str(EXAMPLES / f"{path}.yaml"), tmp_path, formats=[forms], rows_per_file=most)
    said, stored = estimate(request), generate(request)
    assert near(said.bytes, sum(one.bytes for one in stored))
    assert near(said.rows, sum(one.rows for one in stored))
    for table, one in zip(said.tables, stored, strict=True):
        files = len(one.parts)
        assert table.files[forms] == files if table.counted_files else near(table.files[forms], files)


def test_files_that_are_kept_apart_by_columns_are_estimated(tmp_path):
    request = request_of("marketplace", tmp_path, formats=["ndjson"])
    said, stored = estimate(request), generate(request)
    assert near(said.bytes, sum(one.bytes for one in stored))
    assert near(said.files, sum(len(one.parts) for one in stored))


def test_more_workers_than_parts_or_processors_are_told(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    few = Request(BRONZE, SOME, ("raw_orders", "raw_products"), ("parquet",), tmp_path, workers=9)
    said = estimate(few)
    assert said.workers == 2
    assert said.notes == (
        "--workers 9: there are 2 parts, so 2 workers have something to do.",
        "--workers 9: this machine has 1 processor; more workers share them.",
    )
    alone = estimate(Request(BRONZE, SOME, ("raw_orders", "raw_products"), ("parquet",), tmp_path))
    assert alone.notes == ()
    assert alone.memory < said.memory


@pytest.fixture
def vast(tmp_path):
    path = tmp_path / "vast.yaml"
    path.write_text(VAST)
    return str(path)


def test_a_million_million_rows_are_planned_by_arithmetic(vast, tmp_path):
    request = request_of(vast, tmp_path, "vast")
    planned, said = plan(request), estimate(request)
    rows = {table.entity: table.rows for table in said.tables}
    assert rows["accounts"] == 10**12
    assert rows["lines"] == 1_750_000_000_000
    assert near(rows["some"], 3 * 10**11)
    assert near(rows["movements"], 94_920 * 10**6, 0.05)
    files = {table.entity: table.files for table in planned.tables}
    assert files["accounts"] == len(planned.tables[0].units) == -(-(10**12) // 2**22)
    assert "less than that" in said.notes[0]


def test_movements_of_a_ledger_are_counted_without_any(vast, tmp_path):
    request = request_of(vast, tmp_path)
    said = {table.entity: table for table in estimate(request).tables}["movements"]
    (stored,) = [one for one in generate(request) if one.entity == "movements"]
    assert near(said.rows, stored.rows, 0.03)
    assert near(said.bytes["parquet"], stored.bytes)
