import pytest

from synth_assets import generate


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """A folder with bronze, small."""
    return made("bronze", tmp_path_factory)


@pytest.fixture(scope="session")
def tenants(tmp_path_factory):
    """A folder with the marketplace, small."""
    return made("marketplace", tmp_path_factory)


def made(domain, places):
    folder = places.mktemp(domain)
    generate(domain, folder, "small", formats=["parquet"])
    return folder
