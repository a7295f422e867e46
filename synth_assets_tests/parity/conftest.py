"""Two weeks of a small shop, stored once for PostgreSQL and Delta Lake."""

import pytest

from synth_assets.project.project import Project
from synth_assets_tests.parity import stored


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    dataset = Project.here().domain("bronze").dataset("small", volumes=stored.VOLUMES)
    return stored.store(tmp_path_factory.mktemp("parity") / "changes", dataset, stored.BATCHES, ("plain", "delta"))
