"""Debezium's PostgreSQL connector, 3.6: Kafka records as JSON without embedded schemas, a folder a topic.

A line is a record, ``{"key": …, "value": …, "headers": …}``; the topic is the folder's name. Emulated settings:
``topic.prefix=synth``, ``schemas.enable=false``, ``decimal.handling.mode=string``,
``time.precision.mode=adaptive``, ``provide.transaction.metadata=true``, ``tombstones.on.delete=true``, and
``REPLICA IDENTITY FULL``: ``before`` is the whole row. Columns are ``timestamptz(0)``, ``timestamptz(3)`` and
``timestamp(0)`` in PostgreSQL. There is no clock, so ``ts_ms`` of a record is that of its source, the commit.

Against PostgreSQL's ways in one point: a connector gets unchanged long text (TOAST) either way, with ``before``
in full, or not at all. Here ``before`` has it and ``after`` the placeholder, so that a consumer has to mind it
and a test can tell what it stood for. PostgreSQL moves values away from about 2,000 bytes, here all text longer
than :data:`LONG_TEXT_BYTES` counts as moved away: descriptions of products do, names don't.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path

import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE, LSN_BITS
from synth_assets.model.table import Column, Table
from synth_assets.sinks.envelopes.files import write_objects
from synth_assets.sinks.envelopes.images import changed, key_changed
from synth_assets.sinks.envelopes.interface import Batch, Envelope

VERSION = "3.6.1.Final"
PREFIX = DATABASE = "synth"
UNAVAILABLE = "__debezium_unavailable_value"
LONG_TEXT_BYTES = 64

_SNAPSHOT_LSN = 1 << LSN_BITS
"""Just before the first event of the first batch; the snapshot's transaction has the same number."""

_RECORD = "$record"
_WHOLE, _TOMBSTONE, _OLD_ROW, _NEW_ROW = range(4)
_ORDER = "$order"


def _write(batch: Batch, folder: Path, form: str) -> list[str]:
    file = batch.file_name(form)
    paths = [f"{PREFIX}.{batch.domain}.{name}/{file}" for name in batch.chosen]
    for path, name in zip(paths, batch.chosen, strict=True):
        table = batch.tables[name]
        write_objects(folder / path, _snapshot(batch, table) if batch.is_base else _changes(batch, table))
    if not batch.is_base:
        paths.append(f"{PREFIX}.transaction/{file}")
        write_objects(folder / paths[-1], iter([_boundaries(batch)]))
    return paths


# Changes


def _changes(batch: Batch, table: Table) -> Iterator[pl.DataFrame]:
    records = (
        pl.when(pl.col("op") == "delete")
        .then(pl.lit([_WHOLE, _TOMBSTONE]))
        .when(key_changed(table))
        .then(pl.lit([_OLD_ROW, _TOMBSTONE, _NEW_ROW]))
        .otherwise(pl.lit([_WHOLE]))
    )
    for frame in _with_order(batch.logs(table.name)):
        yield frame.with_columns(records.alias(_RECORD)).explode(_RECORD).select(_record(table))


