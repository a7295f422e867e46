"""Checks of stored tables with any kind of key: composite ones, UUIDs, none, circles, references to themselves."""

from types import SimpleNamespace
from uuid import UUID

import duckdb
import polars as pl
import pytest

from synth_assets.checking.catalog import dataset_checks
from synth_assets.checking.check import Check
from synth_assets.checking.stored import StoredDataset
from synth_assets.model.key import Key, RowOrder, composite_key, uuid_key
from synth_assets.model.layout import database_file, partition_folder
from synth_assets.model.table import Column, Reference, Table
from synth_assets.model.types import INT64, STRING
from synth_assets.produce.copies import Shelf
from synth_assets.sinks import catalog
from synth_assets_tests.samples import store

FORMATS = ["parquet", "csv", "duckdb"]


def integer(name, **more):
    return Column(name, INT64, "", **more)


ORDERS = Table(
    "shop", "orders", "", "one order", Key.of("order_id"),
    (integer("order_id"), integer("tenant"), Column("number", STRING, ""), integer("first_line", nullable=True)),
    # The first line of an order, whose lines belong to it: references go round.
    (Reference(("order_id", "first_line"), "lines"),),
    unique=(("tenant", "number"),),
)  # fmt: skip
LINES = Table(
    "shop", "lines", "", "one line", composite_key("order_id", line=4),
    (integer("order_id"), integer("line"), integer("tenant"), Column("number", STRING, "")),
    (Reference(("order_id",), "orders"), Reference(("tenant", "number"), "orders", ("tenant", "number"))),
)  # fmt: skip
PEOPLE = Table(
    "shop", "people", "", "somebody", Key(("id",), RowOrder()),
    (Column("id", STRING, ""), Column("boss", STRING, "", nullable=True)),
    (Reference(("boss",), "people"),),
)  # fmt: skip
NOTES = Table(
    "shop", "notes", "", "a note", Key.of(""),
    (Column("text", STRING, "", nullable=True), Column("mood", STRING, "", nullable=True, values=("good", "it's bad"))),
)  # fmt: skip
TABLES = {table.name: table for table in (ORDERS, LINES, PEOPLE, NOTES)}
SHOP = SimpleNamespace(name="shop", tables=TABLES, entities={}, grouped_by=None)

ROWS = {
    "orders": [(1, 1, "a", 1), (2, 1, "b", None), (3, 2, "a", 2)],
    "lines": [(1, 1, 1, "a"), (2, 1, 1, "b"), (3, 1, 2, "a"), (3, 2, 2, "a")],
    "people": [("ann", None), ("bob", "ann"), ("cid", "cid")],
    "notes": [("x", "good"), ("x", "good"), (None, "it's bad"), (None, None)],
}


@pytest.fixture(params=FORMATS)
def shop(request, tmp_path):
    """Stores tables in a format and checks one: table → check → finding."""
    form = request.param

    def place(name, table):
        if name != form:
            return None
        if form in catalog.databases():
            return database_file(tmp_path, form, "shop", "small", 42)
        return partition_folder(tmp_path, form, f"shop/{table}", "small", 42)

    def checked(table, *, leave_out=(), **rows):
        for name, usual in ROWS.items():
            if name not in leave_out:
                frame = pl.DataFrame(rows.get(name, usual), schema=TABLES[name].schema, orient="row")
                store(form, tmp_path, [[frame]], table=TABLES[name])
        shelf = Shelf("shop", "small|42", tmp_path, place)
        with duckdb.connect(":memory:") as connection, StoredDataset(SHOP, shelf, connection) as stored:
            checks = [check for check in dataset_checks(SHOP, table) if not check.generates]
            return {check.name: check.evaluate(stored.table(table)) for check in checks}

    return checked


def wrong(findings):
    """Check → text of what failed."""
    return {name: finding.text for name, finding in findings.items() if not finding.passed}


