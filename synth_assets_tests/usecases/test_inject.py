import contextlib
import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from synth_assets.changes.folder import ChangeFolder
from synth_assets.cli.commands.changes.inject import command
from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.faults import answer_key, catalog
from synth_assets.faults import plan as fault_plan
from synth_assets.usecases.inject import inject
from synth_assets_tests.clean_logs import BATCHES, tree, write_clean_log
from synth_assets_tests.oracles.fault_scan import Scan, scan

PLANS = Path(__file__).parents[2] / "examples" / "fault_plans"
NAMES = sorted(path.stem for path in PLANS.glob("*.yaml"))


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return write_clean_log(tmp_path_factory.mktemp("clean") / "log")


@pytest.fixture(scope="module", params=["ndjson", "csv", "json"])
def text_log(request, tmp_path_factory):
    return write_clean_log(tmp_path_factory.mktemp(request.param) / "log", request.param, range(1, 8))


def plan(text):
    return fault_plan.parse(text, "plan.yaml")


def one(kind, **settings):
    return plan(json.dumps({"seed": 1, "faults": [{"kind": kind, **settings}]}))


def test_there_is_a_plan_for_each_kind_and_every_kind_is_in_everything():
    assert set(catalog.names()) <= set(NAMES)
    assert {fault.kind for fault in fault_plan.read(PLANS / "everything.yaml").faults} == set(catalog.names())


@pytest.mark.parametrize("name", NAMES)
def test_an_independent_scan_explains_every_difference_and_sees_every_entry(name, clean, tmp_path):
    injected = inject(clean, fault_plan.read(PLANS / f"{name}.yaml"), tmp_path / "broken")
    assert scan(clean, injected.folder) == []
    asked = fault_plan.read(PLANS / f"{name}.yaml").faults
    assert set(injected.entries["fault"]) == {fault.number for fault in asked}


@pytest.mark.parametrize("name", ["everything", "truncated_file"])
def test_text_formats_are_broken_in_the_same_ways(name, text_log, tmp_path):
    injected = inject(text_log, fault_plan.read(PLANS / f"{name}.yaml"), tmp_path / "broken")
    assert scan(text_log, injected.folder) == []


def test_the_scan_bites(clean, tmp_path):
    found = Scan(clean, inject(clean, fault_plan.read(PLANS / "everything.yaml"), tmp_path / "broken").folder)
    entries = found.entries
    for kind in catalog.names():
        last = max(at for at, one in enumerate(entries) if one["kind"] == kind and one["lsn"] is not None)
        entity = entries[last]["entity"]
        without = [*entries[:last], *entries[last + 1 :]]
        assert found.problems(without, entity), f"{kind}: a difference without its entry"
        firsts = {batch: file.records[0]["lsn"] for batch, file in found.after[entity].files.items() if file.records}
        batch = next(batch for batch, lsn in firsts.items() if lsn != entries[last]["lsn"])
        elsewhere = f"changes/bronze/{entity}/batch={batch:05d}/part-00000.parquet"
        false = {**entries[last], "batch": batch, "row": 0, "file": elsewhere}
        assert found.problems([*entries, false], entity), f"{kind}: an entry without its difference"
    for kind in ("corrupt_record", "missing_range", "truncated_file", "duplicated_records"):
        at = next(at for at, one in enumerate(entries) if one["kind"] == kind and one["key"] is not None)
        flipped = {**entries[at], "recoverable": not entries[at]["recoverable"]}
        changed = [*entries[:at], flipped, *entries[at + 1 :]]
        assert found.problems(changed, flipped["entity"]), f"{kind}: recoverable is wrong"


def test_the_same_log_and_plan_give_the_same_bytes(clean, tmp_path):
    one_time = inject(clean, fault_plan.read(PLANS / "everything.yaml"), tmp_path / "a").folder
    again = inject(clean, fault_plan.read(one_time / fault_plan.FILE), tmp_path / "b").folder
    assert tree(one_time) == tree(again)


