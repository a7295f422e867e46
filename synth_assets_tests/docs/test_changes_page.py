"""The page on change data: each line that reads a log reads all of it, and nothing else."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "changes.md").read_text(encoding="utf-8")
LINES = dict(re.findall(r"^\| (\w+) \| `(.+_?(?:read|scan).+)` \|$", PAGE, re.MULTILINE))
TINY = ["--customers", "60", "--products", "20", "--orders", "60", "--days", "20", "--output-dir"]
AS_LISTS = {
    "pandas": "({line})[{column!r}].tolist()",
    "pyarrow": "({line})[{column!r}].to_pylist()",
    "polars": "({line}).collect()[{column!r}].to_list()",
    "DuckDB": "({line}).select({column!r}).fetchnumpy()[{column!r}].tolist()",
}
"""How each library gives a column as a list. Spark is too large to be installed for it: by hand its lines read all."""

PECULIAR = "seed=7/it's [a] feed*{b}"


def synth(*words, cwd):
    command = [sys.executable, "-m", "synth_assets.cli", "changes", *words]
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    return ran.stdout, ran.stderr


def column(lines, name, cwd):
    """What each library's line gives as a column, sorted."""
    wanted = {reader: line for reader, line in lines.items() if reader in AS_LISTS}
    parts = [f"{reader!r}: {AS_LISTS[reader].format(line=line, column=name)}" for reader, line in wanted.items()]
    script = f"import json, pandas, polars, duckdb, pyarrow.parquet\nprint(json.dumps({{{', '.join(parts)}}}))"
    ran = subprocess.run([sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return {reader: sorted(values) for reader, values in json.loads(ran.stdout).items()}


def printed(stderr):
    return dict(line.split(maxsplit=1) for line in stderr.partition("Read it:\n")[2].splitlines())


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    (folder / "synth.toml").touch()
    return folder


def made(name, project):
    """Make three batches; the lines that were printed, and the batch of each event."""
    _, told = synth("generate", "bronze", "raw_orders", "--batches", "1..3", *TINY, name, cwd=project)
    place = project / name / "changes/bronze/raw_orders"
    for left in (".DS_Store", "batch=00002/._part-00000.parquet"):
        (place / left).write_text("a file manager's")
    counts = [json.loads((place / f"batch=0000{k}/_manifest.json").read_text())["rows"] for k in (1, 2, 3)]
    return printed(told), [k + 1 for k in range(3) for _ in range(counts[k])]


def test_the_lines_of_the_page_are_those_that_are_printed_and_read_all_batches(project):
    lines, batches = made("feed", project)
    assert {reader: line.replace("'", '"') for reader, line in lines.items()} == LINES
    assert column(LINES, "batch", project) == dict.fromkeys(AS_LISTS, batches)


def test_the_lines_that_are_printed_read_all_batches_whatever_folders_are_called(project):
    lines, batches = made(PECULIAR, project)
    assert column(lines, "batch", project) == dict.fromkeys(AS_LISTS, batches)
    assert r"\\[a\\] feed\\*\\{b\\}/" in lines["Spark"]


@pytest.mark.parametrize("command", ["snapshot", "history"])
def test_the_lines_that_are_printed_read_a_snapshot_or_a_history(command, project):
    words = [command, "bronze", "raw_orders", "--at", "2", *TINY, "states"]
    out, told = synth(*words, "--json", cwd=project)
    found = column(printed(told), "order_id", project)
    assert {reader: len(keys) for reader, keys in found.items()} == dict.fromkeys(AS_LISTS, json.loads(out)["rows"])
    assert len(set(map(tuple, found.values()))) == 1
    assert synth(*words, "--quiet", cwd=project)[1] == ""
    assert "Read it" not in synth(*words, "--format", "csv", cwd=project)[1]
