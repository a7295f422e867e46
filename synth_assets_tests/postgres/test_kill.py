"""The loader is killed at random moments and started again: nothing is lost, and nothing is there twice."""

import os
import random
import signal
import subprocess
import time

import pytest

from synth_assets.project.project import Project
from synth_assets.usecases.scan import scan_dataset
from synth_assets_tests.cli.as_process import COMMAND, surroundings
from synth_assets_tests.postgres.reading import frame_of

VOLUMES = {"customers": 1_500, "products": 200, "orders": 6_000, "days": 60}
LINE = ["load", "bronze", "--quiet", *(word for name, rows in VOLUMES.items() for word in (f"--{name}", str(rows)))]


def kills(database, tmp_path, count, seed):
    """Kill so many loads of a dataset, each somewhere between its start and its end; then let one end."""
    moments = random.Random(seed)  # noqa: S311 - moments, not secrets
    environment = surroundings(SYNTH_PG_URL=database.url)
    (tmp_path / "synth.toml").touch()
    started = time.monotonic()
    whole(environment, tmp_path)
    longest = time.monotonic() - started
    half_done = 0
    for _ in range(count):
        database.connection.execute("DROP SCHEMA IF EXISTS bronze CASCADE")
        with subprocess.Popen([*COMMAND, *LINE], env=environment, cwd=tmp_path, start_new_session=True) as process:
            time.sleep(moments.uniform(0.3, 1.0) * longest)
            os.killpg(process.pid, signal.SIGKILL)
        there = len(database.tables("bronze"))
        half_done += 0 < there < 9
        whole(environment, tmp_path)
        yield half_done


def whole(environment, folder):
    done = subprocess.run([*COMMAND, *LINE], env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def check(database):
    """Every row of every table, once, as it is generated."""
    project = Project.here()
    domain = project.domain("bronze")
    dataset = project.dataset("bronze", volumes=VOLUMES)
    for name, table in domain.tables.items():
        expected = scan_dataset(domain.entity(name), dataset).collect()
        assert frame_of(database.connection, table).equals(expected), name
    for (condition,) in database.rows("SELECT convalidated FROM pg_constraint WHERE contype = 'f'"):
        assert condition


def test_three_kills_lose_nothing_and_leave_nothing_twice(database, tmp_path):
    for _ in kills(database, tmp_path, 3, seed=1):
        check(database)


@pytest.mark.torture
def test_a_hundred_kills_lose_nothing_and_leave_nothing_twice(database, tmp_path):
    half_done = []
    for count in kills(database, tmp_path, 100, seed=2):
        check(database)
        half_done.append(count)
    assert half_done[-1] > 10  # else it was killed too early, or too late
