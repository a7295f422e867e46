"""The page from other sources to test data, typed as printed."""

import pytest

from synth_assets_tests.docs.followed import differences, followed

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    (folder / "synth.toml").touch()
    return followed("from-other-sources.md", folder)


def test_every_command_succeeds(outputs):
    assert len(outputs) >= 4
    assert [(one.process.args[-1], one.process.stderr[-2_000:]) for one in outputs if one.process.returncode] == []


def test_what_the_page_shows_is_printed(outputs):
    assert sum(bool(one.shown) for one in outputs) >= 1
    assert differences(outputs) == []
