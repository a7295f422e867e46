"""Domains are found by looking, in all of their modules."""

from pathlib import Path

import pytest

from synth_assets import domains
from synth_assets.project.project import Project


def test_entities_are_found_in_packages_within_a_domain():
    tables = Path(domains.__file__).parent / "bronze" / "tables"
    modules = {entity.__module__ for entity in Project.here().domain("bronze").entities.values()}
    assert modules == {f"synth_assets.domains.bronze.tables.{path.stem}" for path in tables.glob("raw_*.py")}


def test_a_module_that_cannot_be_imported_is_not_passed_over(tmp_path, monkeypatch):
    tables = tmp_path / "toy" / "tables"
    tables.mkdir(parents=True)
    (tmp_path / "toy" / "__init__.py").touch()
    (tables / "__init__.py").touch()
    (tables / "things.py").write_text("import a_module_that_is_nowhere")
    monkeypatch.setattr(domains, "__path__", [*domains.__path__, str(tmp_path)])
    with pytest.raises(ImportError, match="a_module_that_is_nowhere"):
        Project.here().domain("toy")
