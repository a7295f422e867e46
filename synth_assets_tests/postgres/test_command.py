"""`synth load` and `synth generate --load` as a person types them; passwords go nowhere."""

import json
import re
import socketserver
import sqlite3
import subprocess
from threading import Thread

import duckdb
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from synth_assets_tests.cli.as_process import COMMAND, TINY, surroundings
from synth_assets_tests.cli.conftest import project, synth  # noqa: F401 - fixtures

CANARY = "c4n4ry-Pa55"


@pytest.fixture
def somebody(database):
    """A user with a password, who owns nothing yet."""
    name = f"u{database.connection.info.dbname}"
    database.connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{CANARY}'")
    database.connection.execute(f'GRANT ALL ON DATABASE "{database.connection.info.dbname}" TO {name}')
    yield name
    database.connection.execute(f"DROP OWNED BY {name}")
    database.connection.execute(f"DROP ROLE {name}")


def test_a_load_tells_what_lies_there_and_how_quickly_it_came(synth, database, monkeypatch):  # noqa: F811
    monkeypatch.setenv("SYNTH_PG_URL", database.url)
    first = synth("load", "bronze", *TINY)
    assert first.status == 0, first.err
    assert re.search(r"^bronze\.raw_customers +30 +30 +[0-9a-f]{12}$", first.out, re.MULTILINE)
    assert re.search(r"^raw_customers: loaded 30 rows, [\d,]+ rows/s", first.err, re.MULTILINE)
    assert re.search(r"rows of 8 tables in .* s: [\d,]+ rows/s$", first.err, re.MULTILINE)
    again = synth("load", "bronze", *TINY, "--json", "--quiet", "--batch-size", "7")
    rows = [json.loads(line) for line in again.out.splitlines()]
    assert (rows[0]["entity"], rows[0]["rows"], rows[0]["added"]) == ("raw_customers", 30, 0)
    assert again.err == ""
    other = synth("load", "bronze", *TINY, "--seed", "7")
    assert other.status == 1
    assert "holds another dataset" in other.err
    assert synth("load", "bronze", *TINY, "--seed", "7", "--overwrite").status == 0
    assert synth("load", "bronze", *TINY, "--schema", "test").status == 0
    assert database.count("test.raw_customers") == 30


def test_generating_with_load_writes_files_and_loads_and_refuses_before_it_writes(synth, project, database):  # noqa: F811
    line = ["generate", "bronze", *TINY, "--quiet", f"--load={database.url}"]
    assert synth(*line).status == 0
    assert database.count("bronze.raw_orders") == 60
    assert (project / "data/parquet/bronze/raw_orders").exists()
    refused = synth(*line[:2], "--orders", "70", f"--load={database.url}", "--format", "csv")
    assert refused.status == 1
    assert not (project / "data/csv").exists()


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_database_files_take_the_same_command(kind, synth, project):  # noqa: F811
    line = ["load", "devdata", f"out/dev.{kind}", "--quiet"]
    assert synth(*line).status == 0
    if kind == "duckdb":
        with duckdb.connect(project / "out/dev.duckdb", read_only=True) as connection:
            count = connection.execute("SELECT count(*) FROM devdata.fake_users").fetchall()
    else:
        connection = sqlite3.connect(project / "out/dev.sqlite")
        count = connection.execute("SELECT count(*) FROM fake_users").fetchall()
        connection.close()
    assert count == [(1_000,)]
    before = (project / f"out/dev.{kind}").read_bytes()
    assert [line.split()[2] for line in synth(*line).out.splitlines()[1:]] == ["0"] * 4
    refused = synth(*line, "--seed", "7")
    assert (refused.status, "holds another dataset" in refused.err) == (1, True)
    assert (project / f"out/dev.{kind}").read_bytes() == before
    assert synth(*line, "--seed", "7", "--overwrite").status == 0
    assert synth("load", "starter", f"out/dev.{kind}").status == (0 if kind == "duckdb" else 1)
    assert list((project / "out").glob(".synth*")) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["oracle://me:{}@host/shop"], "URL: oracle is no system that datasets are loaded into."),
        (["mysql://me:{}@host/shop"], "is MariaDB, which takes a dataset as the beginning of one that lives."),
        (["me:{}@host/shop"], "URL: it is neither an address of PostgreSQL nor a database file."),
        (["postgresql://me:{}@host:port/shop"], "the driver can't read the address of the PostgreSQL database in URL"),
        (["postgresql://me:{}@127.0.0.1:1/shop"], "can't be reached: nothing listens there.\n  Check the address"),
        (["postgresql://me:{}@nowhere.invalid/shop"], "can't be reached: there is no host of that name."),
        (["shop.txt"], "'shop.txt' is neither an address of PostgreSQL nor a database file."),
        (["bronze.duckdb"], "is called like the schema bronze in it"),
        (["b.sqlite", "--schema", "x"], "--schema is for PostgreSQL; b.sqlite is a file."),
        (["b.sqlite", "--batch-size", "0"], "batch-size"),
    ],
)
def test_what_cant_be_loaded_into_is_told_without_the_password(words, message, synth, project):  # noqa: F811
    result = synth("load", "bronze", *(word.format(CANARY) for word in words), *TINY)
    assert result.status in {1, 2}
    assert message in result.err
    assert CANARY not in result.err + result.out
    assert [path.name for path in project.iterdir()] == ["synth.toml"]


