"""Print how long bronze large takes to generate, hash and write, and to write the same frames alone.

All of it, part file by part file, through the same writers; in one process. The frames of a part are held
while it is written, which is where the memory of this script goes.
"""

import json
import tempfile
import time
from pathlib import Path

import polars as pl

from synth_assets.engine.chunks import generate
from synth_assets.engine.memory import keep_freed_memory
from synth_assets.engine.plan import plan_table
from synth_assets.produce.job import Job
from synth_assets.produce.line import order_of
from synth_assets.produce.parts import Destination, TableWriter
from synth_assets.project.project import Project
from synth_assets.sinks.interface import FileOptions


def made_and_written(job: Job) -> float:
    """Seconds to generate, hash and write a unit."""
    start = time.perf_counter()
    job.do(lambda _: None)
    return time.perf_counter() - start


def written(job: Job, frames: list[pl.DataFrame]) -> float:
    """Seconds to write frames that are there."""
    start = time.perf_counter()
    with TableWriter(job.rows.table, job.destinations) as writer:
        for frame in frames:
            writer.write(frame)
        writer.finish()
    return time.perf_counter() - start


def main() -> None:
    """Measure part by part, so that only one part's frames are held."""
    keep_freed_memory()
    domain = Project.here().domain("bronze")
    dataset = domain.dataset("large")
    both = alone = 0.0
    with tempfile.TemporaryDirectory() as folder:
        destination = Destination("parquet", Path(folder), FileOptions())
        for entity in domain.entities.values():
            plan = plan_table(entity, dataset)
            for unit, job in zip(
                plan.units, order_of(domain, dataset, plan, lambda _group: (destination,)).jobs, strict=True
            ):
                both += made_and_written(job)
                frames = [generate(entity, dataset, piece.span).frame for piece in unit.pieces()]
                alone += written(job, frames)
    print(json.dumps({"generate_and_write_s": both, "write_s": alone}))


if __name__ == "__main__":
    main()
