"""`synth` as a process of its own, in whatever surroundings a test gives it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from synth_assets_tests import warm

COMMAND = (sys.executable, "-m", "synth_assets.cli")
TINY = ("--customers", "30", "--products", "10", "--orders", "60", "--days", "5")
"""A dataset that takes no time to make."""


def surroundings(**more: str | None) -> dict[str, str]:
    """This process's own, without the project's variables, and where the package is; ``None`` takes one away."""
    own = {name: text for name, text in os.environ.items() if not name.startswith(("SYNTH_", "NUM_"))}
    told: Mapping[str, str | None] = {**own, "PYTHONPATH": str(Path(__file__).parents[2]), **more}
    return {name: text for name, text in told.items() if text is not None}


def done(folder: Path, *args: str, **variables: str | None) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; where nothing is said about its surroundings, without waiting for its imports."""
    if not variables:
        return warm.synth(*args, cwd=folder, env=surroundings())
    return subprocess.run(
        [*COMMAND, *args], cwd=folder, env=surroundings(**variables), capture_output=True, text=True, check=False
    )


def wait_for_a_part(process: "subprocess.Popen[str]", root: Path) -> None:
    """Wait until a process has begun to write a part file; with several workers, whichever is the largest."""
    while not any(root.rglob(".synth/**/part-*")):
        assert process.poll() is None
        time.sleep(0.05)


def half_written(data: Path) -> list[Path]:
    """Part files that dead runs left below a data root and that no record calls finished."""
    finished = {
        record.parent / path
        for record in (data / ".synth").glob("*/finished.jsonl")
        for line in record.read_text().splitlines()
        for path in json.loads(line).get("files", ())
    }
    return [path for path in (data / ".synth").rglob("part-*") if path not in finished]


def shell(folder: Path, line: str, **variables: str | None) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell, in which ``$synth`` is the command; its bytes are as they came."""
    told = surroundings(synth=" ".join(COMMAND), **variables)
    return subprocess.run(["/bin/bash", "-c", line], cwd=folder, env=told, capture_output=True, check=False)
