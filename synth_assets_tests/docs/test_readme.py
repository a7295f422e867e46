"""The README's commands and code, run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def run(command, folder, **environment):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def project(tmp_path):
    """A folder of somebody else's, with the README's settings."""
    (tmp_path / "synth.toml").write_text("")
    return tmp_path


def test_there_is_a_block_of_each_kind():
    assert all(blocks(language) for language in ("bash", "python", "toml", "console"))


@pytest.mark.parametrize("block", blocks("bash"))
def test_every_command_of_a_shell_block_succeeds(block, project):
    done = run(["bash", "-e", "-c", block], project)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", blocks("python"))
def test_a_python_block_runs(block, project):
    done = run([sys.executable, "-W", "error", "-c", block], project)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", blocks("toml"))
def test_the_settings_are_accepted_and_the_preset_exists(block, project):
    (project / "synth.toml").write_text(block)
    done = run(["synth", "plan", "bronze", "--preset", "demo"], project)
    assert done.returncode == 0, done.stderr


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"\bmake ([a-z-]+)", "".join(blocks("console"))))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets
    assert not {target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)}


def test_every_link_to_a_file_leads_to_one():
    links = re.findall(r"\]\(((?!https?://)[^)#]+)", TEXT)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_table_of_presets_is_the_domains():
    from synth_assets.project.project import Project

    domain = Project.here().domain("bronze")
    for preset, params in domain.presets.items():
        dataset = domain.dataset(preset)
        sessions, clicks = (domain.entity(f"raw_{name}").positions(dataset) for name in ("sessions", "clickstream"))
        numbers = [params.customers, params.products, params.orders, params.days, sessions, clicks]
        assert f"| `{preset}` | " + " | ".join(f"{number:,}" for number in numbers) + " |" in TEXT
