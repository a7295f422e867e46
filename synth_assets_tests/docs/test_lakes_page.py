"""The page about lakes, block by block, with the libraries that people read them by."""

import pytest

from synth_assets_tests.docs.followed import differences, followed


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (folder / "synth.toml").touch()
    return followed("lakes.md", folder)


def test_every_block_succeeds(page):
    assert [(done.args[-1], done.stderr[-500:]) for done, _ in page if done.returncode] == []
    assert len(page) == 8


def test_what_is_printed_is_what_the_page_shows(page):
    assert differences(page) == []
