"""bronze lives on after ``as_of``: what happens day by day leads from each state to the next, and each is sound."""

import functools
from datetime import timedelta

import duckdb
import polars as pl
import pytest

from synth_assets_tests.domains.bronze_samples import ENTITIES, SMALL, frame_of, second_of, state, whole
from synth_assets_tests.oracles import bronze_rules

DAYS = (0, 1, 2, 3, 14, 30)
KEYS = {name: entity.about.key for name, entity in ENTITIES.items()}

# Numbered in the order in which they become visible; the others come late by nature, with sparse ids.
APPENDED = ("raw_customers", "raw_products", "raw_sessions", "raw_orders", "raw_order_items", "raw_clickstream")

MUTABLE = {
    "raw_customers": {
        "email", "phone", "street", "city", "region", "postal_code", "segment", "marketing_opt_in", "updated_at",
    },
    "raw_products": {"price", "is_active", "updated_at"},
    "raw_orders": {"status", "payment_status", "shipped_at", "delivered_at", "cancelled_at", "updated_at"},
    "raw_inventory": {"order_id"},  # forgotten when its customer is erased
}  # fmt: skip

# Rules about the volumes of the base dataset, and what erasing customers and dropping drafts relaxes.
OF_THE_BASE_ALONE = {
    *(rule.name for rule in bronze_rules.RULES if rule.name.endswith((".row_count", ".dense", ".from_one"))),
    "raw_inventory.order_id.on_sales_and_returns",
}

every_table = pytest.mark.parametrize("name", list(ENTITIES))


@functools.cache
def snapshot(name, days):
    return state(name, SMALL, days)


def changes(name, since, until):
    """Inserted, updated (after) and deleted rows between two states."""
    key, old, new = KEYS[name], snapshot(name, since), snapshot(name, until)
    inserted, deleted = new.join(old, on=key, how="anti"), old.join(new, on=key, how="anti")
    before = old.join(new.select(key), on=key, how="semi").sort(key)
    after = new.join(old.select(key), on=key, how="semi").sort(key)
    assert before[key].equals(after[key])
    differs = before.select(before[one].ne_missing(after[one]) for one in before.columns)
    changed = differs.select(pl.any_horizontal(pl.all())).to_series()
    return inserted, before.filter(changed), after.filter(changed), deleted


@every_table
def test_the_state_at_as_of_is_the_ordinary_dataset(name):
    assert snapshot(name, 0).equals(whole(name, SMALL))


@every_table
def test_the_base_and_three_daily_batches_make_the_state_of_the_third_day(name):
    key = KEYS[name]
    table = whole(name, SMALL)
    for day in (1, 2, 3):
        inserted, _, updated, deleted = changes(name, day - 1, day)
        gone = pl.concat([updated.select(key), deleted.select(key)])
        table = pl.concat([table.join(gone, on=key, how="anti"), updated, inserted]).sort(key)
        assert table[key].is_unique().all()
    assert table.equals(snapshot(name, 3).sort(key))


@every_table
@pytest.mark.parametrize(("since", "until"), [(0, 1), (2, 3), (3, 14), (14, 30)])
def test_what_can_not_change_never_does(name, since, until):
    _, before, after, _ = changes(name, since, until)
    changed = {one for one in before.columns if not before[one].equals(after[one])}
    assert changed <= MUTABLE.get(name, set())


@pytest.mark.parametrize("name", ["raw_customers", "raw_products", "raw_orders"])
@pytest.mark.parametrize(("since", "until"), [(0, 1), (1, 2), (3, 14)])
def test_a_row_says_when_it_changed_and_one_that_did_not_is_the_same(name, since, until):
    start, end = (pl.lit(second_of(SMALL, days) * 1_000_000).cast(pl.Datetime("us", "UTC")) for days in (since, until))
    inserted, before, after, _ = changes(name, since, until)
    within = snapshot(name, until).filter((pl.col("updated_at") >= start) & (pl.col("updated_at") < end))
    touched = pl.concat([inserted, after]).sort(KEYS[name])
    assert touched.equals(within.sort(KEYS[name]))
    assert (before["updated_at"] < after["updated_at"]).all()


@pytest.mark.parametrize("name", APPENDED)
@pytest.mark.parametrize(("since", "until"), [(0, 1), (1, 2), (3, 14), (14, 30)])
def test_new_rows_have_higher_numbers_than_all_before(name, since, until):
    inserted, *_ = changes(name, since, until)
    if inserted.height:
        assert inserted[KEYS[name]].min() > snapshot(name, since)[KEYS[name]].max()


@pytest.mark.parametrize("name", ["raw_customers", "raw_products", "raw_orders"])
def test_two_weeks_insert_and_update(name):
    inserted, _, updated, _ = changes(name, 0, 14)
    assert min(inserted.height, updated.height) > 0


# Few products are ever dropped: a draft of small's in a hundred days.
@pytest.mark.parametrize(("name", "days"), [("raw_customers", 14), ("raw_orders", 14), ("raw_products", 200)])
def test_some_rows_are_deleted(name, days):
    *_, deleted = changes(name, 0, days)
    assert deleted.height > 0


@every_table
def test_what_was_deleted_never_comes_back(name):
    *_, deleted = changes(name, 0, 3)
    for days in (14, 30):
        assert deleted.join(snapshot(name, days), on=KEYS[name], how="semi").is_empty()


@pytest.mark.parametrize("days", DAYS)
def test_every_rule_of_the_oracle_holds_on_every_day(days):
    con = duckdb.connect()
    for name in ENTITIES:
        table = snapshot(name, days)
        con.register("frame", table.to_arrow())
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
        con.unregister("frame")
    volumes = SMALL.params.model_dump()
    volumes["days"] += days
    as_of = (SMALL.as_of + timedelta(days=days)).isoformat()
    broken = bronze_rules.violations(con, volumes, as_of)
    con.close()
    assert {name: rows for name, rows in broken.items() if not days or name not in OF_THE_BASE_ALONE} == {}


@pytest.mark.parametrize("name", [name for name in ENTITIES if name != "raw_inventory"])
def test_any_rows_of_a_later_day_are_those_of_its_whole_state(name):
    key, entity, at = KEYS[name], ENTITIES[name], second_of(SMALL, 14)
    table = snapshot(name, 14)
    some = table.sample(60, seed=3)
    rows = entity(SMALL, some[key].to_numpy() - 1, at)
    assert rows.exists().all()
    # One column alone, by an entity of its own.
    for column in table.columns:
        alone = frame_of(entity(SMALL, some[key].to_numpy() - 1, at), [column])
        assert alone.equals(some.select(column)), column
