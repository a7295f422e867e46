"""Worker processes: which task comes first, what they are forked from, and what is left of that."""

import importlib
import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from synth_assets.cli.run import run
from synth_assets.produce import engines
from synth_assets.produce.runners import processes
from synth_assets.project.packages import modules_of
from synth_assets_tests.cli.as_process import TINY, done, surroundings


@dataclass(frozen=True)
class Noted:
    """A task that tells what its process came from."""

    size: int
    name = "noted"

    def do(self, told):
        told(self.size)
        return (
            self.size,
            os.getppid(),
            [os.environ.get(f"{name}_THREADS") for name in ("POLARS_MAX", "OPENBLAS_NUM")],
            "synth_assets.domains.bronze" in sys.modules,
        )


def test_the_largest_tasks_come_first_and_each_result_is_its_own_task_s(monkeypatch):
    submitted = []

    class Pool(ProcessPoolExecutor):
        def submit(self, function, task):
            submitted.append(task.size)
            return super().submit(function, task)

    monkeypatch.setattr(processes, "ProcessPoolExecutor", Pool)
    sizes = [3, 900, 20, 5, 800, 3, 1]
    found = dict(engines.run([Noted(size) for size in sizes], 2))
    assert submitted == sorted(sizes, reverse=True)
    assert [found[at][0] for at in range(len(sizes))] == sizes
    assert {parent for _, parent, *_ in found.values()} == {os.getpid()}


PROGRAM = """
import json, multiprocessing.forkserver, os, sys
from synth_assets.usecases import engines as ready
from synth_assets.produce import engines
from synth_assets_tests.produce.test_processes import Noted
ready.get_ready(None, 2, ["--workers", "2", "bronze", "out"])
found = dict(engines.run([Noted(size) for size in (1, 2, 3)], 2))
print(json.dumps([os.getpid(), multiprocessing.forkserver._forkserver._forkserver_pid, *found.values()]))
"""


def test_a_process_of_its_own_has_workers_forked_from_one_that_has_imported_everything_and_ends_with_it():
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=surroundings()
    )
    own, server, *found = json.loads(told.stdout)
    assert server not in (None, own)
    assert sorted(found) == [[size, server, ["1", "1"], True] for size in (1, 2, 3)]
    assert not Path(f"/proc/{server}").exists()


def test_in_somebody_else_s_process_nothing_is_kept_ready(tmp_path):
    assert run(["generate", "starter", *("--workers", "2"), "--output-dir", str(tmp_path), "--quiet"]) == 0
    assert processes._start_methods == ["spawn"]


@pytest.mark.parametrize("place", ["a" * 120, "gone"])
def test_without_a_folder_for_a_socket_workers_are_fresh_interpreters(tmp_path, place):
    (tmp_path / ("a" * 120)).mkdir()
    words = ("generate", "bronze", "raw_customers", "raw_products", *TINY, "--quiet", "--workers", "2")
    there = done(tmp_path, *words, TMPDIR=str(tmp_path / place))
    assert (there.returncode, there.stderr) == (0, "")
    assert there.stdout.count("\n") == 3


def test_modules_of_a_domain_are_those_that_come_with_the_program():
    found = modules_of("bronze")
    assert "synth_assets.domains.bronze" in found
    assert "synth_assets.domains.bronze.tables.raw_orders" in found
    for name in found:
        importlib.import_module(name)
    assert modules_of("nothing") == modules_of("../bronze") == modules_of("starter.yaml") == []
