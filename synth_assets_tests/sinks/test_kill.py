"""kill -9 at every step: the old dataset stands whole, or the new one; the next run leaves no trace.

The victim is a process that replaces a dataset and kills itself at its n-th call of anything that
changes the disk; n grows until it lives.
"""

import json
import subprocess
import sys
import time

import pytest

from synth_assets.engine.stored import verify_stored
from synth_assets.sinks import catalog
from synth_assets_tests.samples import TABLE, load, many, store

VICTIMS = """
import json, os, pathlib, signal, sys
from synth_assets.sinks import catalog, filesystem, publish
from synth_assets_tests.samples import many, store

for name in catalog.names():
    catalog.load(name)

calls = 0

def deadly(function, at):
    def counted(*args, **options):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)
    return counted

def replace(name, root, at, swap):
    signal.alarm(60)
    exchange = filesystem.exchange if swap == "exchange" else lambda one, other: False
    publish.exchange = deadly(exchange, at)
    for step in ("fsync", "rename", "link", "mkdir", "unlink", "rmdir", "open"):
        setattr(os, step, deadly(getattr(os, step), at))
    store(name, pathlib.Path(root), [[many(20)], [many(10, first=21)]])

for line in sys.stdin:
    victim = os.fork()
    if victim == 0:
        status = 1
        try:
            replace(*json.loads(line))
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1]), flush=True)
"""
"""Forks a victim for each line: a process of its own, which doesn't import everything again to live for a moment."""


CASES = [("csv", "exchange"), ("csv", "two renames"), *((name, "exchange") for name in catalog.databases())]


@pytest.fixture(scope="module")
def victim():
    """Let a process replace a dataset and die at its n-th step; what it ended with, 0 if it lived."""
    command = [sys.executable, "-c", VICTIMS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as victims:

        def status(name, root, at, swap):
            victims.stdin.write(json.dumps([name, str(root), at, swap]) + "\n")
            victims.stdin.flush()
            return int(victims.stdout.readline())

        yield status
        victims.stdin.close()


def problems(name, location):
    form = catalog.load(name)
    folder = form.part_folder(location)
    return verify_stored(form.read(location, TABLE, None), TABLE, form.read_manifest(location, TABLE), folder)


# Killing at every step takes a minute a case; every seventh is done at each check-in.
@pytest.mark.parametrize("stride", [pytest.param(1, marks=[pytest.mark.torture, pytest.mark.timeout(1800)]), 7])
@pytest.mark.parametrize(
    ("name", "swap"),
    [("csv", "exchange"), ("csv", "two renames"), *((name, "exchange") for name in catalog.databases())],
)
@pytest.mark.parametrize("before", [True, False])
def test_killed_at_any_step_the_old_or_the_new_dataset_is_whole(name, swap, before, stride, victim, tmp_path):
    at, seen = 1, set()
    while True:
        root = tmp_path / str(at)
        location = catalog.load(name).place(root, TABLE.path, "small", 42)
        note = (location.parent if name in catalog.databases() else location) / "notes.txt"
        if before:
            store(name, root, [[many(10)]])
            note.write_text("mine")
        status = victim(name, root, at, swap)
        if status == 0:
            break
        assert status == -9
        if swap == "exchange" and (before or location.exists()):
            assert problems(name, location) == []
            seen.add(load(name, location).height)
        store(name, root, [[many(5)]], seed=7)
        if before or location.exists():
            assert problems(name, location) == []
            assert load(name, location).height in {10, 30}
        if before:
            assert note.read_text() == "mine"
        assert [path.name for path in (root / ".synth").iterdir() if path.is_dir()] == []
        assert not list(root.rglob("*.new"))
        at += stride
    assert at > 10
    assert load(name, location).height == 30
    if before and swap == "exchange":
        assert 10 in seen


LONG_WRITER = """
import pathlib, sys
from synth_assets_tests.samples import many, store
frames = [many(100_000, first=1 + at * 100_000) for at in range(5)]
print("ready", flush=True)
store(sys.argv[1], pathlib.Path(sys.argv[2]), [frames[:3], frames[3:]])
print("done")
"""


@pytest.mark.parametrize("name", [one for one in catalog.names() if one != "iceberg"])  # as test_lakes.py kills it
@pytest.mark.parametrize(
    "delays", [pytest.param([n / 50 for n in range(60)], marks=pytest.mark.torture), [0.02, 0.15, 0.4]]
)
def test_killed_at_any_moment_of_a_long_write_the_old_or_the_new_dataset_is_whole(name, delays, tmp_path):
    location, _ = store(name, tmp_path, [[many(10)]])
    for delay in delays:
        command = [sys.executable, "-c", LONG_WRITER, name, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(delay)
            writer.kill()
        assert problems(name, location) == []
        assert load(name, location).height in {10, 500_000}
    store(name, tmp_path, [[many(20)]])
    assert problems(name, location) == []
    assert load(name, location).height == 20
