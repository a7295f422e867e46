"""Records a second to an API that takes all, and to one that misbehaves; each in a process of its own.

Run it with the project's Python: ``.venv/bin/python benchmarks/upload.py [RECORDS] [ROUNDS]``.
"""

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from synth_assets.project.project import Project
from synth_assets.sinks.posts.traffic import Manners
from synth_assets.usecases.upload import UploadRequest, upload
from synth_assets_tests.upload.api import apart

CONCURRENCY = 32
SHARE = 0.05
"""Of requests, for each of: 429 with Retry-After 1, 500, a reset connection, an answer that is a second late."""


def rate(share: float, records: int, stragglers: int) -> float:
    """Records a second, of raw_orders, one a request.

    Raises:
        SystemExit: a record isn't there once.
    """
    project = Project.here()
    dataset = project.dataset("bronze", volumes={"customers": 200, "products": 100, "orders": records})
    with tempfile.TemporaryDirectory() as root, apart(share) as (url, ask):
        manners = Manners(CONCURRENCY, stragglers)
        domain = project.domain("bronze")
        request = UploadRequest(domain, dataset, ("raw_orders",), Path(root), url, manners=manners)
        total = upload(request)[-1]
        seen = ask()
    if (seen["kept"], seen["changed"]) != (records, 0):
        raise SystemExit(f"{seen} of {records:,} records")
    return total.rate


def main(records: int = 10_000, rounds: int = 3) -> None:
    """Measure in turn, and print the middle of each."""
    found: dict[str, list[float]] = {"takes all": [], "misbehaves": [], "misbehaves, --stragglers 0": []}
    for _ in range(rounds):
        found["takes all"].append(rate(0.0, records, CONCURRENCY))
        found["misbehaves"].append(rate(SHARE, records, CONCURRENCY))
        found["misbehaves, --stragglers 0"].append(rate(SHARE, records, 0))
    usual = statistics.median(found["takes all"])
    for name, rates in found.items():
        middle = statistics.median(rates)
        print(f"{name}: {middle:,.0f} records/s ({min(rates):,.0f}-{max(rates):,.0f}), {100 * middle / usual:.0f} %")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
