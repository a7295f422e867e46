"""The page about PostgreSQL, block by block, with a server that is started for it."""

import pytest

from synth_assets_tests.docs.followed import differences, with_own_server


@pytest.fixture(scope="module")
def page():
    with with_own_server("postgresql.md") as found:
        yield found


def test_every_block_succeeds(page):
    assert [(done.args[-1], done.stderr[-500:]) for done, _ in page if done.returncode] == []
    assert len(page) == 5


def test_what_is_printed_is_what_the_page_shows(page):
    assert differences(page) == []
