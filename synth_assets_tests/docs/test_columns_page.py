"""The page that is made from the column generators."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def maker():
    spec = importlib.util.spec_from_file_location("make_column_docs", ROOT / "scripts" / "make_column_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_generators_is_what_they_make():
    written = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    assert written == maker().page(), "run: python scripts/make_column_docs.py"


def test_the_page_of_generators_is_in_the_navigation():
    assert "columns.md" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
