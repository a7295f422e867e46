"""Delta Lake's change data feed, as ``table_changes`` gives it: the table's columns and three about the change.

The feed is written as plain Parquet files, not as a Delta table. A version is a transaction: its number is the
``_commit_version``, so that tables can be compared version by version. Those of one table ascend with gaps,
where Delta would count the table's own commits.
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from synth_assets.model.change_log import utc
from synth_assets.model.table import Column, Table
from synth_assets.model.types import INT64, STRING, TIMESTAMP_UTC
from synth_assets.sinks.envelopes.images import BOTH, IS_BEFORE, images
from synth_assets.sinks.envelopes.interface import BatchToWrite
from synth_assets.sinks.envelopes.rows import BatchRows, RowEnvelope

_FEED = (
    Column("_change_type", STRING, "insert, update_preimage, update_postimage or delete"),
    Column("_commit_version", INT64, "number of the transaction; 0 for the full load"),
    Column("_commit_timestamp", TIMESTAMP_UTC, "time of the commit"),
)
_CHANGE_TYPE = (
    pl.when(pl.col("op") != "update")
    .then(pl.col("op"))
    .when(IS_BEFORE)
    .then(pl.lit("update_preimage"))
    .otherwise(pl.lit("update_postimage"))
)


def _rows(batch: BatchToWrite) -> Iterator[BatchRows]:
    for name in batch.chosen:
        table = batch.tables[name]
        feed = replace(table, columns=(*table.columns, *_FEED))
        yield BatchRows(f"{batch.domain}/{name}/{batch.label}", feed, _frames(batch, table, feed))


def _frames(batch: BatchToWrite, table: Table, feed: Table) -> Iterator[pl.DataFrame]:
    loaded = (pl.lit("insert"), pl.lit(0, pl.Int64), pl.lit(utc(batch.since)).cast(TIMESTAMP_UTC.polars))
    values = loaded if batch.is_base else (_CHANGE_TYPE, pl.col("tx_id"), pl.col("commit_ts"))
    meta = [value.alias(column.name) for value, column in zip(values, _FEED, strict=True)]
    for frame in batch.logs(table.name):
        rows = frame.with_columns(meta) if batch.is_base else images(frame, table, meta, both=BOTH)
        yield rows.select(feed.column_names)


ENVELOPE = RowEnvelope(name="delta", formats=("parquet",), has_base=True, rows=_rows)
