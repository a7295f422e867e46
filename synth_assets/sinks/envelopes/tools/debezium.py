"""Debezium's PostgreSQL connector, 3.6: Kafka records as JSON without embedded schemas, a folder a topic.

Emulated settings: ``topic.prefix=synth``, ``schemas.enable=false``, ``decimal.handling.mode=string``,
``time.precision.mode=adaptive``, ``provide.transaction.metadata=true``, ``tombstones.on.delete=true``, and
``REPLICA IDENTITY FULL``: ``before`` is the whole row. Columns are ``timestamptz(0)``, ``timestamptz(3)`` and
``timestamp(0)`` in PostgreSQL. There is no clock, so ``ts_ms`` of a record is that of its source, the commit.

Against PostgreSQL's ways in one point: a connector gets unchanged long text (TOAST) either way, with ``before``
in full, or not at all. Here ``before`` has it and ``after`` the placeholder, so that a consumer has to mind it
and a test can tell what it stood for. PostgreSQL moves values away from about 2,000 bytes, here all text longer
than :data:`LONG_TEXT_BYTES` counts as moved away: descriptions of products do, names don't.
"""

from collections.abc import Iterator
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE, LSN_BITS, OPS
from synth_assets.model.table import Column, Table
from synth_assets.sinks.envelopes.cells import fraction, time_text
from synth_assets.sinks.envelopes.images import changed, key_changed
from synth_assets.sinks.envelopes.interface import BatchToWrite
from synth_assets.sinks.envelopes.messages import NO_HEADERS, MessageEnvelope, Topic, header, keyed_line, record
from synth_assets.sinks.envelopes.places import with_places

VERSION = "3.6.1.Final"
PREFIX = DATABASE = "synth"
UNAVAILABLE = "__debezium_unavailable_value"
LONG_TEXT_BYTES = 64

_SNAPSHOT_LSN = 1 << LSN_BITS
"""Just before the first event of the first batch; the snapshot's transaction has the same number."""

_TRANSACTIONS = f"{PREFIX}.transaction"

_ROW, _PLACE, _ORDER, _SNAPSHOT = "$row", "$place", "$order", "$snapshot"
_NULL = pl.lit("null")
_MISSING = pl.lit(None, pl.String)


def _topics(batch: BatchToWrite) -> Iterator[Topic]:
    for name in batch.chosen:
        table = batch.tables[name]
        yield Topic(_topic(table), _snapshot(batch, table) if batch.is_base else _changes(batch, table))
    if not batch.is_base:
        yield Topic(_TRANSACTIONS, iter([_boundaries(batch)]))


def _topic(table: Table) -> str:
    return f"{PREFIX}.{table.domain}.{table.name}"


# Changes


class _Kind(NamedTuple):
    """A kind of record that some events lead to.

    Attributes:
        events: which ones.
        place: of the record among those of its event.
        op: in Debezium's letters; empty for a tombstone.
        key: whose key it has: that of the row before or after.
        header: name of a header, which holds the other key; or empty.
    """

    events: pl.Expr
    place: int
    op: str
    key: str
    header: str = ""


def _kinds(table: Table) -> tuple[_Kind, ...]:
    is_insert, is_update, is_delete = (pl.col("op") == op for op in OPS)
    is_moved = key_changed(table)
    return (
        _Kind(is_insert, 0, "c", AFTER),
        _Kind(is_update & ~is_moved, 0, "u", AFTER),
        _Kind(is_delete, 0, "d", BEFORE),
        _Kind(is_delete, 1, "", BEFORE),
        _Kind(is_moved, 0, "d", BEFORE, "__debezium.newkey"),
        _Kind(is_moved, 1, "", BEFORE, "__debezium.newkey"),
        _Kind(is_moved, 2, "c", AFTER, "__debezium.oldkey"),
    )


def _changes(batch: BatchToWrite, table: Table) -> Iterator[pl.DataFrame]:
    kinds = _kinds(table)
    for frame in with_places(batch.logs(table.name), _ORDER):
        events = frame.with_row_index(_ROW)
        records = [
            events.filter(kind.events).select(_ROW, pl.lit(kind.place).alias(_PLACE), *_record(table, kind))
            for kind in kinds
        ]
        yield pl.concat(some for some in records if some.height).sort(_ROW, _PLACE).drop(_ROW, _PLACE)


