"""Tables kept up to date: each batch exactly once and in order, whatever is asked and whenever the process dies."""

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date

import duckdb
import polars as pl
import pytest

from synth_assets.changes import current
from synth_assets.changes.current import advance, keeps_versions
from synth_assets.changes.folder import ChangeFolder
from synth_assets.checking.kept import KeptTables
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.model.key import IntegerCodec, UuidCodec
from synth_assets.model.manifest import Manifest
from synth_assets.model.timeline import life_of
from synth_assets.project.project import Project
from synth_assets.sinks.current_reader import read_in_order
from synth_assets.sinks.current_tables import read_ledger, versions_table
from synth_assets.sinks.databases import duckdb as stored
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS

BRONZE = Project.here().domain("bronze")
VOLUMES = {"customers": 60, "products": 40, "orders": 120, "days": 10}
DAY = CADENCES["day"]
LAST = 5
SEED = 40
"""A customer is erased in batch 1, with all that hangs on them."""


def dataset(seed=SEED, **more):
    return Project.here().domain("bronze").dataset(None, seed, date(2026, 1, 1), {**VOLUMES, **more})


def generate(root, batches, whose=None, cadence=DAY):
    whose = whose or dataset()
    list(generate_changes(ChangeRequest(BRONZE, whose, cadence, tuple(BRONZE.entities), root, batches)))
    return ChangeFolder.open(root)


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Five batches; not to be changed."""
    return generate(tmp_path_factory.mktemp("logs"), range(1, LAST + 1))


@pytest.fixture
def own(logs, tmp_path):
    """A copy of them, to be damaged."""
    shutil.copytree(logs.root, tmp_path / "own")
    return ChangeFolder.open(tmp_path / "own")


@pytest.fixture
def database(tmp_path):
    return tmp_path / "current" / "tiny.duckdb"


def content(database):
    """Every row of every table, and the ledger's."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name LIKE 'bronze%' ORDER BY ALL"
        ).fetchall()
        return {name: connection.execute(f"FROM {'.'.join(name)} ORDER BY ALL").fetchall() for name in names}


def assert_is_snapshot(folder, database, batch, names=None):
    second = folder.timeline.second(batch)
    for name in names or folder.tables:
        table = folder.tables[name]
        rows = pl.concat([table.schema.to_frame(), *stored.read(database, table)])
        assert rows.equals(pl.concat(list(folder.timeline.state(name, second)))), name
        if keeps_versions(folder.domain, name):
            versions = pl.concat(list(stored.read(database, versions_table(table)))).sort(str(table.key), "valid_from")
            assert versions.equals(pl.concat(list(folder.timeline.versions(name, second)))), name


# applying


def test_the_base_and_all_batches_are_the_snapshot_and_the_history(logs, database):
    advanced = advance(logs, database, LAST)
    assert {(one.base, one.batch, one.applied) for one in advanced} == {(0, LAST, (1, 2, 3, 4, 5))}
    assert sum(one.deletes for one in advanced) > 0
    assert sum(one.updates for one in advanced) > 100
    assert_is_snapshot(logs, database, LAST)


@pytest.fixture
def workshop(tmp_path):
    """Batches of a domain that has tables with keys of every kind, and one without."""
    domain, whose = DOMAINS["workshop"], DATASETS["workshop"]
    living = tuple(name for name, entity in domain.entities.items() if life_of(entity))
    list(generate_changes(ChangeRequest(domain, whose, DAY, living, tmp_path / "workshop", range(1, LAST + 1))))
    return ChangeFolder(tmp_path / "workshop", domain, whose, DAY), living


def test_keys_of_every_kind_lead_to_the_snapshot_in_its_order(workshop, database):
    folder, living = workshop
    keys = {type(folder.tables[name].key.codec) for name in living}
    assert {IntegerCodec, UuidCodec} < keys
    advanced = advance(folder, database, LAST, living)
    assert sum(one.updates for one in advanced) > 0
    for name in living:
        table = folder.tables[name]
        rows = pl.concat([table.schema.to_frame(), *read_in_order(database, table)])
        assert rows.equals(pl.concat(list(folder.timeline.state(name, folder.timeline.second(LAST))))), name
        assert not KeptTables(folder, database).table(name).against_snapshot.problem