def test_a_fault_chooses_the_same_records_without_the_others_unless_they_took_them(clean, tmp_path):
    whole = fault_plan.read(PLANS / "realistic.yaml")
    together = inject(clean, whole, tmp_path / "a").entries
    first = whole.faults[0]
    alone = inject(clean, fault_plan.FaultPlan(whole.seed, (first,)), tmp_path / "b").entries
    assert set(alone["lsn"]) == set(together.filter(fault=first.number)["lsn"])


def test_a_lower_count_takes_some_of_the_same_records(clean, tmp_path):
    many = inject(clean, one("corrupt_record", count=20), tmp_path / "a").entries
    few = inject(clean, one("corrupt_record", count=5), tmp_path / "b").entries
    assert set(few["lsn"]) < set(many["lsn"])


def test_half_of_the_late_records_are_overtaken_by_their_row_and_the_others_are_its_last(clean, tmp_path):
    late = inject(clean, one("late_arrival", entities="raw_orders", count=8), tmp_path / "broken").entries
    log = pl.concat(ChangeFolder.open(clean).read_log("raw_orders", batch) for batch in BATCHES)
    events = log.select(
        pl.col("order_id").cast(pl.String).alias("key"), pl.col("lsn").alias("next"), pl.col("batch").alias("in")
    )
    later = late.join(events, on="key").filter(pl.col("next") > pl.col("lsn"))
    assert late.height == 8
    assert later.filter(pl.col("in") < pl.col("batch"))["lsn"].n_unique() == 4
    assert later["lsn"].n_unique() == 4


def test_a_row_is_right_from_the_batch_that_tells_what_was_lost(clean, tmp_path):
    entries = inject(clean, one("corrupt_record", entities="raw_orders", share=0.5), tmp_path / "broken").entries
    assert (entries["recoverable"] == entries["right_from"].is_not_null()).all()
    assert entries.filter(pl.col("right_from") > pl.col("batch")).height
    assert scan(clean, tmp_path / "broken") == []  # which replays it half way, too


@pytest.mark.parametrize(
    ("change", "recoverable"), [("widened", True), ("added", True), ("dropped", False), ("renamed", True)]
)
def test_a_renamed_column_is_lost_only_if_one_of_its_type_beside_it_goes_too(change, recoverable, clean, tmp_path):
    beside = {"widened": "subtotal", "added": "channel", "dropped": "currency", "renamed": "currency"}[change]
    drift = {"kind": "schema_drift", "entities": "raw_orders"}
    renamed = {**drift, "change": "renamed", "column": "payment_status"}
    both = [renamed, {**drift, "change": change, "column": beside}]
    entries = inject(clean, plan(json.dumps({"faults": both})), tmp_path / "broken").entries
    assert entries.filter(pl.col("fault") == 1)["recoverable"].all() == recoverable


def test_files_that_no_fault_touches_are_copied_byte_by_byte(clean, tmp_path):
    broken = tree(inject(clean, one("corrupt_record", entities="raw_orders", count=1), tmp_path / "broken").folder)
    before = tree(clean)
    changed = {name for name in before.keys() & broken.keys() if before[name] != broken[name]}
    assert len({Path(name).parent for name in changed}) == 1
    bases = [{name for name in one if name.startswith("snapshots/")} for one in (before, broken)]
    assert bases[0] == bases[1] > set()


