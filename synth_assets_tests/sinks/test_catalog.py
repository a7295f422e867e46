import pkgutil
import subprocess
import sys

import pytest

from synth_assets.errors import UsageError
from synth_assets.sinks import catalog, databases, formats, lakes


def test_formats_are_found_without_importing_anything_heavy():
    script = (
        "import sys\n"
        "from synth_assets.sinks import catalog\n"
        "print(*catalog.names())\n"
        "print([m for m in ('polars', 'numpy', 'duckdb', 'pyarrow', 'sqlite3') if m in sys.modules])\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    there = sorted(
        one.name for package in (formats, databases, lakes) for one in pkgutil.iter_modules(package.__path__)
    )
    assert found.stdout == f"{' '.join(there)}\n[]\n"


def test_a_format_is_called_what_its_module_is_called_and_nothing_else_is():
    assert [catalog.load(name).name for name in catalog.names()] == catalog.names()
    assert len(set(catalog.names())) == len(catalog.names())
    assert sorted([*catalog.files(), *catalog.databases(), *catalog.lakes()]) == catalog.names()


def test_a_new_file_is_a_new_format(tmp_path, monkeypatch):
    (tmp_path / "tsv.py").write_text("FORMAT = 'tab-separated'\n")
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(tmp_path)])
    assert "tsv" in catalog.names()
    assert catalog.load("tsv") == "tab-separated"
    monkeypatch.delitem(sys.modules, f"{formats.__name__}.tsv")


@pytest.mark.parametrize(
    ("load", "known"),
    [
        (catalog.load, catalog.names()),
        (catalog.load_file, catalog.files()),
        (catalog.load_database, catalog.databases()),
        (catalog.load_lake, catalog.lakes()),
    ],
)
def test_an_unknown_format_is_refused_with_the_known_ones(load, known):
    with pytest.raises(UsageError, match=f"Allowed: {', '.join(known)}"):
        load("xlsx")


def test_a_database_is_no_file_format():
    with pytest.raises(UsageError, match=r"file format 'sqlite' is unknown(.|\n)*--format parquet"):
        catalog.load_file("sqlite")
