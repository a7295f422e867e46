"""``SynthDataset`` and ``SynthChanges`` in somebody else's project: scaffolded, launched and got wrong with ``dg``."""

import re
import shutil
import sys
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from synth_assets.components import SynthChanges, SynthDataset
from synth_assets_tests.docs.test_own_definitions import PAGE, typed

pytestmark = pytest.mark.timeout(600)

PYPROJECT = """
[project]
name = "theirs"
version = "1"

[tool.dg]
directory_type = "project"

[tool.dg.project]
root_module = "theirs"
"""
DEFINITIONS = """
from pathlib import Path

import dagster as dg


@dg.definitions
def defs():
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
"""
SHOP = (Path(__file__).parents[2] / "examples" / "datasets" / "shop.yaml").read_text(encoding="utf-8")


@pytest.fixture
def theirs(tmp_path, monkeypatch):
    """Somebody else's project, as ``create-dagster`` lays it out."""
    package = tmp_path / "src" / "theirs"
    (package / "defs").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (package / "__init__.py").touch()
    (package / "defs" / "__init__.py").touch()
    (package / "definitions.py").write_text(DEFINITIONS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "src"))
    monkeypatch.syspath_prepend(tmp_path / "src")
    yield tmp_path
    for name in [one for one in sys.modules if one.partition(".")[0] == "theirs"]:
        del sys.modules[name]


def test_the_page_goes_from_an_empty_project_to_a_checked_dataset(theirs):
    section = PAGE[PAGE.index("## Six lines in your own project") :]
    commands = re.search(r"^```bash\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)[1].splitlines()
    printed = re.search(r"^```yaml\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)[1]
    typed(theirs, commands[0])
    made = theirs / "src" / "theirs" / "defs" / "shop"
    assert (made / "defs.yaml").read_text() == printed
    assert len(printed.splitlines()) <= 6
    assert "RUN_SUCCESS" in typed(theirs, commands[1])
    frames = pl.read_parquet(theirs / "data" / "parquet" / "shop" / "orders" / "**" / "*.parquet")
    assert frames.height > 1_000
    assert list((theirs / "data" / "duckdb").rglob("*.duckdb"))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("domain: shp.yaml", "shp.yaml is not there"),
        ("domain: bronce", "did you mean 'bronze'"),
        ("domain: shop.yaml\n  presets: [smal]", "presets: preset 'smal' is unknown; did you mean 'small'"),
        ("domain: shop.yaml\n  presets: [xlarge]", "presets: preset 'xlarge' is unknown"),
        ("domain: shop.yaml\n  seeds: [7, 7]", "seeds: 7,7 is not allowed"),
        ("domain: shop.yaml\n  formats: [parket]", "formats: format 'parket' is unknown; did you mean 'parquet'"),
        ("domain: shop.yaml\n  compression: zstdd", "compression: zstdd is not allowed"),
    ],
)
def test_what_is_wrong_is_told_with_the_file_and_a_remedy(theirs, written, told):
    folder = theirs / "src" / "theirs" / "defs" / "shop"
    folder.mkdir()
    (folder / "shop.yaml").write_text(SHOP)
    (folder / "defs.yaml").write_text(f"type: synth_assets.components.SynthDataset\nattributes:\n  {written}\n")
    with pytest.raises(Exception, match=r"defs\.yaml") as caught:
        dg.load_from_defs_folder(path_within_project=folder.parent)
    causes = []
    error = caught.value
    while error is not None:
        causes.append(str(error))
        error = error.__cause__ or error.__context__
    message = "\n".join(causes)
    assert told in message
    assert f"{folder / 'defs.yaml'}: " in message
    assert "\n  " in message
    assert not (theirs / "data").exists()


def test_a_broken_dataset_is_told_with_its_own_line(theirs):
    folder = theirs / "src" / "theirs" / "defs" / "shop"
    folder.mkdir()
    (folder / "shop.yaml").write_text(SHOP.replace("grain: one", "grian: one", 1))
    (folder / "defs.yaml").write_text("type: synth_assets.components.SynthDataset\nattributes:\n  domain: shop.yaml\n")
    said = typed(theirs, "dg check defs || true")
    assert re.search(r"defs\.yaml: .*shop\.yaml, line \d+: .*'grian' is unknown; did you mean 'grain'", said)


@pytest.mark.filterwarnings("ignore::dagster.BetaWarning")
def test_both_stand_side_by_side_for_several_domains(theirs):
    defs = theirs / "src" / "theirs" / "defs"
    for name, lines in {
        "shop": "type: synth_assets.components.SynthDataset\nattributes:\n  domain: shop.yaml\n  formats: [csv]\n",
        "bronze": "type: synth_assets.components.SynthDataset\nattributes:\n  domain: bronze\n  seeds: [7]\n",
        "changes": "type: synth_assets.components.SynthChanges\nattributes:\n  domain: bronze\n  datasets: [small-7]\n",
    }.items():
        (defs / name).mkdir()
        (defs / name / "defs.yaml").write_text(lines)
    (defs / "shop" / "shop.yaml").write_text(SHOP)
    found = dg.load_from_defs_folder(path_within_project=defs)
    graph = found.resolve_asset_graph()
    orders = graph.get(dg.AssetKey(["bronze", "raw_orders"]))
    assert orders.partitions_def.get_partition_keys() == [f"{one}|7" for one in ("small", "medium", "large")]
    assert graph.get(dg.AssetKey(["shop", "orders"])).tags["dagster/storage_kind"] == "csv"
    assert (
        dg.AssetKey(["bronze", "raw_orders"]) in graph.get(dg.AssetKey(["bronze", "changes", "raw_orders"])).parent_keys
    )
    assert {"bronze_io_manager", "shop_io_manager", "bronze_changes_io_manager"} <= found.resources.keys()


def test_scaffolds_know_their_parameters(tmp_path):
    for component, attributes in (
        (SynthDataset, ["domain", "presets", "seeds"]),
        (SynthChanges, ["domain", "datasets", "cadences"]),
    ):
        folder = tmp_path / component.__name__
        folder.mkdir()
        scaffolder = component.__scaffolder_cls__()
        params = scaffolder.get_scaffold_params()()
        scaffolder.scaffold(
            dg.ScaffoldRequest(
                type_name=f"synth_assets.components.{component.__name__}",
                target_path=folder,
                scaffold_format="yaml",
                project_root=None,
                params=params,
            )
        )
        lines = (folder / "defs.yaml").read_text().splitlines()
        assert [line.split(":")[0].strip() for line in lines[2:]] == attributes
        shutil.rmtree(folder)
