import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from synth_assets.cli.commands.changes.minimise import command
from synth_assets.errors import DataError, UnjudgedError, UsageError
from synth_assets.faults import answer_key
from synth_assets.faults import plan as fault_plan
from synth_assets.faults.broken_folder import MINIMAL_KEY, MINIMAL_PLAN
from synth_assets.usecases.inject import inject
from synth_assets.usecases.minimise import minimise
from synth_assets_tests.clean_logs import VOLUMES, tree, write_clean_log

PLANS = Path(__file__).parents[2] / "examples" / "fault_plans"

CHECK = """
import json, os, sys
from pathlib import Path
assert os.environ["CHANGES_DIR"] == sys.argv[1]
corrupt = keyless = late = disordered = records = 0
for path in sorted(Path(sys.argv[1]).glob("changes/*/*/batch=*/part-*")):
    last, seen = 0, set()
    for line in path.read_text().split("\\n")[:-1]:
        record = json.loads(line)
        records += 1
        corrupt += record["op"] not in ("insert", "update", "delete")
        keyless += record["order_id"] is None
        late += record["batch"] != int(path.parent.name[6:])
        if record["lsn"] not in seen and record["batch"] == int(path.parent.name[6:]):
            disordered += record["lsn"] < last
            last = max(last, record["lsn"])
        seen.add(record["lsn"])
sys.exit(int({condition}))
"""
"""A consumer that gives up over a certain number of bad records."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    volumes = {**VOLUMES, "orders": 1500}
    return write_clean_log(tmp_path_factory.mktemp("clean") / "log", "ndjson", range(1, 4), ("raw_orders",), volumes)


FAULTS = """
faults:
  - {kind: duplicated_records, count: 6, batches: 1}
  - {kind: reordering, count: 6, batches: 1}
  - {kind: late_arrival, count: 6, batches: 1}
  - {kind: corrupt_record, count: 6, batches: 2}
  - {kind: null_keys, count: 6, batches: 3}
  - {kind: clock_skew, count: 6, batches: 3}
  - {kind: missing_range, batches: 3}
