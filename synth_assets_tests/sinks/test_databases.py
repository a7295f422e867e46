"""One suite for every database: what only one can do wrong: other processes, other people's tables, transactions."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import duckdb
import pytest

from synth_assets.errors import DataError, OutputError
from synth_assets.sinks import catalog
from synth_assets.sinks.database import SpooledTable
from synth_assets.sinks.databases import duckdb as of_duckdb
from synth_assets.sinks.databases import sqlite as of_sqlite
from synth_assets_tests.samples import FILES, TABLE, load, manifest, many, store, write_parts

EVERY = catalog.databases()
MODULES = {"duckdb": of_duckdb, "sqlite": of_sqlite}
EACH = pytest.mark.parametrize("name", EVERY)


def query(name, path, sql):
    """What a person's own driver says; ``TABLE:x`` stands for the name of a table of ours."""
    sql = sql.replace("TABLE:", {"duckdb": "shop.", "sqlite": ""}[name])
    if name == "duckdb":
        with duckdb.connect(str(path)) as connection:
            return connection.execute(sql).fetchall()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(sql).fetchall()


def spooled(folder, rows, name="things"):
    folder.mkdir()
    table = replace(TABLE, name=name)
    files = write_parts(FILES["parquet"], folder, [[many(rows)]], table=table)
    return SpooledTable(table, tuple(folder / f.path for f in files), manifest([many(rows)], (), table))


def test_every_database_is_in_this_suite():
    assert sorted(MODULES) == EVERY


@EACH
def test_tables_are_typed_and_required_columns_are_not_null(name, tmp_path):
    location, _ = store(name, tmp_path, [[many(10)]])
    described = {row[1]: row[2:4] for row in query(name, location, "SELECT * FROM pragma_table_info('TABLE:things')")}
    assert {column: bool(one[1]) for column, one in described.items()} == {
        c.name: c.name == "id" for c in TABLE.columns
    }
    assert {column: one[0] for column, one in described.items()} == {
        column.name: catalog.load_database(name).type_name(column.type) for column in TABLE.columns
    }


@EACH
def test_a_persons_own_driver_finds_the_values(name, tmp_path):
    location, _ = store(name, tmp_path, [[many(10)]])
    assert query(name, location, "SELECT sum(price) FROM TABLE:things WHERE price < 2")[0][0] == pytest.approx(7.0)
    year = {"duckdb": "year(born)", "sqlite": "CAST(strftime('%Y', born) AS INTEGER)"}[name]
    assert query(name, location, f"SELECT DISTINCT {year} FROM TABLE:things") == [(1970,)]
    late = {"duckdb": "clicked_at", "sqlite": "julianday(clicked_at)"}[name]
    assert query(name, location, f"SELECT id FROM TABLE:things ORDER BY {late} DESC LIMIT 1") == [(10,)]
    assert query(name, location, "SELECT count(*) FROM TABLE:things WHERE is_new") == [(3,)]


@EACH
def test_no_log_and_no_new_file_stays(name, tmp_path):
    location, _ = store(name, tmp_path, [[many(10)]])
    store(name, tmp_path, [[many(20)]])
    names = sorted(path.name for path in location.parent.iterdir())
    assert names == [f"small-42.{name}", f"small-42.{name}.lock"]


@EACH
def test_other_tables_stay(name, tmp_path):
    location, _ = store(name, tmp_path, [[many(10)]])
    query(name, location, "CREATE TABLE mine AS SELECT 7 AS x")
    store(name, tmp_path, [[many(3)]], table=replace(TABLE, name="others"))
    store(name, tmp_path, [[many(20)]])
    assert query(name, location, "SELECT * FROM mine") == [(7,)]
    assert load(name, location).height == 20
    expected = [("others",), ("things",)]
    assert query(name, location, "SELECT entity FROM TABLE:_synth_manifest ORDER BY 1") == expected
    assert catalog.load_database(name).tables(location) == ["others", "things"]
    assert not catalog.load_database(name).holds(location, replace(TABLE, name="mine"))


