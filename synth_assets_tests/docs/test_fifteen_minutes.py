"""The tutorial's commands, run in order as they stand, and what it says they print."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.timeout(900), pytest.mark.long]
"""Some forty processes, most of them the minimiser's."""

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "test-your-pipeline.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(bash|text)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Of each bash block, in order: the status, stdout, stderr, and the text that the page shows for it."""
    folder = tmp_path_factory.mktemp("newcomer")
    shutil.copytree(ROOT / "examples" / "cdc_consumers", folder / "examples" / "cdc_consumers")
    (folder / "synth.toml").touch()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SYNTH_")}
    found = []
    for language, block in BLOCKS:
        if language == "text":
            found[-1][1] += block
            continue
        done = subprocess.run(
            ["bash", "-e", "-c", block],  # noqa: S607 — the newcomer's
            cwd=folder,
            env={**environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        found.append([done, ""])
    return found


def masked(line):
    """A line whose numbers and widths don't count."""
    return re.sub(r"\s+", " ", re.sub(r"\d[\d,.]*", "0", line)).strip()


def test_every_command_succeeds(outputs):
    assert [(done.args[-1], done.stderr) for done, _ in outputs if done.returncode] == []


def test_what_the_page_shows_is_printed_except_for_the_numbers(outputs):
    shown = [(done.stdout, text) for done, text in outputs if text]
    assert len(shown) >= 3
    for stdout, text in shown:
        printed = {masked(line) for line in stdout.splitlines()}
        assert {masked(line) for line in text.splitlines()} - printed == set(), stdout


def test_the_naive_consumer_fails_on_the_broken_feed_only_and_the_correct_one_passes(outputs):
    verdicts = re.findall(r"^(Passed|Not passed): .*\((.*) %\)", "".join(d.stdout for d, _ in outputs), re.MULTILINE)
    assert verdicts[0] == ("Passed", "100.00")
    assert verdicts[1][0] == "Not passed"
    assert float(verdicts[1][1]) < 99.5
    assert verdicts[2] == ("Passed", "100.00")


def test_the_minimiser_leaves_one_fault(outputs):
    assert outputs[-1][0].stdout.count("kind:") == 1
