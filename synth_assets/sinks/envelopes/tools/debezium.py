"""Debezium's PostgreSQL connector, 3.6.3: Kafka records as JSON, a folder a topic.

Emulated settings: ``plugin.name=pgoutput``, ``topic.prefix=synth``, ``snapshot.mode=initial``, ``table.include.list``
in the order of the tables, ``decimal.handling.mode=string``, ``time.precision.mode=adaptive``,
``provide.transaction.metadata=true``, ``tombstones.on.delete=true``, ``extended.headers.enabled=false``; columns have
the types of :meth:`~synth_assets.model.types.base.ColumnType.sql`, so times have six digits. There is no clock, so
``ts_ms`` of a record is that of its source, the commit. ``proof/debezium.py`` compares all of it with the connector.

Two options say the rest: which records are sent (:data:`RECORDS`) and what the database tells (:data:`IDENTITY`).

PostgreSQL moves text away in rows of more than about 2,000 bytes, which hardly any is here. So all text longer than
:data:`LONG_TEXT_BYTES` counts as moved away: descriptions of products do, names don't.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE, LSN_BITS, OPS
from synth_assets.model.table import Table
from synth_assets.sinks.envelopes import connect, connect_schemas
from synth_assets.sinks.envelopes.images import changed, key_changed
from synth_assets.sinks.envelopes.interface import BatchToWrite, EnvelopeOption
from synth_assets.sinks.envelopes.loads import Load
from synth_assets.sinks.envelopes.messages import (
    NO_HEADERS,
    MessageEnvelope,
    Topic,
    header,
    keyed_line,
    record,
    value_line,
)
from synth_assets.sinks.envelopes.moved_keys import MovedKeys
from synth_assets.sinks.envelopes.places import with_places

VERSION = "3.6.3.Final"
PREFIX = DATABASE = "synth"
UNAVAILABLE = "__debezium_unavailable_value"
LONG_TEXT_BYTES = 64

RECORDS = EnvelopeOption(
    "records",
    ("value", "keyed", "schema", "flat"),
    "a line is a record's value; or key, value and headers; or the value with its Connect schema; "
    "or the row, flattened as by ExtractNewRecordState",
)
"""``schema`` has ``converter.schemas.enable=true``, the others ``false``; ``flat`` is by ExtractNewRecordState with
``delete.tombstone.handling.mode=rewrite`` and ``add.fields=op,table,lsn,txId,source.ts_ms,transaction.total_order``."""

IDENTITY = EnvelopeOption(
    "identity",
    ("full", "default"),
    "REPLICA IDENTITY of the tables: before is the whole row; or only of deletes, only the key, "
    "and unchanged long text has a placeholder",
)
"""A table without a key has FULL either way: PostgreSQL refuses to update it otherwise."""

_SNAPSHOT_LSN = 1 << LSN_BITS
"""Just before the first event of the first batch; the snapshot's transaction has the same number."""

_TRANSACTIONS = f"{PREFIX}.transaction"

_ROW, _PLACE, _TOTAL, _ORDER, _SNAPSHOT = "$row", "$place", "$total", "$order", "$snapshot"
_NULL = pl.lit("null")
_MISSING = pl.lit(None, pl.String)


