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
from typing import NamedTuple

import numpy as np
import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE, LSN_BITS, OPS
from synth_assets.model.table import Column, Table
from synth_assets.sinks.envelopes.files import write_lines
from synth_assets.sinks.envelopes.images import changed, key_changed
from synth_assets.sinks.envelopes.interface import Batch, Envelope

VERSION = "3.6.1.Final"
PREFIX = DATABASE = "synth"
UNAVAILABLE = "__debezium_unavailable_value"
LONG_TEXT_BYTES = 64

_SNAPSHOT_LSN = 1 << LSN_BITS
"""Just before the first event of the first batch; the snapshot's transaction has the same number."""

_ROW, _PLACE, _ORDER, _SNAPSHOT = "$row", "$place", "$order", "$snapshot"
_NULL = pl.lit("null")


def _write(batch: Batch, folder: Path, form: str) -> list[str]:
    file = batch.file_name(form)
    paths = [f"{PREFIX}.{batch.domain}.{name}/{file}" for name in batch.chosen]
    for path, name in zip(paths, batch.chosen, strict=True):
        table = batch.tables[name]
        write_lines(folder / path, _snapshot(batch, table) if batch.is_base else _changes(batch, table))
    if not batch.is_base:
        paths.append(f"{PREFIX}.transaction/{file}")
        write_lines(folder / paths[-1], iter([_boundaries(batch)]))
    return paths


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
        _Kind(is_moved, 1, "", BEFORE),
        _Kind(is_moved, 2, "c", AFTER, "__debezium.oldkey"),
    )


def _changes(batch: Batch, table: Table) -> Iterator[pl.DataFrame]:
    """Lines of one text column."""
    kinds = _kinds(table)
    for frame in _with_order(batch.logs(table.name)):
        events = frame.with_row_index(_ROW)
        records = [
            events.filter(kind.events).select(_ROW, pl.lit(kind.place).alias(_PLACE), _line(table, kind).alias("line"))
            for kind in kinds
        ]
        yield pl.concat(some for some in records if some.height).sort(_ROW, _PLACE).select("line")


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


def _line(table: Table, kind: _Kind) -> pl.Expr:
    key, other = _key(table, kind.key), _key(table, BEFORE if kind.key == AFTER else AFTER)
    headers = pl.concat_str(pl.lit(f'{{"{kind.header}":'), other, pl.lit("}")) if kind.header else pl.lit("{}")
    if not kind.op:
        return _record(key, _NULL, headers)
    lsn, tx_id = pl.col("lsn"), pl.col("tx_id")
    # What was committed before: the events are numbered through, so it ends where this transaction begins.
    done = pl.format('\\"{}\\"', lsn - pl.col("tx_seq"))
    value = _value(
        table,
        kind.op,
        before=_NULL if kind.op == "c" else _row(table, BEFORE),
        after=_NULL if kind.op == "d" else _row(table, AFTER, is_update=kind.op == "u"),
        source=_Source(pl.col("commit_ts").dt.epoch("ms"), pl.lit("false"), tx_id, lsn, done),
        transaction=pl.concat_str(
            pl.lit('{"id":"'), tx_id, pl.lit(":"), lsn,
            pl.lit('","total_order":'), pl.col("tx_seq"),
            pl.lit(',"data_collection_order":'), pl.col(_ORDER), pl.lit("}"),
        ),
    )  # fmt: skip
    return _record(key, value, headers)


# The base


def _snapshot(batch: Batch, table: Table) -> Iterator[pl.DataFrame]:
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
    line = _record(_key(table, ""), value, pl.lit("{}"))
    for frame in _marked(batch, table):
        yield frame.select(line.alias("line"))


def _marked(batch: Batch, table: Table) -> Iterator[pl.DataFrame]:
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


def _record(key: pl.Expr, value: pl.Expr, headers: pl.Expr) -> pl.Expr:
    return pl.concat_str(
        pl.lit('{"key":'), key, pl.lit(',"value":'), value, pl.lit(',"headers":'), headers, pl.lit("}")
    )


def _key(table: Table, prefix: str) -> pl.Expr:
    return pl.struct(pl.col(prefix + name).alias(name) for name in table.key.columns).struct.json_encode()


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
    if column.type.kind == "date":
        return cell.to_physical()  # io.debezium.time.Date: days
    if column.type.kind == "timestamp" and column.type.text.endswith("Z"):
        return cell.dt.replace_time_zone(None).dt.strftime(column.type.text)  # io.debezium.time.ZonedTimestamp
    if column.type.kind == "timestamp":
        return cell.dt.epoch("ms")  # io.debezium.time.Timestamp, of a column timestamp(0)
    return cell


# Transactions


def _boundaries(batch: Batch) -> pl.DataFrame:
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
    begin = _boundary("BEGIN", last - pl.col("tx_total") + 1, pl.lit('"event_count":null,"data_collections":null'))
    lines = pl.concat_list(begin, _boundary("END", last, counts))
    return batch.transactions.select(lines.alias("line")).explode("line")


def _boundary(status: str, lsn: pl.Expr, counts: pl.Expr) -> pl.Expr:
    identifier = pl.concat_str(pl.lit('"id":"'), "tx_id", pl.lit(":"), lsn, pl.lit('"'))
    value = pl.concat_str(
        pl.lit(f'{{"status":"{status}",'), identifier, pl.lit(","), counts,
        pl.lit(',"ts_ms":'), pl.col("commit_ts").dt.epoch("ms"), pl.lit("}"),
    )  # fmt: skip
    return _record(pl.concat_str(pl.lit("{"), identifier, pl.lit("}")), value, pl.lit("{}"))


ENVELOPE = Envelope(name="debezium", formats=("ndjson",), has_base=True, write=_write)
