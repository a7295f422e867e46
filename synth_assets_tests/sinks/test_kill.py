"""kill -9 at every step: the old dataset stands whole, or the new one; the next run leaves no trace.

The victim is a process that replaces a dataset and kills itself at its n-th call of anything that
changes the disk; n grows until it lives.
"""

import subprocess
import sys
import time

import pytest

from synth_assets.engine.stored import verify_stored
from synth_assets.sinks import catalog
from synth_assets_tests.samples import TABLE, load, many, store

VICTIM = """
import os, pathlib, signal, sys
from synth_assets.sinks import filesystem, publish
from synth_assets_tests.samples import many, store

name, root, at, swap = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
calls = 0

def deadly(function):
    def counted(*args, **options):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)
    return counted

exchange = filesystem.exchange if swap == "exchange" else lambda one, other: False
publish.exchange = deadly(exchange)
for step in ("fsync", "rename", "link", "mkdir", "unlink", "rmdir", "open"):
    setattr(os, step, deadly(getattr(os, step)))
store(name, root, [[many(20)], [many(10, first=21)]])
os.write(1, b"done")
"""


CASES = [("csv", "exchange"), ("csv", "two renames"), *((name, "exchange") for name in catalog.databases())]


def victim(name, root, at, swap):
    command = [sys.executable, "-c", VICTIM, name, str(root), str(at), swap]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


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
def test_killed_at_any_step_the_old_or_the_new_dataset_is_whole(name, swap, before, stride, tmp_path):
    at, seen = 1, set()
    while True:
        root = tmp_path / str(at)
        location = catalog.load(name).place(root, TABLE.path, "small", 42)
        note = (location.parent if name in catalog.databases() else location) / "notes.txt"
        if before:
            store(name, root, [[many(10)]])
            note.write_text("mine")
        run = victim(name, root, at, swap)
        if run.stdout == "done":
            break
        assert run.returncode == -9, run.stderr
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


@pytest.mark.parametrize("name", catalog.names())
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