class _Form:
    """What the options of a batch mean."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self.has_schemas = options[RECORDS.name] == "schema"
        self.is_flat = options[RECORDS.name] == "flat"
        self._is_full = options[IDENTITY.name] == "full"

    def is_full(self, table: Table) -> bool:
        """Whether the database tells whole rows as they were."""
        return self._is_full or not table.key

    def written(self, schema: Callable[[], connect.Schema], json: pl.Expr) -> pl.Expr:
        """JSON with its schema, or without."""
        return connect.with_schema(schema(), json) if self.has_schemas else json


def _topics(batch: BatchToWrite) -> Iterator[Topic]:
    form = _Form(batch.options)
    load, moved = Load(batch), MovedKeys(batch)
    for name in batch.chosen:
        table = batch.tables[name]
        frames = _snapshot(batch, table, form, load) if batch.is_base else _changes(batch, table, form, moved)
        yield Topic(_topic(table), frames)
    if not batch.is_base:
        yield Topic(_TRANSACTIONS, iter([_boundaries(batch, form, moved)]))


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

    @property
    def more(self) -> int:
        """By how much its numbers are those of a later event: a changed key is told as two."""
        return int(self.op == "c" and bool(self.header))


def _kinds(table: Table, form: _Form) -> list[_Kind]:
    is_insert, is_update, is_delete = (pl.col("op") == op for op in OPS)
    is_moved = key_changed(table)
    kinds = (
        _Kind(is_insert, 0, "c", AFTER),
        _Kind(is_update & ~is_moved, 0, "u", AFTER),
        _Kind(is_delete, 0, "d", BEFORE),
        _Kind(is_delete, 1, "", BEFORE),
        _Kind(is_moved, 0, "d", BEFORE, "__debezium.newkey"),
        _Kind(is_moved, 1, "", BEFORE, "__debezium.newkey"),
        _Kind(is_moved, 2, "c", AFTER, "__debezium.oldkey"),
    )
    return [kind for kind in kinds if kind.op or not form.is_flat]  # flattening drops tombstones


def _changes(batch: BatchToWrite, table: Table, form: _Form, moved: MovedKeys) -> Iterator[pl.DataFrame]:
    kinds = _kinds(table, form)
    numbers = (pl.col("tx_seq") + moved.before(), pl.col(_ORDER) + moved.before(table.name))
    for frame in with_places(batch.logs(table.name), _ORDER):
        events = frame.with_row_index(_ROW).with_columns(
            number.cast(pl.Int64).alias(name) for number, name in zip(numbers, (_TOTAL, _ORDER), strict=True)
        )
        records = [
            events.filter(kind.events).select(
                _ROW, pl.lit(kind.place).alias(_PLACE), *_record(batch.number, table, kind, form)
            )
            for kind in kinds
        ]
        yield pl.concat(some for some in records if some.height).sort(_ROW, _PLACE).drop(_ROW, _PLACE)


def _record(batch: int, table: Table, kind: _Kind, form: _Form) -> list[pl.Expr]:
    key, other = _key(table, kind.key, form), _key(table, BEFORE if kind.key == AFTER else AFTER, form)
    headers = header(kind.header, other) if kind.header else NO_HEADERS
    return record(_topic(table), key, _change(batch, table, kind, form) if kind.op else _MISSING, headers)


def _change(batch: int, table: Table, kind: _Kind, form: _Form) -> pl.Expr:
    lsn, op, is_full = pl.col("lsn"), kind.op, form.is_full(table)
    # What was committed before. The events are numbered through, and the number after the last one is the commit's: so
    # it is where this transaction begins. Between batches the database commits something else, as a heartbeat does.
    begun = lsn - pl.col("tx_seq")
    between = pl.lit(f'\\"{batch << LSN_BITS}\\"') if batch > 1 else _NULL  # nothing yet since the snapshot
    done = pl.when(begun == batch << LSN_BITS).then(between).otherwise(pl.format('\\"{}\\"', begun + 1))
    was = _row(table, BEFORE) if is_full else connect.key_only(table, BEFORE)
    return _value(
        table,
        form,
        _Told(
            op,
            before=_NULL if op == "c" or (op == "u" and not is_full) else was,
            after=_NULL if op == "d" else _row(table, AFTER, leaves_out=not is_full and (op == "u" or kind.more == 1)),
            milliseconds=pl.col("commit_ts").dt.epoch("ms"),
            snapshot=pl.lit("false"),
            tx_id=pl.col("tx_id"),
            lsn=lsn,
            done=done,
            total_order=pl.col(_TOTAL) + kind.more,
            collection_order=pl.col(_ORDER) + kind.more,
        ),
    )


# The base


def _snapshot(batch: BatchToWrite, table: Table, form: _Form, load: Load) -> Iterator[pl.DataFrame]:
    """Records of a snapshot, each marked with its place in it."""
    lsn = pl.lit(_SNAPSHOT_LSN)
    told = _Told(
        "r",
        before=_NULL,
        after=_row(table, ""),
        milliseconds=pl.lit(batch.since * 1_000),
        snapshot=pl.col(_SNAPSHOT),
        tx_id=lsn,
        lsn=lsn,
        done=_NULL,
    )
    columns = record(_topic(table), _key(table, "", form), _value(table, form, told))
    for frame in _marked(table.name, load):
        yield frame.select(columns)


def _marked(name: str, load: Load) -> Iterator[pl.DataFrame]:
    """Frames with the places of rows; the first and the last of all are those of the tables that have any."""
    first = "first" if load.is_first(name) else "first_in_data_collection"
    is_begun = False
    for frame, following in pairwise(chain(load.frames(name), [None])):
        assert frame is not None  # noqa: S101 - only the last one is
        marks = np.full(frame.height, "true", dtype=object)
        last = ""
        if following is None:
            last = marks[-1] = "last" if load.is_last(name) else "last_in_data_collection"
        # A row that is first and last is the last, but the very first one is that.
        if not is_begun and (frame.height > 1 or following is not None or (first == "first" and last != "last")):
            marks[0] = first
        is_begun = True
        yield frame.with_columns(pl.Series(_SNAPSHOT, marks, dtype=pl.String))


# Parts of a record, as JSON


class _Told(NamedTuple):
    """What is told of a row; ``done`` is within a text, its quotes are escaped."""

    op: str
    before: pl.Expr
    after: pl.Expr
    milliseconds: pl.Expr
    snapshot: pl.Expr
    tx_id: pl.Expr
    lsn: pl.Expr
    done: pl.Expr
    total_order: pl.Expr | None = None
    collection_order: pl.Expr | None = None


def _key(table: Table, prefix: str, form: _Form) -> pl.Expr:
    """The key's columns as an object; missing in a table without a key."""
    columns = [table.column(name) for name in table.key.columns]
    if not columns:
        return _MISSING
    cells = [connect.connect_cell(one.type, pl.col(prefix + one.name)).alias(one.name) for one in columns]
    return form.written(lambda: connect_schemas.key_of_row(columns, _topic(table)), connect.row_json(cells))


