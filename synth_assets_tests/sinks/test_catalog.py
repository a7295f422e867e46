import subprocess
import sys

import pytest

from synth_assets.errors import UsageError
from synth_assets.sinks import catalog, formats


def test_formats_are_found_without_importing_anything_heavy():
    script = (
        "import sys\n"
        "from synth_assets.sinks import catalog\n"
        "print(catalog.names())\n"
        "print([m for m in ('polars', 'numpy', 'duckdb', 'pyarrow') if m in sys.modules])\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "['csv', 'duckdb', 'ndjson', 'parquet']\n[]\n"


def test_a_format_is_called_what_its_module_is_called():
    assert [catalog.load(name).name for name in catalog.names()] == catalog.names()


def test_a_new_file_is_a_new_format(tmp_path, monkeypatch):
    (tmp_path / "tsv.py").write_text("FORMAT = 'tab-separated'\n")
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(tmp_path)])
    assert "tsv" in catalog.names()
    assert catalog.load("tsv") == "tab-separated"
    monkeypatch.delitem(sys.modules, f"{formats.__name__}.tsv")


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="Allowed: csv, duckdb, ndjson, parquet"):
        catalog.load("xlsx")
