"""AWS DMS with Amazon S3 as its target: full-load files and dated change files, a folder a table.

Emulated settings: ``IncludeOpForFullLoad=true``, ``AddColumnName=true``, ``TimestampColumnName=dms_timestamp``,
``CsvNullValue=``, ``MapBooleanAsBoolean=true``, ``CdcInsertsAndUpdates=false``, ``CdcInsertsOnly=false``,
``PreserveTransactions=false``, and a transformation rule that adds the column ``change_seq`` from
``$AR_H_CHANGE_SEQ``, by which rows of all tables can be ordered. Without before images, a changed key is
written as a delete of the old one and an insert of the new one.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import polars as pl

from synth_assets.model.change_log import utc
from synth_assets.model.table import Column, Table
from synth_assets.model.types import STRING
from synth_assets.sinks.envelopes.cells import nested_text, time_text
from synth_assets.sinks.envelopes.images import IS_BEFORE, images, key_changed
from synth_assets.sinks.envelopes.interface import BatchToWrite
from synth_assets.sinks.envelopes.rows import BatchRows, RowEnvelope

_OP = Column("Op", STRING, "I, U or D")
_TIMESTAMP = Column("dms_timestamp", STRING, "time of the commit; of the full load for its rows")
_SEQUENCE = Column("change_seq", STRING, "$AR_H_CHANGE_SEQ; missing in a full load")

_TIME = "%Y-%m-%d %H:%M:%S%.6f"


def _rows(batch: BatchToWrite) -> Iterator[BatchRows]:
    for name in batch.chosen:
        table = batch.tables[name]
        frames = _frames(batch, table)
        first = next(frames, None)
        if first is None:
            continue  # DMS writes no file without a row
        whole = replace(table, columns=(_OP, _TIMESTAMP, *table.columns, _SEQUENCE))
        yield BatchRows(f"{batch.domain}/{name}/{_file_name(batch)}", whole, chain([first], frames))


def _file_name(batch: BatchToWrite) -> str:
    return "LOAD00000001" if batch.is_base else f"{utc(batch.until):%Y%m%d-%H%M%S}000"


def _frames(batch: BatchToWrite, table: Table) -> Iterator[pl.DataFrame]:
    """Frames with rows only."""
    op = (
        pl.when((pl.col("op") == "delete") | pl.col(IS_BEFORE))
        .then(pl.lit("D"))
        .when((pl.col("op") == "insert") | key_changed(table))
        .then(pl.lit("I"))
        .otherwise(pl.lit("U"))
    )
    committed = pl.col("commit_ts")
    # 16 digits of time, to hundredths, and 19 of a number: as wide as the largest lsn.
    lsn = pl.col("lsn").cast(pl.String).str.zfill(19)
    meta = [
        op.alias(_OP.name),
        time_text(committed, _TIME).alias(_TIMESTAMP.name),
        (time_text(committed, "%Y%m%d%H%M%S00") + lsn).alias(_SEQUENCE.name),
    ]
    loaded = [
        pl.lit("I").alias(_OP.name),
        pl.lit(f"{utc(batch.since):%Y-%m-%d %H:%M:%S}.000000").alias(_TIMESTAMP.name),
        pl.lit(None, pl.String).alias(_SEQUENCE.name),
    ]
    for frame in batch.logs(table.name):
        rows = frame.with_columns(loaded) if batch.is_base else images(frame, table, meta, both=key_changed(table))
        if rows.height:
            yield rows.select(_OP.name, _TIMESTAMP.name, *table.column_names, _SEQUENCE.name)


def _text(column: Column) -> pl.Expr | None:
    return time_text(pl.col(column.name), _TIME) if column.type.kind == "timestamp" else None


ENVELOPE = RowEnvelope(
    name="dms",
    formats=("csv", "parquet"),
    has_base=True,
    rows=_rows,
    texts={"csv": _text, "parquet": nested_text},
)
