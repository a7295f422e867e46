"""Maxwell's daemon: one stream of all tables in the order of commits, as its file producer writes it.

Emulated settings: ``output_commit_info=true``, ``output_xoffset=true``, ``output_nulls=true``, the rest as it comes:
the topic is ``maxwell``, and the primary key is in a record's key only (``kafka_key_format=hash``), not in its value.
Rows of a table without one have no key here, where Maxwell draws a random UUID.
Cells are as Maxwell makes them of MySQL's types: decimals numbers with all their digits, booleans 0 and 1
(``tinyint(1)``), times ``YYYY-MM-DD hh:mm:ss`` in UTC (``datetime``), with a fraction where the column has one
(``datetime(3)``), bytes in Base64, lists and structs JSON within JSON. The base is a bootstrap of each table, or
inserts, as if Maxwell had read the binlog from its beginning (:data:`BASE_AS`).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise

import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE, LSN_BITS
from synth_assets.model.table import Column, Table
from synth_assets.model.types.base import json_text
from synth_assets.sinks.envelopes.cells import sql_time, time_text
from synth_assets.sinks.envelopes.images import changed
from synth_assets.sinks.envelopes.interface import BatchToWrite, EnvelopeOption
from synth_assets.sinks.envelopes.merge import in_order
from synth_assets.sinks.envelopes.messages import MessageEnvelope, Topic, record, value_line
from synth_assets.sinks.envelopes.places import with_places

TOPIC = "maxwell"

BASE_AS = EnvelopeOption(
    "base_as",
    ("bootstrap", "insert"),
    "the full load as a bootstrap of each table, or as inserts of one transaction",
)
"""Readers that know no ``bootstrap-start`` fail over it, over the real Maxwell's as well."""


def _topics(batch: BatchToWrite) -> Iterator[Topic]:
    base = _bootstraps if batch.options[BASE_AS.name] == "bootstrap" else _inserts
    yield Topic(TOPIC, (base if batch.is_base else _changes)(batch))


# Changes


def _changes(batch: BatchToWrite) -> Iterator[pl.DataFrame]:
    streams = [_events(batch, batch.tables[name]) for name in batch.chosen]
    # What is not chosen is filtered as Maxwell filters: as if the transaction had no other rows.
    totals = batch.transactions.select("tx_id", pl.sum_horizontal(batch.chosen).cast(pl.Int64).alias("rows"))
    commit = (
        pl.when(pl.col("place") == pl.col("rows"))
        .then(pl.lit('"commit":true'))
        .otherwise(pl.format('"xoffset":{}', pl.col("place") - 1))
    )
    columns = record(TOPIC, pl.col("key"), pl.concat_str("head", commit, "tail"))
    for frame in with_places(in_order(streams), "place"):
        yield frame.join(totals, on="tx_id", how="left", maintain_order="left").select(columns)


def _events(batch: BatchToWrite, table: Table) -> Iterator[pl.DataFrame]:
    """``lsn``, ``tx_id``, ``key``, and the text of each event before and after the commit information."""
    head = pl.format(
        '{},"type":"{}","ts":{},"xid":{},', _start(table), "op", pl.col("commit_ts").dt.epoch("s"), pl.col("tx_id")
    )
    old = pl.concat_str(
        (
            pl.when(changed(column.name)).then(_member(column.name, column, pl.col(BEFORE + column.name)))
            for column in table.columns
        ),
        separator=",",
        ignore_nulls=True,
    )
    has_old = pl.any_horizontal(changed(column.name) for column in table.columns)
    more = pl.when(has_old).then(pl.concat_str(pl.lit(',"old":{'), old, pl.lit("}"))).otherwise(pl.lit(""))
    kinds = (("insert", AFTER, pl.lit("")), ("update", AFTER, more), ("delete", BEFORE, pl.lit("")))
    for frame in batch.logs(table.name):
        # Half of the cells of a log are missing; only what an operation has is made text.
        parts = [
            frame.filter(pl.col("op") == op).select(
                "lsn",
                "tx_id",
                _key(table, lambda column, image=image: pl.col(image + column.name)).alias("key"),
                head.alias("head"),
                pl.concat_str(pl.lit(',"data":'), _row(table.columns, image), rest, pl.lit("}")).alias("tail"),
            )
            for op, image, rest in kinds
        ]
        yield pl.concat(parts).sort("lsn", maintain_order=True)


# The base


