"""The page about PostgreSQL, block by block, with a server that is started for it."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from synth_assets_tests.docs.followed import differences, followed


@pytest.fixture(scope="module")
def page():
    # Of a folder of pytest only its own user can make use, and root lets another one run the server.
    with tempfile.TemporaryDirectory(prefix="synth-page-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "synth.toml").touch()
        try:
            yield followed("postgresql.md", folder)
        finally:
            stop = [sys.executable, "-m", "synth_assets.cli", "postgres", "stop"]
            subprocess.run(stop, cwd=folder, check=False, capture_output=True)


def test_every_block_succeeds(page):
    assert [(done.args[-1], done.stderr[-500:]) for done, _ in page if done.returncode] == []
    assert len(page) == 5


def test_what_is_printed_is_what_the_page_shows(page):
    assert differences(page) == []
