"""The page about a database that lives, block by block; PostgreSQL's own replication is what is graded."""

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
            yield followed("living-database.md", folder)
        finally:
            stop = [sys.executable, "-m", "synth_assets.cli", "postgres", "stop"]
            subprocess.run(stop, cwd=folder, check=False, capture_output=True)


def test_every_block_succeeds_and_prints_what_the_page_shows(page):
    assert [(done.args[-1], done.stderr[-500:]) for done, _ in page if done.returncode] == []
    assert len(page) == 5
    assert differences(page) == []


def test_the_copy_that_replication_made_is_right_in_every_table(page):
    lines = page[-1].process.stdout.splitlines()
    assert len(lines) == 4
    assert all("Passed" in line for line in lines)
