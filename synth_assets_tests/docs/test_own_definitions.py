"""The ways into a project of one's own: what pages and the example print is typed in an empty folder, in processes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(600)
"""Dagster takes its time to start."""

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "dagster.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "examples" / "own_downstream_asset" / "definitions.py").read_text(encoding="utf-8")


def typed(folder, command):
    """A command as a newcomer types it: with the environment's programs, and nothing else of ours."""
    (folder / "synth.toml").touch()  # whatever project is around this folder is somebody else's
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTH_", "DAGSTER_"))}
    environ |= {"PATH": path, "DAGSTER_DISABLE_TELEMETRY": "1"}
    bash = ["bash", "-e", "-c", command]
    done = subprocess.run(bash, cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-1_000:]}\n{done.stderr[-3_000:]}"
    return done.stdout + done.stderr


def test_the_page_goes_from_an_empty_folder_to_an_asset_of_ones_own(tmp_path):
    section = PAGE[PAGE.index("## In your own project") :]
    (name, content), *_ = re.findall(r'^```python title="(.+?)"\n(.*?)^```$', section, re.DOTALL | re.MULTILINE)
    (commands,) = re.findall(r"^```bash\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert len(commands.splitlines()) == 2
    said = [typed(tmp_path, command) for command in commands.splitlines()]
    assert "Validation successful" in said[0]
    assert "RUN_SUCCESS" in said[1]
    folder = "shop/revenue/preset=small/seed=42"
    assert {path.parts[-6] for path in tmp_path.glob(f"data/*/{folder}/part-*")} == {"parquet", "csv"}


def test_the_example_works_as_it_says_in_a_folder_of_its_own(tmp_path):
    (tmp_path / "definitions.py").write_text(EXAMPLE, encoding="utf-8")
    docstring = EXAMPLE.split('"""')[1]
    commands = re.findall(r"^    (dagster .+)$", docstring, re.MULTILINE)
    assert len(commands) == 2
    said = [typed(tmp_path, command) for command in commands]
    assert "Validation successful" in said[0]
    assert "RUN_SUCCESS" in said[1]
    assert len(list(tmp_path.glob("data/*/shop/customer_value/**/part-*"))) == 2


def test_every_other_command_of_dagsters_is_of_the_module_or_needs_a_daemon():
    """Those of README and the pages that name a file are the ones above; the others name what comes installed."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for line in re.findall(r"dagster (?:asset|definitions) .+", page.read_text(encoding="utf-8")):
            assert "-m synth_assets.definitions" in line or "-f definitions.py" in line or line.endswith("\\"), line