def _row(table: Table, prefix: str, *, leaves_out: bool = False) -> pl.Expr:
    """The row as an object, or without what is long and the same."""
    cells: list[pl.Expr] = []
    for column in table.columns:
        raw = pl.col(prefix + column.name)
        cell = connect.connect_cell(column.type, raw)
        if leaves_out and column.type.kind == "string":
            is_left_out = (raw.str.len_bytes() > LONG_TEXT_BYTES) & ~changed(column.name)
            cell = pl.when(is_left_out).then(pl.lit(UNAVAILABLE)).otherwise(cell)
        cells.append(cell.alias(column.name))
    return connect.row_json(cells)


def _value(table: Table, form: _Form, told: _Told) -> pl.Expr:
    if form.is_flat:
        return _flattened(table, told)
    return form.written(lambda: connect_schemas.change(table, _topic(table)), _enveloped(table, told))


def _enveloped(table: Table, told: _Told) -> pl.Expr:
    time = told.milliseconds.cast(pl.String)
    micro, nano = pl.concat_str(time, pl.lit("000")), pl.concat_str(time, pl.lit("000000"))
    transaction = _NULL
    if told.total_order is not None and told.collection_order is not None:
        transaction = pl.concat_str(
            pl.lit('{"id":"'), told.tx_id, pl.lit(":"), told.lsn,
            pl.lit('","total_order":'), told.total_order,
            pl.lit(',"data_collection_order":'), told.collection_order, pl.lit("}"),
        )  # fmt: skip
    return pl.concat_str(
        pl.lit('{"before":'), told.before,
        pl.lit(',"after":'), told.after,
        pl.lit(f',"source":{{"version":"{VERSION}","connector":"postgresql","name":"{PREFIX}","ts_ms":'), time,
        pl.lit(',"snapshot":"'), told.snapshot,
        pl.lit(f'","db":"{DATABASE}","sequence":"['), told.done, pl.lit(',\\"'), told.lsn,
        pl.lit('\\"]","ts_us":'), micro, pl.lit(',"ts_ns":'), nano,
        pl.lit(f',"schema":"{table.domain}","table":"{table.name}","txId":'), told.tx_id,
        pl.lit(',"lsn":'), told.lsn,
        pl.lit(',"xmin":null,"origin":null,"origin_lsn":null},"transaction":'), transaction,
        pl.lit(f',"op":"{told.op}","ts_ms":'), time, pl.lit(',"ts_us":'), micro, pl.lit(',"ts_ns":'), nano,
        pl.lit("}"),
    )  # fmt: skip


