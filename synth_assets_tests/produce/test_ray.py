"""The engine ray: with a cluster of one node, and, for what goes wrong on many, with one that is played."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from synth_assets.errors import DataError, OutputError, UnjudgedError, UsageError
from synth_assets.extras import MissingExtraError
from synth_assets.model.change_log import CADENCES
from synth_assets.produce import cluster, cluster_check, engines
from synth_assets.produce.cluster_check import Seen
from synth_assets.produce.runners import ray as runner
from synth_assets.sinks.staging import Staging
from synth_assets.usecases.generate import generate, request_for
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes
from synth_assets_tests.produce.test_line import BRONZE, TINY, inventory


@dataclass(frozen=True)
class Note:
    """A task that writes a file into a folder."""

    folder: Path
    number: int
    size = 1

    @property
    def name(self):
        return f"note {self.number}"

    def attempt(self, mark):
        (self.folder / f"{self.number}.{mark}").write_text("half")
        if self.number < 0:
            raise DataError("no such note")
        (self.folder / f"{self.number}.{mark}").write_text("whole")
        return self.number

    def settle(self, mark, result):
        assert result == self.number
        (self.folder / f"{self.number}.{mark}").rename(self.folder / f"{self.number}")


class FakeError(Exception):
    pass


class TaskError(FakeError):
    cause = None


@dataclass
class FakeRay:
    """A cluster whose workers are lost when the test says so; what is lost may live on and write once more."""

    losses: list[int] = field(default_factory=list)
    zombies: list = field(default_factory=list)
    cancelled: list = field(default_factory=list)
    most_at_once: int = 0
    exceptions = SimpleNamespace(RayError=FakeError, RayTaskError=TaskError)

    def cluster_resources(self):
        return {"CPU": 2.0}

    def remote(self, function):
        def begin(task, mark):
            if task.number in self.losses:
                self.losses.remove(task.number)
                self.zombies.append(lambda: function(task, mark))
                return SimpleNamespace(get=lambda: (_ for _ in ()).throw(FakeError("the node died.")))
            return SimpleNamespace(get=lambda: function(task, mark))

        return SimpleNamespace(options=lambda **_: SimpleNamespace(remote=lambda *args: _Ref(begin(*args))))

    def wait(self, refs, num_returns=1, timeout=None):
        del timeout
        self.most_at_once = max(self.most_at_once, len(refs))
        return list(refs)[-num_returns:], []

    def get(self, ref):
        return ref.told.get()

    def cancel(self, ref, *, force):
        assert force
        self.cancelled.append(ref)


class _Ref:
    def __init__(self, told):
        self.told = told


@pytest.fixture
def played(monkeypatch):
    ray = FakeRay()

    @contextmanager
    def cluster_in_use(_workers):
        yield ray

    monkeypatch.setattr(cluster, "cluster_in_use", cluster_in_use)
    monkeypatch.setattr(runner, "_PAUSE_SECONDS", 0.01)
    return ray


def run(tasks, workers=2):
    told = []
    results = dict(runner.RUNNER.run(tasks, workers, lambda at, count: told.append((at, count))))
    return results, sorted(told)


def test_what_is_lost_is_made_again_and_what_lives_on_is_in_nobodys_way(played, tmp_path):
    played.losses = [0, 2, 2]
    tasks = [Note(tmp_path, number) for number in range(5)]
    results, told = run(tasks)
    assert results == {number: number for number in range(5)}
    assert told == [(number, 1) for number in range(5)]
    assert played.most_at_once == 2
    for zombie in played.zombies:
        zombie()
    assert len(played.zombies) == 3
    assert [(tmp_path / str(number)).read_text() for number in range(5)] == ["whole"] * 5


def test_what_is_lost_again_and_again_ends_the_run_and_gives_up_the_others(played, tmp_path):
    played.losses = [1] * 9
    with pytest.raises(OutputError, match=r"note 1: its worker was lost 4 times, .*FakeError: the node died") as told:
        run([Note(tmp_path, number) for number in range(2)])
    assert "try again with fewer" in str(told.value)
    assert len(played.losses) == 5


def test_an_error_of_ours_arrives_as_it_is_and_the_others_are_given_up(played, tmp_path):
    with pytest.raises(DataError, match=r"^no such note$"):
        run([Note(tmp_path, 1), Note(tmp_path, -1)])
    assert len(played.cancelled) == 1


def test_closing_gives_up_what_is_under_way(played, tmp_path):
    running = runner.RUNNER.run([Note(tmp_path, number) for number in range(3)], 3, lambda *_: None)
    next(running)
    running.close()
    assert len(played.cancelled) == 2


def test_an_attempt_writes_beside_its_folder_and_settles_in_it(tmp_path):
    folder = tmp_path / "seed=42"
    folder.mkdir()
    job = inventory(folder).jobs[0]
    job.attempt("aaaa")
    assert not list(folder.iterdir())
    result = job.attempt("bbbb")
    job.settle("bbbb", result)
    assert {path.name for path in folder.iterdir()} == {file.path for file in result.written.files["parquet"]}
    assert [path.name for path in tmp_path.glob(".*")] == [".seed=42.aaaa"]
    with pytest.raises(OutputError, match=r"seed=42\.aaaa .*"):
        job.attempt("aaaa")  # no attempt is made twice


def test_no_attempt_makes_a_staging_folder_that_is_gone(tmp_path):
    job = inventory(tmp_path / "gone" / "seed=42").jobs[0]
    with pytest.raises(OutputError):
        job.attempt("aaaa")
    assert not (tmp_path / "gone").exists()


def test_what_lost_attempts_left_goes_with_the_staging_folder(tmp_path):
    with Staging(tmp_path) as staging:
        shared = staging.shared(tmp_path, {})
        inventory(shared).jobs[0].attempt("aaaa")
        home = staging.home
    assert not home.exists()


@pytest.mark.parametrize(
    ("address", "error", "message"),
    [
        ("127.0.0.1:9", UnjudgedError, "No Ray cluster answers at RAY_ADDRESS=127.0.0.1:9: .*\n.*ray start --head"),
        ("here", UsageError, "RAY_ADDRESS=here is no cluster's address; it is host:port"),
        ("ray://127.0.0.1:10001", UsageError, "is no cluster's address"),
        ("127.0.0.1:99999", UnjudgedError, "No Ray cluster answers"),
    ],
)
def test_an_address_without_a_cluster_is_refused_before_anything_is_written(
    address, error, message, monkeypatch, tmp_path
):
    monkeypatch.setenv("RAY_ADDRESS", address)
    request = request_for(BRONZE, TINY, ("raw_products",), tmp_path / "out", engine="ray", workers=1)
    with pytest.raises(error, match=message):
        generate(request)
    with pytest.raises(error, match=message):
        runner.RUNNER.usual_workers()
    assert not (tmp_path / "out").exists()


def test_without_ray_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("synth_assets.extras.find_spec", lambda name: None if name == "ray" else name)
    with pytest.raises(MissingExtraError, match=r"The engine ray needs ray.*\n.*synth-assets\[ray\]"):
        engines.check("ray", 1, tmp_path)


def test_more_workers_than_processors_are_refused(monkeypatch, tmp_path):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    engines.check("ray", 2, tmp_path)
    with pytest.raises(UsageError, match="This machine has 2 processors, fewer than 3 workers"):
        engines.check("ray", 3, tmp_path)


@pytest.mark.usefixtures("played")
def test_more_workers_than_processors_of_the_cluster_are_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    with pytest.raises(UsageError, match=r"The Ray cluster has 2 processors, fewer than 3 workers\.\n  Take fewer: "):
        engines.check("ray", 3, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert runner.RUNNER.usual_workers() == 2


@pytest.fixture
def nodes(monkeypatch):
    """Nodes that say what the test wants; each a function of the staging folder and the file to answer in."""
    told = {}
    monkeypatch.setattr(
        cluster_check,
        "_looks",
        lambda _ray, home, answers=None, asked=None: {
            name: (f"host-{name}", say(home, None if answers is None else answers / name, asked))
            for name, say in told.items()
        },
    )
    monkeypatch.setattr(cluster_check, "_SEEN_SECONDS", 0.2)
    return told


def test_nodes_that_are_like_this_machine_will_do_and_nothing_is_left(nodes, tmp_path):
    nodes.update(a=cluster_check.look, b=cluster_check.look)
    cluster_check.check_nodes(None, tmp_path / "some" / "out")
    assert not list(tmp_path.iterdir())


def test_looking_at_nodes_leaves_what_waits_for_a_run_that_goes_on(nodes, tmp_path):
    part = tmp_path / ".synth" / "1-aaaa" / "new" / "part-00000.parquet"
    part.parent.mkdir(parents=True)
    part.write_text("finished")
    (part.parents[1] / "lock").touch()
    nodes["a"] = cluster_check.look
    cluster_check.check_nodes(None, tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["lock", "part-00000.parquet"]


def test_a_node_with_another_version_is_refused(nodes, tmp_path):
    nodes.update(a=cluster_check.look, b=lambda *_: Seen({**cluster_check.here(), "polars": "1.0"}))
    with pytest.raises(UsageError, match=r"The node host-b has polars 1\.0; here it is polars 2"):
        cluster_check.check_nodes(None, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_a_node_does_not_see_is_refused(nodes, tmp_path):
    nodes["a"] = lambda *_: cluster_check.look(tmp_path / "elsewhere", tmp_path / "elsewhere" / "a")
    with pytest.raises(UsageError, match=r"The node host-a doesn't see the files .* or the other way round"):
        cluster_check.check_nodes(None, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_folder_in_which_a_node_writes_what_is_not_seen_here_is_refused(nodes, tmp_path):
    (tmp_path / "overlay").mkdir()
    nodes["a"] = lambda home, *_: cluster_check.look(home, tmp_path / "overlay" / "a")
    with pytest.raises(UsageError, match="or the other way round"):
        cluster_check.check_nodes(None, tmp_path / "out")


def test_a_folder_whose_locks_a_node_does_not_see_is_refused(nodes, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_check, "try_lock", lambda _file: True)
    nodes["a"] = cluster_check.look
    with pytest.raises(UsageError, match=r"doesn't see this machine's locks"):
        cluster_check.check_nodes(None, tmp_path / "out")


# With a cluster.

PROGRAM = """
import sys
from ray.cluster_utils import Cluster
made = Cluster(initialize_head=True, head_node_args=dict(
    num_cpus=2, object_store_memory=100 << 20, include_dashboard=False, temp_dir=sys.argv[1]))