"""
"""Nobody takes records away from those that corrupt_record would take alone."""


@pytest.fixture
def broken(clean, tmp_path):
    return inject(clean, fault_plan.parse(FAULTS, "plan"), tmp_path / "broken").folder


def check(tmp_path, condition):
    """A command that fails when the condition about the log holds."""
    script = tmp_path / "check.py"
    script.write_text(CHECK.format(condition=condition))
    return f"'{sys.executable}' -S -E '{script}' {{dir}}"


@pytest.mark.parametrize(
    ("condition", "kinds", "counts"),
    [
        ("late >= 1", ["late_arrival"], [1]),
        ("corrupt >= 4", ["corrupt_record"], [4]),
        ("disordered > 0 and keyless > 1", ["reordering", "null_keys"], [1, 2]),
    ],
)
def test_the_smallest_plan_is_found(condition, kinds, counts, broken, tmp_path):
    found = minimise(broken, check(tmp_path, condition), lambda _: None)
    assert [fault.kind for fault in found.plan.faults] == kinds
    assert [fault.count for fault in found.plan.faults] == counts
    assert set(found.entries["kind"]) == set(kinds)
    # What is written is the plan that was found, and its key.
    assert fault_plan.read(broken / MINIMAL_PLAN) == found.plan
    assert answer_key.read(broken / MINIMAL_KEY).equals(found.entries)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "check.py"]


def test_the_length_of_a_gap_is_lowered_too(clean, tmp_path):
    gap = fault_plan.parse("faults:\n- kind: corrupt_record\n- kind: missing_range", "plan")
    broken = inject(clean, gap, tmp_path / "broken").folder
    records = sum(len(path.read_bytes().splitlines()) for path in (clean / "changes").rglob("part-*"))
    found = minimise(broken, check(tmp_path, f"records <= {records} - 7"), lambda _: None)
    assert [(fault.kind, fault.rows) for fault in found.plan.faults] == [("missing_range", 7)]


def test_a_share_becomes_a_count(clean, tmp_path):
    plan = fault_plan.parse("faults:\n- {kind: corrupt_record, share: 0.05}", "plan")
    broken = inject(clean, plan, tmp_path / "broken").folder
    found = minimise(broken, check(tmp_path, "corrupt >= 2"), lambda _: None)
    assert [(fault.count, fault.share) for fault in found.plan.faults] == [(2, None)]


def test_faults_keep_their_numbers_so_that_the_minimal_plan_breaks_the_same_records(broken, tmp_path):
    whole = answer_key.read(broken)
    found = minimise(broken, check(tmp_path, "corrupt >= 1"), lambda _: None)
    assert set(found.entries["fault"]) == {4}
    assert set(found.entries["lsn"]) < set(whole.filter(kind="corrupt_record")["lsn"])


@pytest.mark.parametrize(
    ("condition", "says"),
    [("True", "the check fails on the clean log, too, with status 1"), ("False", "the check succeeds on")],
)
def test_a_check_that_tells_nothing_is_refused(condition, says, broken, tmp_path):
    before = tree(broken)
    with pytest.raises(UsageError, match=says):
        minimise(broken, check(tmp_path, condition), lambda _: None)
    assert tree(broken) == before


def test_an_undecided_trial_is_no_smaller_plan_and_is_counted(broken, tmp_path):
    undecided = "3 if records and corrupt == 6 and not keyless else corrupt >= 1"
    found = minimise(broken, check(tmp_path, undecided), lambda _: None)
    assert [fault.kind for fault in found.plan.faults] == ["corrupt_record", "null_keys"]
    assert 0 < found.undecided < found.trials
    arguments = [str(broken), "--check", check(tmp_path, undecided)]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert f"# {found.undecided} of {found.trials} trials were undecided" in result.stdout
    assert fault_plan.parse(result.stdout, "printed") == found.plan


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("3", "on the clean log"),
        ("3 if keyless else 0", "on .*broken"),
    ],
)
def test_a_check_that_cannot_tell_ends_with_status_3_and_changes_nothing(condition, says, broken, tmp_path):
    before = tree(broken)
    with pytest.raises(UnjudgedError, match=says) as caught:
        minimise(broken, check(tmp_path, condition), lambda _: None)
    assert caught.value.exit_status == 3
    assert tree(broken) == before


def test_a_check_that_cannot_tell_under_any_smaller_plan_ends_with_status_3(clean, tmp_path):
    plan = "faults:\n- {kind: late_arrival, count: 1}\n- {kind: null_keys, count: 1}"
    broken = inject(clean, fault_plan.parse(plan, "plan"), tmp_path / "broken").folder
    with pytest.raises(UnjudgedError, match="on any smaller plan"):
        minimise(broken, check(tmp_path, "1 if late and keyless else 3 if late or keyless else 0"), lambda _: None)


def test_a_command_that_is_not_there_is_refused(broken):
    with pytest.raises(UsageError, match=r"the check can't be run: .*no_such_command"):
        minimise(broken, "no_such_command", lambda _: None)


def test_a_clean_log_that_is_gone_or_has_changed_is_refused(clean, tmp_path):
    source = tmp_path / "log"
    shutil.copytree(clean, source)
    broken = inject(source, fault_plan.read(PLANS / "corrupt_record.yaml"), tmp_path / "broken").folder
    manifest = source / "changes" / "bronze" / "raw_orders" / "batch=00002" / "_manifest.json"
    manifest.write_text(manifest.read_text().replace('"version"', ' "version"'))
    with pytest.raises(DataError, match="has changed since"):
        minimise(broken, "false", lambda _: None)
    shutil.rmtree(source)
    with pytest.raises(DataError, match="is gone"):
        minimise(broken, "false", lambda _: None)


def test_a_folder_without_faults_is_refused(clean):
    with pytest.raises(DataError, match="is no broken log"):
        minimise(clean, "false", lambda _: None)


def test_the_command_prints_a_plan_that_can_be_used(broken, tmp_path):
    arguments = [str(broken), "--check", check(tmp_path, "keyless >= 1")]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    plan = fault_plan.parse(result.stdout, "printed")
    assert [(fault.kind, fault.number, fault.count) for fault in plan.faults] == [("null_keys", 5, 1)]
    assert "# null_keys: changes/bronze/" in result.stdout
    assert "no fault: passes" in result.stderr
