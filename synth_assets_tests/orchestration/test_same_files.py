"""Whoever asks for a dataset gets the same files: names, bytes and SHA-256."""

import hashlib

import pytest

from synth_assets import scan
from synth_assets.changes.folder import ChangeFolder
from synth_assets.cli.run import run
from synth_assets.model.change_log import CADENCES
from synth_assets.orchestration.build import definitions_for
from synth_assets.usecases.api import generate
from synth_assets.usecases.generate_changes import store_states
from synth_assets.usecases.stored_tables import load
from synth_assets_tests.orchestration.conftest import Project

SYNTH_TOML = """
[partitions]
seeds = [42]

[presets.bronze.year]
customers = 30
products = 20
orders = 40
days = 400
"""
# The ledger's positions are weeks, eight of them a part file: its rows alone would fill one.
TABLES = ("raw_products", "raw_inventory", "raw_reviews")
FORMATS = ("parquet", "csv")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project of its own, in the current folder."""
    (tmp_path / "synth.toml").write_text(SYNTH_TOML)
    monkeypatch.setenv("SYNTH_CONFIG", str(tmp_path / "synth.toml"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(root):
    """Path → SHA-256 of every part file and manifest."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".synth" not in path.parts
    }


def materialised(folder, root, workers):
    project = Project(folder, root)
    assets = [f"bronze/{name}" for name in TABLES]
    result = project.run(assets=assets, partition="year|42", formats=list(FORMATS), workers=workers)
    assert result.success
    return {event.asset_key: event.materialization.metadata for event in result.get_asset_materialization_events()}


def pictures(metadata):
    return {name: value for name, value in metadata.items() if name.startswith(("preview", "plot_"))}


def test_command_function_and_dagster_give_the_same_files_with_any_number_of_workers(folder):
    options = ("--preset", "year", "--format", ",".join(FORMATS), "--quiet")
    assert run(["generate", "bronze", *TABLES, *options, "--output-dir", "command"]) == 0
    expected = files(folder / "command")
    parts = [name for name in expected if "parquet/bronze/raw_inventory" in name and "part-" in name]
    assert len(parts) > 1
    assert run(["generate", "bronze", *TABLES, *options, "--output-dir", "workers", "--workers", "2"]) == 0
    for name in TABLES:
        generate(f"bronze/{name}", folder / "function", "year", formats=FORMATS)
    one = materialised(folder, folder / "dagster", 1)
    two = materialised(folder, folder / "dagster_workers", 2)
    assert {key: pictures(told) for key, told in one.items()} == {key: pictures(told) for key, told in two.items()}
    for front in ("workers", "function", "dagster", "dagster_workers"):
        assert files(folder / front) == expected, front


def test_a_snapshot_of_the_base_has_the_part_files_of_the_dataset(folder):
    known = Project(folder).known
    domain, dataset = known.domain("bronze"), known.dataset("bronze", "year")
    changes = ChangeFolder.claim(folder / "changes", domain, dataset, CADENCES["day"])
    states = list(store_states(changes, "snapshot", TABLES, dataset.as_of_second, "parquet"))
    for state in states:
        (stored,) = generate(f"bronze/{state.entity}", folder / "base", "year")
        # The manifests differ: a snapshot's has a cadence and a moment.
        ours, theirs = (
            {name: digest for name, digest in files(root).items() if name.startswith("part-")}
            for root in (state.path, stored.path)
        )
        assert ours == theirs
        assert (state.rows, state.content_hash) == (stored.rows, stored.content_hash)


def test_dagster_keeps_files_apart_as_the_domain_says_and_its_assets_get_all_columns(folder):
    tiny = {"users": 20, "orders": 30, "events": 20, "products": 9, "days": 30}
    said = ["[partitions]", "seeds = [42]", "[presets.devdata.tiny]", *(f"{name} = {n}" for name, n in tiny.items())]
    (folder / "synth.toml").write_text("\n".join(said))
    project = Project(folder, folder / "assets")
    definitions = definitions_for(["devdata"], project.known)
    wanted = [f"devdata/{name}" for name in ("fake_users", "fake_products", "fake_orders")]
    options = {"formats": ["parquet"], "assets": wanted, "partition": "tiny|42"}
    assert project.run("devdata_job", definitions=definitions, **options).success
    for name in ("fake_users", "fake_products", "fake_orders"):
        generate(f"devdata/{name}", folder / "function", "tiny")
    assert files(folder / "assets") == files(folder / "function")
    assert any("/status=" in path for path in files(folder / "assets"))
    dataset = project.known.dataset("devdata", "tiny")
    table = project.known.domain("devdata").tables["fake_orders"]
    loaded = load(dataset, "fake_orders", table, folder / "assets", "").collect()
    assert loaded.equals(scan("devdata/fake_orders", "tiny").collect())
