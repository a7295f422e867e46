"""The consumers of the examples, under every fault plan shipped and one of everything.

The correct one has all recoverable rows right, the naive one doesn't.
"""

import runpy
from pathlib import Path

import duckdb
import polars as pl
import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.faults import catalog as catalog_of_faults
from synth_assets.faults import plan as fault_plan
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states
from synth_assets.usecases.inject import inject
from synth_assets.usecases.score import Question, score_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PLANS = sorted((EXAMPLES / "fault_plans").glob("*.yaml"))
CORRECT, NAIVE = (
    runpy.run_path(str(EXAMPLES / "cdc_consumers" / f"{name}.py"))["consume"] for name in ("correct", "naive")
)
BRONZE = Project.here().domain("bronze")
BATCHES = 8

HARMLESS_TO_NAIVE = {"clock_skew", "hot_keys", "key_change", "key_reuse", "orphaned_references"}
"""Nothing is out of order there, or twice; and it looks neither at the clock nor at parents."""

EVERYTHING = fault_plan.parse(
    """
seed: 1
faults:
  - {kind: duplicated_records, count: 20}
  - {kind: duplicated_batches, count: 3, delay: 2}
  - {kind: reordering, count: 20}
  - {kind: late_arrival, count: 20, delay: 2}
  - {kind: missing_range, count: 2, rows: 5}
  - {kind: truncated_file, count: 2}
  - {kind: corrupt_record, count: 10}
  - {kind: null_keys, count: 10}
  - {kind: null_keys, count: 5, where: everywhere}
  - {kind: orphaned_references, count: 2}
  - {kind: orphaned_references, count: 1, mode: missing}
  - {kind: key_reuse, count: 1}
  - {kind: key_change, count: 8}
  - {kind: clock_skew, count: 20}
  - {kind: hot_keys}
  - {kind: schema_drift, change: added, entities: [raw_orders, raw_inventory]}
  - {kind: schema_drift, change: renamed, entities: [raw_orders], column: payment_status, batches: 3..5}
  - {kind: schema_drift, change: widened, entities: [raw_orders], column: total_amount}
  - {kind: schema_drift, change: dropped, entities: [raw_orders], column: status, batches: 4..6}
  - {kind: schema_drift, change: dropped, entities: [raw_customers]}
""",
    "everything",
)


def generated(root, form):
    """A base and eight days of changes."""
    dataset = BRONZE.dataset("small", seed=7, volumes={"customers": 400, "products": 60, "orders": 400, "days": 20})
    cadence = CADENCES["day"]
    names = tuple(BRONZE.entities)
    list(generate_changes(ChangeRequest(BRONZE, dataset, cadence, names, root, range(1, BATCHES + 1), format=form)))
    folder = ChangeFolder.open(root)
    list(store_states(folder, "snapshot", names, dataset.as_of_second, form))
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return generated(tmp_path_factory.mktemp("clean"), "parquet")


def scores(folder, database, answer_key=None, names=None):
    """Of each table, or those named."""
    second = folder.timeline.second(BATCHES)
    return {
        name: score_of(Question(folder.timeline, name, second, f"{database}::{table.domain}.{name}", answer_key))
        for name, table in folder.tables.items()
        if names is None or name in names
    }


def failures(scores):
    return {name: one.as_dict()["examples"] for name, one in scores.items() if not one.passed}


@pytest.mark.parametrize("consume", [CORRECT, NAIVE], ids=["correct", "naive"])
def test_both_have_every_row_right_on_a_clean_feed(clean, tmp_path, consume):
    consume(clean.root, str(tmp_path / "out.duckdb"))
    assert failures(scores(clean, tmp_path / "out.duckdb")) == {}


def test_the_correct_one_survives_everything_at_once_and_the_naive_one_does_not(clean, tmp_path):
    broken = inject(clean.root, EVERYTHING, tmp_path / "broken").folder
    CORRECT(broken, str(tmp_path / "correct.duckdb"))
    assert failures(scores(clean, tmp_path / "correct.duckdb", broken)) == {}
    NAIVE(broken, str(tmp_path / "naive.duckdb"))
    found = scores(clean, tmp_path / "naive.duckdb", broken)
    assert not found["raw_orders"].passed
    assert not found["raw_clickstream"].passed


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_the_correct_one_takes_text_files_too(tmp_path, form):
    folder = generated(tmp_path / "clean", form)
    broken = inject(folder.root, EVERYTHING, tmp_path / "broken").folder
    CORRECT(broken, str(tmp_path / "correct.duckdb"))
    assert failures(scores(folder, tmp_path / "correct.duckdb", broken)) == {}


