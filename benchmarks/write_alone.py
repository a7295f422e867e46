"""Print what generating, hashing and writing tables takes, and what writing the same frames alone does.

Part file by part file, through the same writers, with the same types; in one process. The frames of a part are held
while it is written, which is where the memory of this script goes. A database takes in each part's rows anew. Figures
of each table go to stderr, those of all together to stdout. Without arguments all of bronze large::

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

from synth_assets.engine.memory import keep_freed_memory
from synth_assets.engine.plan import plan_table
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.table import Table
from synth_assets.produce.job import Job
from synth_assets.produce.line import order_of
from synth_assets.produce.manifests import Provenance, manifest_of
from synth_assets.produce.parts import Destination, TableWriter, Written
from synth_assets.produce.publisher import SPOOL, SPOOL_OPTIONS
from synth_assets.produce.sources import Portion
from synth_assets.project.project import Project
from synth_assets.sinks import catalog
from synth_assets.sinks.database import SpooledTable
from synth_assets.sinks.interface import FileOptions


def seconds_of(work: Any) -> tuple[float, float]:
    """Wall and processor time of something; that of its threads too."""
    start, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - busy


def written(job: Job, portions: list[Portion]) -> Written:
    """Write rows that are there, as the writer gets them: text by code where they come so."""
    with TableWriter(job.rows.table, job.destinations) as writer:
        for portion in portions:
            writer.write(portion.frame, portion.coded)
        return writer.finish()


class Storage:
    """Where rows go: part files of a format; of a database, those that it takes in from, and then the database.

    Args:
        name: of the format.
        folder: an empty one.
        dataset: whose rows these are.
    """

    def __init__(self, name: str, folder: Path, dataset: Dataset) -> None:
        self._database = catalog.load_ingesting(name) if name in catalog.ingesting() else None
        self._folder = folder
        self._dataset = dataset
        options = SPOOL_OPTIONS if self._database else FileOptions()
        self.destination = Destination(SPOOL if self._database else name, folder, options)

    def take_in(self, table: Table, result: Written) -> None:
        """Let the database take in what was written, if there is one."""
        if self._database is None:
            return
        path = self._folder / f"d.{self._database.name}"
        path.unlink(missing_ok=True)
        parts = tuple(self._folder / file.path for file in result.files[SPOOL])
        manifest = manifest_of(table, Provenance.of(self._dataset), result.digest, ())
        self._database.ingest(path, [SpooledTable(table, parts, manifest)])


def measured(domain: Domain, dataset: Dataset, name: str, storage: Storage, units: int | None) -> dict[str, float]:
    """One table, part by part, so that only one part's frames are held."""
    entity = domain.entity(name)
    plan = plan_table(entity, dataset)
    jobs = order_of(domain, dataset, plan, lambda _group: (storage.destination,)).jobs[:units]
    both, alone, rows, cells = [0.0, 0.0], [0.0, 0.0], 0, 0
    for job in jobs:
        table = job.rows.table
        one = seconds_of(lambda job=job, table=table: storage.take_in(table, job.do(lambda _: None).written))
        both = [sum(pair) for pair in zip(both, one, strict=True)]
        portions = [portion for portion in job.rows.portions() if portion.write]
        rows += sum(portion.frame.height for portion in portions)
        cells += sum(portion.frame.height * portion.frame.width for portion in portions)
        one = seconds_of(lambda job=job, table=table, portions=portions: storage.take_in(table, written(job, portions)))
        alone = [sum(pair) for pair in zip(alone, one, strict=True)]
    return {
        "rows": rows,
        "cells": cells,
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
    parser.add_argument("--format", default="parquet")
    parser.add_argument("--units", type=int, help="only the first so many parts of each table")
    parser.add_argument("tables", nargs="*")
    asked = parser.parse_args()
    keep_freed_memory()
    domain = Project.here().domain(asked.domain)
    dataset = domain.dataset(asked.preset)
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(asked.format, Path(folder), dataset)
        total: Counter[str] = Counter()
        for name in asked.tables or domain.entities:
            found = measured(domain, dataset, name, storage, asked.units)
            total.update(found)
            ratio = found["generate_and_write_cpu_s"] / found["write_cpu_s"]
            print(f"{name}: {ratio:.2f} times the processor time of writing alone, {found}", file=sys.stderr)
    found = {**total, "write_cpu_ns_a_cell": total["write_cpu_s"] * 1e9 / total["cells"]}
    print(json.dumps({key: round(value, 3) for key, value in found.items()}))


if __name__ == "__main__":
    main()
