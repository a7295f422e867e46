"""The marketplace's base + batches 1 … k, read from stored files and replayed by independent code, is snapshot k.

After every transaction keys, references, tenants and the act itself are judged, after every batch all rules.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states
from synth_assets_tests.oracles.change_replay import Findings, replay
from synth_assets_tests.oracles.marketplace_timeline import MARKETPLACE as PLOT

MARKETPLACE = Project.here().domain("marketplace")
TABLES = tuple(MARKETPLACE.entities)
NAMES = ("tenants", "products_per_tenant", "orders_per_tenant", "customers_per_tenant")
# Tenants, products, orders, customers.
SHAPES = (
    (3, 20, 60, 12),
    (1, 4, 900, 3),
    (2, 300, 10, 200),
    (1, 1, 1, 1),
    (7, 3, 3, 3),
)


def judged(root: Path, seed: int, shape: tuple[int, ...], batches: int, cadence_name: str = "day") -> Findings:
    """Batches with the base, the last snapshot and the last history, stored and replayed."""
    volumes = dict(zip(NAMES, shape, strict=True))
    dataset, cadence = MARKETPLACE.dataset("small", seed=seed, volumes=volumes), CADENCES[cadence_name]
    for _ in generate_changes(ChangeRequest(MARKETPLACE, dataset, cadence, TABLES, root, range(1, batches + 1))):
        pass
    folder = ChangeFolder.open(root)
    for what, at in (("snapshot", 0), ("snapshot", batches), ("history", batches)):
        for _ in store_states(folder, what, TABLES, cadence.since(dataset.as_of_second, at + 1), "parquet"):
            pass
    as_of = datetime.fromtimestamp(dataset.as_of_second, UTC)
    return replay(root, PLOT, as_of, cadence.seconds, volumes, sampled=2, rules_at=range(batches + 1))


def test_the_base_and_its_batches_make_the_last_snapshot(tmp_path):
    found = judged(tmp_path, 5, (3, 20, 60, 12), 25)
    assert found.violations == []
    assert found.differing == 0
    assert min(found.cells, found.events) > 0


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(100))
def test_so_they_do_for_any_seed_and_volumes(seed, tmp_path):
    found = judged(tmp_path, seed, SHAPES[seed % len(SHAPES)], 50)
    assert found.violations == []
    assert found.differing == 0