def _record(table: Table, kind: _Kind) -> list[pl.Expr]:
    key, other = _key(table, kind.key), _key(table, BEFORE if kind.key == AFTER else AFTER)
    headers = header(kind.header, other) if kind.header else NO_HEADERS
    return record(_topic(table), key, _change(table, kind.op) if kind.op else _MISSING, headers)


def _change(table: Table, op: str) -> pl.Expr:
    lsn, tx_id = pl.col("lsn"), pl.col("tx_id")
    # What was committed before: the events are numbered through, so it ends where this transaction begins.
    done = pl.format('\\"{}\\"', lsn - pl.col("tx_seq"))
    return _value(
        table,
        op,
        before=_NULL if op == "c" else _row(table, BEFORE),
        after=_NULL if op == "d" else _row(table, AFTER, is_update=op == "u"),
        source=_Source(pl.col("commit_ts").dt.epoch("ms"), pl.lit("false"), tx_id, lsn, done),
        transaction=pl.concat_str(
            pl.lit('{"id":"'), tx_id, pl.lit(":"), lsn,
            pl.lit('","total_order":'), pl.col("tx_seq"),
            pl.lit(',"data_collection_order":'), pl.col(_ORDER), pl.lit("}"),
        ),
    )  # fmt: skip


# The base


def _snapshot(batch: BatchToWrite, table: Table) -> Iterator[pl.DataFrame]:
    """Records of a snapshot, each marked with its place in it; first and last are those of the whole domain."""
    lsn = pl.lit(_SNAPSHOT_LSN)
    value = _value(
        table,
        "r",
        before=_NULL,
        after=_row(table, ""),
        source=_Source(pl.lit(batch.since * 1_000), pl.col(_SNAPSHOT), lsn, lsn, done=_NULL),
        transaction=_NULL,
    )
    for frame in _marked(batch, table):
        yield frame.select(record(_topic(table), _key(table, ""), value))


def _marked(batch: BatchToWrite, table: Table) -> Iterator[pl.DataFrame]:
    names = list(batch.tables)
    first = "first" if table.name == names[0] else "first_in_data_collection"
    last = "last" if table.name == names[-1] else "last_in_data_collection"
    frames = (frame for frame in batch.logs(table.name) if frame.height)
    is_first = True
    for frame, following in pairwise(chain(frames, [None])):
        assert frame is not None  # noqa: S101 - only the last one is
        marks = np.full(frame.height, "true", dtype=object)
        if following is None:
            marks[-1] = last
        # A row that is first and last is the last, but the very first one is that.
        if is_first and (frame.height > 1 or following is not None or (first == "first" and last != "last")):
            marks[0] = first
        is_first = False
        yield frame.with_columns(pl.Series(_SNAPSHOT, marks, dtype=pl.String))


# Parts of a record, as JSON


class _Source(NamedTuple):
    """What differs from record to record in a source block; ``done`` is within a text, its quotes are escaped."""

    milliseconds: pl.Expr
    snapshot: pl.Expr
    tx_id: pl.Expr
    lsn: pl.Expr
    done: pl.Expr


def _key(table: Table, prefix: str) -> pl.Expr:
    """The key's columns as an object; missing in a table without a key."""
    cells = [_cell(table.column(name), pl.col(prefix + name)).alias(name) for name in table.key.columns]
    return pl.struct(cells).struct.json_encode() if cells else _MISSING


def _value(table: Table, op: str, *, before: pl.Expr, after: pl.Expr, source: _Source, transaction: pl.Expr) -> pl.Expr:
    time = source.milliseconds.cast(pl.String)
    micro, nano = pl.concat_str(time, pl.lit("000")), pl.concat_str(time, pl.lit("000000"))
    return pl.concat_str(
        pl.lit('{"before":'), before,
        pl.lit(',"after":'), after,
        pl.lit(f',"source":{{"version":"{VERSION}","connector":"postgresql","name":"{PREFIX}","ts_ms":'), time,
        pl.lit(',"snapshot":"'), source.snapshot,
        pl.lit(f'","db":"{DATABASE}","sequence":"['), source.done, pl.lit(',\\"'), source.lsn,
        pl.lit('\\"]","ts_us":'), micro, pl.lit(',"ts_ns":'), nano,
        pl.lit(f',"schema":"{table.domain}","table":"{table.name}","txId":'), source.tx_id,
        pl.lit(',"lsn":'), source.lsn,
        pl.lit(',"xmin":null,"origin":null,"origin_lsn":null},"transaction":'), transaction,
        pl.lit(f',"op":"{op}","ts_ms":'), time, pl.lit(',"ts_us":'), micro, pl.lit(',"ts_ns":'), nano,
        pl.lit("}"),
    )  # fmt: skip


