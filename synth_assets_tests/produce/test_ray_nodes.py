"""Three nodes of a Ray cluster on this machine, one of which is killed half-way."""

import hashlib
import logging
import os
import re
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from synth_assets.project.project import Project
from synth_assets.usecases.generate import generate, plan, request_for

NODES = 3
# Five minutes on two cores; parts of some seconds each.
VOLUMES = {"customers": 2_000_000, "products": 200_000, "orders": 12_000_000, "days": 730}
ROWS_A_FILE = 4_000_000

MARK = re.compile(r"\.seed=42\.([0-9a-f]{12})")


@pytest.fixture
def cluster(monkeypatch):
    from ray.cluster_utils import Cluster

    made = Cluster()
    try:
        for _ in range(NODES):
            made.add_node(num_cpus=1, object_store_memory=100 << 20, include_dashboard=False)
        monkeypatch.setenv("RAY_ADDRESS", made.address)
        yield made
    finally:
        made.shutdown()


def below(pid):
    """A process and all that it started, and those."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            children.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


class Watch(threading.Thread):
    """Counts attempts from outside, and kills a node, all of its processes, when so many parts are there."""

    def __init__(self, root, node=None, half=0):
        super().__init__(daemon=True)
        self.root, self.node, self.half = root, node, half
        self.marks, self.killed, self.ended = set(), 0.0, False

    def run(self):
        while not self.ended:
            flying = {
                found[1]
                for path in self.root.glob(".synth/*/new/*/*/*/*/.seed=42.*")
                if (found := MARK.fullmatch(path.name))
            }
            self.marks |= flying
            if self.node is not None and not self.killed and len(self.marks) >= self.half:
                for pid in below(self.node.all_processes["raylet"][0].process.pid):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                self.killed = time.time()
            time.sleep(0.01)


def made(root, node=None):
    """Generate with the engine ray; what is stored, how long it took, and what was watched."""
    domain = Project.here().domain("bronze")
    dataset = domain.dataset(None, volumes=VOLUMES)
    request = request_for(
        domain, dataset, tuple(domain.entities), root,
        formats=("parquet",), rows_per_file=ROWS_A_FILE, workers=NODES, engine="ray",
    )  # fmt: skip
    jobs = sum(len(table.parts) for table in plan(request).tables)
    watch = Watch(root, node, jobs // 2)
    watch.start()
    began = time.monotonic()
    try:
        stored = generate(request)
    finally:
        watch.ended = True
        watch.join()
    return stored, time.monotonic() - began, jobs, watch


@pytest.mark.torture
def test_a_node_that_is_killed_costs_no_more_than_what_it_was_at(cluster, tmp_path, caplog, capsys):
    caplog.set_level(logging.INFO, "synth_assets")
    calm, calm_seconds, jobs, watched = made(tmp_path / "calm")
    assert len(watched.marks) == jobs
    stored, seconds, _, watched = made(tmp_path / "killed", max(cluster.worker_nodes, key=str))
    again = [record for record in caplog.records if "made again" in record.getMessage()]
    detected = again[0].created - watched.killed
    with capsys.disabled():
        sys.stdout.write(
            f"\n{jobs} parts on {NODES} nodes: undisturbed {calm_seconds:.0f} s, with a node killed {seconds:.0f} s,"
            f" noticed after {detected:.1f} s, {len(again)} made again\n"
        )
    assert watched.killed
    # A node of one processor is at one part.
    assert len(again) == 1
    assert len(watched.marks) <= jobs + 1
    assert [one.content_hash for one in stored] == [one.content_hash for one in calm]
    for one, other in zip(stored, calm, strict=True):
        assert one.parts == other.parts
        names = {path.name for path in one.path.iterdir()}
        assert names == {part.path for part in one.parts} | {"_manifest.json"}
        for part in one.parts:
            with (one.path / part.path).open("rb") as file:
                assert hashlib.file_digest(file, "sha256").hexdigest() == part.sha256
    assert not list((tmp_path / "killed" / ".synth").glob("*/lock"))
