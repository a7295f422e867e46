"""PostgreSQL's own account of what happened: its log, decoded by pgoutput, as a change log of the canonical form.

The messages are read here from their description (PostgreSQL documentation, "Logical Replication Message Formats",
protocol version 1), not by a library, and share nothing with the code that makes our log or applies it.
"""

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import polars as pl
import psycopg

from synth_assets.model.change_log import AFTER, BEFORE, LSN_BITS, change_table
from synth_assets.model.table import Table
from synth_assets_tests.parity import postgres
from synth_assets_tests.parity.pg_server import PgServer

Cells = list[str | None]


class Event(NamedTuple):
    """One row's change.

    Attributes:
        table: the table's name.
        op: ``insert``, ``update`` or ``delete``.
        before: the old row's text, or ``None``.
        after: the new row's text, or ``None``.
    """

    table: str
    op: str
    before: Cells | None
    after: Cells | None


@contextmanager
def replica(
    server: PgServer, tables: Mapping[str, Table], base: Mapping[str, pl.DataFrame]
) -> Iterator[psycopg.Connection]:
    """A new database with tables and their rows, which decodes what is committed from then on."""
    with server.database() as connection:
        postgres.create(connection, tables.values())
        for name, table in tables.items():
            postgres.load(connection, table, base[name])
        postgres.refer(connection, tables)
        connection.execute("CREATE PUBLICATION parity FOR ALL TABLES")
        connection.execute("SELECT pg_create_logical_replication_slot(current_database(), 'pgoutput')")
        yield connection


def told(
    connection: psycopg.Connection, tables: Mapping[str, Table], batch: int, logs: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Run a batch in a replica, and return its change logs as PostgreSQL tells them."""
    postgres.apply(connection, tables, logs)
    return change_logs(tables, batch, transactions(connection))


def transactions(connection: psycopg.Connection, publication: str = "parity") -> list[list[Event]]:
    """The transactions committed since the last call, in the order of their commits, with their events in order."""
    messages = connection.execute(
        "SELECT data FROM pg_logical_slot_get_binary_changes(current_database(), NULL, NULL,"
        " 'proto_version', '1', 'publication_names', %s)",
        [publication],
        binary=True,
    )
    committed = list(_transactions(data for (data,) in messages))
    connection.execute("SELECT pg_log_standby_snapshot()")  # from here the next call reads the log, not from the start
    return committed


def change_logs(tables: Mapping[str, Table], batch: int, committed: list[list[Event]]) -> dict[str, pl.DataFrame]:
    """Transactions as change logs, numbered as they came; without ``commit_ts``: nobody tells a server the time."""
    rows: dict[str, list[list]] = {name: [] for name in tables}
    lsn = first_tx = batch << LSN_BITS
    for tx_id, events in enumerate(committed, first_tx + 1):
        for seq, event in enumerate(events, 1):
            lsn += 1
            nothing: Cells = [None] * len(tables[event.table].columns)
            meta = [batch, lsn, tx_id, seq, len(events), event.op]
            rows[event.table].append([*meta, *(event.before or nothing), *(event.after or nothing)])
    return {name: _frame(table, rows[name]) for name, table in tables.items()}


def _frame(table: Table, rows: list[list]) -> pl.DataFrame:
    """Rows of meta data, old and new cells as text, as a change log."""
    described = change_table(table)
    meta = ("batch", "lsn", "tx_id", "tx_seq", "tx_total", "op")
    text = [*(BEFORE + name for name in table.column_names), *(AFTER + name for name in table.column_names)]
    schema = {name: described.column(name).type.polars for name in meta} | dict.fromkeys(text, pl.String)
    frame = pl.DataFrame(rows, schema, orient="row").with_columns(
        postgres.typed(described.column(name)) for name in text
    )
    keys = [pl.coalesce(AFTER + name, BEFORE + name).alias(name) for name in table.key.columns]
    changed = pl.concat_list(
        pl.when(pl.col("op") == "update", pl.col(BEFORE + name).ne_missing(pl.col(AFTER + name))).then(pl.lit(name))
        for name in table.column_names
    )
    frame = frame.with_columns(*keys, changed.list.drop_nulls().alias("changed_columns"))
    return frame.select(name for name in described.column_names if name != "commit_ts")


def _transactions(messages: Iterator[bytes]) -> Iterator[list[Event]]:
    """Group messages by BEGIN and COMMIT."""
    relations: dict[int, str] = {}
    events: list[Event] | None = None
    for data in messages:
        kind = data[:1]
        if kind == b"B":
            assert events is None, "a transaction began inside another"
            events = []
        elif kind == b"C":
            assert events is not None, "a commit without its beginning"
            yield events
            events = None
        elif kind == b"R":
            (oid,) = struct.unpack_from(">I", data, 1)
            relations[oid] = data[5:].split(b"\0", 2)[1].decode()
        else:
            assert events is not None, f"message {kind!r} outside of a transaction"
            events.append(_event(relations, data))
    assert events is None, "the last transaction has no commit"


def _event(relations: Mapping[int, str], data: bytes) -> Event:
    """An insert, update or delete."""
    (oid,) = struct.unpack_from(">I", data, 1)
    table, at = relations[oid], 5
    before = after = None
    if data[at : at + 1] == b"O":
        before, at = _cells(data, at + 1)
    if data[at : at + 1] == b"N":
        after, at = _cells(data, at + 1)
    assert at == len(data), f"{table}: bytes left over in {data!r}"
    op = {b"I": "insert", b"U": "update", b"D": "delete"}[data[:1]]
    assert (before is None, after is None) == (op == "insert", op == "delete"), f"{table}: half a row in an {op}"
    return Event(table, op, before, after)


def _cells(data: bytes, at: int) -> tuple[Cells, int]:
    """A row's cells, and where they end."""
    (count,) = struct.unpack_from(">H", data, at)
    at += 2
    cells: Cells = []
    for _ in range(count):
        kind, at = data[at], at + 1
        if kind == 0x6E:  # n: null
            cells.append(None)
            continue
        assert kind == 0x74, f"a cell of kind {kind:c}"  # t: text
        (size,) = struct.unpack_from(">I", data, at)
        at += 4
        cells.append(data[at : at + size].decode())
        at += size
    return cells, at
