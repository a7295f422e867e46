"""Data roots and settings of any spelling: what is stored, loaded and checked is what was generated."""

import dagster as dg
import polars as pl
import pytest

from synth_assets.errors import UsageError
from synth_assets.orchestration.partitions import DatasetPartitions
from synth_assets.usecases.scan import scan
from synth_assets_tests.orchestration.conftest import SYNTH_TOML, Project
from synth_assets_tests.orchestration.own import asset, failure, read, run

ALONE = [
    "country=DE", "preset=x/seed=7", "run[1]", "a b", "it's", 'say "so"', "100%25", "a#b", "é 🐘", "*", "{a,b}", "~",
    "file:x", "-o", "a;b", "$HOME", "a\nb",
]  # fmt: skip
ROOTS = [
    "country=DE/preset=x/seed=7", "run[1]/100%25", "it's a \"b\"/a#b", "*", "{a,b}/é 🐘", "~", "file:x/-o",
    "a;b/$HOME\n", *(pytest.param(name, marks=pytest.mark.torture) for name in ALONE),
]  # fmt: skip
"""Each by itself only in a long run."""


@pytest.mark.parametrize("name", ROOTS)
def test_a_table_of_ours_is_stored_checked_and_loaded_under_any_root(project, name):
    under = Project(project.folder, project.data / name)
    result = under.run(assets=["bronze/raw_customers", "bronze/raw_products"])
    assert result.success, failure(result)
    checked = under.check("raw_customers", "raw_products")
    assert {key.partition(".")[0] for key in checked} == {"raw_customers", "raw_products"}
    assert {key: one.description for key, one in checked.items() if not one.passed} == {}
    ours = asset(under, None, key=["bronze", "raw_customers"])
    assert read(under, ours).equals(scan("bronze/raw_customers", "tiny").collect())


@pytest.mark.parametrize("form", ["parquet", "csv", "ndjson", "duckdb", "sqlite"])
def test_an_own_table_is_loaded_from_beside_a_folder_that_a_pattern_would_fit(project, form):
    frame = pl.DataFrame({"seed": [7], "preset": ["x"], "part": [1], "country": ["FR"]})
    for name, value in (("run1", frame.with_columns(part=2)), ("run[1]", frame)):
        under = Project(project.folder, project.data / "country=DE" / name)
        assert run(under, asset(under, value), formats=[form]).success
    assert read(under, asset(under, frame)).equals(frame)


@pytest.mark.parametrize("mark", ["?", "\\"])
def test_a_root_that_duckdb_takes_for_another_one_is_refused_before_anything_is_stored(project, mark):
    under = Project(project.folder, project.data / f"a{mark}b")
    own = asset(under, pl.DataFrame({"a": [1]}))
    assert "can't hold a DuckDB database" in failure(run(under, own))
    assert not list(project.data.rglob("part-*"))
    assert run(under, own, formats=["parquet"]).success
    assert read(under, own, formats=["parquet"])["a"].to_list() == [1]


SEEDS = [-5, 0, 2**63, -(2**70)]


def test_every_seed_of_the_settings_is_a_partition_that_is_stored_and_loaded(tmp_path, monkeypatch):
    (tmp_path / "synth.toml").write_text(SYNTH_TOML.replace("seeds = [42, 7]", f"seeds = {SEEDS}"))
    monkeypatch.setenv("SYNTH_CONFIG", str(tmp_path / "synth.toml"))
    project = Project(tmp_path)
    ours, own = asset(project, None, key=["bronze", "raw_products"]), asset(project, pl.DataFrame({"a": [1]}))
    keys = DatasetPartitions("bronze", project.known).get_partition_keys()
    for seed in SEEDS:
        partition = f"tiny|{seed}"
        assert partition in keys
        assert project.run(assets=["bronze/raw_products"], partition=partition, formats=["parquet"]).success
        assert read(project, ours, partition=partition).equals(scan("bronze/raw_products", "tiny", seed=seed).collect())
        assert run(project, own, partition=partition, formats=["duckdb"]).success
        assert read(project, own, partition=partition)["a"].to_list() == [1]


@pytest.mark.parametrize(
    "key", ["tiny|042", "tiny|+42", "TINY|42", " tiny|42", "tiny|42 ", "tiny|4_2", "tiny|42.0", "tiny|"]
)
def test_a_partition_is_written_in_one_way_wherever_it_is_read(project, key):
    definition = DatasetPartitions("bronze", project.known)
    with pytest.raises(UsageError):
        definition.validate_partition_key(key, None)
    with pytest.raises(UsageError):
        project.known.partition("bronze", key)
    assert key not in definition.get_partition_keys()
    ours = project.definitions.resolve_assets_def(dg.AssetKey(["bronze", "raw_products"]))
    with pytest.raises(UsageError):
        ours(dg.build_asset_context(partition_key=key))
