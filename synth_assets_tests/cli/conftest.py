"""`synth` as a person runs it, in an empty folder that is a project of its own."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from synth_assets.cli.run import run


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


Synth = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a project with default settings and no data."""
    for name in os.environ:
        if name.startswith(("SYNTH_", "NUM_", "DAYS_OF_DATA")):
            monkeypatch.delenv(name)
    (tmp_path / "synth.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def synth(project: Path, capsys: pytest.CaptureFixture[str]) -> Synth:  # noqa: ARG001 — its folder
    """Run a command in this process: a traceback would be the test's own failure."""

    def call(*args: str) -> Result:
        status = run(args)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return call
