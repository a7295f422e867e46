"""One suite for every lake: a state is the snapshot of its number, whatever became of runs and of the table since."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date

import deltalake
import polars as pl
import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from synth_assets import extras
from synth_assets.changes.lakes import LakeTables
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import DataError, UsageError
from synth_assets.model.change_log import AFTER, BEFORE, CADENCES
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import INT64, STRING, list_of, struct
from synth_assets.model.types.clocks import TIME
from synth_assets.model.types.unsigned import UINT8
from synth_assets.project.project import Project
from synth_assets.sinks import catalog
from synth_assets.sinks.lake import as_described
from synth_assets.usecases.lake_changes import LakeRequest, keep_in_lake
from synth_assets.usecases.verify import verify
from synth_assets_tests.samples import load, many, store

EVERY = catalog.lakes()
EACH = pytest.mark.parametrize("name", EVERY)
VOLUMES = {"customers": 60, "products": 40, "orders": 120, "days": 10}
TABLES = ("raw_customers", "raw_orders")
DAY = CADENCES["day"]
LAST = 4


def dataset(**more):
    return Project.here().domain("bronze").dataset(None, 42, date(2026, 1, 1), {**VOLUMES, **more})


def request(name, root, batches, *, tables=TABLES, of=None):
    domain = Project.here().domain("bronze")
    return LakeRequest(domain, of or dataset(), DAY, tables, root, name, batches)


@pytest.fixture(scope="module")
def lakes(tmp_path_factory):
    """A root with each lake, after some batches that came in two runs."""
    root = tmp_path_factory.mktemp("lakes")
    for name in EVERY:
        keep_in_lake(request(name, root, range(1, 3)))
        keep_in_lake(request(name, root, range(1, LAST + 1)))
    return root


@pytest.fixture(scope="module")
def timeline():
    of = dataset()
    return Timeline(Project.here().domain("bronze"), of, DAY)


def snapshot(timeline, table, batch):
    return pl.concat(timeline.state(table, timeline.second(batch)))


def folder(name, root, table):
    with opened(name, root, table) as found:
        return found.folder


def opened(name, root, table):
    place = request(name, root, range(1, 2)).living.place
    return catalog.load_lake(name).open(place, "bronze", table)


def delta(root, table="raw_orders", version=None):
    return deltalake.DeltaTable(str(folder("delta", root, table)), version=version)


def in_order(frame, table):
    return as_described(frame.select(table.column_names), table).sort(table.key.columns)


@EACH
@pytest.mark.parametrize("table", TABLES)
def test_every_state_is_the_snapshot_of_its_number_to_the_lakes_own_reader(name, table, lakes, timeline):
    described = timeline.domain.tables[table]
    with opened(name, lakes, table) as found:
        versions = found.versions()
        assert [one.number for one in versions] == [one.batch for one in versions] == list(range(LAST + 1))
        assert {one.notes["synth.dataset"] for one in versions} == {timeline.dataset.name}
        for one in versions:
            there = pl.concat(list(found.frames(described.column_names, one)))
            assert in_order(there, described).equals(in_order(snapshot(timeline, table, one.batch), described))


def test_a_moment_leads_to_the_version_that_was_then(lakes):
    for batch in range(LAST + 1):
        found = delta(lakes)
        found.load_as_version(f"2026-01-0{1 + batch}T12:00:00Z")
        assert found.version() == batch


def test_the_change_feed_is_what_a_batch_makes_of_each_row(lakes, timeline):
    table = timeline.domain.tables["raw_orders"]
    for batch in range(1, LAST + 1):
        told = pl.DataFrame(pl.from_arrow(pa.table(delta(lakes).load_cdf(batch, batch))))
        log = pl.concat(timeline.batch(batch).log("raw_orders")).sort("lsn")
        keys = list(table.key.columns)
        first = log.unique(keys, keep="first").filter(pl.col("op") != "insert")
        last = log.unique(keys, keep="last").filter(pl.col("op") != "delete")
        before = first.select(pl.col(BEFORE + column).alias(column) for column in table.column_names)
        after = last.select(pl.col(AFTER + column).alias(column) for column in table.column_names)
        expected = {
            "delete": before.join(after, on=keys, how="anti"),
            "update_preimage": before.join(after, on=keys, how="semi"),
            "update_postimage": after.join(before, on=keys, how="semi"),
            "insert": after.join(before, on=keys, how="anti"),
        }
        for what, rows in expected.items():
            assert in_order(told.filter(pl.col("_change_type") == what), table).equals(in_order(rows, table)), what
        assert set(told["_commit_version"]) == {batch}
    assert any(len(rows) for rows in expected.values())


def test_a_tag_leads_to_the_snapshot_of_its_batch(lakes, timeline):
    place = request("iceberg", lakes, range(1, 2)).living.place
    with SqlCatalog("synth", uri=f"sqlite:///{place}/catalog.sqlite") as found:
        orders = found.load_table("bronze.raw_orders")
        for batch in range(LAST + 1):
            one = orders.snapshot_by_name(f"batch-{batch:05d}")
            rows = orders.scan(snapshot_id=one.snapshot_id).to_arrow().num_rows
            assert rows == snapshot(timeline, "raw_orders", batch).height


def test_the_same_table_is_the_same_bytes(tmp_path):
    for at in "ab":
        keep_in_lake(request("delta", tmp_path / at, range(1, 3), tables=("raw_orders",)))
    one, other = (
        {
            path.name: path.read_bytes()
            for path in folder("delta", tmp_path / at, "raw_orders").rglob("*")
            if path.is_file()
        }
        for at in "ab"
    )
    assert one == other
    assert any(name.startswith("0000") for name in one)


@EACH
def test_what_is_there_is_left_as_it_is_and_a_gap_is_refused(name, lakes):
    with opened(name, lakes, "raw_orders") as found:
        before = found.versions()
    again = keep_in_lake(request(name, lakes, range(2, LAST + 1)))
    assert [one.applied for one in again] == [(), ()]
    with pytest.raises(UsageError, match=rf"batch {LAST + 1} is missing before {LAST + 2}"):
        keep_in_lake(request(name, lakes, range(LAST + 2, LAST + 3)))
    with pytest.raises(UsageError, match="batch 1 is missing before 2"):
        keep_in_lake(request(name, lakes, range(2, 3), tables=("raw_products",)))
    with opened(name, lakes, "raw_orders") as found:
        assert found.versions() == before
    with opened(name, lakes, "raw_products") as found:
        assert not found.is_there


def test_a_lake_that_cannot_be_moved_says_where_it_was(lakes, tmp_path):
    copied = tmp_path / "iceberg"
    shutil.copytree(lakes / "iceberg", copied)
    found = verify([copied])
    assert [one.ok for one in found] == [False, False]
    assert "was moved or copied from elsewhere" in found[0].problems[0]
    with pytest.raises(DataError, match="was moved or copied from elsewhere"):
        keep_in_lake(request("iceberg", tmp_path, range(1, LAST + 2)))


@pytest.mark.parametrize(
    ("name", "mark"), [("iceberg", "?"), ("iceberg", "%"), ("iceberg", "#"), ("delta", "#"), ("delta", "\n")]
)
def test_a_path_that_its_library_takes_for_another_is_refused(name, mark, tmp_path):
    with pytest.raises(UsageError, match="in a path a meaning"):
        keep_in_lake(request(name, tmp_path / f"a{mark}b", range(1, 2)))


@pytest.mark.parametrize(
    ("name", "place"),
    [("delta", "a*b/x{1,2}/**/[1]"), ("delta", "it's/50%/~home/semi;colon"), ("iceberg", "a*b/x{1,2}/it's/é [1]")],
)
def test_other_paths_change_no_value(name, place, tmp_path):
    location, _ = store(name, tmp_path / place, [[many(10)]])
    store(name, tmp_path / place, [[many(20)]])
    assert load(name, location).equals(many(20))


@EACH
def test_tables_of_another_dataset_are_refused(name, lakes):
    domain, lake = Project.here().domain("bronze"), catalog.load_lake(name)
    living = replace(LakeTables.under(lakes, domain, dataset(), DAY, lake), dataset=dataset(orders=130))
    with pytest.raises(UsageError, match="another dataset, cadence or contract version: orders is 120, not 130"):
        list(living.bring_up(TABLES, range(1, 9)))


@EACH
def test_verifying_looks_at_every_state(name, lakes):
    found = verify([request(name, lakes, range(1, 2)).living.place])
    assert [(one.entity, one.problems, one.lost) for one in found] == [(table, (), ()) for table in TABLES]
    (one,) = verify([folder(name, lakes, "raw_orders")])
    assert (one.entity, one.ok) == ("raw_orders", True)


@pytest.fixture
def living(tmp_path):
    """A Delta table of orders after two batches, to do something to."""
    keep_in_lake(request("delta", tmp_path, range(1, 3), tables=("raw_orders",)))
    return tmp_path


def test_a_compaction_and_a_vacuum_leave_what_holds_and_the_next_batch_goes_on(living, timeline):
    table = delta(living)
    assert table.optimize.compact()["numFilesRemoved"] > 1
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    keep_in_lake(request("delta", living, range(1, 4), tables=("raw_orders",)))
    (found,) = verify([living])
    assert (found.problems, found.lost) == ((), ("versions 0..2: files of theirs are gone",))
    assert found.rows == snapshot(timeline, "raw_orders", 3).height


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda table: table.delete("order_id <= 60"), "[0-9]+ rows instead of"),
        (lambda table: table.update({"status": "'lost'"}), "other cells in status"),
    ],
    ids=["gone", "changed"],
)
def test_rows_that_somebody_changed_are_found_and_stop_the_next_batch(change, what, living):
    change(delta(living))
    (found,) = verify([living])
    said = f"version 3, which somebody else committed, is not snapshot 2: {what}"
    assert re.search(said, found.problems[0])
    before = delta(living).version()
    with pytest.raises(DataError, match="a row that changes next, order_id"):
        keep_in_lake(request("delta", living, range(3, 9), tables=("raw_orders",)))
    assert delta(living).version() == before


def test_a_file_of_the_last_version_that_is_damaged_or_gone_is_found(living):
    path = folder("delta", living, "raw_orders") / delta(living).file_uris()[0].rpartition("/")[2]
    path.write_bytes(b"garbage")
    (found,) = verify([living])
    assert not found.ok
    path.unlink()
    (found,) = verify([living])
    assert not found.ok


@EACH
def test_columns_that_it_has_no_type_for_are_refused_before_work(name):
    odd = {"u": UINT8, "t": TIME, "inner": list_of(struct({"x": struct({"u": UINT8})})), "plain": STRING}
    columns = (Column("id", INT64, ""), *(Column(one, of, "") for one, of in odd.items()))
    table = Table("shop", "odd", "", "", Key.of("id"), columns)
    assert {column for column, _ in catalog.load(name).capabilities.unfit(table)} == {"u", "t", "inner"}


@EACH
def test_without_its_library_the_extra_is_named(name, tmp_path, monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    with pytest.raises(extras.MissingExtraError, match=r"synth-assets\[lakes\]"):
        keep_in_lake(request(name, tmp_path, range(1, 2)))
    assert not (tmp_path / name).exists()


KILLED = """
import json, os, pathlib, signal, sys
from synth_assets.sinks import catalog
from synth_assets_tests.sinks import test_lakes as of
import deltalake, pyiceberg.catalog.sql, pyiceberg.io.pyarrow

