"""Batches are pure functions: in any order, twice, in parallel, after kill -9, their bytes are the same."""

import hashlib
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from datetime import date

import polars as pl
import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.checking.replay import replay
from synth_assets.cli.run import run
from synth_assets.errors import DataError, UsageError
from synth_assets.model.change_log import CADENCES, change_table
from synth_assets.project.project import Project
from synth_assets.sinks.staging import Staging
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states

BRONZE = Project.here().domain("bronze")
TINY = BRONZE.dataset("small", volumes={"customers": 60, "products": 30, "orders": 200, "days": 20})
DRAFTS = BRONZE.dataset("small", volumes={"customers": 1, "products": 400, "orders": 1, "days": 1})
NAMES = tuple(BRONZE.entities)
BATCHES = 6


def request(root, batches=range(1, BATCHES + 1), dataset=TINY, cadence="day", **more):
    return ChangeRequest(BRONZE, dataset, CADENCES[cadence], more.pop("entities", NAMES), root, batches, **more)


def make(root, batches=range(1, BATCHES + 1), **more):
    return list(generate_changes(request(root, batches, **more)))


def bytes_of(root):
    files = (path for path in root.rglob("*") if path.is_file() and ".synth" not in path.parts)
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    root = tmp_path_factory.mktemp("whole")
    make(root)
    return root


def test_every_batch_of_every_table_is_there(whole):
    folder = ChangeFolder.open(whole)
    assert (folder.dataset, folder.cadence) == (TINY, CADENCES["day"])
    for name in NAMES:
        assert folder.batches(name) == list(range(1, BATCHES + 1))
        assert folder.read_log(name, 1).schema == change_table(folder.tables[name]).schema


def test_one_by_one_in_random_order_and_twice_the_bytes_are_the_same(whole, tmp_path):
    work = [(name, number) for name in NAMES for number in range(1, BATCHES + 1)] * 2
    random.Random(5).shuffle(work)  # noqa: S311 — an order to try
    for name, number in work:
        make(tmp_path, range(number, number + 1), entities=(name,))
    assert bytes_of(tmp_path) == bytes_of(whole)


def test_in_parallel_the_bytes_are_the_same(whole, tmp_path):
    make(tmp_path, workers=2)
    assert bytes_of(tmp_path) == bytes_of(whole)


VICTIM = """
import sys
from pathlib import Path
from synth_assets.usecases.generate_changes import generate_changes
from synth_assets_tests.usecases.test_generate_changes import request
print("ready", flush=True)
for _ in generate_changes(request(Path(sys.argv[1]))):
    pass
"""


def test_after_kill_9_the_bytes_are_the_same(whole, tmp_path):
    expected = bytes_of(whole)
    for delay in (0.0, 0.02, 0.1, 0.3):
        victim = subprocess.Popen([sys.executable, "-c", VICTIM, str(tmp_path)], stdout=subprocess.PIPE)
        with victim:
            assert victim.stdout is not None
            victim.stdout.readline()
            time.sleep(delay)
            os.kill(victim.pid, signal.SIGKILL)
        left = bytes_of(tmp_path)
        assert all(expected[name] == digest for name, digest in left.items())  # whole, or not there
    make(tmp_path)
    assert bytes_of(tmp_path) == expected
    assert not [path for path in (tmp_path / ".synth").iterdir() if path.is_dir()]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_other_formats_hold_the_same(whole, tmp_path, form):
    make(tmp_path, range(1, 3), format=form)
    for name in NAMES:
        for number in (1, 2):
            stored = ChangeFolder.open(tmp_path).read_log(name, number)
            assert stored.equals(ChangeFolder.open(whole).read_log(name, number)), (name, number)


def test_hours_and_minutes_hold_what_their_day_holds(whole, tmp_path):
    day = ChangeFolder.open(whole)
    hours = ChangeFolder.claim(tmp_path, BRONZE, TINY, CADENCES["hour"])
    make(tmp_path, range(1, 25), cadence="hour")
    for name in NAMES:
        own = [c for c in day.read_log(name, 1).columns if c not in {"batch", "lsn", "tx_id"}]
        parts = pl.concat([hours.read_log(name, number) for number in range(1, 25)])
        assert parts["lsn"].is_sorted()
        assert parts.select(own).equals(day.read_log(name, 1).select(own)), name


