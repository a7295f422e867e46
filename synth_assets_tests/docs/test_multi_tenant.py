"""The page about multi-tenant systems, block by block: all runs, and says what the page shows."""

import pytest

from synth_assets_tests.docs.followed import differences, followed


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return followed("multi-tenant.md", tmp_path_factory.mktemp("system"))


def test_every_block_succeeds(page):
    assert [(done.args[-1], done.stderr[-500:]) for done, _ in page if done.returncode] == []
    assert len(page) == 12


def test_what_is_printed_is_what_the_page_shows(page):
    assert differences(page) == []


def test_what_leaks_nothing_is_verified_without_a_word(page):
    verified = [done for done, _ in page if done.args[-1].startswith("synth verify") and "|" not in done.args[-1]]
    assert [done.stdout + done.stderr for done in verified] == ["", ""]
