"""`synth changes apply --as-fast-as-possible` beside the driver, which sends the same from a list in memory.

    .venv/bin/python benchmarks/apply.py --preset small --batches 1..10 --rounds 5
    .venv/bin/python benchmarks/apply.py --preset small --batches 1..10 --rounds 5 --mariadb

The peer has every statement and every parameter before its clock starts, and sends them as its documentation says that
it is quickest: psycopg prepared, in pipeline mode, each transaction in a block of its own; PyMySQL, which has neither,
statement by statement. It keeps no ledger and looks at no row count. Ours generates the batches, keeps the ledger, and
looks whether each statement finds its row; the process's start and the loading of the snapshot aren't counted. Both
ways run in turn, with and without waiting for the disk.
"""

import argparse
import copy
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl
import psycopg
import pymysql

from synth_assets.documents import written
from synth_assets.engine.timeline import Timeline
from synth_assets.model.change_log import AFTER, BEFORE, CADENCES
from synth_assets.model.table import Table
from synth_assets.project.project import Project
from synth_assets.sinks.postgres.embedded import EmbeddedServer
from synth_assets.sinks.sql import BACKTICKS, STANDARD, Names
from synth_assets.usecases.apply_changes import ApplyRequest, apply_changes
from synth_assets.usecases.load import LoadRequest, load

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from synth_assets_tests.parity.mariadb_server import mariadb_server

DOMAIN = "bronze"
Transactions = list[list[tuple[str, tuple[Any, ...]]]]


def main() -> None:
    """Measure, and print a table for docs/living-database.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--preset", default="small")
    parser.add_argument("--batches", default="1..10")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mariadb", action="store_true", help="MariaDB, which has to be installed; else PostgreSQL")
    asked = parser.parse_args()
    first, last = written.batches(asked.batches) or (1, 10)
    if asked.mariadb:
        with mariadb_server() as server:
            measure(asked.preset, range(first, last + 1), asked.rounds, server.url(DOMAIN))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedServer(folder / "data")
        url = server.start()
        try:
            measure(asked.preset, range(first, last + 1), asked.rounds, url)
        finally:
            server.stop()


def measure(preset: str, batches: range, rounds: int, url: str) -> None:
    """Both ways in turn, as often as asked for, in schemas that are loaded once and copied."""
    project = Project.here()
    domain, dataset = project.domain(DOMAIN), project.dataset(DOMAIN, preset)
    timeline = Timeline(domain, dataset, CADENCES["day"])
    request = ApplyRequest(domain, dataset, CADENCES["day"], batches, url)
    is_mariadb = url.startswith("mysql://")
    names = BACKTICKS if is_mariadb else STANDARD
    given = list(transactions(timeline, batches, domain.tables, names))
    driver = "PyMySQL" if is_mariadb else "psycopg"
    events = sum(map(len, given))
    print(f"{DOMAIN} {preset}, batches {batches[0]} to {batches[-1]}: {len(given):,} transactions, {events:,} events,"
          f" {os.cpu_count()} processors, median of {rounds}\n")  # fmt: skip
    print(f"| the server waits for its disk | {driver} | synth changes apply | of it |")
    print("|---|---|---|---|")
    for waits in ("off", "on"):
        rates: dict[str, list[float]] = {driver: [], "synth": []}
        for _ in range(rounds):
            for way, found in rates.items():
                (fresh_mariadb if is_mariadb else fresh)(url, request, waits)
                started = time.monotonic()
                if way == driver:
                    (send_mariadb if is_mariadb else send)(url, given)
                    found.append(len(given) / (time.monotonic() - started))
                else:
                    applied = apply_changes(replace(request, speed=1e9 if waits == "on" else None))
                    if applied.transactions != len(given):
                        raise RuntimeError(f"{applied.transactions} transactions instead of {len(given)}")
                    found.append(len(given) / applied.seconds)
        peer, ours = (statistics.median(found) for found in rates.values())
        print(f"| {'yes' if waits == 'on' else 'no'} | {peer:,.0f} transactions/s | {ours:,.0f} transactions/s |"
              f" {ours / peer:.2f}× |", flush=True)  # fmt: skip


def fresh(url: str, request: ApplyRequest, waits: str) -> None:
    """The snapshot before the first batch, loaded anew."""
    connection: Any
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {DOMAIN} CASCADE")
        connection.execute(f"ALTER ROLE CURRENT_USER SET synchronous_commit = {waits}")
    load(LoadRequest(request.domain, request.dataset, url, cadence=request.cadence, snapshot=request.batches[0] - 1))
    with psycopg.connect(url, autocommit=True) as connection:
        for table in request.domain.tables:
            connection.execute(f"ALTER TABLE {DOMAIN}.{table} REPLICA IDENTITY FULL")
            connection.execute(f"ANALYZE {DOMAIN}.{table}")
        connection.execute("CHECKPOINT")


def fresh_mariadb(url: str, request: ApplyRequest, waits: str) -> None:
    """The same in MariaDB."""
    with closing(connected(url)) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DOMAIN}")
        cursor.execute("RESET MASTER")
        cursor.execute(f"SET GLOBAL innodb_flush_log_at_trx_commit = {1 if waits == 'on' else 0}")
        cursor.execute(f"SET GLOBAL sync_binlog = {1 if waits == 'on' else 0}")
    load(LoadRequest(request.domain, request.dataset, url, cadence=request.cadence, snapshot=request.batches[0] - 1))


def send_mariadb(url: str, given: Transactions) -> None:
    """Send transactions by PyMySQL."""
    with closing(connected(url)) as connection, connection.cursor() as cursor:
        for statements in given:
            connection.begin()
            for sql, values in statements:
                cursor.execute(sql, values)
            connection.commit()


def connected(url: str) -> Any:
    """A connection of the driver's own."""
    found = urlsplit(url)
    return pymysql.connect(
        host=found.hostname or "", port=found.port or 3306, user=found.username or "", charset="utf8mb4"
    )


