"""Print how many transactions of our log PostgreSQL tells alike, and how many rows of its net effect Delta Lake.

    python -m benchmarks.parity                          60 daily batches of bronze small: about 3 minutes
    python -m benchmarks.parity --domain marketplace     likewise
    python -m benchmarks.parity --domain marketplace --volume orders_per_tenant=500 --volume tenants=3

Batches are stored as Parquet, read back, run in an embedded PostgreSQL as real transactions with every constraint
on, and read once more from its own log by logical decoding; then merged into Delta tables and read from their change
data feeds. Ends with status 1 if anything differs.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from synth_assets.changes.folder import ChangeFolder
from synth_assets.project.project import Project
from synth_assets_tests.parity import delta_lake, logical, postgres, stored
from synth_assets_tests.parity.comparison import compare_logs, differences
from synth_assets_tests.parity.pg_server import pg_server


def main() -> int:
    """Store the batches and let both tell them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domain", default="bronze", help="one of the program")
    parser.add_argument("--preset", default="small")
    parser.add_argument("--volume", action="append", default=[], metavar="NAME=COUNT", help="instead of the preset's")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--batches", type=int, default=60)
    asked = parser.parse_args()
    batches = range(1, asked.batches + 1)
    with tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        volumes = dict(one.split("=") for one in asked.volume)
        dataset = Project.here().domain(asked.domain).dataset(asked.preset, seed=asked.seed, volumes=volumes)
        folder = stored.store(Path(home) / "changes", dataset, batches, ("plain", "delta"))
        figures: dict[str, Any] = {"dataset": dataset.name, "batches": asked.batches, "stored_s": _since(start)}
        for name, run in (("postgresql", _postgresql), ("delta", _delta)):
            start = time.perf_counter()
            figures[name] = run(folder, batches, Path(home)) | {"s": _since(start)}
    print(json.dumps(figures, indent=2))
    return int(any(found for name in ("postgresql", "delta") for found in figures[name]["differences"]))


def _since(start: float) -> float:
    return round(time.perf_counter() - start, 1)


def _postgresql(folder: ChangeFolder, batches: range, _: Path) -> dict[str, Any]:
    """Run every batch, and compare each transaction; then all tables with the last snapshot."""
    events = transactions = equal = 0
    places: list[str] = []
    with pg_server() as server, logical.replica(server, folder.tables, stored.snapshots(folder, 0)) as connection:
        for batch in batches:
            logs = stored.logs(folder, batch)
            verdict = compare_logs(logs, logical.told(connection, folder.tables, batch, logs))
            events += sum(log.height for log in logs.values())
            transactions += verdict.transactions
            equal += verdict.equal
            places += verdict.places
        left = {name: postgres.rows(connection, table) for name, table in folder.tables.items()}
    places += _against_snapshot(folder, batches[-1], left)
    figures = {"events": events, "transactions": transactions, "equal": equal, "percent": 100 * equal / transactions}
    return figures | {"differences": places}


def _delta(folder: ChangeFolder, batches: range, home: Path) -> dict[str, Any]:
    """Merge every batch; compare Delta's feed with our log's and our envelope's net effect, then the tables."""
    tables = folder.tables
    rows = commits = 0
    places: list[str] = []

    def envelope(name: str, batch: int) -> Any:
        feed = stored.delta_feed(folder, name, batch)
        return feed.select(*tables[name].column_names, delta_lake.CHANGE_TYPE)

    told = delta_lake.followed(
        home / "delta",
        tables,
        stored.snapshots(folder, 0),
        batches,
        lambda name, batch: delta_lake.events(tables[name], folder.read_log(name, batch)),
    )
    for batch, name, net, theirs in told:
        table = tables[name]
        for whose, ours in (("log", net), ("envelope", delta_lake.net_effect(table, envelope(name, batch)))):
            found = differences(ours, theirs, [*table.key.columns, delta_lake.CHANGE_TYPE])
            places += [f"{whose} of {name}, batch {batch}: {row}" for row in found.head(3).iter_rows()]
        rows += theirs.height
        commits += not theirs.is_empty()
    places += _against_snapshot(
        folder, batches[-1], {name: delta_lake.rows(home / "delta" / name, table) for name, table in tables.items()}
    )
    return {"commits": commits, "feed_rows": rows, "differences": places}


def _against_snapshot(folder: ChangeFolder, batch: int, left: dict[str, Any]) -> Iterator[str]:
    """What differs between tables and our snapshot."""
    for name, rows in stored.snapshots(folder, batch).items():
        found = differences(rows, left[name], folder.tables[name].key.columns)
        yield from (f"{name} at the end: {row}" for row in found.head(3).iter_rows())


if __name__ == "__main__":
    sys.exit(main())
