"""The page that is made from the column generators."""

import re
from pathlib import Path

from make_column_docs import page

from synth_assets.columns.basis import catalog

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")


def test_the_page_of_generators_is_what_they_make():
    assert page() == WRITTEN, "run: python scripts/make_column_docs.py"


def test_every_generator_shows_what_each_of_its_examples_gives():
    chapters = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## )", WRITTEN, re.DOTALL | re.MULTILINE))
    for name in catalog.names():
        shown = re.search(r"^```json\n(.*?)^```\n\n```text\n(.*?)^```$", chapters[name], re.DOTALL | re.MULTILINE)
        assert len(shown[1].splitlines()) == len(catalog.load(name).examples), name
        assert len(re.findall(r"…$", shown[2], re.MULTILINE)) == len(catalog.load(name).examples), name
        assert max(map(len, shown[2].splitlines())) <= 120, name


def test_the_page_of_generators_is_in_the_navigation():
    assert "columns.md" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
