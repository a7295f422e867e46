"""The page about a domain of one's own: its files are written, its commands typed, and what it shows is printed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(600)
"""Some fifteen processes, one of them Dagster's."""

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "own-domain.md").read_text(encoding="utf-8")
FILES = re.findall(r'^```\w+ title="(.+?)"\n(.*?)^```$', TEXT, re.DOTALL | re.MULTILINE)
STEPS = re.findall(r"^```(bash|python|text)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
LEFT_OUT = "…"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Of each block to run, in order: what it did, and the text that the page shows for it."""
    folder = tmp_path_factory.mktemp("newcomer")
    for name, content in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTH_", "DAGSTER_"))}
    found = []
    for language, block in STEPS:
        if language == "text":
            found[-1][1] += block
            continue
        command = ["bash", "-e", "-c", block] if language == "bash" else [sys.executable, "-c", block]
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        found.append([done, ""])
    return found


def test_the_page_has_a_package_and_settings_that_name_it():
    names = [name for name, _ in FILES]
    assert {"synth.toml", "my_project/workshop/__init__.py"} <= set(names)
    assert len(names) == len(set(names))


def test_every_command_and_every_block_of_python_succeeds(outputs):
    assert len(outputs) >= 6
    assert [(done.args[-1], done.stderr[-2_000:]) for done, _ in outputs if done.returncode] == []


def test_what_the_page_shows_is_printed_line_by_line_except_where_it_leaves_some_out(outputs):
    shown = [(done.stdout, text) for done, text in outputs if text]
    assert len(shown) >= 5
    for printed, text in shown:
        pattern = "".join(".*" if line == LEFT_OUT else re.escape(line) + "\n" for line in text.splitlines())
        assert re.fullmatch(pattern, printed, re.DOTALL), f"{text}\n--- but it prints ---\n{printed}"
