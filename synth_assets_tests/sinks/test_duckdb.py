"""What only a database can do wrong: other processes, other people's tables, transactions."""

import subprocess
import sys
from dataclasses import replace

import duckdb
import pytest

from synth_assets.errors import DataError, OutputError
from synth_assets.sinks.formats import duckdb as sink
from synth_assets.sinks.interface import SpooledTable
from synth_assets_tests.samples import FILES, TABLE, load, manifest, many, store, write_parts


def query(path, sql, **options):
    with duckdb.connect(str(path), **options) as connection:
        return connection.execute(sql).fetchall()


def spooled(folder, rows, name="things"):
    folder.mkdir()
    table = replace(TABLE, name=name)
    files = write_parts(FILES["parquet"], folder, [[many(rows)]], table=table)
    return SpooledTable(table, tuple(folder / f.path for f in files), manifest([many(rows)], (), table))


def test_tables_are_typed_and_required_columns_are_not_null(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(10)]])
    described = {row[0]: row[1:3] for row in query(location, "DESCRIBE shop.things")}
    assert described["id"] == ("BIGINT", "NO")
    assert described["clicked_at"] == ("TIMESTAMP WITH TIME ZONE", "YES")
    assert described["price"] == ("DECIMAL(12,2)", "YES")


def test_no_log_and_no_new_file_stays(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(10)]])
    store("duckdb", tmp_path, [[many(20)]])
    names = sorted(path.name for path in location.parent.iterdir())
    assert names == ["small-42.duckdb", "small-42.duckdb.lock"]


def test_other_tables_stay(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(10)]])
    query(location, "CREATE TABLE mine AS SELECT 7 AS x")
    store("duckdb", tmp_path, [[many(3)]], table=replace(TABLE, name="others"))
    store("duckdb", tmp_path, [[many(20)]])
    assert query(location, "FROM mine") == [(7,)]
    assert load("duckdb", location).height == 20
    assert query(location, "SELECT entity FROM shop._synth_manifest ORDER BY 1") == [("others",), ("things",)]


def test_a_table_that_is_not_ours_is_refused_and_kept(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(3)]], table=replace(TABLE, name="others"))
    query(location, "CREATE TABLE shop.things AS SELECT 7 AS x")
    with pytest.raises(OutputError, match=r"shop.things without a manifest(.|\n)*Rename it"):
        store("duckdb", tmp_path, [[many(10)]])
    assert query(location, "FROM shop.things") == [(7,)]


def test_a_batch_of_tables_is_taken_in_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.duckdb"
    good, bad = spooled(tmp_path / "good", 10), spooled(tmp_path / "bad", 10, "others")
    bad.parts[0].write_bytes(b"garbage")
    with pytest.raises(OutputError, match=str(path)):
        sink.ingest(path, [good, bad])
    assert not path.exists()
    sink.ingest(path, [good])
    with pytest.raises(OutputError, match=str(path)):
        sink.ingest(path, [spooled(tmp_path / "newer", 20), bad])
    assert load("duckdb", path).equals(many(10))


def test_rows_come_in_key_order_however_they_are_stored(tmp_path, monkeypatch):
    monkeypatch.setattr(sink, "_FRAME_ROWS", 1_000)
    monkeypatch.setattr(sink, "_KEYS", 100)
    location, _ = store("duckdb", tmp_path, [[many(10_000, first=-5_000)]])
    query(location, "CREATE OR REPLACE TABLE shop.things AS FROM shop.things ORDER BY hash(id)")
    found = list(sink.read(location, TABLE))
    assert max(one.height for one in found) <= 1_000
    assert load("duckdb", location).equals(many(10_000, first=-5_000))


def test_a_repeated_or_missing_key_is_named(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(10)]], table=TABLE)
    query(location, "INSERT INTO shop.things (id) VALUES (3)")
    assert load("duckdb", location)["id"].to_list() == [1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10]
    query(location, "CREATE OR REPLACE TABLE shop.things AS FROM shop.things")
    query(location, "INSERT INTO shop.things (tiny) VALUES (1)")
    with pytest.raises(DataError, match="shop/things has 1 rows without a id"):
        load("duckdb", location)


HOLD = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def reader():
    """Opens a database in another process until it is told to close it."""
    running = []

    def start(path):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        return process

    yield start
    for process in running:
        process.communicate()


def test_a_reader_in_another_process_is_named_after_a_while(tmp_path, reader, monkeypatch):
    monkeypatch.setattr(sink, "_READER_SECONDS", 0.5)
    location, _ = store("duckdb", tmp_path, [[many(10)]])
    process = reader(location)
    with pytest.raises(OutputError, match=rf"is open in another process(.|\n)*PID {process.pid}(.|\n)*Close it"):
        store("duckdb", tmp_path, [[many(20)]])
    process.communicate()
    assert load("duckdb", location).equals(many(10))
    store("duckdb", tmp_path, [[many(20)]])
    assert load("duckdb", location).equals(many(20))


def test_something_else_in_the_databases_place_is_refused_and_kept(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(10)]])
    location.write_bytes(b"my notes" * 10_000)
    with pytest.raises(OutputError, match="is no DuckDB database"):
        store("duckdb", tmp_path, [[many(20)]])
    with pytest.raises(DataError, match=f"{location} can't be read"):
        load("duckdb", location)
    assert location.read_bytes() == b"my notes" * 10_000


def test_a_truncated_database_is_named(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(100_000)]])
    location.write_bytes(location.read_bytes()[:300_000])
    with pytest.raises(DataError, match=str(location)):
        load("duckdb", location)


FULL = """
import resource, sys
from pathlib import Path
from synth_assets.errors import OutputError
from synth_assets.sinks.formats import duckdb as sink
from synth_assets_tests.samples import load, manifest, many, TABLE
from synth_assets.sinks.interface import SpooledTable
path, spool = Path(sys.argv[1]), Path(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    sink.ingest(path, [SpooledTable(TABLE, tuple(sorted(spool.iterdir())), manifest([many(1)]))])
except OutputError as error:
    print(error)
"""


@pytest.mark.parametrize("before", [True, False])
def test_a_full_disk_ends_in_one_message_and_the_old_tables(before, tmp_path):
    spooled(tmp_path / "spool", 400_000)
    path = tmp_path / "shop" / "a.duckdb"
    if before:
        sink.ingest(path, [spooled(tmp_path / "first", 10)])
    command = [sys.executable, "-c", FULL, str(path), str(tmp_path / "spool"), "3000000"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "can't be written: file too large" in found.stdout, found
    assert "Traceback" not in found.stderr
    assert path.exists() == before
    if before:
        assert load("duckdb", path).equals(many(10))
    assert {p.name for p in path.parent.iterdir()} <= {"a.duckdb", "a.duckdb.lock", "a.duckdb.wal"}


def test_python_variables_are_not_tables(tmp_path):
    location, _ = store("duckdb", tmp_path, [[many(10)]])
    query(location, "DROP TABLE shop.things")
    things = many(3)
    with pytest.raises(DataError, match=r"no table shop.things"):
        list(sink.read(location, TABLE))
    assert things.height == 3