calls = 0

def deadly(function, at):
    def counted(*args, **options):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)
    return counted

root, stride = pathlib.Path(sys.argv[1]), int(sys.argv[2])
killed = {}
for name in catalog.lakes():
    at, killed[name] = 3, 0
    while True:
        victim = os.fork()
        if victim == 0:
            signal.alarm(200)
            for step in ("fsync", "link", "open"):
                setattr(os, step, deadly(getattr(os, step), at))
            of.keep_in_lake(of.request(name, root, range(1, 3), tables=("raw_orders",)))
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1]) == 0:
            break
        at, killed[name] = at + stride, killed[name] + 1
print(json.dumps(killed))
"""
"""Brings a table up, and dies each time a few steps later than before, until it lives."""


@pytest.mark.parametrize("stride", [pytest.param(1, marks=[pytest.mark.torture, pytest.mark.timeout(1800)]), 23])
def test_killed_at_any_step_it_goes_on_and_takes_nothing_in_twice(stride, tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(stride)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {name: count > 0 for name, count in json.loads(done.stdout).items()} == dict.fromkeys(EVERY, True)
    for name in EVERY:
        with opened(name, tmp_path, "raw_orders") as found:
            assert [one.batch for one in found.versions()] == [0, 1, 2]
    assert [one.problems for one in verify([tmp_path])] == [(), ()]
