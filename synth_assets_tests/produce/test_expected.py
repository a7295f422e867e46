"""The expected digest is the one of the files, without writing any."""

import pytest

from synth_assets.engine.content_hash import BlockHasher
from synth_assets.errors import UsageError
from synth_assets.produce.expected import expected_digest
from synth_assets.project.project import Project
from synth_assets.usecases.scan import scan_dataset

BRONZE = Project.here().domain("bronze")
TINY = BRONZE.dataset("small", volumes={"customers": 20, "products": 20, "orders": 30, "days": 90})


@pytest.mark.parametrize("name", list(BRONZE.entities))
def test_the_expected_digest_is_that_of_the_cells(name):
    entity = BRONZE.entity(name)
    hasher = BlockHasher(entity.table())
    hasher.update(scan_dataset(entity, TINY).collect())
    assert expected_digest(BRONZE, TINY, name) == hasher.finish()


def test_a_table_that_is_not_there_has_no_digest():
    with pytest.raises(UsageError, match="did you mean 'raw_orders'"):
        expected_digest(BRONZE, TINY, "raw_order")
