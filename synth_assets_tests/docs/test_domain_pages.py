"""The pages that are made from the domains."""

import importlib.util
from pathlib import Path

import pytest

from synth_assets.project.project import Project
from synth_assets.usecases.describe import describe

ROOT = Path(__file__).resolve().parents[2]


def maker():
    spec = importlib.util.spec_from_file_location("make_domain_docs", ROOT / "scripts" / "make_domain_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", Project.here().names())
def test_the_page_of_a_domain_is_what_its_description_makes(name):
    written = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert written == maker().page(describe(Project.here().domain(name))), "run: python scripts/make_domain_docs.py"


def test_every_page_of_a_domain_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert all(f"{name}.md" in navigation for name in Project.here().names())