def _with_order(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Add each event's place among its transaction's events of this table, from 1."""
    last, places = None, 0
    for frame in frames:
        if not frame.height:
            continue
        carried = pl.when(pl.col("tx_id") == pl.lit(last, pl.Int64)).then(places).otherwise(0)
        whole = frame.with_columns((pl.col("tx_id").cum_count().over("tx_id") + carried).alias(_ORDER))
        last, places = whole["tx_id"][-1], whole[_ORDER][-1]
        yield whole


def _record(table: Table) -> list[pl.Expr]:
    record, op = pl.col(_RECORD), pl.col("op")
    old_key, new_key = (pl.struct(pl.col(prefix + table.key).alias(table.key)) for prefix in (BEFORE, AFTER))
    # The old row's delete and its tombstone have the old key; a tombstone is of nothing else.
    is_gone = (op == "delete") | (record == _OLD_ROW) | (record == _TOMBSTONE)
    has_before = (op != "insert") & (record != _NEW_ROW)
    has_after = (op != "delete") & (record != _OLD_ROW)
    value = pl.struct(
        pl.when(has_before).then(_row(table, BEFORE)).alias("before"),
        pl.when(has_after).then(_row(table, AFTER)).alias("after"),
        _source(
            table,
            pl.col("commit_ts"),
            snapshot=pl.lit("false"),
            tx_id=pl.col("tx_id"),
            lsn=pl.col("lsn"),
            # What was committed before: the events are numbered through, so it ends where this transaction begins.
            committed=pl.format('"{}"', pl.col("lsn") - pl.col("tx_seq")),
        ),
        pl.struct(
            pl.col("tx_id").cast(pl.String).alias("id"),
            pl.col("tx_seq").cast(pl.Int64).alias("total_order"),
            pl.col(_ORDER).cast(pl.Int64).alias("data_collection_order"),
        ).alias("transaction"),
        pl.when(~has_after).then(pl.lit("d")).when(~has_before).then(pl.lit("c")).otherwise(pl.lit("u")).alias("op"),
        *_times(pl.col("commit_ts")),
    )
    headers = (
        pl.when(record == _OLD_ROW)
        .then(_header("__debezium.newkey", new_key))
        .when(record == _NEW_ROW)
        .then(_header("__debezium.oldkey", old_key))
    )
    return [
        pl.when(is_gone).then(old_key).otherwise(new_key).alias("key"),
        pl.when(record != _TOMBSTONE).then(value).alias("value"),
        headers.alias("headers"),
    ]


def _header(name: str, key: pl.Expr) -> pl.Expr:
    return pl.concat_list(pl.struct(pl.lit(name).alias("key"), key.alias("value")))


def _row(table: Table, prefix: str) -> pl.Expr:
    """The row as a structure; ``after`` of an update leaves out what is long and the same."""
    cells: list[pl.Expr] = []
    for column in table.columns:
        cell = _cell(column, pl.col(prefix + column.name))
        if prefix == AFTER and column.type.kind == "string":
            is_long = pl.col(prefix + column.name).str.len_bytes() > LONG_TEXT_BYTES
            is_old = (pl.col("op") == "update") & (pl.col(_RECORD) == _WHOLE) & ~changed(column.name)
            cell = pl.when(is_old & is_long).then(pl.lit(UNAVAILABLE)).otherwise(cell)
        cells.append(cell.alias(column.name))
    return pl.struct(cells)


def _cell(column: Column, cell: pl.Expr) -> pl.Expr:
    """The connector's default mapping, but decimals as strings, which JSON writes them as."""
    if column.type.kind == "date":
        return cell.to_physical()  # io.debezium.time.Date: days
    if column.type.kind == "timestamp" and column.type.text.endswith("Z"):
        return cell.dt.replace_time_zone(None).dt.strftime(column.type.text)  # io.debezium.time.ZonedTimestamp
    if column.type.kind == "timestamp":
        return cell.dt.epoch("ms")  # io.debezium.time.Timestamp, of a column timestamp(0)
    return cell


def _source(
    table: Table, time: pl.Expr, snapshot: pl.Expr, tx_id: pl.Expr, lsn: pl.Expr, committed: pl.Expr
) -> pl.Expr:
    milliseconds, microseconds, nanoseconds = _times(time)
    return pl.struct(
        pl.lit(VERSION).alias("version"),
        pl.lit("postgresql").alias("connector"),
        pl.lit(PREFIX).alias("name"),
        milliseconds,
        snapshot.alias("snapshot"),
        pl.lit(DATABASE).alias("db"),
        pl.format('[{},"{}"]', committed, lsn).alias("sequence"),
        microseconds,
        nanoseconds,
        pl.lit(table.domain).alias("schema"),
        pl.lit(table.name).alias("table"),
        tx_id.alias("txId"),
        lsn.alias("lsn"),
        pl.lit(None, pl.Int64).alias("xmin"),
        pl.lit(None, pl.String).alias("origin"),
        pl.lit(None, pl.Int64).alias("origin_lsn"),
    ).alias("source")


def _times(time: pl.Expr) -> list[pl.Expr]:
    return [time.dt.epoch(unit).alias(f"ts_{unit}") for unit in ("ms", "us", "ns")]


# The base


def _snapshot(batch: Batch, table: Table) -> Iterator[pl.DataFrame]:
    """Records of a snapshot, each marked with its place in it; first and last are those of the whole domain."""
    names = list(batch.tables)
    marks = {
        "first_in": "first" if table.name == names[0] else "first_in_data_collection",
        "last_in": "last" if table.name == names[-1] else "last_in_data_collection",
    }
    time, lsn = pl.lit(batch.since * 1_000_000).cast(pl.Datetime("us")), pl.lit(_SNAPSHOT_LSN)
    frames = (frame for frame in batch.logs(table.name) if frame.height)
    for number, (frame, after) in enumerate(pairwise(chain(frames, [None]))):
        if frame is None:
            continue
        row, last_row = pl.int_range(pl.len()), frame.height - 1 if after is None else -1
        first_row = 0 if number == 0 else -1
        # A table's only row is its last one, but the first one of all is the first.
        first, last = pl.lit(marks["first_in"]), pl.lit(marks["last_in"])
        if marks["last_in"] == "last" or marks["first_in"] != "first":
            mark = pl.when(row == last_row).then(last).when(row == first_row).then(first)
        else:
            mark = pl.when(row == first_row).then(first).when(row == last_row).then(last)
        value = pl.struct(
            pl.lit(None, pl.Struct({table.key: pl.Int64})).alias("before"),
            pl.struct(_cell(column, pl.col(column.name)).alias(column.name) for column in table.columns).alias("after"),
            _source(
                table,
                time,
                snapshot=mark.otherwise(pl.lit("true")),
                tx_id=lsn,
                lsn=lsn,
                committed=pl.lit("null"),
            ),
            pl.lit(None, pl.Struct({"id": pl.String})).alias("transaction"),
            pl.lit("r").alias("op"),
            *_times(time),
        )
        yield frame.select(
            pl.struct(table.key).alias("key"), value.alias("value"), pl.lit(None, pl.String).alias("headers")
        )


# Transactions


def _boundaries(batch: Batch) -> pl.DataFrame:
    """BEGIN and END of every transaction, with its events per table; all tables, whichever were chosen."""
    counts = [
        pl.when(pl.col(name) > 0).then(
            pl.struct(
                pl.lit(f"{batch.domain}.{name}").alias("data_collection"),
                pl.col(name).cast(pl.Int64).alias("event_count"),
            )
        )
        for name in batch.tables
    ]
    tx_id, is_end = pl.col("tx_id").cast(pl.String), pl.col("$status") == "END"
    value = pl.struct(
        pl.col("$status").alias("status"),
        tx_id.alias("id"),
        pl.when(is_end).then(pl.col("tx_total").cast(pl.Int64)).alias("event_count"),
        pl.when(is_end).then(pl.concat_list(counts).list.drop_nulls()).alias("data_collections"),
        pl.col("commit_ts").dt.epoch("ms").alias("ts_ms"),
    )
    both = batch.transactions.with_columns(pl.lit(["BEGIN", "END"]).alias("$status")).explode("$status")
    return both.select(
        pl.struct(tx_id.alias("id")).alias("key"), value.alias("value"), pl.lit(None, pl.String).alias("headers")
    )


ENVELOPE = Envelope(name="debezium", formats=("ndjson",), has_base=True, write=_write)
