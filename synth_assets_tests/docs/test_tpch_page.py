"""The page about TPC-H's shape: its commands do what it says, and its table is about the columns that there are."""

import json
import re
import shutil

from synth_assets_tests.docs.followed import ROOT, followed

PAGE = "tpch.md"
FIGURES = ROOT / "synth_assets_tests" / "specs" / "tpch_reference.json"


def test_every_block_succeeds(tmp_path):
    examples = tmp_path / "examples" / "datasets"
    examples.mkdir(parents=True)
    shutil.copy(ROOT / "examples" / "datasets" / "tpch.yaml", examples)
    done = followed(PAGE, tmp_path)
    assert [(one.process.args[-1], one.process.stderr[-500:]) for one in done if one.process.returncode] == []
    assert len(list((tmp_path / "out" / "parquet" / "tpch").iterdir())) == 8


def test_the_table_has_every_column_of_the_reference_and_no_miss():
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    columns = [name for table in json.loads(FIGURES.read_text(encoding="utf-8")).values() for name in table]
    assert re.findall(r"^\| `([rnscplo]\w*_\w+)` \| \w", text, re.MULTILINE) == columns
    assert "**" not in text
