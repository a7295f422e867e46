"""The page about a database that lives, block by block; PostgreSQL's own replication is what is graded."""

import pytest

from synth_assets_tests.docs.followed import differences, with_own_server


@pytest.fixture(scope="module")
def page():
    with with_own_server("living-database.md") as found:
        yield found


def test_every_block_succeeds_and_prints_what_the_page_shows(page):
    assert [(done.args[-1], done.stderr[-500:]) for done, _ in page if done.returncode] == []
    assert len(page) == 5
    assert differences(page) == []


def test_the_copy_that_replication_made_is_right_in_every_table(page):
    lines = page[-1].process.stdout.splitlines()
    assert len(lines) == 4
    assert all("Passed" in line for line in lines)
