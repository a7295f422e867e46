"""The page about Ray, block by block, with a cluster of this machine's own."""

import pytest

from synth_assets_tests.docs.followed import differences, followed


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RAY_ADDRESS", raising=False)
        yield followed("ray.md", tmp_path_factory.mktemp("page"))


@pytest.mark.long
def test_the_block_prints_what_the_page_shows_and_nothing_else(page):
    assert [(done.returncode, done.stderr) for done, _ in page] == [(0, "")]
    assert differences(page) == []
