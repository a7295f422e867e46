"""The page about uploading: its blocks run and print what it shows, and its other lines are taken as they stand."""

import re
import shlex

import pytest

from synth_assets_tests.cli.as_process import surroundings
from synth_assets_tests.docs.followed import ROOT, differences, followed
from synth_assets_tests.warm import synth

PAGE = (ROOT / "docs" / "http-upload.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\$ synth (.*)$", PAGE, re.MULTILINE)


def test_every_block_succeeds_and_prints_what_is_shown(tmp_path):
    (tmp_path / "synth.toml").touch()
    found = followed("http-upload.md", tmp_path)
    assert [one.process.stderr for one in found if one.process.returncode] == []
    assert len(found) == 1
    assert differences(found) == []


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_needs_a_server_is_taken_as_it_stands(tmp_path, line):
    (tmp_path / "synth.toml").touch()
    done = synth(*shlex.split(line), "--dry-run", cwd=tmp_path, env=surroundings())
    assert done.returncode == 0, done.stderr
    assert "http://localhost:8000/api/v1/" in done.stdout
    assert len(LINES) == 2