print(made.address, flush=True)
sys.stdin.read()
made.shutdown()
"""
"""In a process of its own: what Ray leaves open is no concern of the tests."""


@pytest.fixture
def node():
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp") as home:
        environ = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, home],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ,
        ) as process:  # fmt: skip
            yield process.stdout.readline().strip()
            process.stdin.close()
            process.wait()


def synth(*words, address):
    environ = {**os.environ, "RAY_ADDRESS": address}
    return subprocess.run(
        [sys.executable, "-m", "synth_assets.cli", *words], capture_output=True, text=True, check=False, env=environ
    )


def files_of(root):
    """What a folder of data holds, but what tells of the run that made it."""
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("part-*") if ".synth" not in path.parts}


@pytest.mark.long
def test_a_cluster_makes_what_this_process_makes_and_says_nothing_else(node, tmp_path):
    tables = ("generate", "bronze", "raw_inventory", "raw_orders", "--orders", "300", "--days", "400", "--quiet")
    there = synth(*tables, "--output-dir", str(tmp_path / "there"), "--engine", "ray", address=node)
    assert (there.returncode, there.stderr) == (0, "")
    dataset = BRONZE.dataset(None, volumes={"orders": 300, "days": 400})
    generate(request_for(BRONZE, dataset, ("raw_inventory", "raw_orders"), tmp_path / "here"))
    assert files_of(tmp_path / "there") == files_of(tmp_path / "here")
    assert len(files_of(tmp_path / "here")) > 2
    assert not list((tmp_path / "there").rglob(".seed*"))
    assert not list((tmp_path / "there" / ".synth").glob("*/lock"))

    words = (
        "changes",
        "generate",
        "bronze",
        "raw_orders",
        "--preset",
        "small",
        "--batches",
        "1..2",
        "--workers",
        "2",
        "--quiet",
    )
    there = synth(*words, "--output-dir", str(tmp_path / "b"), "--engine", "ray", address=node)
    assert (there.returncode, there.stderr) == (0, "")
    request = ChangeRequest(
        BRONZE, BRONZE.dataset("small"), CADENCES["day"], ("raw_orders",), tmp_path / "a", batches=range(1, 3)
    )
    list(generate_changes(request))
    assert files_of(tmp_path / "b") == files_of(tmp_path / "a")
    assert len(files_of(tmp_path / "a")) == 2
