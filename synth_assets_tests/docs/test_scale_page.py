"""The page about size, block by block."""

import pytest

from synth_assets_tests.docs.followed import followed


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (folder / "synth.toml").touch()
    return followed("scale.md", folder), folder


def test_every_block_succeeds_and_stores_only_what_is_verified(page):
    blocks, folder = page
    assert [(done.process.args[-1], done.process.stderr[-500:]) for done in blocks if done.process.returncode] == []
    planned, sampled, verified = blocks
    assert sorted(path.name for path in folder.iterdir()) == ["sliced", "synth.toml"]
    assert "time as of the reference machine" in planned.process.stdout
    assert planned.process.stdout.count("in all about") == 3
    assert len(sampled.process.stdout.splitlines()) == 4
    assert verified.process.stdout.endswith(verified.shown)
