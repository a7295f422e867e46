"""Replay many datasets from stored files with independent code: seeds x batches, and how many cells differ.

    python -m benchmarks.replay                  200 seeds x 100 daily batches, in 2 processes
    python -m benchmarks.replay --seeds 8        less of it
    python -m benchmarks.replay marketplace --seeds 100 --batches 50

Each dataset is tiny. Its base, batches, a snapshot midway, the last one and the last history are generated into
a folder, which the oracle of the tests then replays event by event; the rules of the domain are run in the last
snapshot and after a transaction inside a batch. Exit status 1 when anything is wrong. All of bronze takes
some 55 minutes of a processor.
"""

import argparse
import itertools
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from synth_assets.changes.folder import ChangeFolder
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states
from synth_assets_tests.oracles.bronze_timeline import BRONZE
from synth_assets_tests.oracles.change_replay import Findings, replay
from synth_assets_tests.oracles.marketplace_timeline import MARKETPLACE

PLOTS = {plot.name: plot for plot in (BRONZE, MARKETPLACE)}
#: What each parameter of a domain may be: four each, so that there are 256 combinations.
RANGES = {
    "bronze": {
        "customers": (1, 6, 25, 200),
        "products": (1, 4, 12, 90),
        "orders": (0, 2, 9, 16),
        "days": (1, 7, 30, 365),
    },
    "marketplace": {
        "tenants": (1, 2, 3, 7),
        "products_per_tenant": (1, 4, 20, 90),
        "orders_per_tenant": (0, 3, 25, 200),
        "customers_per_tenant": (1, 4, 15, 90),
    },
}
DAY = CADENCES["day"]


@dataclass(frozen=True)
class Replayed:
    """What came of one dataset.

    Attributes:
        seed: its seed.
        volumes: its volumes.
        found: what the oracle found.
        seconds: how long generating and replaying took.
    """

    seed: int
    volumes: dict[str, int]
    found: Findings
    seconds: tuple[float, float]


def volumes_of(name: str, seed: int) -> dict[str, int]:
    """Tiny volumes, other ones for each of 256 seeds."""
    ranges = RANGES[name]
    every = list(itertools.product(*ranges.values()))
    return dict(zip(ranges, every[seed * 101 % len(every)], strict=True))


def one(name: str, seed: int, batches: int) -> Replayed:
    """Generate the changes of a dataset of a domain into a folder of its own, and replay them."""
    domain = Project.here().domain(name)
    tables, volumes = tuple(domain.entities), volumes_of(name, seed)
    dataset = domain.dataset("small", seed=seed, volumes=volumes)
    with tempfile.TemporaryDirectory() as place:
        root, start = Path(place), time.perf_counter()
        for _ in generate_changes(ChangeRequest(domain, dataset, DAY, tables, root, range(1, batches + 1))):
            pass
        folder = ChangeFolder.open(root)
        for at in (0, batches // 2, batches):
            second = DAY.since(dataset.as_of_second, at + 1)
            for _ in store_states(folder, "snapshot", tables, second, "parquet"):
                pass
        for _ in store_states(folder, "history", tables, DAY.since(dataset.as_of_second, batches + 1), "parquet"):
            pass
        stored = time.perf_counter()
        as_of = datetime.fromtimestamp(dataset.as_of_second, UTC)
        found = replay(root, PLOTS[name], as_of, DAY.seconds, volumes, sampled=1, rules_at=(batches,))
        return Replayed(seed, volumes, found, (stored - start, time.perf_counter() - stored))


def main() -> int:
    """Replay them all and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("domain", nargs="?", choices=sorted(PLOTS), default="bronze")
    options.add_argument("--seeds", type=int, default=200)
    options.add_argument("--batches", type=int, default=100)
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    start, kinds, results = time.perf_counter(), Counter[str](), []
    with ProcessPoolExecutor(chosen.processes, multiprocessing.get_context("spawn")) as pool:
        for result in pool.map(
            one, itertools.repeat(chosen.domain), range(chosen.seeds), itertools.repeat(chosen.batches)
        ):
            results.append(result)
            kinds.update(result.found.kinds)
            for sentence in result.found.violations[:5]:
                print(f"seed {result.seed}, {result.volumes}: {sentence}", flush=True)
    generating, replaying = (sum(result.seconds[place] for result in results) for place in (0, 1))
    wrong = sum(len(result.found.violations) for result in results)
    print(f"seeds x batches       {chosen.seeds} x {chosen.batches}")
    print(f"events replayed       {sum(result.found.events for result in results):,}")
    print(f"cells compared        {sum(result.found.cells for result in results):,}")
    print(f"differing cells       {sum(result.found.differing for result in results):,}")
    print(f"violations            {wrong:,}")
    print(f"transactions          {kinds.total():,}: {', '.join(f'{n:,} {kind}' for kind, n in kinds.most_common())}")
    took = time.perf_counter() - start
    print(
        f"seconds               {took:,.0f}: {generating:,.0f} generating and {replaying:,.0f} replaying, all processes"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