def test_structs_that_change_lead_to_the_snapshot(tmp_path, database):
    domain = DOMAINS["marketplace"]
    volumes = {"tenants": 2, "products_per_tenant": 10, "orders_per_tenant": 120, "customers_per_tenant": 15}
    whose = domain.dataset(None, seed=137, volumes=volumes)
    last = next(number for number in range(1, 60) if _erases(Timeline(domain, whose, DAY).batch(number)))
    names = tuple(domain.entities)
    list(generate_changes(ChangeRequest(domain, whose, DAY, names, tmp_path / "log", range(1, last + 1))))
    folder = ChangeFolder(tmp_path / "log", domain, whose, DAY)
    advanced = advance(folder, database, last, names)
    assert sum(one.deletes for one in advanced) > 0
    for name in names:
        table = folder.tables[name]
        rows = pl.concat([table.schema.to_frame(), *read_in_order(database, table)])
        assert rows.equals(pl.concat(list(folder.timeline.state(name, folder.timeline.second(last))))), name
        assert not KeptTables(folder, database).table(name).against_snapshot.problem


def _erases(batch):
    """Whether a customer goes, and with it what a struct says."""
    updates = [frame.filter(pl.col("op") == "update").height for frame in batch.log("stock_events")]
    return batch.transactions.filter(act="customer_erased").height > 0 and sum(updates) > 0


def test_a_table_without_a_key_is_refused_before_anything_is_made(workshop, database):
    folder, _ = workshop
    stored_before = sorted(folder.root.rglob("*"))
    with pytest.raises(UsageError, match=r"price_tags has no key.*\n  Name those that have one: branches, customers"):
        advance(folder, database, LAST, catch_up=True)
    assert not database.exists()
    assert sorted(folder.root.rglob("*")) == stored_before


def test_batch_by_batch_leads_to_the_same_tables_as_all_at_once(logs, database, tmp_path):
    for batch in range(1, LAST + 1):
        advance(logs, database, batch)
        assert_is_snapshot(logs, database, batch, ["raw_orders"])
    advance(logs, tmp_path / "other.duckdb", LAST)
    assert content(database) == content(tmp_path / "other.duckdb")


def test_a_batch_that_is_there_changes_nothing(logs, database):
    advance(logs, database, LAST)
    before = content(database)
    for batch in (LAST, 2):
        assert {one.applied for one in advance(logs, database, batch)} == {()}
    assert content(database) == before


def test_the_ledger_tells_what_was_applied(logs, database):
    advance(logs, database, 2, ["raw_orders"])
    base, first, second = read_ledger(database, "bronze")
    assert (base.batch, base.is_base, base.rows) == (0, True, 120)
    log = logs.read_log("raw_orders", 2)
    assert (second.batch, second.inserts) == (2, log.filter(pl.col("op") == "insert").height)
    assert second.rows == first.rows + second.inserts - second.deletes
    assert second.contract == logs.dataset.contract
    assert '"seed": 40' in second.dataset


def test_a_table_alone_goes_ahead_and_the_others_follow(logs, database):
    advance(logs, database, 3, ["raw_orders"])
    advance(logs, database, 2, ["raw_customers"])
    applied = {one.entity: one.applied for one in advance(logs, database, LAST)}
    assert applied["raw_orders"] == (4, 5)
    assert applied["raw_customers"] == (3, 4, 5)
    assert applied["raw_reviews"] == (1, 2, 3, 4, 5)
    assert_is_snapshot(logs, database, LAST)


# refusals: nothing is made, and what is there stays as it was


def test_a_gap_is_refused_with_the_missing_batches_named(own, database):
    for name in own.tables:
        for batch in (2, 4):
            shutil.rmtree(own.log_path(name, batch))
    with pytest.raises(UsageError, match=r"(?s)batches 2, 4 missing of raw_customers, .*--batches 2 "):
        advance(own, database, LAST)
    assert not database.exists()
    advance(own, database, 1)
    before = content(database)
    with pytest.raises(UsageError, match="batch 2 missing of"):
        advance(own, database, 3)
    assert content(database) == before


def test_a_gap_of_one_table_is_refused_for_all(own, database):
    shutil.rmtree(own.log_path("raw_reviews", 1))
    with pytest.raises(UsageError, match="batch 1 missing of raw_reviews in"):
        advance(own, database, 1)
    assert not database.exists()


@pytest.mark.parametrize("batch", [0, -3])
def test_a_batch_before_the_base_is_refused(logs, database, batch):
    with pytest.raises(UsageError, match=f"batch {batch} is before the base: batches are numbered from 1"):
        advance(logs, database, batch)


def test_a_batch_before_the_snapshot_a_table_began_with_is_refused(own, database):
    advance(own, database, 4, catch_up=True)
    before = content(database)
    with pytest.raises(UsageError, match="batch 3 of bronze/raw_customers is before the base"):
        advance(own, database, 3)
    assert content(database) == before