def _flattened(table: Table, told: _Told) -> pl.Expr:
    """The row as it is, or of a delete as it was, and what ``add.fields`` names; :data:`RECORDS` has the settings."""
    is_deleted = told.op == "d"
    return pl.concat_str(
        (told.before if is_deleted else told.after).str.strip_suffix("}"),
        pl.lit(f',"__deleted":"{str(is_deleted).lower()}","__op":"{told.op}","__table":"{table.name}"'),
        pl.lit(',"__lsn":'), told.lsn,
        pl.lit(',"__txId":'), told.tx_id,
        pl.lit(',"__source_ts_ms":'), told.milliseconds,
        pl.lit(',"__transaction_total_order":'), _NULL if told.total_order is None else told.total_order, pl.lit("}"),
    )  # fmt: skip


# Transactions


def _boundaries(batch: BatchToWrite, form: _Form, moved: MovedKeys) -> pl.DataFrame:
    """BEGIN and END of every transaction, with its records per table; all tables, whichever were chosen.

    An identifier is ``txId:LSN``, with the LSN of the first event, or of the commit, where the next transaction
    begins. Consumers group by what is before the colon.
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
        pl.lit('"event_count":'), "tx_records", pl.lit(',"data_collections":['), collections, pl.lit("]")
    )
    none = pl.lit('"event_count":null,"data_collections":null')
    messages = (
        _boundary("BEGIN", last - pl.col("tx_total") + 1, none, form),
        _boundary("END", last + 1, counts, form),
    )
    transactions = moved.counted(batch.transactions).with_row_index(_ROW)
    both = pl.concat(transactions.select(_ROW, *columns) for columns in messages)
    return both.sort(_ROW, maintain_order=True).drop(_ROW)


def _boundary(status: str, lsn: pl.Expr, counts: pl.Expr, form: _Form) -> list[pl.Expr]:
    """The columns of a record."""
    identifier = pl.concat_str(pl.lit('"id":"'), "tx_id", pl.lit(":"), lsn, pl.lit('"'))
    value = pl.concat_str(
        pl.lit(f'{{"status":"{status}",'), identifier, pl.lit(","), counts,
        pl.lit(',"ts_ms":'), pl.col("commit_ts").dt.epoch("ms"), pl.lit("}"),
    )  # fmt: skip
    key = pl.concat_str(pl.lit("{"), identifier, pl.lit("}"))
    return record(
        _TRANSACTIONS,
        form.written(connect_schemas.boundary_key, key),
        form.written(connect_schemas.boundary, value),
    )


def _line(records: pl.DataFrame, options: Mapping[str, str]) -> pl.DataFrame:
    return keyed_line(records) if options[RECORDS.name] == "keyed" else value_line(records)


ENVELOPE = MessageEnvelope(name="debezium", has_base=True, topics=_topics, line=_line, options=(RECORDS, IDENTITY))
