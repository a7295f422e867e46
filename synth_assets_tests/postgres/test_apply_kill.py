"""Whoever applies is killed at random moments and started again: nothing is lost, and nothing is there twice."""

import os
import random
import signal
import subprocess
import time

import pytest

from synth_assets_tests.cli.as_process import COMMAND, surroundings
from synth_assets_tests.postgres.living import VOLUMES, differing, expected_ledger, ledger, request_of

LAST = 4
SIZE = [word for name, rows in VOLUMES["bronze"].items() for word in (f"--{name}", str(rows))]
LINE = [
    "changes",
    "apply",
    "bronze",
    *SIZE,
    "--batches",
    f"1..{LAST}",
    "--quiet",
    "--pace",
    f"{LAST * 86_400 / 2:.0f}x",
]
"""Two seconds of transactions, after a second of imports and one of loading."""


def run(database, folder):
    environment = surroundings(SYNTH_PG_URL=database.url)
    return subprocess.Popen([*COMMAND, *LINE], env=environment, cwd=folder, start_new_session=True,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip


def kills(database, folder, count, seed, longest=1.2):
    """Kill so many runs, each at any moment after its next transaction; begin anew whenever one is through.

    One in five may be killed as soon as it begins to load.

    Yields:
        how many of them had done a part of their work, each time a run is through.
    """
    moments = random.Random(seed)  # noqa: S311 - moments, not secrets
    (folder / "synth.toml").touch()
    killed = half_done = 0
    while killed < count:
        with run(database, folder) as process:
            aimed = moments.random() < 0.8  # else it may die while it loads
            _wait_for(database, process, _recorded(database) if aimed else None)
            time.sleep(moments.uniform(0, longest))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
        half_done += _recorded(database) > 0
        if process.returncode == 0 or killed == count:
            with run(database, folder) as process:
                _, said = process.communicate()
            assert process.returncode == 0, said
            yield half_done
            database.connection.execute("DROP SCHEMA bronze CASCADE")


def _recorded(database):
    return len(ledger(database)) if "_synth_transactions" in database.tables("bronze") else 0


def _wait_for(database, process, recorded):
    """Until the process has recorded one transaction more than those; or, of None, until it has begun to load."""
    loads = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()"
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        if recorded is None:
            (begun,) = database.rows(loads, "synth load")[0]
        else:
            begun = _recorded(database) > recorded
        if begun:
            return
        time.sleep(0.05)


def check(database):
    request = request_of(database, batches=range(1, LAST + 1))
    assert ledger(database) == expected_ledger(request, 1, LAST)
    assert differing(database, request, LAST) == []


def test_three_kills_lose_nothing_and_leave_nothing_twice(database, tmp_path):
    half_done = 0
    for half_done in kills(database, tmp_path, 3, seed=1):  # noqa: B007 - the last one
        check(database)
    assert half_done


@pytest.mark.torture
def test_a_hundred_kills_lose_nothing_and_leave_nothing_twice(database, tmp_path):
    half_done = 0
    for half_done in kills(database, tmp_path, 100, seed=2, longest=2.5):  # noqa: B007 - the last one
        check(database)
    assert half_done > 20  # else they were killed too early, or too late
