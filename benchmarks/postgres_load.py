"""`synth load` (it generates, too) beside psql, which copies the same rows from CSV files that are there.

    .venv/bin/python benchmarks/postgres_load.py --preset medium --rounds 3

Three ways of psql: only COPY, into tables without a key; COPY, then the same keys, indexes and references; and COPY
into tables that `synth describe --as ddl:postgres` made, as most people do it. Every way begins with an empty database.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import psycopg

from synth_assets.descriptions.described import Described
from synth_assets.descriptions.kinds import ddl
from synth_assets.project.project import Project
from synth_assets.sinks.definition import Definition, together
from synth_assets.sinks.postgres.cells import csv_of
from synth_assets.sinks.postgres.embedded import EmbeddedServer, programs
from synth_assets.sinks.sql import listed
from synth_assets.usecases.scan import scan_dataset

DOMAIN = "bronze"


def main() -> None:
    """Measure, and print a table for docs/postgresql.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--preset", default="medium")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedServer(folder / "data")
        url = server.start()
        try:
            measure(asked.preset, asked.rounds, folder, url)
        finally:
            server.stop()


def measure(preset: str, rounds: int, folder: Path, url: str) -> None:
    """All ways in turn, as often as asked for."""
    project = Project.here()
    domain = project.domain(DOMAIN)
    dataset = project.dataset(DOMAIN, preset)
    of = Described(domain, dataset, DOMAIN, domain.tables, {}, PurePosixPath())
    tables = ddl.definitions(of, DOMAIN)
    rows = 0
    for name, definition in tables.items():
        with (folder / f"{name}.csv").open("wb") as file:
            for frame in scan_dataset(domain.entity(name), dataset).collect_batches(chunk_size=100_000):
                rows += frame.height
                file.write(csv_of(definition.table, frame))
    order = [tables[name] for group in together(tables) for name in group]
    ways: dict[str, Callable[[], None]] = {
        "psql, COPY alone": lambda: psql(url, folder, order, bound=False),
        "psql, COPY, then keys, indexes, references": lambda: psql(url, folder, order, bound=True),
        "psql, COPY into tables of ddl:postgres": lambda: psql_into(url, folder, order, ddl.text(of, "postgres")),
        "synth load, which generates, too": lambda: synth(url, preset),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"DROP SCHEMA IF EXISTS {DOMAIN} CASCADE")
                connection.execute("CHECKPOINT")
            started = time.monotonic()
            way()
            seconds[name].append(time.monotonic() - started)
    ours = statistics.median(seconds["synth load, which generates, too"])
    print(f"{DOMAIN} {preset}: {rows:,} rows, {os.cpu_count()} processors, median of {rounds}\n")
    print("| way | seconds | rows/s | synth load takes |")
    print("|---|---|---|---|")
    for name, took in seconds.items():
        median = statistics.median(took)
        print(f"| {name} | {median:.1f} | {rows / median:,.0f} | {ours / median:.2f}× |")


def psql(url: str, folder: Path, tables: list[Definition], *, bound: bool) -> None:
    """One psql, a transaction a table."""
    lines = [f"CREATE SCHEMA {DOMAIN};"]
    for one in tables:
        references = [statement for _, statement in one.references]
        after = [*one.keys, *one.indexes, *references] if bound else []
        lines += ["BEGIN;", f"{one.create};", _copy(folder, one), *(f"{statement};" for statement in after), "COMMIT;"]
    run(url, "\n".join(lines))


def psql_into(url: str, folder: Path, tables: list[Definition], script: str) -> None:
    """One psql, into tables that have keys before they have rows."""
    run(url, script + "\n".join(_copy(folder, one) for one in tables))


def _copy(folder: Path, one: Definition) -> str:
    columns = listed(one.table.column_names)
    return f"\\copy {one.name} ({columns}) FROM '{folder / one.table.name}.csv' WITH (FORMAT csv)"


def run(url: str, script: str) -> None:
    """Run a script by psql."""
    command = [programs() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url]
    subprocess.run(command, input=script.encode(), check=True)


def synth(url: str, preset: str) -> None:
    """The command, imports and all."""
    command = [sys.executable, "-m", "synth_assets.cli", "load", DOMAIN, "--preset", preset, "--quiet"]
    subprocess.run(command, env={**os.environ, "SYNTH_PG_URL": url}, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
