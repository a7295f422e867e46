"""The consumers of the examples, under every fault plan shipped and one of everything.

The correct one has all recoverable rows right, the naive one doesn't.
"""

import runpy
from pathlib import Path

import duckdb
import pytest

from synth_assets.domains import catalog
from synth_assets.model.change_log import CADENCES
from synth_assets.usecases.changes import fault_plan
from synth_assets.usecases.changes.faults import catalog as catalog_of_faults
from synth_assets.usecases.changes.folder import ChangeFolder
from synth_assets.usecases.changes.generate import ChangeRequest, generate_changes, store_states
from synth_assets.usecases.changes.inject import inject
from synth_assets.usecases.changes.score import Question, score

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
PLANS = sorted((EXAMPLES / "fault_plans").glob("*.yaml"))
CORRECT, NAIVE = (
    runpy.run_path(str(EXAMPLES / "cdc_consumers" / f"{name}.py"))["consume"] for name in ("correct", "naive")
)
BRONZE = catalog.load("bronze")
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
    names = tuple(dataset.domain.entities)
    list(generate_changes(ChangeRequest(dataset, cadence, names, root, range(1, BATCHES + 1), format=form)))
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
        name: score(Question(folder.timeline, name, second, f"{database}::{table.domain}.{name}", answer_key))
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


def test_there_are_plans_of_every_kind():
    assert {fault.kind for path in PLANS for fault in fault_plan.read(path).faults} == set(catalog_of_faults.names())
