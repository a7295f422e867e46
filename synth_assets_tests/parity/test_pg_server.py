"""The server that tests start leaves nothing behind, however they end."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from synth_assets_tests.parity.pg_server import pg_server

PROJECT = Path(__file__).parents[2]
PROGRAM = """
from synth_assets_tests.parity.pg_server import pg_server
with pg_server() as server:
    print(server.url, flush=True)
    input()
"""


def folder_of(url):
    return Path(url.partition("?host=")[2])


@pytest.fixture(autouse=True)
def our_own(monkeypatch):
    monkeypatch.delenv("SYNTH_PG_URL", raising=False)


def fails(folders):
    with pg_server() as server, server.database():
        folders.append(folder_of(server.url))
        raise ZeroDivisionError


def test_it_is_gone_after_a_failure():
    folders = []
    with pytest.raises(ZeroDivisionError):
        fails(folders)
    assert not folders[0].exists()


def test_it_is_gone_after_kill_9():
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=PROJECT, **pipes) as process:
        url = process.stdout.readline().strip()
        psycopg.connect(url).close()
        process.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while folder_of(url).exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folder_of(url).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_another_server_may_be_named(monkeypatch):
    with pg_server() as server:
        monkeypatch.setenv("SYNTH_PG_URL", server.url)
        with pg_server() as named, named.database() as connection:
            name = connection.info.dbname
            connection.execute("SELECT pg_create_logical_replication_slot(current_database(), 'pgoutput')")
        with psycopg.connect(server.url) as connection:
            databases = "SELECT datname FROM pg_database UNION SELECT slot_name FROM pg_replication_slots"
            assert name not in [row for (row,) in connection.execute(databases)]