@EACH
def test_a_table_that_is_not_ours_is_refused_and_kept(name, tmp_path):
    location, _ = store(name, tmp_path, [[many(3)]], table=replace(TABLE, name="others"))
    query(name, location, "CREATE TABLE TABLE:things AS SELECT 7 AS x")
    with pytest.raises(OutputError, match=r"things without a manifest(.|\n)*Rename it"):
        store(name, tmp_path, [[many(10)]])
    assert query(name, location, "SELECT * FROM TABLE:things") == [(7,)]


@EACH
def test_a_batch_of_tables_is_taken_in_whole_or_not_at_all(name, tmp_path):
    ingest, path = catalog.load_database(name).ingest, tmp_path / f"a.{name}"
    good, bad = spooled(tmp_path / "good", 10), spooled(tmp_path / "bad", 10, "others")
    bad.parts[0].write_bytes(b"garbage")
    with pytest.raises(OutputError, match=str(path)):
        ingest(path, [good, bad])
    assert not path.exists()
    ingest(path, [good])
    with pytest.raises(OutputError, match=str(path)):
        ingest(path, [spooled(tmp_path / "newer", 20), bad])
    assert load(name, path).equals(many(10))


@EACH
def test_rows_come_in_key_order_however_they_are_stored(name, tmp_path, monkeypatch):
    monkeypatch.setattr(MODULES[name], "_FRAME_ROWS", 1_000)
    if name == "duckdb":
        monkeypatch.setattr(of_duckdb, "_KEYS", 100)
    location, _ = store(name, tmp_path, [[many(10_000, first=-5_000)]])
    query(name, location, "CREATE TABLE mixed AS SELECT * FROM TABLE:things ORDER BY large % 17, id DESC")
    query(name, location, "DELETE FROM TABLE:things")
    query(name, location, "INSERT INTO TABLE:things SELECT * FROM mixed")
    found = list(MODULES[name].read(location, TABLE))
    assert max(one.height for one in found) <= 1_000
    assert load(name, location).equals(many(10_000, first=-5_000))


def test_a_repeated_or_missing_key_in_duckdb_is_named(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(10)]], table=TABLE)
    query("duckdb", location, "INSERT INTO shop.things (id) VALUES (3)")
    assert load("duckdb", location)["id"].to_list() == [1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10]
    query("duckdb", location, "CREATE OR REPLACE TABLE shop.things AS FROM shop.things")
    query("duckdb", location, "INSERT INTO shop.things (tiny) VALUES (1)")
    with pytest.raises(DataError, match="shop/things has 1 rows without a id"):
        load("duckdb", location)


def test_sqlite_itself_refuses_a_repeated_key(tmp_path):
    location, _ = store("sqlite", tmp_path, [[many(10)]])
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: things\.id"):
        query("sqlite", location, "INSERT INTO things (id) VALUES (3)")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("tiny = 300", "things has a tiny that is no int8"),
        ("tiny = 'seven'", "things has a tiny that is no int8"),
        ("title = 7", None),
        ("title = x'ff00'", "things has a title that is no string"),
        ("price = 1.005", r"things has a price that is no decimal\(12,2\)"),
        ("price = 'free'", r"things has a price that is no decimal\(12,2\)"),
        ("born = '31.12.1999'", "things has a born that is no date"),
        ("clicked_at = '2026-01-01 00:00:00'", "things has a clicked_at that is no timestamp"),
        ("tags = '[1'", "things has a tags that is no list"),
    ],
)
def test_cells_that_somebody_changed_in_sqlite_to_what_is_none_of_the_type_are_named(change, message, tmp_path):
    location, _ = store("sqlite", tmp_path, [[many(10)]])
    query("sqlite", location, f"UPDATE things SET {change} WHERE id = 5")
    if message is None:  # text is what a column of text makes of a number
        assert load("sqlite", location)["title"][4] == "7"
        return
    with pytest.raises(DataError, match=message):
        load("sqlite", location)


