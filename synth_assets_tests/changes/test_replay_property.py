"""base + batches 1 … k, read from stored files and replayed by independent code, is snapshot k in every cell."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states
from synth_assets_tests.oracles.bronze_timeline import BRONZE as PLOT
from synth_assets_tests.oracles.change_replay import replay

BRONZE = Project.here().domain("bronze")
TABLES = tuple(BRONZE.entities)
BATCHES = 30
SHAPES = (
    {"customers": 12, "products": 8, "orders": 20, "days": 20},
    {"customers": 300, "products": 5, "orders": 9, "days": 15},  # customers are erased
    {"customers": 3, "products": 250, "orders": 6, "days": 30},  # drafts are dropped, products appear
    {"customers": 1, "products": 1, "orders": 3, "days": 1},
    {"customers": 25, "products": 30, "orders": 40, "days": 400},
)
SEEDS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 42, 1234, -1, 2**63, -(10**40))
STRANGE = {-(10**40)}
"""What runs every time, besides one for each shape; the others in a long run."""
FAST = (
    ("hour", 5, {"customers": 30, "products": 20, "orders": 60, "days": 5}),
    pytest.param("hour", 6, {"customers": 2_000, "products": 2, "orders": 40, "days": 8}, marks=pytest.mark.torture),
    ("minute", 7, {"customers": 30, "products": 20, "orders": 300, "days": 1}),
)


def judged(root: Path, seed: int, volumes: dict[str, int], cadence_name: str, *, rules: bool):
    """Thirty batches with the base, the last snapshot and the last history, stored and replayed."""
    dataset, cadence = BRONZE.dataset("small", seed=seed, volumes=volumes), CADENCES[cadence_name]
    for _ in generate_changes(ChangeRequest(BRONZE, dataset, cadence, TABLES, root, range(1, BATCHES + 1))):
        pass
    folder = ChangeFolder.open(root)
    for what, at in (("snapshot", 0), ("snapshot", BATCHES), ("history", BATCHES)):
        for _ in store_states(folder, what, TABLES, cadence.since(dataset.as_of_second, at + 1), "parquet"):
            pass
    as_of = datetime.fromtimestamp(dataset.as_of_second, UTC)
    return replay(root, PLOT, as_of, cadence.seconds, volumes, sampled=2 * rules, rules_at=(BATCHES,) if rules else ())


def _case(place: int, seed: int):
    # The rules of the domain take as long as all the rest, so they are run once for each shape.
    volumes, is_first = SHAPES[place % len(SHAPES)], place < len(SHAPES)
    marks = () if is_first or seed in STRANGE else pytest.mark.torture
    return pytest.param(seed, volumes, is_first, id=str(seed), marks=marks)


@pytest.mark.parametrize(("seed", "volumes", "rules"), [_case(place, seed) for place, seed in enumerate(SEEDS)])
def test_the_base_and_thirty_days_make_the_thirtieth_snapshot(seed, volumes, rules, tmp_path):
    found = judged(tmp_path, seed, volumes, "day", rules=rules)
    assert found.violations == []
    assert found.differing == 0
    assert min(found.cells, found.events) > 0


@pytest.mark.parametrize(("cadence", "seed", "volumes"), FAST)
def test_so_do_hours_and_minutes(cadence, seed, volumes, tmp_path):
    found = judged(tmp_path, seed, volumes, cadence, rules=True)
    assert found.violations == []
    assert found.differing == 0
    assert min(found.cells, found.events) > 0