def _row(table: Table, prefix: str, *, is_update: bool = False) -> pl.Expr:
    """The row as an object; ``after`` of an update leaves out what is long and the same."""
    cells: list[pl.Expr] = []
    for column in table.columns:
        raw = pl.col(prefix + column.name)
        cell = _cell(column, raw)
        if is_update and column.type.kind == "string":
            is_left_out = (raw.str.len_bytes() > LONG_TEXT_BYTES) & ~changed(column.name)
            cell = pl.when(is_left_out).then(pl.lit(UNAVAILABLE)).otherwise(cell)
        cells.append(cell.alias(column.name))
    return pl.struct(cells).struct.json_encode()


def _cell(column: Column, cell: pl.Expr) -> pl.Expr:
    """The connector's default mapping, but decimals as strings, which JSON writes them as."""
    match column.type.kind:
        case "date":
            return cell.to_physical()  # io.debezium.time.Date: days
        case "timestamp" if column.type.text.endswith("Z"):
            return time_text(cell, column.type.text)  # io.debezium.time.ZonedTimestamp
        case "timestamp" if fraction(column) == "%.6f":
            return cell.dt.epoch("us")  # io.debezium.time.MicroTimestamp
        case "timestamp":
            return cell.dt.epoch("ms")  # io.debezium.time.Timestamp, of a column timestamp(0) or (3)
        case "binary" | "struct":
            return column.type.as_text(cell)  # bytes in Base64; io.debezium.data.Json, of a column of JSON
        case _:
            return cell


# Transactions


def _boundaries(batch: BatchToWrite) -> pl.DataFrame:
    """BEGIN and END of every transaction, with its events per table; all tables, whichever were chosen.

    An identifier is ``txId:LSN``, with the LSN of the message: consumers group by what is before the colon.
    """
    collections = pl.concat_str(
        (
            pl.when(pl.col(name) > 0).then(
                pl.concat_str(pl.lit(f'{{"data_collection":"{batch.domain}.{name}","event_count":'), name, pl.lit("}"))
            )
            for name in batch.tables
        ),
        separator=",",
        ignore_nulls=True,
    )
    # All events are numbered through.
    last = pl.lit(batch.number << LSN_BITS) + pl.col("tx_total").cast(pl.Int64).cum_sum()
    counts = pl.concat_str(
        pl.lit('"event_count":'), "tx_total", pl.lit(',"data_collections":['), collections, pl.lit("]")
    )
    none = pl.lit('"event_count":null,"data_collections":null')
    messages = (_boundary("BEGIN", last - pl.col("tx_total") + 1, none), _boundary("END", last, counts))
    transactions = batch.transactions.with_row_index(_ROW)
    both = pl.concat(transactions.select(_ROW, *columns) for columns in messages)
    return both.sort(_ROW, maintain_order=True).drop(_ROW)


def _boundary(status: str, lsn: pl.Expr, counts: pl.Expr) -> list[pl.Expr]:
    """The columns of a record."""
    identifier = pl.concat_str(pl.lit('"id":"'), "tx_id", pl.lit(":"), lsn, pl.lit('"'))
    value = pl.concat_str(
        pl.lit(f'{{"status":"{status}",'), identifier, pl.lit(","), counts,
        pl.lit(',"ts_ms":'), pl.col("commit_ts").dt.epoch("ms"), pl.lit("}"),
    )  # fmt: skip
    return record(_TRANSACTIONS, pl.concat_str(pl.lit("{"), identifier, pl.lit("}")), value)


ENVELOPE = MessageEnvelope(name="debezium", has_base=True, topics=_topics, line=keyed_line)
