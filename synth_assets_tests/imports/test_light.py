"""What is imported to look around: describing tables, listing generators and domains loads no library that computes."""

import subprocess
import sys

import pytest

HEAVY = ("polars", "numpy", "pyarrow", "duckdb", "faker", "dagster")


@pytest.mark.parametrize(
    "code",
    [
        "import synth_assets",
        "import synth_assets.model",
        "from synth_assets.model import change_log, dataset, domain, key, manifest, order, params, table, types",
        "from synth_assets.columns.basis import catalog; assert 'weighted' in catalog.names()",
        "from synth_assets.project.project import Project; assert 'bronze' in Project.here().names()",
    ],
)
def test_looking_around_loads_nothing_heavy(code, tmp_path):
    script = f"import sys\n{code}\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_a_domain_is_imported_when_it_is_asked_for(tmp_path):
    script = (
        "import sys; from synth_assets.project.project import Project; project = Project.here(); project.names();"
        "assert 'synth_assets.domains.bronze' not in sys.modules; project.domain('bronze');"
        "assert 'synth_assets.domains.bronze' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
