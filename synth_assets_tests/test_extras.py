"""What is missing names its extra."""

import subprocess
import sys
from importlib.metadata import metadata

import pytest

from synth_assets.extras import MissingExtraError, need

WITHOUT = """
import sys
for name in {names}:
    sys.modules[name] = None
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *a: None if name in {names} else real(name, *a)
{then}
"""


def without(names, then):
    code = WITHOUT.format(names=names, then=then)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_definitions_without_dagster_name_the_extra():
    found = without(["dagster", "dagster_duckdb"], "import synth_assets.definitions")
    assert found.returncode == 1
    assert "needs dagster and dagster_duckdb, which are not installed" in found.stderr
    assert "pip install 'synth-assets[dagster]'" in found.stderr


@pytest.mark.parametrize("command", ["list", "describe bronze", "changes --help"])
def test_commands_need_nothing_of_the_extras(command):
    names = ["dagster", "dagster_duckdb", "faker", "psycopg", "pandas", "rich", "upath"]
    found = without(names, f"from synth_assets.cli.run import run\nraise SystemExit(run({command.split()!r}))")
    assert (found.returncode, found.stderr) == (0, "")


def test_the_development_server_names_its_extra():
    found = without(["fastapi", "uvicorn"], "from synth_assets.cli.run import run\nraise SystemExit(run(['serve']))")
    assert (found.returncode, found.stdout) == (2, "")
    assert "synth serve needs fastapi and uvicorn, which are not installed" in found.stderr
    assert "pip install 'synth-assets[serve]'" in found.stderr


def test_every_extra_that_is_named_exists():
    with pytest.raises(MissingExtraError) as error:
        need("postgres", "a table in PostgreSQL", "no_such_module")
    assert isinstance(error.value, ImportError)
    assert "needs no_such_module, which is not installed" in str(error.value)
    assert {"dagster", "faker", "postgres", "all"} <= set(metadata("synth-assets").get_all("Provides-Extra"))
