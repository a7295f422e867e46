"""What was asked for, noted by several runs at once: none takes back what another has noted."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from subprocess import run

import pytest

from synth_assets.changes import asked
from synth_assets.sinks import register
from synth_assets.sinks.register import Registered, digest_of, registered
from synth_assets.sinks.staging import Staging
from synth_assets_tests.samples import many, store

RUNS, TABLES = 4, 12


@pytest.fixture
def manifest(tmp_path):
    return store("parquet", tmp_path / "made", [[many(3)]])[1]


def entry(name):
    return Registered("parquet", "shop", name, "small-42", f"parquet/shop/{name}/preset=small/seed=42")


def test_runs_that_publish_at_once_note_all_of_it(tmp_path, manifest):
    def publish(number):
        mine = [entry(f"t{number}_{at}") for at in range(TABLES)]
        with Staging(tmp_path / "data") as staging:
            register.ask(staging, mine)
            for version in ("1", "2"):
                for one in mine:
                    register.publishing(staging, [(one, replace(manifest, entity=one.table, version=version))])
                    register.published(staging, [one])

    with ThreadPoolExecutor(RUNS) as pool:
        list(pool.map(publish, range(RUNS)))
    found = {one.table.table: one.table.manifests for one in registered(tmp_path / "data")}
    assert found == {
        name: (digest_of(replace(manifest, entity=name, version="2")),)
        for name in (f"t{number}_{at}" for number in range(RUNS) for at in range(TABLES))
    }


def test_while_a_table_is_published_both_manifests_may_be_there(tmp_path, manifest):
    old, new = (replace(manifest, version=version) for version in ("1", "2"))
    with Staging(tmp_path) as staging:
        register.publishing(staging, [(entry("things"), old)])
        register.published(staging, [entry("things")])
        register.publishing(staging, [(entry("things"), new)])
    (noted,) = registered(tmp_path)
    assert noted.table.manifests == (digest_of(old), digest_of(new))


def test_batches_that_are_asked_for_at_once_are_all_noted(tmp_path):
    script = (
        "import sys; from pathlib import Path; from synth_assets.changes.asked import note_asked\n"
        "from synth_assets.sinks.staging import Staging\n"
        "for at in range(10):\n"
        "    with Staging(Path(sys.argv[1])) as staging:\n"
        "        note_asked(staging, 'changes', [sys.argv[2]], [f'{at * 2:05d}'])\n"
    )
    names = ["orders", "customers"]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: run([sys.executable, "-c", script, str(tmp_path), name], check=True), names))
    found = {one.table: [batch for part in one.batches for batch in part] for one in asked.asked(tmp_path)}
    assert found == {name: list(range(0, 20, 2)) for name in names}


def test_runs_that_are_killed_one_after_the_other_leave_what_was_there_known(tmp_path, manifest):
    old, new, newer = (replace(manifest, entity="things", version=version) for version in ("1", "2", "3"))
    for one in (old, new, newer, new):
        with Staging(tmp_path / "data") as staging:
            register.publishing(staging, [(entry("things"), one)])
            if one is old:
                register.published(staging, [entry("things")])
    (found,) = registered(tmp_path / "data")
    assert found.table.manifests == (digest_of(old), digest_of(newer), digest_of(new))
