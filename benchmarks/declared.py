"""Print cells/s of the workshop's tables as Python classes and as a declaration, in turn: `python declared.py`.

The workshop is the toy of the tests, which has every shape and most methods in both forms; a round generates all its
tables, content hashes included, once in each form, on one core.
"""

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synth_assets.engine.chunks import generate
from synth_assets.engine.content_hash import BlockHasher
from synth_assets.engine.plan import plan_table
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.project.packages import Package
from synth_assets.specs.declared import Declared
from synth_assets_tests.workshop.declaration import WORKSHOP

_VOLUMES = {"branches": 50, "staff": 20_000, "customers": 300_000, "repairs": 600_000, "days": 365}
_ROUNDS = 5


def cells_a_second(domain: Domain, dataset: Dataset) -> float:
    """Cells of all tables over the processor time that making and hashing them takes."""
    cells, start = 0, time.process_time()
    for entity in domain.entities.values():
        hasher = BlockHasher(entity.table())
        for unit in plan_table(entity, dataset).units:
            for piece in unit.pieces():
                chunk = generate(entity, dataset, piece.span, hashing=True)
                hasher.update(chunk.frame, chunk.words, chunk.numbers)
                cells += chunk.frame.height * chunk.frame.width
        hasher.finish()
    return cells / (time.process_time() - start)


def main() -> None:
    """Measure both forms in turn; the ratio is the median of the rounds' ratios."""
    forms = {
        "python": Package("synth_assets_tests.workshop").load(),
        "declared": Declared.of(WORKSHOP).load(),
    }
    datasets = {name: domain.dataset("small", seed=42, volumes=_VOLUMES) for name, domain in forms.items()}
    taken: dict[str, list[float]] = {name: [] for name in forms}
    for name, domain in forms.items():
        cells_a_second(domain, datasets[name])  # look-up tables are made
    for _ in range(_ROUNDS):
        for name, domain in forms.items():
            taken[name].append(cells_a_second(domain, datasets[name]))
    ratios = [declared / python for declared, python in zip(taken["declared"], taken["python"], strict=True)]
    medians = {f"{name}_cells_per_s": statistics.median(values) for name, values in taken.items()}
    print(json.dumps({**medians, "declared_over_python": statistics.median(ratios)}))


if __name__ == "__main__":
    main()
