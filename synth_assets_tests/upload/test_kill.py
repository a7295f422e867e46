"""SIGKILL at any moment, resumed until it ends: a server that misbehaves besides has each record once by its key."""

import random
import signal
import subprocess
import time

import pytest

from synth_assets_tests.cli.as_process import COMMAND, surroundings
from synth_assets_tests.upload.api import apart

FAULTS = 0.05


def killed_until_done(folder, url, kills, rng, *more):
    """Upload, killing each of the first so many processes at a moment drawn."""
    (folder / "synth.toml").touch()
    command = [*COMMAND, "upload", "bronze", "raw_customers", "raw_orders", "--customers", "100", "--products", "20",
               "--orders", str(60 * kills), "--api-url", url, "--concurrency", "32", "--quiet", *more]  # fmt: skip
    died = 0
    while True:
        process = subprocess.Popen(
            command, cwd=folder, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if died < kills:
            # Some seconds of imports come first; some of the kills fall into those, most into the sending.
            time.sleep(rng.uniform(0.3, 3.0))
            process.send_signal(signal.SIGKILL)
        _, err = process.communicate(timeout=600)
        died += process.returncode == -signal.SIGKILL
        if process.returncode != -signal.SIGKILL:
            assert (process.returncode, err) == (0, "")
            return died


def check(folder, kills, seed, *more, records):
    with apart(FAULTS) as (url, ask):
        died = killed_until_done(folder, url, kills, random.Random(seed), *more)  # noqa: S311 - moments
        seen = ask()
    assert (seen["kept"], seen["changed"]) == (records, 0)
    return died, seen


@pytest.mark.long
def test_killed_three_times_each_record_is_there_once(tmp_path):
    died, _ = check(tmp_path, 3, 1, records=280)
    assert died > 0


@pytest.mark.long
def test_killed_three_times_each_array_is_there_once(tmp_path):
    check(tmp_path, 3, 2, "--batch-size", "9", records=12 + 20)


@pytest.mark.torture
def test_killed_a_hundred_times_each_record_is_there_once(tmp_path):
    died, seen = check(tmp_path, 100, 3, records=6_100)
    assert died > 50
    assert seen["posts"] >= seen["kept"]
