"""Datasets in a bucket that other machines make: they send their part files themselves, and one run publishes them."""

import os
import pickle
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from synth_assets import generate, verify
from synth_assets.cli.run import run
from synth_assets.errors import UnjudgedError
from synth_assets.produce import cluster, cluster_check
from synth_assets.produce.cluster_check import check_nodes, look
from synth_assets.produce.runners import ray as runner
from synth_assets.sinks.objects.address import folder_at
from synth_assets_tests.objects.test_datasets import MARK, unmarked
from synth_assets_tests.produce.test_ray import FakeRay


@contextmanager
def another_machine(home):
    """As on a machine whose caches lie elsewhere."""
    before = os.environ["XDG_CACHE_HOME"]
    os.environ["XDG_CACHE_HOME"] = str(home)
    try:
        yield
    finally:
        os.environ["XDG_CACHE_HOME"] = before


class Machines(FakeRay):
    """A cluster of machines with homes of their own; the first attempts are lost, and live on until they are told."""

    def __init__(self, home, lost=0, meanwhile=lambda: None):
        super().__init__()
        self.home, self.lost, self.meanwhile = home, lost, meanwhile

    def remote(self, function):
        def there(pickled, mark):
            with another_machine(self.home):
                return pickle.dumps(function(pickle.loads(pickled), mark))  # noqa: S301 — our own

        def begin(task, mark):
            pickled = pickle.dumps(task)
            if self.lost:
                self.lost -= 1
                self.zombies.append(lambda: there(pickled, mark))
                return Told(self._died)
            return Told(lambda: pickle.loads(there(pickled, mark)))  # noqa: S301 — our own

        return Remote(begin)

    def wait(self, refs, num_returns=1, timeout=None):
        self.meanwhile()
        self.meanwhile = lambda: None
        return super().wait(refs, num_returns, timeout)

    def _died(self):
        raise self.exceptions.RayError("the node died.")


class Told:
    def __init__(self, get):
        self.get = get

    @property
    def told(self):
        return self


class Remote:
    def __init__(self, remote):
        self.remote = remote

    def options(self, **_):
        return self


@pytest.fixture
def machines(monkeypatch, tmp_path):
    """A function that makes the cluster in use one of machines."""

    def use(**more):
        found = Machines(tmp_path / "elsewhere", **more)

        @contextmanager
        def in_use(_workers):
            yield found

        monkeypatch.setattr(cluster, "cluster_in_use", in_use)
        monkeypatch.setattr(cluster, "own", lambda: False)
        monkeypatch.setattr(runner, "check_nodes", lambda *_: None)
        monkeypatch.setattr(runner, "_PAUSE_SECONDS", 0.01)
        return found

    return use


def hashes(stored):
    return [(one.format, one.entity, one.rows, one.content_hash) for one in stored]


def with_ray(*words, to):
    """The status of `synth generate` with the engine ray."""
    return run(["generate", *words, "--output-dir", to, "--engine", "ray", "--workers", "2", "--quiet"])


@pytest.mark.parametrize(
    "words",
    [
        ("starter", "users", "--format", "parquet,csv", "--chunk-size", "60"),
        ("marketplace", "--format", "parquet", "--orders-per-tenant", "60", "--products-per-tenant", "40"),
        ("bronze", "raw_customers", "raw_products", "--format", "ndjson", "--layout", "flat"),
    ],
    ids=["in parts", "kept apart by columns", "in one folder"],
)
def test_a_bucket_holds_what_this_machine_alone_puts_there(bucket, tmp_path, machines, words):
    assert run(["generate", *words, "--output-dir", f"{bucket}/here", "--quiet"]) == 0
    here = verify(f"{bucket}/here")
    ray = machines(lost=2)
    assert with_ray(*words, to=f"{bucket}/there") == 0
    assert hashes(verify(f"{bucket}/there")) == hashes(here)

    def names(below):
        found = (name.removeprefix(f"{below}/") for name in bucket.names() if name.startswith(f"{below}/"))
        return unmarked(name for name in found if ".synth/" not in name)

    assert names("there") == names("here")
    assert [one.problems for one in verify(f"{bucket}/there")] == [()] * len(here)
    assert len(ray.zombies) == 2
    for zombie in ray.zombies:
        zombie()  # what was given up lives on, and sends its files all the same
    assert len(names("there")) > len(names("here"))
    machines()
    assert with_ray(*words, to=f"{bucket}/there") == 0
    assert names("there") == names("here")
    assert hashes(verify(f"{bucket}/there")) == hashes(here)
    assert not list((tmp_path / "elsewhere").rglob("part-*"))


@pytest.mark.parametrize("layout", ["hive", "flat"])
def test_who_published_meanwhile_is_not_overwritten_by_parts_that_may_be_gone(bucket, machines, layout, capsys):
    def another():
        generate("starter", str(bucket), formats="parquet", layout=layout)

    words = ("starter", "--format", "parquet", "--layout", layout)
    machines(meanwhile=another)
    assert with_ray(*words, to=str(bucket)) == 1
    assert re.search(r"Another run has published at s3://\S+ since this one began", capsys.readouterr().err)
    assert {one.problems for one in verify(str(bucket))} == {()}
    machines()
    assert with_ray(*words, to=str(bucket)) == 0
    assert {one.problems for one in verify(str(bucket))} == {()}


def test_batches_go_to_the_bucket_from_wherever_caches_lie(bucket, tmp_path, machines):
    machines()
    words = ("changes", "generate", "bronze", "raw_orders", "--preset", "small", "--batches", "1..2", "--quiet")
    from synth_assets.cli.run import run

    assert run([*words, "--output-dir", str(bucket), "--engine", "ray", "--workers", "2"]) == 0
    assert len([name for name in bucket.names() if MARK.search(name)]) == 2
    assert not list((tmp_path / "elsewhere").rglob("part-*"))


def test_a_node_that_cannot_get_at_the_bucket_is_refused_before_work_starts(bucket, monkeypatch):
    def looks(_ray, home, answers=None, asked=None):
        assert answers is None
        return {"a": ("host-a", look(home, None, asked))}

    monkeypatch.setattr(cluster_check, "_looks", looks)
    check_nodes(None, folder_at(f"{bucket}/data"))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(UnjudgedError, match="The node host-a can't get at the object store: "):
        check_nodes(None, folder_at(f"{bucket}/data"))


@pytest.mark.long
def test_a_cluster_of_this_machine_sends_what_it_makes_to_the_bucket(bucket, tmp_path):
    here = generate("starter", tmp_path / "here", formats="parquet")
    words = ("generate", "starter", "--format", "parquet", "--engine", "ray", "--workers", "1", "--quiet")
    done = subprocess.run(
        [sys.executable, "-m", "synth_assets.cli", *words, "--output-dir", str(bucket)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert all(one.content_hash[:12] in done.stdout for one in here)
    assert {one.problems for one in verify(str(bucket))} == {()}
    assert not Path(tmp_path, "s3:").exists()
