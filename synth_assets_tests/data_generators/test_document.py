"""Document 000's blocks run with nothing changed but what their imports name; its setup scripts run as printed."""

import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from synth_assets import duckalog

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("01-getting-started/*/setup.py"))
TEXT = (HERE / "document.md").read_text(encoding="utf-8").replace("_shared.", "synth_assets.")
BLOCKS = re.findall(r"^```(python|bash)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def test_every_block_of_python_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for language, block in BLOCKS:
        if language == "python":
            exec(compile(block, "block", "exec"), {})  # noqa: S102 - the document's own
    assert "Data generated successfully!" in capsys.readouterr().out
    assert pl.read_parquet("test.parquet").equals(pl.read_parquet("data/users.parquet"))
    assert pl.read_parquet("test.parquet").height == 100
    assert pl.read_parquet("data/events.parquet").height == 1_000


def test_the_functions_that_it_declares_take_what_it_says():
    declared = {}
    exec("\n".join(block for _, block in BLOCKS if block.startswith("def ")), declared)  # noqa: S102 - likewise
    names = [name for name in declared if not name.startswith("__")]
    assert names == ["check_duckalog_installed", "verify_duckdb", "run_sample_query"]
    for name in names:
        ours = inspect.signature(getattr(duckalog, name))
        assert list(ours.parameters) == list(inspect.signature(declared[name]).parameters)


@pytest.fixture
def copy(tmp_path):
    """A copy of the examples, in which a command of the document's is run."""
    shutil.copytree(EXAMPLES / "01-getting-started", tmp_path / "examples" / "01-getting-started")

    def run(command, folder=tmp_path):
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        run = ["bash", "-e", "-c", command]
        return subprocess.run(run, cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=False)

    return run


def test_the_document_s_own_commands_run_as_printed(copy):
    done = copy(next(block for language, block in BLOCKS if language == "bash"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n") == ["Data generated successfully!", "events.parquet", "users.parquet", ""]


def test_the_first_script_is_the_document_s():
    printed = next(block for _, block in BLOCKS if "# Generate data" in block)
    assert SCRIPTS[0].read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("script", SCRIPTS[1:], ids=lambda path: path.parent.name)
def test_a_script_writes_what_its_page_says(copy, script, tmp_path):
    page = (script.parent / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"^\$ ls data/\n(.*?)^(?:```|\$)", page, re.DOTALL | re.MULTILINE)[1]
    folder = tmp_path / script.relative_to(EXAMPLES.parent).parent
    done = copy("python setup.py && ls data/ >listed", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("Data generated successfully!\n")
    assert (folder / "listed").read_text() == shown
    assert done.stderr == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
def test_the_queries_of_a_page_are_of_files_that_its_script_writes(script):
    page = (script.parent / "README.md").read_text(encoding="utf-8")
    asked = set(
        re.findall(r"data/[\w.]+\w", "".join(re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)))
    )
    code = script.read_text(encoding="utf-8").replace("{interval}", "daily")
    assert all(one in code for one in asked)
