import pytest

from synth_assets_tests.streams.broker import running_broker


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    with running_broker(tmp_path_factory.mktemp("broker")) as found:
        yield found