def test_nothing_that_a_plan_does_changes_the_right_end_state(clean, tmp_path):
    kinds = [{"kind": kind, "count": 2} for kind in ("hot_keys", "key_change", "key_reuse")]
    broken = inject(clean, plan(json.dumps({"faults": kinds})), tmp_path / "broken").folder
    assert scan(clean, broken) == []  # which replays it
    assert answer_key.read(broken)["recoverable"].all()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("faults: []", "faults is a list with at least one fault"),
        ("- a", "a plan is a mapping"),
        ("faults:\n- kind: x\nsed: 1", "line 3: field 'sed' is unknown; did you mean 'seed'?"),
        ("seed: one\nfaults: [{kind: reordering}]", "line 1: seed='one' is not allowed; it is a whole number"),
        ("faults:\n  - kind: duplicate_records", "line 2: fault kind 'duplicate_records' is unknown; did you mean"),
        ("faults:\n  - count: 3", "line 2: a fault is a mapping with its kind"),
        ("faults:\n  - kind: reordering\n    widow: 3", "line 3: field of reordering 'widow' is unknown; did you mean"),
        ("faults:\n  - kind: reordering\n    count: -1", "line 3: reordering: count=-1 is not allowed; it is how many"),
        (
            "faults:\n  - kind: reordering\n    count: 2\n    share: 0.1",
            "line 4: reordering: count and share contradict",
        ),
        ("faults:\n  - kind: reordering\n    batches: 5..2", "line 3: reordering: batches='5..2' is not allowed"),
        ("faults:\n  - kind: hot_keys\n    updates: 3", "an even number"),
        ("faults:\n  - kind: clock_skew\n    seconds: 0", "a whole number other than 0"),
        ("faults:\n  - kind: schema_drift", "line 2: schema_drift: change is missing; it is what happens"),
        ("faults:\n  - {kind: reordering, number: 2}\n  - kind: reordering", "number 2 is another fault's already"),
        ("faults: [", "no valid YAML"),
        ("seed: 1\nfaults:\n  - kind: reordering\n    count: 2\n    count: 3", "line 5: count is there twice"),
        ("faults:\n  - {kind: schema_drift, change: added, column: a b}", "letters, digits and _"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_line(text, says):
    with pytest.raises(UsageError, match=r"^plan\.yaml") as caught:
        plan(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "settings", "says"),
    [
        ("duplicated_records", {"entities": "raw_products", "count": 9_999}, "it asks for 9,999 records"),
        ("key_reuse", {"entities": "raw_inventory"}, "0 in raw_inventory"),
        ("orphaned_references", {"entities": "raw_customers"}, "raw_customers refers to no other table"),
        ("late_arrival", {"batches": 7}, "a batch 1 later"),
        ("reordering", {"batches": 9}, "the log has no batch 9; it has 1 to 7"),
        ("reordering", {"entities": "raw_order"}, "did you mean 'raw_orders'"),
        ("missing_range", {"rows": 99_999}, "ranges of 99,999 events"),
        ("truncated_file", {"entities": "raw_orders", "count": 8}, "8 files"),
        (
            "schema_drift",
            {"change": "dropped", "entities": "raw_orders", "column": "order_id"},
            "'order_id' is unknown",
        ),
        ("schema_drift", {"change": "widened", "entities": "raw_orders", "column": "status"}, "'status' is unknown"),
        (
            "schema_drift",
            {"change": "renamed", "entities": "raw_orders", "to": "currency"},
            "has a column currency already",
        ),
        ("schema_drift", {"change": "added", "to": "x"}, "for change: renamed only"),
        ("schema_drift", {"change": "dropped", "column": "statis"}, "did you mean 'status'"),
    ],
)
def test_a_plan_that_cannot_be_satisfied_is_refused_before_anything_is_written(kind, settings, says, clean, tmp_path):
    with pytest.raises(UsageError) as caught:
        inject(clean, one(kind, **settings), tmp_path / "broken")
    assert str(caught.value).startswith(f"fault 1 ({kind}): ")
    assert says in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_two_drifts_of_one_column_are_refused(clean, tmp_path):
    drift = {"kind": "schema_drift", "entities": "raw_orders", "column": "subtotal"}
    both = [{**drift, "change": "dropped"}, {**drift, "change": "widened"}]
    with pytest.raises(UsageError, match="drifts already by fault 1"):
        inject(clean, plan(json.dumps({"faults": both})), tmp_path / "broken")


