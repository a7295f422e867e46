# ruff: noqa: INP001, T201 — a script, which prints
"""A consumer of change data as one writes it in an hour; it works until the feed isn't perfect.

    python naive.py DIR --to out.duckdb [--tables raw_orders,raw_customers]

It takes records in the order in which they stand in the files: an insert appends a row, an update sets the row
of that key to the after image, a delete removes it. What it doesn't do is the list in `correct.py`: no
deduplication, no order, no ledger, no look at the manifest. Compare their scores.
"""

import argparse
from pathlib import Path

import duckdb
import polars as pl


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Build DuckDB tables from a change log.")
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--to", required=True, metavar="FILE")
    parser.add_argument("--tables", help="only these, with commas between them")
    arguments = parser.parse_args()
    only = arguments.tables.split(",") if arguments.tables else None
    there = {path.parent.name for path in arguments.folder.glob("snapshots/*/*/at=00000")}
    if not there or not there.issuperset(only or ()):
        parser.error(f"{arguments.folder} has bases of {', '.join(sorted(there)) or 'no table'} in snapshots/")
    consume(arguments.folder, arguments.to, only)


def consume(folder: Path, to: str, only: list[str] | None = None) -> None:
    """Build each table from its base and its log, and store it."""
    with duckdb.connect(to) as db:
        db.execute("SET TimeZone = 'UTC'")
        for base in sorted(folder.glob("snapshots/*/*/at=00000")):
            domain, name = base.parts[-3:-1]
            if only is None or name in only:
                state = build(folder, base, domain, name)
                db.register("state", state)
                db.execute(f"CREATE SCHEMA IF NOT EXISTS {domain}")
                db.execute(f"CREATE OR REPLACE TABLE {domain}.{name} AS FROM state")


def build(folder: Path, base: Path, domain: str, name: str) -> pl.DataFrame:
    """The state of a table after all batches."""
    start = read(base)
    key = start.columns[0]
    rows: dict[object, list[dict]] = {}  # by key: nothing keeps one from being there twice
    for row in start.iter_rows(named=True):
        rows.setdefault(row[key], []).append(row)
    for batch in sorted((folder / "changes" / domain / name).glob("batch=*")):
        try:
            records = read(batch)
        except (OSError, pl.exceptions.PolarsError) as error:
            print(f"{batch} is left out: {str(error).splitlines()[0]}")
            continue
        for record in records.iter_rows(named=True):
            after = {column: record.get(f"after_{column}") for column in start.columns}
            if record["op"] == "insert":
                rows.setdefault(record[key], []).append(after)
            elif record["op"] == "update":
                rows[record[key]] = [after for _ in rows.get(record[key], [])]
            elif record["op"] == "delete":
                rows.pop(record[key], None)
    return pl.DataFrame([row for copies in rows.values() for row in copies], schema=start.schema)


def read(folder: Path) -> pl.DataFrame:
    """The Parquet files of a folder."""
    return pl.concat(pl.read_parquet(file, hive_partitioning=False) for file in sorted(folder.glob("*.parquet")))


if __name__ == "__main__":
    main()
