"""Maxwell's daemon: one stream of all tables in the order of commits, as its file producer writes it.

Emulated settings: ``output_commit_info=true``, ``output_xoffset=true``, ``output_nulls=true``, the rest as it comes.
Cells are as Maxwell makes them of MySQL's types: decimals numbers with all their digits, booleans 0 and 1
(``tinyint(1)``), times ``YYYY-MM-DD hh:mm:ss`` in UTC (``datetime``), with milliseconds where the column has
them (``datetime(3)``). The base is a bootstrap of each table.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.table import Column, Table
from synth_assets.sinks.envelopes.files import write_lines
from synth_assets.sinks.envelopes.images import changed
from synth_assets.sinks.envelopes.interface import Batch, Envelope
from synth_assets.sinks.envelopes.merge import in_order


def _write(batch: Batch, folder: Path, form: str) -> list[str]:
    path = batch.file_name(form)
    write_lines(folder / path, _bootstraps(batch) if batch.is_base else _changes(batch))
    return [path]


# Changes


def _changes(batch: Batch) -> Iterator[pl.DataFrame]:
    """Lines of one text column ``line``."""
    streams = [_events(batch, batch.tables[name]) for name in batch.chosen]
    # What is not chosen is filtered as Maxwell filters: as if the transaction had no other rows.
    totals = batch.transactions.select("tx_id", pl.sum_horizontal(batch.chosen).cast(pl.Int64).alias("rows"))
    last, rows_before = None, 0
    for frame in in_order(streams):
        carried = pl.when(pl.col("tx_id") == pl.lit(last, pl.Int64)).then(rows_before).otherwise(0)
        place = (pl.col("tx_id").cum_count().over("tx_id") + carried).cast(pl.Int64)
        whole = frame.with_columns(place.alias("place")).join(totals, on="tx_id", how="left", maintain_order="left")
        last, rows_before = whole["tx_id"][-1], whole["place"][-1]
        commit = (
            pl.when(pl.col("place") == pl.col("rows"))
            .then(pl.lit('"commit":true'))
            .otherwise(pl.format('"xoffset":{}', pl.col("place") - 1))
        )
        yield whole.select(pl.concat_str("head", commit, "tail").alias("line"))


def _events(batch: Batch, table: Table) -> Iterator[pl.DataFrame]:
    """``lsn``, ``tx_id``, and the text of each event before and after the commit information."""
    head = pl.format(
        '{},"type":"{}","ts":{},"xid":{},', _start(table), "op", pl.col("commit_ts").dt.epoch("s"), pl.col("tx_id")
    )
    old = pl.concat_str(
        (pl.when(changed(column.name)).then(_member(column, BEFORE)) for column in table.columns),
        separator=",",
        ignore_nulls=True,
    )
    has_old = pl.any_horizontal(changed(column.name) for column in table.columns)
    tails = {
        "insert": pl.concat_str(pl.lit(',"data":'), _row(table.columns, AFTER), pl.lit("}")),
        "update": pl.concat_str(
            pl.lit(',"data":'),
            _row(table.columns, AFTER),
            pl.when(has_old).then(pl.concat_str(pl.lit(',"old":{'), old, pl.lit("}"))).otherwise(pl.lit("")),
            pl.lit("}"),
        ),
        "delete": pl.concat_str(pl.lit(',"data":'), _row(table.columns, BEFORE), pl.lit("}")),
    }
    for frame in batch.logs(table.name):
        # Half of the cells of a log are missing; only what an operation has is made text.
        parts = [
            frame.filter(pl.col("op") == op).select("lsn", "tx_id", head.alias("head"), tail.alias("tail"))
            for op, tail in tails.items()
        ]
        yield pl.concat(parts).sort("lsn", maintain_order=True)


# The base


def _bootstraps(batch: Batch) -> Iterator[pl.DataFrame]:
    for name in batch.chosen:
        table = batch.tables[name]
        line = pl.concat_str(
            _bootstrap(batch, table, "insert"), pl.lit(',"data":'), _row(table.columns, ""), pl.lit("}")
        )
        yield pl.select(pl.concat_str(_bootstrap(batch, table, "start"), pl.lit(',"data":{}}')).alias("line"))
        for frame in batch.logs(name):
            yield frame.select(line.alias("line"))
        yield pl.select(pl.concat_str(_bootstrap(batch, table, "complete"), pl.lit(',"data":{}}')).alias("line"))


def _bootstrap(batch: Batch, table: Table, kind: str) -> pl.Expr:
    return pl.concat_str(_start(table), pl.lit(f',"type":"bootstrap-{kind}","ts":{batch.since}'))


# Cells


def _start(table: Table) -> pl.Expr:
    return pl.lit(f'{{"database":"{table.domain}","table":"{table.name}"')


def _row(columns: Sequence[Column], prefix: str) -> pl.Expr:
    members = pl.concat_str((_member(column, prefix) for column in columns), separator=",")
    return pl.concat_str(pl.lit("{"), members, pl.lit("}"))


def _member(column: Column, prefix: str) -> pl.Expr:
    """``"name":value`` of a cell; never missing."""
    cell = pl.col(prefix + column.name)
    if column.type.kind in {"string", "float"}:
        # Only structs have an encoder.
        return pl.struct(cell.alias(column.name)).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")
    if column.type.kind == "timestamp":
        fraction = "%.3f" if "%.3f" in column.type.text else ""
        text = cell.dt.replace_time_zone(None).dt.strftime(f'"%Y-%m-%d %H:%M:%S{fraction}"')
    elif column.type.kind == "date":
        text = cell.dt.strftime('"%Y-%m-%d"')
    elif column.type.kind == "boolean":
        text = cell.cast(pl.Int8).cast(pl.String)
    else:
        text = cell.cast(pl.String)
    return pl.concat_str(pl.lit(f'"{column.name}":'), text.fill_null("null"))


ENVELOPE = Envelope(name="maxwell", formats=("ndjson",), has_base=True, write=_write, one_stream=True)
