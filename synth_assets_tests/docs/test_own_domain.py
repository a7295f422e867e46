"""The page about a domain of one's own: its files are written, its commands typed, and what it shows is printed."""

import pytest

from synth_assets_tests.docs.followed import differences, files_of, followed

pytestmark = pytest.mark.timeout(600)
"""Some fifteen processes, one of them Dagster's."""

PAGE = "own-domain.md"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    return followed(PAGE, tmp_path_factory.mktemp("newcomer"))


def test_the_page_has_a_package_and_settings_that_name_it():
    names = [name for name, _ in files_of(PAGE)]
    assert {"synth.toml", "my_project/workshop/__init__.py"} <= set(names)
    assert len(names) == len(set(names))


def test_every_command_and_every_block_of_python_succeeds_and_prints_what_the_page_shows(outputs):
    assert len(outputs) >= 6
    assert [(done.args[-1], done.stderr[-2_000:]) for done, _ in outputs if done.returncode] == []
    # What the page shows is printed, line by line, except where it leaves some out. In one test: two processes of
    # tests would follow the page twice.
    assert sum(bool(one.shown) for one in outputs) >= 5
    assert differences(outputs) == []
