"""Asset checks look at what is stored: each kind of damage is found by the check that is about it."""

import shutil
from dataclasses import replace

import dagster as dg
import duckdb
import polars as pl
import pytest

from synth_assets.domains.bronze.tables.raw_orders import RawOrders
from synth_assets.domains.bronze.tables.raw_reviews import RawReviews
from synth_assets.model.table import Rule
from synth_assets.usecases.verified import Depth
from synth_assets.usecases.verify import verify


def part(project, table, form="parquet"):
    (path,) = (project.data / form / "bronze" / table).rglob(f"part-*.{form}")
    return path


def edit(project, table, change):
    """Rewrite a stored Parquet file."""
    path = part(project, table)
    change(pl.read_parquet(path)).write_parquet(path)


def edit_duckdb(project, sql):
    with duckdb.connect(str(project.data / "duckdb/bronze/tiny-42.duckdb")) as connection:
        connection.execute(sql)


def failed(project, **options):
    return {name for name, e in project.check(**options).items() if not e.passed}


def one_cell(column, value, row=5):
    index = pl.int_range(pl.len())
    return lambda frame: frame.with_columns(
        pl.when(index == row).then(pl.lit(value)).otherwise(pl.col(column)).cast(frame.schema[column]).alias(column)
    )


def test_every_check_passes_right_after_materialising(stored):
    _, result = stored
    evaluations = result.get_asset_check_evaluations()
    assert len(evaluations) >= 8 * 5
    assert [(e.asset_key, e.check_name, e.description) for e in evaluations if not e.passed] == []


def test_stored_data_can_be_checked_again_without_generating_it(stored):
    project, _ = stored
    assert failed(project) == set()


def test_a_changed_amount_is_found_by_the_content_hash(damaged):
    edit(damaged, "raw_products", one_cell("weight_kg", 999.125))
    evaluations = damaged.check("raw_products")
    assert not evaluations["raw_products.formats_agree"].passed
    assert not evaluations["raw_products.content_matches_definition"].passed
    assert "weight_kg" in evaluations["raw_products.content_matches_definition"].description


def test_a_missing_row_is_found_by_the_row_count(damaged):
    edit(damaged, "raw_reviews", lambda frame: frame[:-1])
    evaluations = damaged.check("raw_reviews")
    assert not evaluations["raw_reviews.row_count"].passed
    assert evaluations["raw_reviews.keys_are_unique"].passed


def test_a_key_that_occurs_twice_is_found(damaged):
    edit(damaged, "raw_reviews", lambda frame: pl.concat([frame, frame[:1]]))
    evaluations = damaged.check("raw_reviews")
    assert evaluations["raw_reviews.keys_are_unique"].description == "review_id is not unique: 1 row."
    assert not evaluations["raw_reviews.keys_are_unique"].passed


def test_a_unique_column_that_repeats_is_found(damaged):
    edit(damaged, "raw_customers", lambda frame: frame.with_columns(email=pl.col("email").first()))
    assert "email is not unique" in damaged.check("raw_customers")["raw_customers.keys_are_unique"].description


def test_a_broken_reference_is_found_with_an_example(damaged):
    edit(damaged, "raw_order_items", one_cell("product_id", 4_711))
    evaluation = damaged.check("raw_order_items")["raw_order_items.references_hold"]
    assert not evaluation.passed
    assert evaluation.description == "product_id is not in raw_products: 1 row."
    assert "| 4711 |" in evaluation.metadata["examples"].value


def test_a_missing_cell_and_a_value_out_of_its_enumeration_are_found(damaged):
    edit(damaged, "raw_orders", one_cell("status", "lost"))
    edit(damaged, "raw_sessions", one_cell("device_type", None))
    evaluations = damaged.check("raw_orders", "raw_sessions")
    assert "status is none of its values: 1 row" in evaluations["raw_orders.cells_are_allowed"].description
    assert "device_type is missing: 1 row" in evaluations["raw_sessions.cells_are_allowed"].description


def test_formats_that_disagree_are_found_though_parquet_is_right(damaged):
    edit_duckdb(damaged, "UPDATE bronze.raw_products SET name = 'A brick' WHERE product_id = 3")
    path = part(damaged, "raw_customers", "csv")
    path.write_text(path.read_text().replace("@example.", "@exemple.", 1))
    evaluations = damaged.check()
    assert {name for name, e in evaluations.items() if not e.passed} == {
        "raw_products.formats_agree",
        "raw_products.files_match_manifest",
        "raw_products.parameters_match_values",
        "raw_customers.formats_agree",
        "raw_customers.files_match_manifest",
        "raw_customers.parameters_match_values",
    }
    assert evaluations["raw_products.formats_agree"].description == "duckdb differs from parquet in name."


def test_a_damaged_file_fails_the_checks_with_its_name(damaged):
    path = part(damaged, "raw_reviews")
    path.write_bytes(path.read_bytes()[:100])
    evaluations = damaged.check("raw_reviews")
    assert not evaluations["raw_reviews.row_count"].passed
    assert path.name in evaluations["raw_reviews.content_matches_definition"].description


def test_a_table_that_was_never_stored_fails_its_checks_with_a_next_step(project):
    evaluation = project.check("raw_orders")["raw_orders.row_count"]
    assert not evaluation.passed
    assert "Materialise it first" in evaluation.description