@pytest.mark.parametrize("what", ["changes", "snapshots"])
def test_a_damaged_source_is_refused(clean, tmp_path, what):
    damaged = tmp_path / "damaged"
    shutil.copytree(clean, damaged)
    part = next((damaged / what / "bronze" / "raw_orders").rglob("part-*"))
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    with pytest.raises(DataError, match="SHA-256"):
        inject(damaged, one("reordering"), tmp_path / "broken")
    assert [path.name for path in tmp_path.iterdir()] == ["damaged"]


def test_a_broken_source_is_refused(clean, tmp_path):
    broken = inject(clean, one("corrupt_record"), tmp_path / "once").folder
    with pytest.raises(UsageError, match="is a broken log already"):
        inject(broken, one("reordering"), tmp_path / "twice")


def test_a_folder_of_another_envelope_is_refused_by_name(clean, tmp_path):
    (tmp_path / "feed" / "debezium").mkdir(parents=True)
    shutil.copy(clean / "_dataset.json", tmp_path / "feed")
    with pytest.raises(UsageError, match="holds no plain change log, only debezium; faults are injected into a plain"):
        inject(tmp_path / "feed", one("reordering"), tmp_path / "broken")


@pytest.mark.parametrize("below", ["", "inside"])
def test_the_clean_log_is_no_place_for_the_broken_one(below, clean):
    with pytest.raises(UsageError, match="same folder, or one lies in the other"):
        inject(clean, one("reordering"), clean / below)


@pytest.mark.parametrize("foreign", ["notes.txt", "changes/bronze/raw_orders/batch=00001/notes.txt"])
def test_foreign_files_are_never_replaced_but_an_older_broken_log_is(foreign, clean, tmp_path):
    target = inject(clean, one("reordering"), tmp_path / "broken").folder
    inject(clean, one("corrupt_record"), target)
    assert set(answer_key.read(target)["kind"]) == {"corrupt_record"}
    (target / foreign).write_text("mine")
    before = tree(target)
    with pytest.raises(OutputError, match=r"notes\.txt"):
        inject(clean, one("reordering"), target)
    assert tree(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


def test_a_folder_of_something_else_is_refused(clean, tmp_path):
    (tmp_path / "answer_key.parquet").touch()
    with pytest.raises(OutputError, match=r"answer_key\.parquet"):
        inject(clean, one("reordering"), tmp_path)


def test_what_fails_half_way_leaves_nothing(clean, tmp_path, monkeypatch):
    monkeypatch.setattr(answer_key, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "no space")))
    with pytest.raises(OutputError):
        inject(clean, one("corrupt_record"), tmp_path / "broken")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_each_fault_did(clean, tmp_path):
    plan_file, target = str(PLANS / "missing_range.yaml"), str(tmp_path / "broken")
    arguments = [str(clean), "--plan", plan_file, "--output-dir", target, "--json"]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    told = json.loads(result.stdout)
    assert told["kind"] == "missing_range"
    assert told["tables"] == ["raw_orders"]
    assert told["entries"] == 10


@pytest.mark.parametrize("number", [10**9, 2**31, 2**63, 10**3_000])
@pytest.mark.parametrize("name", ["count", "window", "delay", "rows", "batches"])
def test_numbers_that_no_log_has_are_refused_or_fit(name, number, clean, tmp_path):
    for kind in catalog.names():
        if name not in catalog.load(kind).model_fields:
            continue
        text = f"faults:\n  - kind: {kind}\n    entities: raw_orders\n    {name}: {number}\n"
        with contextlib.suppress(UsageError):
            inject(clean, plan(text), tmp_path / kind)


def test_a_number_that_no_log_has_is_refused_with_its_line():
    with pytest.raises(UsageError, match=r"line 2: reordering: window is more than 1,000,000,000, which no log has\."):
        plan("faults:\n  - kind: reordering\n    window: 9223372036854775808\n")
