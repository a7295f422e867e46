"""The page about files, streams and keys of rand-engine's Python: its code runs, and it names every option there is."""

import re
from pathlib import Path

import pytest

from synth_assets.rand_engine.integrations import DuckDBHandler
from synth_assets.rand_engine.writing.asked import FORMATS
from synth_assets.rand_engine.writing.words import BATCH, STREAM, options_of
from synth_assets.usecases.plain_files.kinds import ARRAY, LINES, compressions
from synth_assets.usecases.plain_files.saving import MODES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rand-engine-writing.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| `(\w+)`(?: or `(\w+)`)? \| ([\w, ]+) \|", PAGE, re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    DuckDBHandler.close_all()


def test_the_code_runs_as_it_stands(folder, capsys):
    names = {}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE):
        exec(compile(block, "block", "exec"), names)  # noqa: S102 - the page's own
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert (folder / "out/orders.csv.gz").is_file()
    assert len(list((folder / "out/orders").iterdir())) == 4
    assert 1 <= len(list((folder / "out/events").iterdir())) <= 2  # the wall clock is a real one here


def test_every_option_is_on_the_page_with_its_formats():
    told = {name: FORMATS if formats == "all" else tuple(formats.split(", ")) for name, _, formats in TABLE}
    for form in FORMATS:
        problems = []
        options_of(form, BATCH, {"?": 1}, problems)
        known = set(re.search(r"Allowed: (.*)\.", problems[0])[1].split(", "))
        assert known == {name for name, formats in told.items() if form in formats}, form
    assert all(f"`{name}`" in PAGE or f'"{name}"' in PAGE for name in (*MODES, *STREAM))


def test_every_compression_is_on_the_page():
    row = next(line for line in PAGE.splitlines() if line.startswith("| `compression`"))
    text, parquet = row.split("; parquet:")
    for form in (LINES, ARRAY, "csv"):
        assert set(compressions(form)) == set(re.findall(r"`(\w+)`", text)[1:])
    assert set(compressions("parquet")) == set(re.findall(r"`(\w+)`", parquet))