HOLD = """
import sys, sqlite3, duckdb
if sys.argv[2] == "duckdb":
    connection = duckdb.connect(sys.argv[1], read_only=True)
else:
    connection = sqlite3.connect(sys.argv[1])
    rows = connection.execute("SELECT * FROM things")
    rows.fetchone()
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def reader():
    """Opens a database in another process until it is told to close it."""
    running = []

    def start(name, path):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        return process

    yield start
    for process in running:
        process.communicate()


@EACH
def test_a_reader_in_another_process_is_named_after_a_while(name, tmp_path, reader, monkeypatch):
    monkeypatch.setattr(MODULES[name], {"duckdb": "_READER_SECONDS", "sqlite": "_OTHERS_SECONDS"}[name], 0.5)
    location, _ = store(name, tmp_path, [[many(10)]])
    process = reader(name, location)
    who = {"duckdb": f"PID {process.pid}", "sqlite": "locked"}[name]
    with pytest.raises(OutputError, match=rf"is open in another process(.|\n)*{who}(.|\n)*Close it"):
        store(name, tmp_path, [[many(20)]])
    process.communicate()
    assert load(name, location).equals(many(10))
    store(name, tmp_path, [[many(20)]])
    assert load(name, location).equals(many(20))


@EACH
def test_something_else_in_the_databases_place_is_refused_and_kept(name, tmp_path):
    location, _ = store(name, tmp_path, [[many(10)]])
    location.write_bytes(b"my notes" * 10_000)
    with pytest.raises(OutputError, match=r"is no (DuckDB|SQLite) database"):
        store(name, tmp_path, [[many(20)]])
    with pytest.raises(DataError, match=f"{location} can't be read"):
        load(name, location)
    assert location.read_bytes() == b"my notes" * 10_000


@EACH
def test_a_truncated_database_is_named(name, tmp_path):
    location, _ = store(name, tmp_path, [[many(100_000)]])
    location.write_bytes(location.read_bytes()[:300_000])
    with pytest.raises(DataError, match=str(location)):
        load(name, location)


FULL = """
import resource, sys
from pathlib import Path
from synth_assets.errors import OutputError
from synth_assets.sinks import catalog
from synth_assets.sinks.database import SpooledTable
from synth_assets_tests.samples import manifest, many, TABLE
path, spool = Path(sys.argv[1]), Path(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    ingest = catalog.load_database(sys.argv[4]).ingest
    ingest(path, [SpooledTable(TABLE, tuple(sorted(spool.iterdir())), manifest([many(1)]))])
except OutputError as error:
    print(error)
"""


@EACH
@pytest.mark.parametrize("before", [True, False])
def test_a_full_disk_ends_in_one_message_and_the_old_tables(name, before, tmp_path):
    spooled(tmp_path / "spool", 100_000 if name == "sqlite" else 400_000)
    path = tmp_path / "shop" / f"a.{name}"
    if before:
        catalog.load_database(name).ingest(path, [spooled(tmp_path / "first", 10)])
    command = [sys.executable, "-c", FULL, str(path), str(tmp_path / "spool"), "3000000", name]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    reason = {"duckdb": "file too large", "sqlite": "(disk I/O error|no space left on device)"}[name]
    assert re.search(f"can't be written: {reason}", found.stdout), found
    assert "Traceback" not in found.stderr
    assert path.exists() == before
    if before:
        assert load(name, path).equals(many(10))
    allowed = {path.name, f"{path.name}.lock", f"{path.name}.wal"}
    assert {p.name for p in path.parent.iterdir()} <= allowed


def test_python_variables_are_not_tables(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(10)]])
    query("duckdb", location, "DROP TABLE shop.things")
    things = many(3)
    with pytest.raises(DataError, match=r"no table shop.things"):
        list(of_duckdb.read(location, TABLE))
    assert things.height == 3


DIES = """
import os, signal, sys
from pathlib import Path
from synth_assets.sinks.databases import sqlite
from synth_assets_tests.samples import many, store
check, frames = sqlite.DATABASE.capabilities.check_cells, []
def deadly(self, frame, table):
    frames.append(frame)
    if len(frames) == 8:
        os.kill(os.getpid(), signal.SIGKILL)
type(sqlite.DATABASE.capabilities).check_cells = deadly
store("sqlite", Path(sys.argv[1]), [[many(150_000)]])
"""


def test_what_a_process_that_died_left_half_done_in_sqlite_is_undone_by_whoever_reads_next(tmp_path):
    location, _ = store("sqlite", tmp_path, [[many(10)]])
    died = subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], capture_output=True, text=True, check=False)
    assert died.returncode == -9, died.stderr
    assert location.with_name(location.name + "-journal").exists()
    assert load("sqlite", location).equals(many(10))