def send(url: str, given: Transactions) -> None:
    """Send transactions by psycopg."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=0) as connection:
        connection.prepared_max = None
        cursor: Any = connection.cursor()
        with connection.pipeline():
            for statements in given:
                with connection.transaction():
                    for sql, values in statements:
                        cursor.execute(sql, values)


def transactions(
    timeline: Timeline, batches: range, tables: Any, names: Names
) -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """Statements and values of all transactions, as an application has them."""
    for number in batches:
        batch = timeline.batch(number)
        events = [
            one for name, table in tables.items() for frame in batch.log(name) for one in rows(frame, table, names)
        ]
        events.sort(key=lambda one: one[0])
        under_way: list[tuple[str, tuple[Any, ...]]] = []
        for _, is_last, sql, values in events:
            under_way.append((sql, values))
            if is_last:
                yield copy.copy(under_way)
                under_way.clear()


def rows(frame: pl.DataFrame, table: Table, names: Names) -> Iterator[tuple[int, bool, str, tuple[Any, ...]]]:
    """The events of a frame: lsn, whether the transaction ends, statement, values."""
    name, keys = names.qualified(DOMAIN, table.name), table.key.columns
    where = " AND ".join(f"{names.quoted(one)} = %s" for one in keys)
    marks = ", ".join(["%s"] * len(table.columns))
    for row in frame.iter_rows(named=True):
        is_last = row["tx_seq"] == row["tx_total"]
        before = tuple(row[BEFORE + one] for one in keys)
        if row["op"] == "insert":
            sql = f"INSERT INTO {name} ({names.listed(table.column_names)}) VALUES ({marks})"  # noqa: S608
            yield row["lsn"], is_last, sql, tuple(row[AFTER + one] for one in table.column_names)
        elif row["op"] == "delete":
            yield row["lsn"], is_last, f"DELETE FROM {name} WHERE {where}", before  # noqa: S608
        else:
            changed = row["changed_columns"] or list(keys[:1])
            sets = ", ".join(f"{names.quoted(one)} = %s" for one in changed)
            sql = f"UPDATE {name} SET {sets} WHERE {where}"  # noqa: S608
            yield row["lsn"], is_last, sql, (*[row[AFTER + one] for one in changed], *before)


if __name__ == "__main__":
    main()