def test_running_the_correct_one_again_or_batch_by_batch_changes_nothing(clean, tmp_path):
    broken = inject(clean.root, EVERYTHING, tmp_path / "broken").folder
    whole, stepwise = str(tmp_path / "whole.duckdb"), str(tmp_path / "stepwise.duckdb")
    CORRECT(broken, whole)
    later = tmp_path / "later"
    for name in clean.tables:
        folder = broken / "changes" / "bronze" / name
        for batch in sorted(folder.glob("batch=*"))[5:]:
            target = later / batch.relative_to(broken)
            target.parent.mkdir(parents=True, exist_ok=True)
            batch.rename(target)
    CORRECT(broken, stepwise)
    for batch in sorted(later.rglob("batch=*")):
        batch.rename(broken / batch.relative_to(later))
    for _ in range(2):
        CORRECT(broken, stepwise)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{whole}' AS w (READ_ONLY); ATTACH '{stepwise}' AS s (READ_ONLY)")
        for name in (*(f"bronze.{name}" for name in clean.tables), "cdc.quarantine", "cdc.ledger"):
            for a, b in (("w", "s"), ("s", "w")):
                assert connection.execute(f"FROM {a}.{name} EXCEPT ALL FROM {b}.{name} LIMIT 1").fetchall() == [], name


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.stem)
def test_the_correct_one_has_all_recoverable_rows_right_under_every_plan_shipped(clean, tmp_path, plan):
    injected = inject(clean.root, fault_plan.read(plan), tmp_path / "broken")
    touched = injected.entries["entity"].unique().sort().to_list()
    found = {}
    for name, consume in (("correct", CORRECT), ("naive", NAIVE)):
        consume(injected.folder, str(tmp_path / f"{name}.duckdb"), touched)
        found[name] = failures(scores(clean, tmp_path / f"{name}.duckdb", injected.folder, touched))
    assert found["correct"] == {}
    assert found["naive"] or plan.stem in HARMLESS_TO_NAIVE


PLAIN_TROUBLE = fault_plan.parse(
    """
faults:
  - {kind: duplicated_records, entities: raw_orders, count: 10}
  - {kind: reordering, entities: raw_orders, count: 10}
  - {kind: late_arrival, entities: raw_orders, count: 10}
  - {kind: clock_skew, entities: raw_orders, share: 0.2, seconds: -7200}
  - {kind: key_reuse, entities: raw_orders}
""",
    "plain trouble",
)


@pytest.fixture(scope="module")
def troubled(clean, tmp_path_factory):
    return inject(clean.root, PLAIN_TROUBLE, tmp_path_factory.mktemp("troubled") / "log").folder


def taken_in(folder, flaw):
    """The orders as a consumer has them that is right but for one thing."""
    base = pl.read_parquet(folder / "snapshots/bronze/raw_orders/at=00000/*.parquet", hive_partitioning=False)
    rows = {row["order_id"]: [row] for row in base.iter_rows(named=True)}
    events = []
    for batch in sorted((folder / "changes/bronze/raw_orders").glob("batch=*")):
        file = pl.read_parquet(batch / "*.parquet", hive_partitioning=False)
        file = file.filter(pl.col("batch") == int(batch.name[6:])) if flaw == "throws late records away" else file
        events += file.sort("lsn").to_dicts() if flaw == "the last file wins" else file.to_dicts()
    if flaw != "keeps duplicates":
        events = list({event["lsn"]: event for event in reversed(events)}.values())[::-1]
    if flaw == "trusts the clock":
        events.sort(key=lambda event: (event["commit_ts"], event["lsn"]))
    elif flaw not in {"ignores the order", "the last file wins"}:
        events.sort(key=lambda event: event["lsn"])
    for event in events:
        row = {name: event[f"after_{name}"] for name in base.columns}
        copies = rows.get(event["order_id"], []) if flaw == "keeps duplicates" else []
        if event["op"] == "delete":
            rows = rows if flaw == "ignores deletes" else {k: v for k, v in rows.items() if k != event["order_id"]}
        else:
            rows[event["order_id"]] = [*copies, row] if event["op"] == "insert" else [row for _ in copies or [row]]
    return pl.DataFrame([row for copies in rows.values() for row in copies], schema=base.schema)


@pytest.mark.parametrize(
    "flaw",
    [
        "none",
        "ignores the order",
        "keeps duplicates",
        "ignores deletes",
        "the last file wins",
        "throws late records away",
        "trusts the clock",
    ],
)
def test_a_consumer_that_is_wrong_in_one_thing_only_is_told_from_a_right_one(clean, troubled, tmp_path, flaw):
    taken_in(troubled, flaw).write_parquet(tmp_path / "orders.parquet")
    second = clean.timeline.second(BATCHES)
    found = score_of(Question(clean.timeline, "raw_orders", second, str(tmp_path / "orders.parquet"), troubled))
    assert found.passed == (flaw == "none"), found.as_dict()["examples"]
    assert found.untraced == 0 or flaw == "ignores deletes"


def test_there_are_plans_of_every_kind():
    assert {fault.kind for path in PLANS for fault in fault_plan.read(path).faults} == set(catalog_of_faults.names())
