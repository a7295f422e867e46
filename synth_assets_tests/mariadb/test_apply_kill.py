"""Whoever applies is killed at random moments and started again: nothing is lost, and nothing is there twice."""

import os
import random
import signal
import subprocess
import time

import pytest

from synth_assets_tests.cli.as_process import COMMAND, surroundings
from synth_assets_tests.mariadb.reading import differing
from synth_assets_tests.postgres.living import VOLUMES, expected_ledger, request_of

pytestmark = pytest.mark.torture

LAST = 4
SIZE = [word for name, rows in VOLUMES["bronze"].items() for word in (f"--{name}", str(rows))]


def run(database, folder):
    line = ["changes", "apply", "bronze", *SIZE, "--batches", f"1..{LAST}", "--quiet", "--to", database.url]
    line += ["--pace", f"{LAST * 86_400 / 2:.0f}x"]  # two seconds of transactions, after imports and loading
    return subprocess.Popen([*COMMAND, *line], env=surroundings(), cwd=folder, start_new_session=True,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip


def kills(database, folder, count, seed):
    """Kill so many runs, each at any moment from its first connection on; begin anew whenever one is through.

    Yields:
        how many of them had done a part of their work, and how many a part of the load, each time a run is through.
    """
    moments = random.Random(seed)  # noqa: S311 - moments, not secrets
    (folder / "synth.toml").touch()
    killed = half_done = loading = 0
    while killed < count:
        with run(database, folder) as process:
            _wait_for_work(database, process, moments.random() < 0.8)  # else it may die while it loads
            time.sleep(moments.uniform(0, 2.5))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
        there = database.tables()
        lives = "_synth_transactions" in there
        half_done += lives and len(database.ledger()) > 0
        loading += bool(there) and not lives
        if process.returncode == 0 or killed == count:
            with run(database, folder) as process:
                _, said = process.communicate()
            assert process.returncode == 0, said
            yield half_done, loading
            database.rows(f"DROP DATABASE `{database.name}`")


def _wait_for_work(database, process, wanted):
    """Until the process has a connection: to the database that lives already, or to the one it loads."""
    query = "SELECT count(*) FROM information_schema.processlist WHERE user = %s AND id <> CONNECTION_ID()"
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        (there,) = database.rows(query, database.server.user)[0]
        if there and (not wanted or "_synth_transactions" in database.tables()):
            return
        time.sleep(0.02)


def test_a_hundred_kills_lose_nothing_and_leave_nothing_twice(database, tmp_path):
    request = request_of(database, batches=range(1, LAST + 1))
    half_done = loading = 0
    for half_done, loading in kills(database, tmp_path, 100, seed=2):  # noqa: B007 - the last one
        assert database.ledger() == expected_ledger(request, 1, LAST)
        assert differing(database, request, LAST) == []
    assert half_done > 20  # else they were killed too early, or too late
    assert loading > 0