@pytest.mark.parametrize("form", ["csv", "duckdb"])
def test_checks_read_whatever_format_there_is(project, form):
    project.run(assets=["bronze/raw_customers"], formats=[form])
    passed = {name for name, e in project.check("raw_customers").items() if e.passed}
    assert len(passed) >= 5


def test_a_reference_into_a_table_that_is_not_stored_warns_and_does_not_block(project):
    result = project.run(assets=["bronze/raw_sessions"], formats=["parquet"])
    (evaluation,) = [e for e in result.get_asset_check_evaluations() if e.check_name == "references_hold"]
    assert result.success
    assert not evaluation.passed
    assert evaluation.severity == dg.AssetCheckSeverity.WARN
    assert "raw_customers tiny|42 is not stored" in evaluation.description


def test_a_failed_check_keeps_tables_downstream_from_being_made(project, monkeypatch):
    wrong = Rule("never", "nothing is right", ("raw_orders",), "SELECT order_id FROM raw_orders")
    monkeypatch.setattr(RawOrders, "about", replace(RawOrders.about, rules=(wrong,)))
    result = project.run(formats=["parquet"])
    assert not result.success
    assert not result.asset_materializations_for_node("bronze__raw_order_items")
    assert result.asset_materializations_for_node("bronze__raw_products")


def test_each_rule_is_a_check_of_the_table_where_all_it_reads_is_there(stored, monkeypatch):
    project, _ = stored
    never = (
        "FROM raw_reviews SEMI JOIN raw_orders USING (order_id) WHERE order_id IN (SELECT order_id FROM raw_inventory)"
    )
    rules = (
        Rule("sum", "no total is negative", ("raw_orders",), "FROM raw_orders WHERE total_amount < 0"),
        Rule(
            "converted",
            "an order has its session",
            ("raw_sessions", "raw_orders"),
            "FROM raw_orders ANTI JOIN raw_sessions USING (session_id)",
        ),
        Rule("moved", "nobody reviews what moved", ("raw_orders", "raw_inventory", "raw_reviews"), never),
    )
    monkeypatch.setattr(RawOrders, "about", replace(RawOrders.about, rules=rules))
    monkeypatch.setattr(RawReviews, "about", replace(RawReviews.about, rules=()))
    evaluations = project.check()
    assert evaluations["raw_orders.sum"].passed
    assert evaluations["raw_orders.converted"].passed
    (late,) = [evaluation for name, evaluation in evaluations.items() if name.endswith(".moved")]
    assert not late.passed
    assert late.metadata["offending_rows"].value > 0
    specs = {spec.name: spec for d in project.definitions.asset_checks or () for spec in d.check_specs}
    assert specs["sum"].blocking
    assert specs["converted"].blocking
    assert not specs["moved"].blocking


def edge(project):
    return part(project, "raw_reviews").with_name("part-00009.parquet")


def same_email(frame):
    return frame.with_columns(email=pl.col("email").first())


DAMAGES = {
    "cells, keys and rows": {
        "raw_orders": lambda p: edit(p, "raw_orders", one_cell("status", "lost")),
        "raw_sessions": lambda p: edit(p, "raw_sessions", one_cell("device_type", None)),
        "raw_customers": lambda p: edit(p, "raw_customers", same_email),
        "raw_order_items": lambda p: edit(p, "raw_order_items", one_cell("product_id", 4_711)),
        "raw_reviews": lambda p: edit(p, "raw_reviews", lambda frame: frame[:-1]),
        "raw_products": lambda p: edit_duckdb(
            p, "UPDATE bronze.raw_products SET name = 'A brick' WHERE product_id = 3"
        ),
    },
    "a rule, and a file": {
        "raw_orders": lambda p: edit(p, "raw_orders", one_cell("total_amount", 0)),
        "raw_reviews": lambda p: part(p, "raw_reviews").write_bytes(b"PAR1"),
    },
    "a file that is nobody's": {"raw_reviews": lambda p: shutil.copy(part(p, "raw_reviews"), edge(p))},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_verify_finds_what_asset_checks_find_in_the_same_words(damaged, damage):
    for do in DAMAGES[damage].values():
        do(damaged)
    evaluations = damaged.check()
    found = {name: e.description for name, e in evaluations.items() if not e.passed}
    texts = {text for one in verify([damaged.data], Depth(regenerate=True)) for text in (*one.problems, *one.undecided)}
    said = set()
    for name, description in found.items():
        # Where a table can't be read, each asset check says so, and `verify` once.
        lines = description.splitlines()
        words = (f"{name.partition('.')[2]}: {lines[0]}", *lines)
        same = {text for text in texts if text.startswith(words)}
        assert same or "can't be read" in description, (name, description)
        said |= same
    assert {name.partition(".")[0] for name in found} >= {*DAMAGES[damage]}
    # The asset check compares the copy that is read quickest with the definition, `verify` each of them; and Dagster
    # doesn't get to the checks of tables whose parents' checks have failed.
    got_to = {name.partition(".")[2] for name in evaluations} - {"content_matches_definition"}
    assert [text for text in texts - said if text.partition(":")[0] in got_to] == []