def test_replay_finds_nothing_to_say_of_what_was_generated(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "copy")
    folder = ChangeFolder.open(tmp_path / "copy")
    for at in (0, 3):
        list(store_states(folder, "snapshot", NAMES, folder.timeline.second(at), "parquet"))
    replayed = replay(folder)
    assert [one.problems for one in replayed] == [()] * len(NAMES)
    assert all(one.base == "stored" and one.compared == (3,) for one in replayed)
    assert all(one.batches == BATCHES and one.differing == 0 for one in replayed)
    assert sum(one.cells for one in replayed) > 0


# Refusals


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dataset": BRONZE.dataset("small", seed=7, volumes=TINY.params.model_dump())}, "seed is 42, not 7"),
        ({"cadence": "hour"}, "cadence is day, not hour"),
        ({"dataset": BRONZE.dataset("small", volumes={"orders": 7})}, "orders is 200, not 7"),
    ],
)
def test_a_folder_holds_one_dataset_at_one_cadence(whole, change, said):
    before = bytes_of(whole)
    with pytest.raises(UsageError, match=said):
        make(whole, **change)
    assert bytes_of(whole) == before


def test_a_folder_of_another_contract_is_refused(tmp_path):
    make(tmp_path, range(1, 2), entities=("raw_customers",))
    path = tmp_path / "_dataset.json"
    path.write_text(path.read_text().replace('"contract": 2', '"contract": 99'))
    with pytest.raises(DataError, match="contract version is 99, this program's is 2"):
        ChangeFolder.open(tmp_path)
    with pytest.raises(UsageError, match="contract is 99, not 2"):
        make(tmp_path)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"batches": range(3)}, "batch 0 is not allowed: batches are numbered from 1"),
        ({"batches": range(1, 10**6)}, "batch 999999 is not allowed"),
        ({"envelope": "debezum"}, "did you mean 'debezium'"),
        ({"format": "parquett"}, "did you mean 'parquet'"),
        ({"format": "duckdb"}, "file format 'duckdb' is unknown"),
        ({"envelope": "maxwell", "format": "csv"}, "format of envelope maxwell 'csv' is unknown"),
        ({"base": True}, "plain envelope has no full load"),
        ({"envelope": "sqlserver", "base": True}, "sqlserver has no full load"),
    ],
)
def test_what_can_not_be_is_refused_before_anything_is_written(tmp_path, more, said):
    with pytest.raises(UsageError, match=said):
        make(tmp_path / "new", **more)
    assert not (tmp_path / "new").exists()


def damaged(folder, name="raw_customers", number=1):
    return next(path for path in folder.log_path(name, number).iterdir() if path.name.startswith("part-"))


def test_damage_is_found_and_named(tmp_path):
    make(tmp_path, range(1, 3), entities=("raw_customers",))
    folder = ChangeFolder.open(tmp_path)
    path = damaged(folder)
    good = path.read_bytes()
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(DataError, match="another SHA-256"):
        folder.read_log("raw_customers", 1)
    path.write_bytes(good[:-9])
    with pytest.raises(DataError, match="bytes instead of"):
        folder.read_log("raw_customers", 1)
    path.unlink()
    with pytest.raises(DataError, match="can't be read"):
        folder.read_log("raw_customers", 1)
    folder.log_path("raw_customers", 1).rename(folder.log_path("raw_customers", 9))
    path.parent.parent.joinpath("batch=00009", path.name).write_bytes(good)
    with pytest.raises(DataError, match="batch differs"):
        folder.read_log("raw_customers", 9)


def test_replay_refuses_a_gap_and_names_it(tmp_path):
    for number in (1, 2, 5, 7):
        make(tmp_path, range(number, number + 1), entities=("raw_customers",))
    with pytest.raises(DataError, match=r"batches 3..4, 6 are missing"):
        replay(ChangeFolder.open(tmp_path))
    assert replay(ChangeFolder.open(tmp_path), last=2)[0].batches == 2


