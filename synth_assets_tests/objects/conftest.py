"""One S3 server for all tests of object stores, and a bucket for each."""

from itertools import count

import pytest

from synth_assets_tests.objects.server import Seen, environment, make_bucket, s3_server

_numbers = count()


@pytest.fixture(scope="session")
def s3_url():
    with s3_server() as url:
        yield url


@pytest.fixture
def bucket(s3_url, tmp_path, monkeypatch):
    """An empty bucket, and the environment that leads there."""
    name = f"bucket-{next(_numbers)}"
    make_bucket(s3_url, name)
    for variable, value in environment(s3_url, tmp_path / "cache").items():
        monkeypatch.setenv(variable, value)
    return Seen(s3_url, name)
