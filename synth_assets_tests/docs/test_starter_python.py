"""The page about the generators' Python: its code runs, and its tables are the code's."""

import inspect
import re
from pathlib import Path

import pytest

from synth_assets.data_generators import events, sales, timeseries, users
from synth_assets.project.project import Project

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "starter-python.md").read_text(encoding="utf-8")
GENERATORS = {"users": users, "events": events, "sales": sales, "timeseries": timeseries}
ROWS = {
    cells[0].strip("`"): cells[1:]
    for cells in re.findall(r"^\| (`\w+`) \| (.+?) \| (.+?) \|(?: .* \|)?$", PAGE, re.MULTILINE)
}


def test_the_code_runs_as_it_stands_and_says_what_is_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for language, block in re.findall(r"^```(python|text)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE):
        if language == "text":
            assert capsys.readouterr().out.endswith(block)
        else:
            exec(compile(block, "block", "exec"), names)  # noqa: S102 - the page's own
    assert capsys.readouterr().out == "[(250,)]\n"
    found = sorted(path.name for path in (tmp_path / "data").iterdir())
    assert found == ["events.parquet", "hourly.csv", "shop.sqlite", "starter.duckdb", "users.parquet"]
    assert (tmp_path / "catalog.yaml").is_file()


def test_every_argument_is_on_the_page():
    named = {name for one in GENERATORS.values() for name in inspect.signature(one.generate).parameters}
    assert {name for name in ROWS if name not in GENERATORS} - {"generator"} == named


@pytest.mark.parametrize("name", GENERATORS)
def test_columns_and_sizes_are_the_dataset_s(name):
    domain = Project.here().domain("starter")
    kind = domain.entity("timeseries_daily" if name == "timeseries" else name)
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    _, _, columns, *sizes, _ = (cell.strip() for cell in row.split("|"))
    assert columns.split(", ") == kind.table().column_names
    expected = [kind.positions(domain.dataset(size)) for size in ("small", "medium", "large")]
    per_cell = 365 if name == "timeseries" else 1
    assert [int(size.split()[0].replace(",", "")) * per_cell for size in sizes] == expected