def test_a_batch_that_there_will_never_be_is_refused(logs, database):
    with pytest.raises(UsageError, match="a day's batches end with 36,500"):
        advance(logs, database, 36_501)


def test_an_unknown_table_is_refused(logs, database):
    with pytest.raises(UsageError, match="did you mean 'raw_orders'"):
        advance(logs, database, 1, ["raw_order"])


@pytest.mark.parametrize(
    ("other", "cadence", "difference"),
    [
        (dataset(seed=7), DAY, "seed is 40, not 7"),
        (dataset(orders=121), DAY, "orders is 120, not 121"),
        (dataset(), CADENCES["hour"], "cadence is day, not hour"),
    ],
)
def test_batches_of_another_dataset_or_cadence_are_refused(logs, database, tmp_path, other, cadence, difference):
    advance(logs, database, 1)
    before = content(database)
    folder = generate(tmp_path / "other", range(1, 3), other, cadence)
    with pytest.raises(UsageError, match=f"another dataset, cadence or contract version: {difference}"):
        advance(folder, database, 2)
    assert content(database) == before


def test_batches_of_another_contract_version_are_refused(logs, database):
    advance(logs, database, 1)
    before = content(database)
    contract = logs.dataset.contract
    later = replace(logs, dataset=replace(logs.dataset, contract=contract + 1))
    with pytest.raises(UsageError, match=f"contract is {contract}, not {contract + 1}"):
        advance(later, database, 2)
    assert content(database) == before


def test_another_datasets_batch_put_into_the_folder_is_refused(own, database, tmp_path):
    folder = generate(tmp_path / "other", range(1, 3), dataset(seed=7))
    shutil.rmtree(own.log_path("raw_orders", 2))
    shutil.copytree(folder.log_path("raw_orders", 2), own.log_path("raw_orders", 2))
    with pytest.raises(DataError, match=r"is of another dataset than .*seed differs"):
        advance(own, database, 2)
    assert not database.exists()


def test_a_batch_under_another_number_is_refused(own, database):
    shutil.copytree(own.log_path("raw_orders", 2), own.log_path("raw_orders", 1), dirs_exist_ok=True)
    with pytest.raises(DataError, match="batch differs"):
        advance(own, database, 1)


def test_a_damaged_log_is_refused_before_those_ahead_of_it_are_applied(own, database):
    advance(own, database, 1)
    before = content(database)
    (part,) = own.log_path("raw_clickstream", 3).glob("part-*")
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    with pytest.raises(DataError, match="is damaged: it has another SHA-256 than its manifest says"):
        advance(own, database, LAST)
    assert content(database) == before


def test_a_log_that_is_not_the_one_applied_is_noticed(own, database):
    advance(own, database, 2)
    manifest = own.log_path("raw_orders", 2) / "_manifest.json"
    found = own.check(own.log_path("raw_orders", 2))[0].content_hash
    said = manifest.read_text().replace(found, "0" * 64)
    manifest.write_text(said)
    with pytest.raises(DataError, match=r"_manifest\.json isn't the one that was written"):
        advance(own, database, 2)
    manifest.write_text(Manifest.from_json(said, "it").sealed().to_json())
    with pytest.raises(DataError, match="has the content 0000"):
        advance(own, database, 2)


TAKEN = (
    "INSERT INTO bronze.raw_sessions SELECT * REPLACE (session_id + 1 AS session_id) FROM bronze.raw_sessions"
    " ORDER BY session_id DESC LIMIT 1"
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE bronze.raw_orders SET total_amount = 0", "the update of order_id .*, which is not as expected"),
        ("DELETE FROM bronze.raw_orders", "the update of order_id .*, which isn't there"),
        (TAKEN, "the insert of session_id .*, which is there already"),
    ],
)
def test_a_table_that_somebody_changed_is_refused_and_no_table_takes_the_batch_in(logs, database, change, message):
    advance(logs, database, 1)
    with duckdb.connect(str(database)) as connection:
        connection.execute(change)
    before = content(database)
    with pytest.raises(DataError, match=message):
        advance(logs, database, 2)
    assert content(database) == before


def test_a_database_without_a_ledger_is_refused(logs, database):
    database.parent.mkdir()
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE SCHEMA bronze; CREATE TABLE bronze.raw_orders (order_id BIGINT)")
    with pytest.raises(DataError, match=r"has no ledger bronze\._synth_applied"):
        advance(logs, database, 1)


def test_a_corrupt_database_is_refused_with_what_to_do(logs, database):
    advance(logs, database, 1)
    with database.open("r+b") as file:
        file.seek(3 * 4_096 + 1_000)  # within the first block after the headers
        file.write(b"half a block")
    with pytest.raises(DataError, match=r"(?s)Corrupt database file.*Move it and tiny.duckdb.wal"):
        advance(logs, database, 2)


