"""Print the slowest time to get one column of 1,000 rows from the middle of xlarge, in process.

Every column of every entity whose rows are known by number, one after the other; look-up tables are there,
as they are from the second query on. The first query of the process, which makes them, is printed too.
"""

import json
import time

from synth_assets.model.entity import Entity
from synth_assets.project.project import Project
from synth_assets.usecases.scan import scan_dataset

_ROWS = 1_000


def main() -> None:
    """Measure every column twice and keep the second time."""
    domain = Project.here().domain("bronze")
    dataset = domain.dataset("xlarge")
    first = slowest = 0.0
    for entity in domain.entities.values():
        if entity.about.shape.name != "dense":
            continue

        def seconds(column: str, entity: type[Entity] = entity) -> float:
            start = time.perf_counter()
            frame = scan_dataset(entity, dataset, entity.positions(dataset) // 2, _ROWS).select(column).collect()
            if frame.height != _ROWS:
                raise SystemExit(f"{entity.about.name}: {frame.height} rows, not {_ROWS}")
            return time.perf_counter() - start

        for column in entity.table().column_names:
            first = max(first, seconds(column))
            slowest = max(slowest, seconds(column))
    print(json.dumps({"first_s": first, "slice_s": slowest}))


if __name__ == "__main__":
    main()
