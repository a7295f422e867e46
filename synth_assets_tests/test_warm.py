"""A `synth` that begins warm is told from one that begins cold by nothing but the time that it takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from synth_assets_tests import warm

COMMAND = [sys.executable, "-m", "synth_assets.cli"]


@pytest.mark.parametrize(
    "words",
    [
        ("generate", "bronze", "raw_products", "--products", "5", "--customers", "5", "--orders", "5", "--days", "2"),
        ("verify", "missing"),
        ("plan", "bronz"),
        (),
    ],
    ids=["generate", "missing", "misspelt", "nothing"],
)
def test_it_ends_prints_and_stores_as_the_program_does(words, tmp_path):
    ended = []
    for name, run in (("cold", _cold), ("warm", warm.synth)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "synth.toml").touch()
        ran = run(*words, cwd=folder)
        said = [text.replace(str(folder), "") for text in (ran.stdout, ran.stderr)]
        stored = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("part-*")}
        ended.append((ran.returncode, [_without_times(text) for text in said], stored))
    assert ended[0] == ended[1]


def test_what_one_leaves_in_its_process_the_next_does_not_find(tmp_path):
    (tmp_path / "synth.toml").write_text("nonsense = 1\n")
    assert "nonsense" in warm.synth("list", cwd=tmp_path, env={**os.environ, "SYNTH_SEEDS": "x"}).stderr
    (tmp_path / "synth.toml").write_text("")
    ran = warm.synth("plan", "bronze", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_one_that_takes_too_long_is_ended(tmp_path):
    with pytest.raises(subprocess.TimeoutExpired):
        warm.synth("generate", "bronze", "--preset", "large", cwd=tmp_path, timeout=0.2)
    assert warm.synth("--version", cwd=tmp_path).returncode == 0


def _cold(*words, cwd):
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run([*COMMAND, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def _without_times(text):
    """A text without what depends on the machine: how long it took, and how wide that is."""
    return [line for line in text.splitlines() if " s" not in line and "rows/s" not in line]