def test_replay_uses_all_that_is_stored_or_says_what_is_missing(tmp_path):
    make(tmp_path, range(1, 4))
    folder = ChangeFolder.open(tmp_path)
    list(store_states(folder, "snapshot", ["raw_orders"], folder.timeline.second(3), "parquet"))
    shutil.rmtree(folder.log_path("raw_orders", 3))
    with pytest.raises(DataError, match=r"raw_orders: batch 3 is missing, but its snapshot goes on to there"):
        replay(folder, ["raw_orders"])
    with pytest.raises(DataError, match=r"raw_orders: batch 3 is missing"):
        replay(folder)
    shutil.rmtree(folder.snapshot_path("raw_orders", "00003"))
    with pytest.raises(DataError, match=r"raw_orders: batch 3 is missing, but another table goes on to there"):
        replay(folder)
    assert not any(one.problems for one in replay(folder, last=2))


def test_replay_names_the_cells_that_differ_and_from_what(tmp_path):
    make(tmp_path, range(1, 3), entities=("raw_products",))
    folder = ChangeFolder.open(tmp_path)
    log = folder.read_log("raw_products", 2)
    assert log.height
    key = log["product_id"][-1]
    is_last = pl.int_range(pl.len()) == pl.len() - 1
    wrong = log.with_columns(after_name=pl.when(is_last).then(pl.lit("x")).otherwise("after_name"))
    with Staging(tmp_path) as staging:
        folder.write_log(staging, "raw_products", 2, [wrong], "parquet")
    (replayed,) = replay(folder)
    assert (replayed.differing, replayed.problems) == (
        1,
        (f"after batch 2, beside the generator: 1 cell of name other than there (key {key})",),
    )


@pytest.mark.parametrize(
    ("op", "image", "said"),
    [("insert", "before_name", "with before images"), ("delete", "after_name", "with after images")],
)
def test_replay_finds_an_image_where_there_should_be_none(tmp_path, op, image, said):
    make(tmp_path, range(1, 41), entities=("raw_products",), dataset=DRAFTS)
    folder = ChangeFolder.open(tmp_path)
    number = next(k for k in range(1, 41) if (folder.read_log("raw_products", k)["op"] == op).any())
    log = folder.read_log("raw_products", number)
    extra = pl.when(pl.col("op") == op).then(pl.lit("x")).otherwise(image).alias(image)
    with Staging(tmp_path) as staging:
        folder.write_log(staging, "raw_products", number, [log.with_columns(extra)], "parquet")
    (replayed,) = replay(folder)
    assert [problem for problem in replayed.problems if said in problem]


@pytest.mark.parametrize("batch", [1, BATCHES])
def test_replay_finds_references_that_lead_nowhere(tmp_path, batch):
    make(tmp_path)
    folder = ChangeFolder.open(tmp_path)
    logs = {number: folder.read_log("raw_orders", number) for number in range(1, BATCHES + 1)}
    # The last order placed in a batch never comes: its lines and its session's clicks refer to nothing.
    lost = logs[batch].filter(pl.col("op") == "insert")["order_id"][-1]
    with Staging(tmp_path) as staging:
        for number, log in logs.items():
            folder.write_log(staging, "raw_orders", number, [log.filter(pl.col("order_id") != lost)], "parquet")
    problems = {one.entity: " ".join(one.problems) for one in replay(folder)}
    for name in ("raw_order_items", "raw_clickstream"):
        assert "references to raw_orders don't hold after every transaction" in problems[name]


def test_a_base_row_whose_parent_goes_alone_is_found(tmp_path):
    make(tmp_path, entities=("raw_customers", "raw_orders"))
    folder = ChangeFolder.open(tmp_path)
    order = pl.concat(folder.timeline.state("raw_orders", TINY.as_of_second))
    touched = pl.concat([folder.read_log("raw_orders", number) for number in range(1, BATCHES + 1)])["order_id"]
    victim = order.filter(~pl.col("order_id").is_in(touched.implode()))["customer_id"][0]
    customers = pl.concat(folder.timeline.state("raw_customers", TINY.as_of_second)).filter(customer_id=victim)
    log = folder.read_log("raw_customers", BATCHES)
    gone = customers.select(
        pl.lit(BATCHES, pl.Int32).alias("batch"),
        pl.lit((BATCHES << 40) + 2**39).alias("lsn"),
        pl.lit((BATCHES << 40) + 2**39).alias("tx_id"),
        pl.lit("delete").alias("op"),
        "customer_id",
        *(pl.col(name).alias(f"before_{name}") for name in customers.columns),
    )
    with Staging(tmp_path) as staging:
        broken = pl.concat([log, gone], how="diagonal").with_columns(
            pl.col("tx_seq", "tx_total").fill_null(1),
            pl.col("commit_ts")
            .forward_fill()
            .fill_null(pl.lit(TINY.as_of_second * 10**6).cast(log.schema["commit_ts"])),
            pl.col("changed_columns").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        )
        folder.write_log(staging, "raw_customers", BATCHES, [broken.select(log.columns)], "parquet")
    problems = {one.entity: " ".join(one.problems) for one in replay(folder)}
    assert "customer_id:" in problems["raw_orders"]
    assert "references to raw_customers don't hold after every transaction" in problems["raw_orders"]