def test_a_place_that_can_not_be_written_is_refused(logs, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="is a file where a folder is needed"):
        advance(logs, tmp_path / "file" / "tiny.duckdb", 1)


# catching up


def test_catching_up_begins_with_the_snapshot_before_and_generates_what_is_missing(tmp_path, database):
    folder = ChangeFolder.claim(tmp_path / "logs", BRONZE, dataset(), DAY)
    begun = advance(folder, database, 40, catch_up=True)
    assert {(one.base, one.applied, one.generated) for one in begun} == {(39, (40,), (40,))}
    missed = advance(folder, database, 43, catch_up=True)
    assert {(one.base, one.applied, one.generated) for one in missed} == {(39, (41, 42, 43), (41, 42, 43))}
    assert folder.batches("raw_orders") == [40, 41, 42, 43]
    for name, table in folder.tables.items():
        rows = pl.concat(list(stored.read(database, table)))
        assert rows.equals(pl.concat(list(folder.timeline.state(name, folder.timeline.second(43))))), name


def test_catching_up_has_a_limit(own, database, monkeypatch):
    monkeypatch.setattr(current, "MOST_TO_CATCH_UP", 3)
    advance(own, database, 1)
    before = content(database)
    with pytest.raises(UsageError, match=r"batches 6\.\.9 missing .* Catching up goes over 3 batches at most"):
        advance(own, database, 9, catch_up=True)
    assert content(database) == before
    assert own.batches("raw_orders") == [1, 2, 3, 4, 5]


# kill -9

VICTIMS = """
import os, pathlib, signal, sys
from synth_assets.sinks import current_tables
from synth_assets.changes.current import advance
from synth_assets.changes.folder import ChangeFolder

calls = at = 0

def step():
    global calls
    calls += 1
    if calls == at:
        os.kill(os.getpid(), signal.SIGKILL)

class Deadly:
    def __init__(self, connection):
        self.connection = connection
    def __getattr__(self, name):
        call = getattr(self.connection, name)
        def counted(*args):
            if name in {"execute", "close"}:
                step()
            return call(*args)
        return counted

really = current_tables.open_for_writing
current_tables.open_for_writing = lambda path: Deadly(really(path))
rename = pathlib.Path.rename
pathlib.Path.rename = lambda self, target: (step(), rename(self, target), step())[1]
for line in sys.stdin:
    root, database, at = line.rstrip().split("\\t")
    at = int(at)
    if not (pid := os.fork()):
        advance(ChangeFolder.open(pathlib.Path(root)), pathlib.Path(database), 3)
        print("lived", calls, flush=True)
        os._exit(0)
    if status := os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        print("died", status, flush=True)
"""
"""For each line a process that kills itself before its n-th statement, commits included. benchmarks/crash_current.py
does so at any of the system's writes."""


@pytest.fixture
def victim(logs):
    """Let a process bring a database to batch 3 and die at its n-th step; what became of it."""
    command = [sys.executable, "-c", VICTIMS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as victims:

        def victim(database, at):
            print(logs.root, database, at, sep="\t", file=victims.stdin, flush=True)
            return victims.stdout.readline().split()

        yield victim


@pytest.fixture(scope="module")
def states(logs, tmp_path_factory):
    """What the tables hold, and the ledger, after one, two and three batches."""
    database = tmp_path_factory.mktemp("states") / "tiny.duckdb"
    return {batch: (advance(logs, database, batch), content(database))[1] for batch in (1, 2, 3)}


@pytest.mark.parametrize("points", [pytest.param(200, marks=[pytest.mark.torture, pytest.mark.timeout(1800)]), 7])
def test_killed_at_any_statement_and_resumed_the_end_state_is_exact(logs, states, victim, tmp_path, points):
    lived, steps = victim(tmp_path / "whole" / "tiny.duckdb", 0)
    assert lived == "lived"
    for number in range(points):
        database = tmp_path / str(number) / "tiny.duckdb"
        assert victim(database, 1 + number * (int(steps) - 1) // (points - 1)) == ["died", "-9"]
        if database.exists():
            batch = max(entry.batch for entry in read_ledger(database, "bronze"))
            if batch:
                assert content(database) == states[batch]
            else:
                assert_is_snapshot(logs, database, 0)
        advance(logs, database, 3)
        assert content(database) == states[3]
        assert not [*database.parent.glob("*.new*"), *database.parent.glob("*.wal")]
