"""Print what generating, hashing and writing tables takes, and what writing the same frames alone does.

Part file by part file, through the same writers; in one process. The frames of a part are held while it is written,
which is where the memory of this script goes. Figures of each table go to stderr, those of all together to stdout.
Without arguments all of bronze large::

    python -m benchmarks.write_alone
    python -m benchmarks.write_alone --domain marketplace --units 1 orders order_items
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from synth_assets.engine.chunks import generate
from synth_assets.engine.memory import keep_freed_memory
from synth_assets.engine.plan import plan_table
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.produce.job import Job
from synth_assets.produce.line import order_of
from synth_assets.produce.parts import Destination, TableWriter
from synth_assets.project.project import Project
from synth_assets.sinks.interface import FileOptions


def seconds_of(work: Any) -> tuple[float, float]:
    """Wall and processor time of something; that of its threads too."""
    start, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - busy


def written(job: Job, frames: list[pl.DataFrame]) -> None:
    """Write frames that are there."""
    with TableWriter(job.rows.table, job.destinations) as writer:
        for frame in frames:
            writer.write(frame)
        writer.finish()


def measured(domain: Domain, dataset: Dataset, name: str, folder: Path, units: int | None) -> dict[str, float]:
    """One table, part by part, so that only one part's frames are held."""
    destination = Destination("parquet", folder, FileOptions())
    entity = domain.entity(name)
    plan = plan_table(entity, dataset)
    jobs = order_of(domain, dataset, plan, lambda _group: (destination,)).jobs
    both, alone, rows = [0.0, 0.0], [0.0, 0.0], 0
    for unit, job in list(zip(plan.units, jobs, strict=True))[:units]:
        both = [sum(pair) for pair in zip(both, seconds_of(lambda job=job: job.do(lambda _: None)), strict=True)]
        frames = [generate(entity, dataset, piece.span).frame for piece in unit.pieces()]
        rows += sum(frame.height for frame in frames)
        one = seconds_of(lambda job=job, frames=frames: written(job, frames))
        alone = [sum(pair) for pair in zip(alone, one, strict=True)]
    return {
        "rows": rows,
        "generate_and_write_s": both[0],
        "generate_and_write_cpu_s": both[1],
        "write_s": alone[0],
        "write_cpu_s": alone[1],
    }


def main() -> None:
    """Measure the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domain", default="bronze")
    parser.add_argument("--preset", default="large")
    parser.add_argument("--units", type=int, help="only the first so many parts of each table")
    parser.add_argument("tables", nargs="*")
    asked = parser.parse_args()
    keep_freed_memory()
    domain = Project.here().domain(asked.domain)
    dataset = domain.dataset(asked.preset)
    with tempfile.TemporaryDirectory() as folder:
        total: Counter[str] = Counter()
        for name in asked.tables or domain.entities:
            found = measured(domain, dataset, name, Path(folder), asked.units)
            total.update(found)
            ratio = found["generate_and_write_cpu_s"] / found["write_cpu_s"]
            print(f"{name}: {ratio:.2f} times the processor time of writing alone, {found}", file=sys.stderr)
    print(json.dumps({key: round(value, 3) for key, value in total.items()}))


if __name__ == "__main__":
    main()