@pytest.mark.parametrize("table", TABLES)
def test_tables_with_any_key_pass_all_checks_that_apply_to_them(shop, table):
    findings = shop(table)
    assert wrong(findings) == {}
    assert ("keys_are_unique" in findings) == (table != "notes")
    assert ("references_hold" in findings) == (table != "notes")


def test_a_group_of_columns_that_repeats_is_found_within_its_group_only(shop):
    findings = shop("orders", orders=[(1, 1, "a", 1), (2, 1, "a", None), (3, 2, "a", None)])
    assert wrong(findings) == {"keys_are_unique": "tenant, number is not unique: 1 row."}


def test_a_key_that_only_its_rows_order_numbers_is_unique_all_the_same(shop):
    findings = shop("people", people=[("ann", None), ("bob", "ann"), ("ann", None)])
    assert wrong(findings) == {"keys_are_unique": "id is not unique: 1 row."}


def test_a_reference_of_several_columns_leads_to_a_row_that_has_them_all(shop):
    findings = shop("orders", orders=[(1, 1, "a", 1), (2, 1, "b", 2), (3, 2, "a", 1)])
    assert wrong(findings) == {"references_hold": "order_id, first_line is not in lines: 1 row."}
    assert findings["references_hold"].examples["order_id"].to_list() == [2]


def test_a_reference_to_columns_that_are_not_the_key_is_checked(shop):
    findings = shop("lines", lines=[(1, 1, 1, "a"), (2, 1, 2, "b"), (3, 1, 2, "a"), (3, 2, 2, "a")])
    assert wrong(findings) == {"references_hold": "tenant, number is not in orders: 1 row."}


def test_a_reference_of_a_table_to_itself_is_checked(shop):
    findings = shop("people", people=[("ann", None), ("bob", "zoe"), ("cid", "cid")])
    assert wrong(findings) == {"references_hold": "boss is not in people: 1 row."}


def test_a_reference_to_a_table_that_is_not_stored_is_undecided_and_others_are_checked(shop):
    lost = [(1, 1, "a", None), (2, 1, "b", None), (3, 2, "a", None)]
    findings = shop("orders", orders=lost, leave_out=["lines"])
    (found,) = [finding for finding in findings.values() if not finding.passed]
    assert found.undecided
    assert found.missing == ("lines",)
    assert found.text == "not checked: lines small|42 is not stored."


def test_a_value_with_a_quotation_mark_is_one_of_an_enumeration_or_is_not(shop):
    findings = shop("notes", notes=[("x", "it's bad"), ("y", "its bad")])
    assert wrong(findings) == {"cells_are_allowed": "mood is none of its values: 1 row."}


def test_a_uuid_that_is_stored_twice_is_found(tmp_path):
    users = Table("shop", "users", "", "", uuid_key("id"), (Column("id", STRING, ""), integer("n")))
    numbers = [UUID(int=(4 << 76) | (2 << 62) | n) for n in (1, 1)]
    frame = pl.DataFrame({"id": [str(one) for one in numbers], "n": [1, 2]})
    path = partition_folder(tmp_path, "parquet", "shop/users", "small", 42)
    store("parquet", tmp_path, [[frame[:0]]], table=users)
    (part,) = path.glob("part-*")
    frame.write_parquet(part)
    domain = SimpleNamespace(name="shop", tables={"users": users}, entities={}, grouped_by=None)
    shelf = Shelf("shop", "small|42", tmp_path, lambda form, _: path if form == "parquet" else None)
    with duckdb.connect(":memory:") as connection, StoredDataset(domain, shelf, connection) as stored:
        checks = [check for check in dataset_checks(domain, "users") if not check.generates]
        findings = {check.name: check.evaluate(stored.table("users")) for check in checks}
    assert findings["keys_are_unique"].text == "id is not unique: 1 row."
    assert not findings["files_match_manifest"].passed


def test_a_check_that_memory_does_not_suffice_for_is_undecided():
    def greedy(_):
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate\nmore")

    found = Check("greedy", "all fits", greedy).evaluate(None)
    assert found.undecided
    assert found.text == "not checked for want of memory: Out of Memory Error: failed to allocate"