def test_a_folder_without_its_identity_takes_in_nothing_else(tmp_path):
    make(tmp_path, range(1, 2), entities=("raw_products",))
    identity = tmp_path / "_dataset.json"
    for text in ("", "{", "[]", '{"parameters": 1}'):
        identity.write_text(text)
        with pytest.raises(DataError, match=r"_dataset.json is damaged, or was written by another version"):
            make(tmp_path, range(2, 3))
    identity.unlink()
    with pytest.raises(UsageError, match=r"holds changes, but no _dataset.json"):
        make(tmp_path, range(2, 3))
    assert [path.name for path in (tmp_path / "changes/bronze/raw_products").iterdir()] == ["batch=00001"]


def test_what_lies_in_the_place_of_something_else_is_named(tmp_path):
    make(tmp_path, range(1, 2), entities=("raw_products", "raw_customers"))
    folder = ChangeFolder.open(tmp_path)
    path = folder.log_path("raw_products", 1)
    shutil.copy(path / "part-00000.parquet", path / "part-00001.parquet")
    with pytest.raises(DataError, match=r"part-00001.parquet is not in the manifest"):
        folder.read_log("raw_products", 1)
    shutil.rmtree(path)
    shutil.copytree(folder.log_path("raw_customers", 1), path)
    with pytest.raises(DataError, match=r"holds bronze/raw_customers, not bronze/raw_products"):
        folder.read_log("raw_products", 1)


@pytest.mark.parametrize("envelope", ["plain", "dms", "sqlserver"])
def test_a_batch_is_there_once_whatever_the_format(tmp_path, envelope):
    for form in ("csv", "parquet"):
        make(tmp_path, range(1, 3), envelope=envelope, format=form)
    names = [path.name for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith((".", "_"))]
    assert not [name for name in names if name.endswith(".csv")]
    assert [name for name in names if name.endswith(".parquet")]


def test_a_stream_keeps_to_its_tables(tmp_path):
    make(tmp_path, range(1, 2), envelope="maxwell", entities=("raw_products",), base=False)
    before = bytes_of(tmp_path)
    with pytest.raises(UsageError, match="a stream of other tables than raw_orders"):
        make(tmp_path, range(2, 3), envelope="maxwell", entities=("raw_orders",))
    assert bytes_of(tmp_path) == before
    make(tmp_path, range(2, 3), envelope="maxwell", entities=("raw_products",))
    make(tmp_path, range(2, 3), envelope="debezium", entities=("raw_orders",))


def test_nothing_is_generated_into_a_broken_log(tmp_path):
    (tmp_path / "_injected.json").write_text("{}")
    with pytest.raises(UsageError, match="is a broken log: its answer key would no longer be true"):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["_injected.json"]


@pytest.mark.parametrize("dataset", [TINY, BRONZE.dataset("small", 7, date(2025, 6, 1))])
def test_the_command_that_a_message_names_can_be_typed(tmp_path, dataset):
    folder = ChangeFolder.claim(tmp_path, BRONZE, dataset, CADENCES["hour"])
    program, *arguments = shlex.split(folder.command("2..3", ["raw_products"]))
    assert program == "synth"
    assert run(arguments) == 0
    assert folder.batches("raw_products") == [2, 3]


def test_replay_of_an_empty_folder_says_what_to_do(tmp_path):
    with pytest.raises(DataError, match="synth changes generate"):
        replay(ChangeFolder.claim(tmp_path, BRONZE, TINY, CADENCES["day"]))
