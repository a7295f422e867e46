"""A few weeks of a small dataset of each domain, stored once for PostgreSQL and Delta Lake."""

import pytest

from synth_assets_tests.parity import stored


@pytest.fixture(scope="session", params=stored.CASES, ids=[case.domain for case in stored.CASES])
def case(request):
    return request.param


@pytest.fixture(scope="session")
def folder(case, tmp_path_factory):
    root = tmp_path_factory.mktemp("parity") / "changes"
    return stored.store(root, case.dataset, range(1, case.batches + 1), ("plain", "delta"))
