"""Batches of changes to the canonical log in Parquet, in this process after its start-up; prints figures as JSON.

python benchmarks/changes.py medium    one daily batch of bronze medium: seconds
python benchmarks/changes.py xlarge    daily batches of bronze xlarge: events a second
python benchmarks/changes.py 10k | 10m microseconds an event of a daily batch, by the size of the base
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from synth_assets.model.change_log import CADENCES
from synth_assets.model.dataset import Dataset
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes

BRONZE = Project.here().domain("bronze")

_MEDIUM = {"customers": 10_000, "products": 5_000, "orders": 50_000, "days": 365}
_CASES = {
    "medium": ("medium", {}, range(30, 31)),
    "xlarge": ("xlarge", {}, range(1, 4)),
    "10k": ("medium", _MEDIUM, range(30, 31)),
    "10m": ("medium", {**_MEDIUM, "customers": 10_000_000, "products": 100_000, "orders": 50_000_000}, range(30, 31)),
}


def _events(dataset: Dataset, batches: range, folder: str) -> int:
    request = ChangeRequest(BRONZE, dataset, CADENCES["day"], tuple(BRONZE.entities), Path(folder), batches)
    return sum(stored.rows for stored in generate_changes(request))


def main() -> None:
    """Measure the case that the command line names."""
    case = sys.argv[1]
    preset, volumes, batches = _CASES[case]
    dataset = Project.here().domain("bronze").dataset(preset, volumes=volumes)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        events = _events(dataset, batches, folder)
        seconds = time.perf_counter() - started
    figures = {
        "events": events,
        "generate_s": seconds,
        "events_per_s": events / seconds,
        "us_per_event": seconds / events * 1e6,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
