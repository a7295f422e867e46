"""The page about object stores, block by block, with an S3 server."""

import pytest

from synth_assets_tests.docs.followed import differences, followed
from synth_assets_tests.objects.server import environment, make_bucket, s3_server


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    with s3_server() as url, pytest.MonkeyPatch.context() as patch:
        for name, value in environment(url, folder / "cache").items():
            patch.setenv(name, value)
        make_bucket(url, "shop-data")
        yield followed("object-stores.md", folder)


def test_every_block_succeeds(page):
    assert [(done.args[-1], done.stderr[-500:]) for done, _ in page if done.returncode] == []
    assert len(page) == 3


def test_what_is_printed_is_what_the_page_shows(page):
    assert differences(page) == []