def _bootstraps(batch: BatchToWrite) -> Iterator[pl.DataFrame]:
    for name in batch.chosen:
        table = batch.tables[name]
        row = pl.concat_str(
            _bootstrap(batch, table, "insert"), pl.lit(',"data":'), _row(table.columns, ""), pl.lit("}")
        )
        rows = record(TOPIC, _key(table, lambda column: pl.col(column.name)), row)
        yield _bracket(batch, table, "start")
        for frame in batch.logs(name):
            yield frame.select(rows)
        yield _bracket(batch, table, "complete")


def _inserts(batch: BatchToWrite) -> Iterator[pl.DataFrame]:
    """The rows as inserts of one transaction, the last one commits it; a frame waits until it is known to be that."""
    place = 0
    for frame, following in pairwise(chain(_inserted(batch), [None])):
        assert frame is not None  # noqa: S101 - only the last one is
        commit = pl.format('"xoffset":{}', pl.int_range(place, place + pl.len()))
        if following is None:
            commit = pl.when(pl.int_range(pl.len()) == pl.len() - 1).then(pl.lit('"commit":true')).otherwise(commit)
        place += frame.height
        yield frame.select(record(TOPIC, pl.col("key"), pl.concat_str("head", commit, "tail")))


def _inserted(batch: BatchToWrite) -> Iterator[pl.DataFrame]:
    """``key``, and the text of each row's insert before and after the commit information."""
    for name in batch.chosen:
        table = batch.tables[name]
        head = pl.concat_str(_start(table), pl.lit(f',"type":"insert","ts":{batch.since},"xid":{_BASE_XID},'))
        tail = pl.concat_str(pl.lit(',"data":'), _row(table.columns, ""), pl.lit("}"))
        key = _key(table, lambda column: pl.col(column.name))
        for frame in batch.logs(name):
            if frame.height:
                yield frame.select(key.alias("key"), head.alias("head"), tail.alias("tail"))


_BASE_XID = 1 << LSN_BITS
"""Just before the first transaction of the first batch."""


def _bracket(batch: BatchToWrite, table: Table, kind: str) -> pl.DataFrame:
    """The one record before or after a table's rows."""
    key = _key(table, lambda column: pl.lit(None, column.type.polars))
    return pl.select(record(TOPIC, key, pl.concat_str(_bootstrap(batch, table, kind), pl.lit(',"data":{}}'))))


def _bootstrap(batch: BatchToWrite, table: Table, kind: str) -> pl.Expr:
    return pl.concat_str(_start(table), pl.lit(f',"type":"bootstrap-{kind}","ts":{batch.since}'))


# Cells


def _start(table: Table) -> pl.Expr:
    return pl.lit(f'{{"database":"{table.domain}","table":"{table.name}"')


def _key(table: Table, cell: Callable[[Column], pl.Expr]) -> pl.Expr:
    """The record's key; missing in a table without one."""
    if not table.key:
        return pl.lit(None, pl.String)
    columns = (table.column(name) for name in table.key.columns)
    members = [_member(f"pk.{column.name.lower()}", column, cell(column)) for column in columns]
    return pl.concat_str(pl.concat_str(_start(table), *members, separator=","), pl.lit("}"))


def _row(columns: Sequence[Column], prefix: str) -> pl.Expr:
    members = (_member(column.name, column, pl.col(prefix + column.name)) for column in columns)
    return pl.concat_str(pl.lit("{"), pl.concat_str(members, separator=","), pl.lit("}"))


def _member(name: str, column: Column, cell: pl.Expr) -> pl.Expr:
    """``"name":value`` of a cell; never missing."""
    return pl.concat_str(pl.lit(f'"{name}":'), _value(column, cell).fill_null("null"))


def _value(column: Column, cell: pl.Expr) -> pl.Expr:
    """The JSON of a cell; missing where it is."""
    match column.type.kind:
        case "timestamp":
            return time_text(cell, f'"{sql_time(column)}"')
        case "date":
            return cell.dt.strftime('"%Y-%m-%d"')
        case "boolean" | "integer" | "decimal" as kind:
            return (cell.cast(pl.Int8) if kind == "boolean" else cell).cast(pl.String)
        case "json":
            return cell.str.replace_all(r"[\r\n]", " ")  # in one line; within its texts they are escaped
        case "binary":
            return json_text(column.type.as_text(cell))
        case _:
            return json_text(cell)


ENVELOPE = MessageEnvelope(
    name="maxwell", has_base=True, one_stream=True, topics=_topics, line=value_line, options=(BASE_AS,)
)
