"""Candidates made by mistake, or against us: nothing is taken for a pattern, no secret is shown, all ends."""

import gzip
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from urllib.parse import quote

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synth_assets.errors import DataError, SynthError, UnjudgedError, UsageError
from synth_assets.sinks.addresses import may_hold_secret
from synth_assets.usecases.score import Question, score_of
from synth_assets_tests.parity.pg_server import pg_server
from synth_assets_tests.usecases.test_score import ORDERS, SECOND, TIMELINE, TRUTH

SECRET = "gehe1mnis"  # noqa: S105 — to be looked for in what is shown


def graded(candidate, seconds=None, entity="raw_orders"):
    return score_of(Question(TIMELINE, entity, SECOND, str(candidate), None, seconds))


def refused(candidate, kind=SynthError, seconds=None):
    with pytest.raises(kind) as caught:
        graded(candidate, seconds)
    assert type(caught.value) in {UsageError, DataError, UnjudgedError}
    return str(caught.value)


# Secrets


ADDRESSES = [
    "oracle://me:{}@localhost/shop::orders",
    "mssql+pyodbc://me:{}@host/db",
    "postgresql+psycopg://me:{}@localhost/shop::orders",
    "POSTGRESQL://me:{}@localhost/shop::orders",
    " postgresql://me:{}@localhost/shop::orders",
    "snowflake://me:{}@account/db",
    "s3://bucket/orders.parquet?aws_secret_access_key={}",
    "https://me:{}@host/orders.parquet",
    "https:/me:{}@host/orders.parquet",
    "me:{}@host/shop::orders",
    "jdbc:postgresql://host/shop?user=me&password={}",
    "Server=host;Database=shop;Uid=me;Pwd={}",
    "Driver={{ODBC Driver}};Server=host;PWD={{{}}}",
    "PGPASSWORD={} host=localhost dbname=shop::orders",
    "DefaultEndpointsProtocol=https;AccountKey={}==",
    '{{"host": "h", "password": "{}"}}',
    "md:shop?motherduck_token={}",
    "sqlite:///shop.db?key={}&token={}",
    "abfss://c@a/orders.parquet?sig={}",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_of_other_kinds_are_refused_and_never_shown(address):
    said = refused(address.format(SECRET, SECRET), UsageError)
    assert SECRET not in said
    assert "localhost" not in said.partition("\n")[0]


POSTGRES = [
    "postgresql://me:{}#x@127.0.0.1:1/shop::orders",
    "postgresql://me:x#{}@127.0.0.1:1/shop::orders",
    "postgresql://me:x@{}@127.0.0.1:1/shop::orders",
    "postgresql://me:x/{}@127.0.0.1:1/shop::orders",
    "postgresql://me:5/{}@127.0.0.1:1/shop::orders",
    "postgresql://me:5/x?{}@127.0.0.1:1/shop::orders",
    "postgresql://me:5/x?{}=1@127.0.0.1:1/shop::orders",
    "postgresql://me:5/x?user={}@127.0.0.1:1/shop::orders",
    "postgresql://me:x?{}@127.0.0.1:1/shop::orders",
    "postgresql://me:x:{}@127.0.0.1:1/shop::orders",
    "postgresql://me:x::{}@127.0.0.1:1/shop",
    "postgresql://me:x::{}/y@127.0.0.1:1/shop",
    "postgresql://me:%40{}%2f@127.0.0.1:1/shop::orders",
    "postgresql://me:%zz{}@127.0.0.1:1/shop::orders",
    "postgresql://me:x {}@127.0.0.1:1/shop::orders",
    "postgresql://me:ü{}@127.0.0.1:1/shop::orders",
    "postgresql://me:x[{}@127.0.0.1:1/shop::orders",
    "postgresql://me:{}@127.0.0.1:99999999/shop::orders",
    "postgresql://me:{}@127.0.0.1:port/shop::orders",
    "postgresql://me@127.0.0.1:1/shop?password={}&connect_timeout=2::orders",
    "postgresql://me@127.0.0.1:1/shop?password=x::{}",
    "postgresql://me@127.0.0.1:1/shop?Password={}::orders",
    "postgresql://me:{}@[::1/shop::orders",
    "postgres://me:{}@127.0.0.1:1::orders",
    "postgresql://me:{}@127.0.0.1:1",
    "host=127.0.0.1 port=1 password='a {}' dbname=shop::orders",
    "host=127.0.0.1 port=1 password='a \\' {}' dbname=shop::orders",
    "host=127.0.0.1 port=1 password='a {} dbname=shop::orders",
    "host=127.0.0.1 port=1 password=a {} dbname=shop::orders",
    "host=127.0.0.1 port=1 dbname=shop password=x::{}",
    "host=127.0.0.1 port=1 dbname=shop password='x::{}'",
    "user=me:{}@host password=1",
    "service=none password={} dbname=shop::orders",
    "port=1{} host=127.0.0.1",
]


@pytest.mark.parametrize("address", POSTGRES)
def test_no_part_of_a_password_of_postgresql_is_shown_whatever_is_wrong_with_it(address):
    said = refused(address.format(SECRET))
    assert SECRET not in said
    assert said.count("\n") >= 1  # and what to do


@pytest.mark.parametrize("variable", ["PGPASSWORD", "PGHOST", "PGSERVICE", "PGPORT"])
def test_what_the_environment_adds_is_not_shown(monkeypatch, variable):
    monkeypatch.setenv(variable, SECRET)
    assert SECRET not in refused(
        "postgresql://me@127.0.0.1:1/shop::orders" if variable != "PGPORT" else "postgresql://me@h/s::o"
    )


def test_paths_are_no_addresses():
    for path in (
        "lake/country=DE/orders.parquet",
        "2024-01-01T10:00:00.csv",
        "tokens.csv",
        "a@b.csv",
    ):
        assert not may_hold_secret(path)
        assert path in refused(path, UsageError)


def test_a_path_that_exists_is_a_path_whatever_it_looks_like(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("token=x.parquet", "host=a user=b.parquet", "me:x@y.parquet", "http:x.parquet", "s3:", "x::y.parquet"):
        TRUTH.write_parquet(tmp_path / (name + "/t.parquet" if name == "s3:" else name), mkdir=True)
        assert graded(name).passed


@pytest.fixture(scope="module")
def server():
    with pg_server() as started:
        yield started


@pytest.fixture
def database(server):
    with server.database() as connection:
        types = {"decimal": "numeric(14,4)", "timestamp": "timestamptz", "integer": "bigint", "string": "text"}
        columns = ", ".join(f"{c.name} {types[c.type.kind]}" for c in ORDERS.columns)
        connection.execute(f'CREATE SCHEMA bronze; CREATE SCHEMA "we.ird "; CREATE TABLE bronze.raw_orders ({columns})')
        connection.execute(f'CREATE TABLE "we.ird "."Raw ""Orders""" ({columns})')
        for name in ("bronze.raw_orders", '"we.ird "."Raw ""Orders"""'):
            with connection.cursor().copy(f"COPY {name} ({', '.join(ORDERS.column_names)}) FROM STDIN") as copy:
                for row in TRUTH.iter_rows():
                    copy.write_row(row)
        yield connection


def test_a_password_with_any_sign_is_taken_as_the_driver_takes_it_and_not_shown(database):
    info = database.info
    database.execute("CREATE VIEW bronze.bad AS SELECT *, 1 / (order_id - order_id) AS x FROM bronze.raw_orders")
    named = ORDERS.column_names[1:]
    database.execute(
        f"CREATE VIEW bronze.fails AS SELECT order_id / (order_id - order_id) AS order_id, {', '.join(named)}"
        " FROM bronze.raw_orders"
    )
    for password in (f"{SECRET}#x", f"x?{SECRET}", f"a:{SECRET}", f"%40{SECRET}", f"ü{SECRET}", f"[{SECRET}"):
        url = f"postgresql://{info.user}:{password}@/{info.dbname}?host={quote(info.host)}&port={info.port}"
        found = graded(f"{url}::bronze.raw_orders")
        assert found.passed
        assert SECRET not in str(found.as_dict())
        assert SECRET not in found.name
        assert SECRET not in refused(f"{url}::bronze.fails", UnjudgedError)
        assert SECRET not in refused(f"{url}::bronze.none", UsageError)
    quoted = f"host='{info.host}' port={info.port} user={info.user} password='a {SECRET}' dbname={info.dbname}"
    assert SECRET not in graded(f"{quoted}::raw_orders").name
    assert graded(f'{quoted}::we.ird .Raw "Orders"').passed
    assert SECRET not in refused(f"{quoted}::none")
    database.execute("DROP TABLE bronze.raw_orders CASCADE; CREATE TABLE bronze.raw_customers (a int)")
    assert "each of its rows is missing" in refused(f"{quoted}::bronze.raw_orders", DataError)


def test_a_view_in_postgresql_that_never_ends_is_given_up(database):
    info = database.info
    url = f"postgresql://{info.user}@/{info.dbname}?host={quote(info.host)}&port={info.port}"
    rest = ", ".join(f"NULL AS {name}" for name in ORDERS.column_names[1:])
    database.execute(
        f"CREATE VIEW endless AS SELECT i AS order_id, {rest} FROM generate_series(1, 1e15::bigint) AS t(i)"
    )
    started = time.monotonic()
    refused(f"{url}::endless", UnjudgedError, seconds=2)
    database.execute(f"CREATE VIEW sleeps AS SELECT 1 AS order_id, {rest} FROM pg_sleep(1000)")
    refused(f"{url}::sleeps", UnjudgedError, seconds=2)
    assert time.monotonic() - started < 20


def test_a_server_that_says_nothing_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        refused(f"postgresql://me:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/x::t", UnjudgedError, seconds=2)
        assert time.monotonic() - started < 10


# Names


NAMES = [
    "g*.parquet", "x[1].parquet", "q?.parquet", "{a,b}.parquet", "p%41.parquet", "it's.parquet", 'd"q.parquet',
       "back\\slash.parquet", "b\\*s.parquet", "n\nl.parquet", "-lead.parquet", "~t.parquet", "http:x.parquet",
    ":memory:.parquet", "sp ace.parquet", "é.parquet", "**.parquet", "${HOME}.parquet", "a::b.parquet",
    "[!a].parquet", "s;x.parquet",
    "x.PARQUET", "y.pq",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_is_no_pattern(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for other in ("good.parquet", "x1.parquet", "qz.parquet", "a.parquet", "pA.parquet", "b/xs.parquet", "t.parquet"):
        TRUTH[:5].write_parquet(tmp_path / other, mkdir=True)
    with (tmp_path / name).open("wb") as file:  # polars takes names for patterns, too
        TRUTH.write_parquet(file)
    assert graded(name).passed
    assert graded(tmp_path / name).passed
    folder = tmp_path / f"in {name}"
    folder.mkdir()
    shutil.copy(name, folder / "part.parquet")
    assert graded(folder).passed


@pytest.mark.parametrize(
    "name", ["a*b.duckdb", "x[1].db", "b\\s.duckdb", "it's.duckdb", ":memory:", "md:x", "~x", "-c.db", "q?a=1"]
)
def test_a_databases_name_is_no_pattern(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    tables = {
        "s": "CREATE TABLE t AS FROM given",
        "d": 'CREATE SCHEMA "S.x "; CREATE TABLE "S.x "."a""b\'c" AS FROM given',
    }
    with duckdb.connect("made.duckdb") as connection:
        connection.register("given", TRUTH)
        for made in tables.values():
            connection.execute(made)
    shutil.copy("made.duckdb", name)
    assert graded(f"{name}::t").passed
    assert graded(f"{tmp_path}/{name}::S.x .a\"b'c").passed
    with sqlite3.connect("made.sqlite") as connection:
        connection.execute(f'CREATE TABLE "a""b.c" ({", ".join(TRUTH.columns)}, d AS (order_id + 1))')
    connection.close()
    shutil.copy("made.sqlite", name)
    assert graded(f'{name}::a"b.c').counts["missing"] == TRUTH.height


@pytest.mark.parametrize("name", ["it's", "a*b", "x[1]", "sp ace", "é"])
@pytest.mark.parametrize("entity", ["raw_orders", "raw_sessions"])
def test_the_temporary_folder_may_be_called_anything(tmp_path, monkeypatch, name, entity):
    (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / name))
    truth = pl.concat(TIMELINE.state(entity, SECOND))
    truth.write_csv(tmp_path / "t.csv")
    found = graded(tmp_path / "t.csv", entity=entity)
    assert found.passed
    assert not list((tmp_path / name).iterdir())


def test_no_temporary_folder_is_said(tmp_path, monkeypatch):
    TRUTH.write_parquet(tmp_path / "t.parquet")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert "TMPDIR" in refused(tmp_path / "t.parquet", UnjudgedError)


# What is no file


def test_what_has_no_end_or_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.parquet")
    os.mkfifo(tmp_path / "pipe.db")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "none.csv").symlink_to("nowhere")
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(str(tmp_path / "s.parquet"))
    started = time.monotonic()
    for place in ("pipe.parquet", "pipe.db::t", "loop", "none.csv", "s.parquet", "x\0y", "x" * 5000, f"{'x/' * 3000}"):
        refused(tmp_path / place if "\0" not in place else f"{tmp_path}/{place}")
    for place in ("/dev/zero", "/dev/zero::t", "/dev/null", f"{tmp_path}::t", "", "::", "::t", " "):
        refused(place)
    bound.close()
    assert time.monotonic() - started < 5


def test_files_that_are_nothing_of_the_kind_cannot_be_judged(tmp_path):
    for name, content in {
        "zero.parquet": b"", "zero.csv.gz": b"", "text.parquet": b"hello", "x.csv.gz": b"no gzip",
        "y.csv.zst": b"no zstd",
        "cut.parquet": b"PAR1" + b"\0" * 100 + b"PAR1", "latin.csv": TRUTH.head(1).write_csv().encode() + b"\xe9\n",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
        refused(tmp_path / name, (UnjudgedError, UsageError))
    for name, content in {
        "zero.duckdb": b"", "text.db": b"SELECT 1", "fake.duckdb": b"\0" * 8 + b"DUCK" + b"\0" * 9000,
        "fake.sqlite": b"SQLite format 3\0" + b"\1" * 9000,
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
        refused(f"{tmp_path / name}::t", UnjudgedError)
    with (tmp_path / "sparse.parquet").open("wb") as file:
        file.truncate(1 << 40)
    refused(tmp_path / "sparse.parquet", UnjudgedError)


def test_what_others_leave_in_a_folder_is_no_data(tmp_path):
    TRUTH.write_parquet(tmp_path / "part-0.parquet")
    for name in (
        ".DS_Store",
        "_SUCCESS",
        ".part-0.parquet.crc",
        "_committed_1",
        "._part-0.parquet",
        "_temporary/0/x.parquet",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"junk")
    (tmp_path / "again").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.parquet")
    assert graded(tmp_path).passed
    assert graded(f"{tmp_path}/*").passed


# Time and memory


REST = ", ".join(f"NULL AS {name}" for name in ORDERS.column_names[1:])


@pytest.mark.parametrize(
    "view",
    [
        f"SELECT a AS order_id, {REST} FROM generate_series(1, 1000000000000) t(a)",
        f"WITH RECURSIVE q(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM q) SELECT a AS order_id, {REST} FROM q",
        f"SELECT a.i AS order_id, {REST} FROM range(10000000) a(i), range(10000000) b(i) WHERE a.i + b.i < 0",
    ],
)
def test_a_view_in_duckdb_that_never_ends_is_given_up(tmp_path, view):
    with duckdb.connect(tmp_path / "t.duckdb") as connection:
        connection.execute(f"CREATE VIEW v AS {view}")
    started = time.monotonic()
    assert "--timeout" in refused(f"{tmp_path}/t.duckdb::v", UnjudgedError, seconds=2)
    assert time.monotonic() - started < 10


def test_a_view_in_duckdb_whose_cells_are_gigabytes_takes_bounded_memory_and_says_so(tmp_path):
    rest = ", ".join(f"NULL AS {name}" for name in ORDERS.column_names[2:])
    with duckdb.connect(tmp_path / "t.duckdb") as connection:
        big = f"repeat('x', 2000000000) AS {ORDERS.column_names[1]}"
        connection.execute(f"CREATE VIEW big AS SELECT 1 AS order_id, {big}, {rest}")
        connection.execute(
            f"CREATE VIEW wrong AS SELECT 'x'::INT AS order_id, NULL AS {ORDERS.column_names[1]}, {rest}"
        )
    assert "Conversion Error" in refused(f"{tmp_path}/t.duckdb::wrong", UnjudgedError)
    # In a process of its own: to the system, a child has taken what its parent has, here all that the tests have.
    words = ["changes", "score", "bronze/raw_orders", "--preset", "small", "--at", "1", "--candidate", "t.duckdb::big"]
    code = f"""
import resource
from synth_assets.cli.run import run
print(run({words!r}), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "takes more memory than 1,000 MB" in ran.stderr
    status, kilobytes = map(int, ran.stdout.split())
    assert (status, kilobytes < 1_300_000) == (3, True)


def test_a_view_in_sqlite_that_never_ends_is_given_up(tmp_path):
    with sqlite3.connect(tmp_path / "t.sqlite") as connection:
        endless = "WITH RECURSIVE q(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM q)"
        connection.execute(f"CREATE VIEW v AS {endless} SELECT a AS order_id, {REST} FROM q")
        connection.execute(f"CREATE VIEW w AS {endless} SELECT a AS order_id, {REST} FROM q WHERE a < 0")
        connection.execute(f"CREATE VIEW big AS SELECT 1 AS order_id, zeroblob(900000000) AS x, {REST}")
    connection.close()
    for name in ("v", "w"):
        assert "--timeout" in refused(f"{tmp_path}/t.sqlite::{name}", UnjudgedError, seconds=2)


@pytest.mark.parametrize("function", ["read_text", "read_blob", "glob", "read_csv_auto"])
def test_a_view_reads_nothing_but_its_database(tmp_path, function):
    (tmp_path / "secret.txt").write_text(SECRET)
    rest = ", ".join(f"NULL AS {name}" for name in ORDERS.column_names[2:])
    with duckdb.connect(tmp_path / "t.duckdb") as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS order_id")
        connection.execute(
            f"CREATE VIEW v AS SELECT 1 AS order_id, q::VARCHAR AS {ORDERS.column_names[1]}, {rest}"
            f" FROM {function}('{tmp_path}/secret.txt') AS q"
        )
    assert SECRET not in refused(f"{tmp_path}/t.duckdb::v", UnjudgedError)


def test_a_locked_database_cannot_be_judged(tmp_path):
    with sqlite3.connect(tmp_path / "t.sqlite") as connection:
        connection.execute(f"CREATE TABLE t ({', '.join(ORDERS.column_names)})")
    connection.execute("BEGIN EXCLUSIVE")
    refused(f"{tmp_path}/t.sqlite::t", UnjudgedError, seconds=1)
    connection.close()
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, tmp_path / "t.duckdb"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        refused(f"{tmp_path}/t.duckdb::t", UnjudgedError)
        holder.stdin.close()


def test_a_missing_table_is_wrong_and_a_database_of_others_is_wrong_usage(tmp_path):
    with duckdb.connect(tmp_path / "t.duckdb") as connection:
        connection.execute("CREATE SCHEMA bronze; CREATE TABLE bronze.raw_customers (a INT)")
    assert "each of its rows is missing" in refused(f"{tmp_path}/t.duckdb::bronze.raw_orders", DataError)
    refused(f"{tmp_path}/t.duckdb::bronze.raw_order", UsageError)
    with duckdb.connect(tmp_path / "t.duckdb") as connection:
        connection.execute("DROP TABLE bronze.raw_customers; CREATE TABLE bronze.others (a INT)")
    refused(f"{tmp_path}/t.duckdb::bronze.raw_orders", UsageError)


def test_long_cells_and_many_columns_are_cut_where_they_are_shown(tmp_path):
    text = pl.lit("x" * 3_000_000).alias("currency")
    TRUTH.with_columns(
        pl.when(pl.col("order_id") == TRUTH["order_id"][0]).then(text).otherwise("currency").alias("currency")
    ).write_parquet(tmp_path / "t.parquet")
    found = graded(tmp_path / "t.parquet")
    assert found.columns == {"currency": 1}
    assert len(str(found.as_dict())) < 20_000
    wide = TRUTH.with_columns(pl.lit(1).alias(f"c{i}") for i in range(10_000))
    wide.write_parquet(tmp_path / "wide.parquet")
    assert graded(tmp_path / "wide.parquet").passed
    wide.drop("status").write_parquet(tmp_path / "wide.parquet")
    assert len(refused(tmp_path / "wide.parquet", UsageError)) < 5_000


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "csv.zst"])
def test_a_compressed_table_takes_no_more_memory_than_a_plain_one(tmp_path, ending):
    rows = pl.concat([TRUTH.with_columns(currency=pl.lit(os.urandom(8).hex() * 20)) for _ in range(400)])
    plain = {"csv": "uncompressed", "csv.gz": "gzip", "csv.zst": "zstd"}[ending]
    rows.write_csv(tmp_path / f"t.{ending}", compression=plain)
    script = (
        "import re, sys; from synth_assets_tests.usecases.test_score_hostile import graded\n"
        "found = graded(sys.argv[1]); "
        "peak = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]\n"
        # What a process inherits from the one that starts it counts in its own figure of resources.
        "print(found.candidate_rows, int(peak) // 1024)"
    )
    del rows
    ran = subprocess.run(
        [sys.executable, "-c", script, tmp_path / f"t.{ending}"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    count, megabytes = map(int, ran.stdout.split())
    assert count == 400 * TRUTH.height
    assert megabytes < 900


# Cells as they are


def test_folders_above_the_candidate_change_nothing_and_those_below_are_columns(tmp_path):
    above = tmp_path / "status=lost" / "currency=XXX"
    TRUTH.write_parquet(above / "t.parquet", mkdir=True)
    assert graded(above / "t.parquet").passed
    assert graded(above).passed
    TRUTH.drop("status").write_parquet(above / "t.parquet")
    assert "no column 'status'" in refused(above / "t.parquet", UsageError)
    assert "no column 'status'" in refused(above, UsageError)
    (above / "t.parquet").unlink()
    for (status,), some in TRUTH.group_by("status"):
        some.drop("status").write_parquet(above / f"status={status}" / "currency=EUR" / "t.parquet", mkdir=True)
    assert graded(above).passed
    assert graded(f"{above}/status=*/*/*.parquet").passed


def test_a_values_escapes_and_nulls_in_folders_names_are_what_they_stand_for(tmp_path):
    some = TRUTH.with_columns(shipped_at=pl.col("shipped_at").dt.strftime("%Y-%m-%d %H:%M:%S"))
    for (value,), rows in some.group_by("shipped_at"):
        name = "__HIVE_DEFAULT_PARTITION__" if value is None else quote(value, safe="")
        rows.drop("shipped_at").write_parquet(tmp_path / f"shipped_at={name}" / "t.parquet", mkdir=True)
    assert graded(tmp_path).passed


def test_a_column_that_is_there_twice_is_refused_and_other_case_is_another_column(tmp_path):
    rows = TRUTH.write_csv(include_header=False)
    header = ",".join(TRUTH.columns)
    (tmp_path / "t.csv").write_text(header.replace("currency", "status") + "\n" + rows)
    assert "'status' 2 times" in refused(tmp_path / "t.csv", UsageError)
    arrays = TRUTH.to_arrow()
    pq.write_table(arrays.append_column("status", arrays["status"]), tmp_path / "t.parquet")
    assert "'status' 2 times" in refused(tmp_path / "t.parquet", UsageError)
    other = pa.array(["lost"] * TRUTH.height)
    pq.write_table(arrays.add_column(0, "Status", other), tmp_path / "t.parquet")
    found = graded(tmp_path / "t.parquet")
    assert (found.passed, found.ignored) == (True, ("Status",))
    lost = [["lost", *row] for row in pl.read_csv(rows.encode(), has_header=False, infer_schema=False).rows()]
    pl.DataFrame(lost, schema=["STATUS", *TRUTH.columns], orient="row").write_csv(tmp_path / "t.csv")
    assert graded(tmp_path / "t.csv").passed


def test_types_that_differ_between_files_change_no_value(tmp_path):
    wide = (1 << 53) + 1
    one = TRUTH.with_columns(session_id=pl.lit(wide, pl.Int64))
    one[:50].write_parquet(tmp_path / "a.parquet")
    one[50:].with_columns(pl.col("session_id").cast(pl.Float64), status=pl.col("status").cast(pl.Binary)).write_parquet(
        tmp_path / "b.parquet"
    )
    found = graded(tmp_path)
    shown = {
        cell["found"] for e in found.examples if e.position < 50 for cell in e.cells if cell["column"] == "session_id"
    }
    assert shown == {wide}
    assert set(found.columns) == {"session_id"}


@pytest.mark.parametrize("change", [
    lambda text: b"\xef\xbb\xbf" + text,
    lambda text: text.replace(b"\n", b"\r\n"),
    lambda text: text.rstrip(b"\n"),
    lambda text: text + b"\n\n",
    lambda text: b";".join(b",".join(text.split(b";")).split(b",")),
])  # fmt: skip
def test_other_ways_to_write_csv_are_the_same_table(tmp_path, change):
    (tmp_path / "t.csv").write_bytes(change(TRUTH.write_csv().encode()))
    assert graded(tmp_path / "t.csv").passed


@pytest.mark.parametrize("line", [b"1,2\n", b"1" + b",x" * 40 + b"\n", b'"1\n'])
def test_lines_that_are_none_of_the_table_are_not_guessed_at(tmp_path, line):
    (tmp_path / "t.csv").write_bytes(TRUTH.write_csv().encode() + line)
    refused(tmp_path / "t.csv", UnjudgedError)


def test_quoted_line_ends_and_members_of_a_gzip_file_are_read(tmp_path):
    text = TRUTH.with_columns(note=pl.lit('a\n"b",\r\nc')).write_csv(quote_style="non_numeric").encode()
    half = text.index(b"\n", len(text) // 2)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(text[:half]) + gzip.compress(text[half:]))
    assert graded(tmp_path / "t.csv.gz").passed


def test_nothing_is_left_running(tmp_path):
    TRUTH.write_parquet(tmp_path / "t.parquet")
    before = threading.active_count()
    assert graded(tmp_path / "t.parquet").passed
    assert threading.active_count() <= before
