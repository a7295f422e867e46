"""SQL Server's change data capture: the change tables and the map from their LSNs to times.

A number of the log, batch x 2^40 + place, becomes a binary(10) of three parts like SQL Server's own: four bytes
of the batch, and the place in four and two. The commit's ``__$start_lsn`` is the number of the transaction's
last event; ``__$seqval`` is the event's own. There is no full load: SQL Server captures changes only.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from synth_assets.model.change_log import LSN_BITS
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import BINARY, INT32, TIMESTAMP
from synth_assets.sinks.envelopes.cells import nested_text, sql_time, time_text
from synth_assets.sinks.envelopes.images import BOTH, IS_BEFORE, changed, images
from synth_assets.sinks.envelopes.interface import BatchToWrite
from synth_assets.sinks.envelopes.rows import BatchRows, RowEnvelope

_FIRST = (
    Column("__$start_lsn", BINARY, "LSN of the commit, binary(10)"),
    Column("__$end_lsn", BINARY, "always null"),
    Column("__$seqval", BINARY, "LSN of the change, binary(10)"),
    Column("__$operation", INT32, "1 delete, 2 insert, 3 update: before, 4 update: after"),
    Column("__$update_mask", BINARY, "a bit a column, the first column the lowest; all set unless an update"),
)
_LAST = Column("__$command_id", INT32, "place of the operation in the transaction")

_MAPPING = Table(
    domain="cdc",
    name="lsn_time_mapping",
    doc="Transactions.",
    grain="one transaction",
    key=Key.of(""),
    columns=(
        Column("start_lsn", BINARY, "LSN of the commit"),
        Column("tran_begin_time", TIMESTAMP, "when the transaction began, UTC"),
        Column("tran_end_time", TIMESTAMP, "when it was committed, UTC"),
        Column("tran_id", BINARY, "number of the transaction"),
    ),
)

_OPERATION = (
    pl.when(pl.col("op") == "delete")
    .then(1)
    .when(pl.col("op") == "insert")
    .then(2)
    .when(IS_BEFORE)
    .then(3)
    .otherwise(4)
    .cast(pl.Int32)
)


def _rows(batch: BatchToWrite) -> Iterator[BatchRows]:
    yield BatchRows(f"cdc.lsn_time_mapping/{batch.label}", _MAPPING, iter([_mapping(batch.transactions)]))
    for name in batch.chosen:
        table = batch.tables[name]
        change_table = replace(table, columns=(*_FIRST, *table.columns, _LAST))
        place = f"cdc.{batch.domain}_{name}_CT/{batch.label}"
        yield BatchRows(place, change_table, _frames(batch, table, change_table))


def _frames(batch: BatchToWrite, table: Table, change_table: Table) -> Iterator[pl.DataFrame]:
    for frame in batch.logs(table.name):
        commit = frame["lsn"].to_numpy() - frame["tx_seq"].to_numpy() + frame["tx_total"].to_numpy()
        rows = frame.with_columns(
            _binary("__$start_lsn", _lsn_bytes(commit)),
            pl.lit(None, pl.Binary).alias("__$end_lsn"),
            _binary("__$seqval", _lsn_bytes(frame["lsn"].to_numpy())),
            _binary("__$update_mask", _masks(frame, table)),
        )
        meta = [
            *(pl.col(column.name) for column in _FIRST if column.name != "__$operation"),
            _OPERATION.alias("__$operation"),
            pl.col("tx_seq").alias(_LAST.name),
        ]
        yield images(rows, table, meta, both=BOTH).select(change_table.column_names)


def _mapping(transactions: pl.DataFrame) -> pl.DataFrame:
    tx_id, total = transactions["tx_id"].to_numpy(), transactions["tx_total"].to_numpy().astype(np.int64)
    # Events are numbered through all transactions of the batch, so sums say where each one ends.
    commit = (tx_id >> LSN_BITS << LSN_BITS) + np.cumsum(total)
    time = transactions["commit_ts"].dt.replace_time_zone(None)
    return pl.DataFrame(
        [
            _binary("start_lsn", _lsn_bytes(commit)),
            time.alias("tran_begin_time"),
            time.alias("tran_end_time"),
            _binary("tran_id", _lsn_bytes(tx_id)),
        ]
    )


def _lsn_bytes(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Shape (n, 10): the batch in four bytes and the place in six."""
    found = np.empty((len(numbers), 10), dtype=np.uint8)
    found[:, 2:] = (numbers & ((1 << LSN_BITS) - 1)).astype(">u8").view(np.uint8).reshape(-1, 8)
    found[:, :4] = (numbers >> LSN_BITS).astype(">u4").view(np.uint8).reshape(-1, 4)
    return found


def _masks(frame: pl.DataFrame, table: Table) -> NDArray[np.uint8]:
    """Shape (n, bytes): big-endian numbers whose lowest bit is the first column."""
    names = table.column_names
    others = pl.col("op") != "update"
    bits = frame.select((others | changed(name)).alias(name) for name in names).to_numpy()
    padded = np.zeros((frame.height, -len(names) % 8 + len(names)), dtype=np.bool_)
    padded[:, -len(names) :] = bits[:, ::-1]
    return np.packbits(padded, axis=1)


def _binary(name: str, data: NDArray[np.uint8]) -> pl.Series:
    count, width = data.shape
    array = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), count, [None, pa.py_buffer(data.tobytes())])
    return pl.Series(name, pl.from_arrow(array), dtype=pl.Binary)


def _text(column: Column) -> pl.Expr | None:
    """Cells as SQL Server shows them: bits, binaries in hexadecimal, times as datetime2 in UTC."""
    cell = pl.col(column.name)
    if column.type.kind == "binary":
        return pl.lit("0x") + cell.bin.encode("hex").str.to_uppercase()
    if column.type.kind == "boolean":
        return cell.cast(pl.Int8).cast(pl.String)
    if column.type.kind == "timestamp":
        return time_text(cell, sql_time(column))
    return None


ENVELOPE = RowEnvelope(
    name="sqlserver",
    formats=("parquet", "csv"),
    has_base=False,
    rows=_rows,
    texts={"csv": _text, "parquet": nested_text},
)