@pytest.fixture
def refusing():
    """The address of a server that takes no password."""

    def message(kind, body):
        return kind + (len(body) + 4).to_bytes(4, "big") + body

    error = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "me"\0\0'

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            while (start := self.request.recv(4_096))[4:8] == (80_877_103).to_bytes(4, "big"):
                self.request.sendall(b"N")  # no TLS here
            if start:
                self.request.sendall(message(b"R", (3).to_bytes(4, "big")))
                self.request.recv(4_096)
                self.request.sendall(message(b"E", error))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"postgresql://me:{CANARY}@127.0.0.1:{server.server_address[1]}/shop?gssencmode=disable"
        server.shutdown()


def test_a_wrong_password_is_told_and_never_shown(refusing, synth, monkeypatch):  # noqa: F811
    monkeypatch.setenv("SYNTH_PG_URL", refusing)
    result = synth("load", "bronze", *TINY)
    assert result.status == 1
    assert (
        "can't be reached: it refuses the password, or the user.\n  Check the address, user and password" in result.err
    )
    assert CANARY not in result.err + result.out


LOOKING = """
"$@" &
while kill -0 $! 2>/dev/null; do cat /proc/[0-9]*/cmdline 2>/dev/null >>"$SPY"; sleep 0.05; done
wait $!
"""
"""Runs a command, and notes the arguments of all processes of the machine meanwhile."""


def test_a_password_in_the_environment_goes_nowhere(database, somebody, tmp_path):
    (tmp_path / "synth.toml").touch()
    address, spy = make_conninfo(database.url, user=somebody, password=CANARY), tmp_path / "spy"
    line = [*COMMAND, "generate", "bronze", *TINY, "--load", "--workers", "2", "--verbose"]
    done = subprocess.run(
        ["/bin/sh", "-c", LOOKING, "sh", *line],
        env=surroundings(SYNTH_PG_URL=address, SPY=str(spy)),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert CANARY not in done.stdout + done.stderr
    assert b"--load" in spy.read_bytes()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 8
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []
    with psycopg.connect(address) as connection:
        said = connection.execute("SELECT t::text FROM bronze._synth_manifest AS t").fetchall()
    assert len(said) == 8
    assert CANARY not in str(said)


def test_a_password_on_the_command_line_is_taken_with_one_warning(synth, database, somebody):  # noqa: F811
    result = synth("load", "bronze", make_conninfo(database.url, user=somebody, password=CANARY), *TINY)
    assert result.status == 0, result.err
    assert result.err.count("Whoever is on this machine can read the password in a command line.") == 1
    assert CANARY not in result.err + result.out
