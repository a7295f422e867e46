"""What people add is loaded: assets in ``defs/``, and checks, as files of their own in a copy of the project."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
COPIED = ("synth_assets", "pyproject.toml", "README.md")
GRAPH = "import json, synth_assets.definitions as d; graph = d.defs.resolve_asset_graph(); "
ASSETS = f"{GRAPH}print(json.dumps([key.to_user_string() for key in graph.get_all_asset_keys()]))"
CHECKS = f"{GRAPH}print(json.dumps([key.name for key in graph.asset_check_keys]))"
TOY_ASSET = "import dagster as dg\n\n\n@dg.asset\ndef mine() -> None:\n    pass\n"
TOY_CHECK = '''
"""Names are short."""

from synth_assets.checking.check import Check

CHECK = Check(
    "names_are_short",
    "No product's name is longer than four letters.",
    lambda stored: stored.dataset.none_of({"too long": f"FROM {stored.view} WHERE len(name) > 4"}, "short"),
    lambda domain, table: table == "raw_products",
)
'''


def copied(folder):
    """A copy of the project, without what others put into ``defs/``."""
    for name in COPIED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / name, folder / name)
    (folder / "synth.toml").touch()
    return folder


def run(folder, *command, status=0, **environment):
    """What a command prints that finds the copy's package."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore", **environment}
    for name in ("SYNTH_CONFIG", "SYNTH_DATA"):
        environment.pop(name, None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr[-2_000:]
    return done.stdout


def python(folder, code, **environment):
    return json.loads(run(folder, sys.executable, "-c", code, **environment).splitlines()[-1])


def tool(name):
    return Path(sys.executable).with_name(name)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the project with an asset that ``dg`` scaffolded, and a check in a file."""
    folder = copied(tmp_path_factory.mktemp("copy"))
    run(folder, tool("dg"), "scaffold", "defs", "dagster.asset", "my_metrics.py")
    assert (folder / "synth_assets/defs/my_metrics.py").is_file()
    (folder / "synth_assets/checking/datasets/toy.py").write_text(TOY_CHECK)
    return folder


def test_an_asset_that_dg_scaffolds_is_loaded_by_dagster(copy):
    listed = run(copy, tool("dagster"), "asset", "list", "-m", "synth_assets.definitions").split()
    assert {"my_metrics", "bronze/raw_orders"} <= set(listed)


def test_an_asset_that_dg_scaffolds_is_listed_by_dg(copy):
    listed = run(copy, tool("dg"), "list", "defs", "--json")
    assert '"my_metrics"' in listed
    assert '"bronze/raw_orders"' in listed


def test_a_check_in_a_file_of_its_own_is_run_by_verify_and_is_an_asset_check(copy):
    assert "names_are_short" in python(copy, CHECKS)
    words = ("bronze", "raw_products", "--products", "5", "--output-dir", "data", "--quiet")
    run(copy, sys.executable, "-m", "synth_assets.cli", "generate", *words)
    said = run(copy, sys.executable, "-m", "synth_assets.cli", "verify", "data", "--json", status=1)
    (problem,) = json.loads(said)["problems"]
    assert problem.startswith("names_are_short: too long: 5 rows. For example product_id 1, ")


@pytest.mark.parametrize("files", [(), ("mine",)], ids=["empty", "with an asset"])
def test_an_installed_package_loads_its_own_defs_and_nobody_elses(tmp_path, files):
    installed = tmp_path / "site-packages"
    shutil.copytree(PROJECT / "synth_assets", installed / "synth_assets", ignore=shutil.ignore_patterns("__pycache__"))
    for name in files:
        (installed / f"synth_assets/defs/{name}.py").write_text(TOY_ASSET)
    (tmp_path / "pyproject.toml").write_text('[tool.dg.project]\nroot_module = "theirs"\n')
    found = python(installed, ASSETS)
    assert "bronze/raw_orders" in found
    assert ("mine" in found) == bool(files)
