r"""CSV: a header, ``\n`` after each row, text quoted where it has to be, a missing cell an empty field.

Cells are written as their types say (:meth:`~synth_assets.model.types.ColumnType.as_text`): timestamps in one form
a type, decimals with all their digits, booleans as ``true`` and ``false``, lists and structs as JSON. Empty text is
refused: readers don't agree on whether ``""`` is a text or a missing cell.
"""

from pathlib import Path
from typing import BinaryIO, Literal, cast

import polars as pl

from synth_assets.model.table import Table
from synth_assets.model.types.base import EMPTY_TEXT, FAR_TIMES, FINER_TIMES, NESTED_NOT_FINITE, UNTOLD_INSIDE
from synth_assets.sinks.capabilities import BYTE_ORDER_MARK, DOUBLE_QUOTE, Capabilities
from synth_assets.sinks.interface import BY_FOLDER, TEXT_CODECS, Encoding, FileFormat, Foreign
from synth_assets.sinks.part_reader import check_columns


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    compression = "uncompressed" if encoding.compression == "none" else encoding.compression
    frames.with_columns(c.type.as_text(pl.col(c.name)).alias(c.name) for c in table.columns).sink_csv(
        file,
        compression=cast('Literal["uncompressed", "gzip", "zstd"]', compression),
        compression_level=encoding.level,
        engine="streaming",
    )


def _scan(path: Path, table: Table) -> pl.LazyFrame:
    check_columns(path, table, pl.scan_csv(path, infer_schema=False, glob=False).collect_schema().names())
    as_read = {column.name: column.type.text_dtype for column in table.columns}
    return pl.scan_csv(path, schema=as_read, glob=False).with_columns(
        column.type.from_text(pl.col(column.name)).alias(column.name)
        for column in table.columns
        if not column.type.text_dtype_is_own
    )


FORMAT = FileFormat(
    name="csv",
    suffix=".csv",
    codecs=TEXT_CODECS,
    sink=_sink,
    scan=_scan,
    foreign=Foreign(
        called="CSV",
        endings=(".csv", ".tsv"),
        # Nothing is guessed. Smaller pieces than DuckDB's own, or compressed files don't fit its memory.
        reader="read_csv({files}, auto_detect = false, header = true, columns = {columns}, delim = '{delimiter}',"
        " quote = '\"', escape = '\"', nullstr = ['', '\\N'], hive_partitioning = false, filename = '{file}',"
        " buffer_size = 8388608)",
    ),
    look="import duckdb; duckdb.read_csv({place}, hive_partitioning=False).limit(5).show()",
    capabilities=Capabilities(
        idempotent_by=BY_FOLDER,
        lacks={
            EMPTY_TEXT: "which CSV can't tell from a missing cell",
            FAR_TIMES: "which no reader of CSV takes",
            FINER_TIMES: "which its text would cut",
            NESTED_NOT_FINITE: "which JSON hasn't",
            UNTOLD_INSIDE: "which is how CSV holds lists and structs",
            DOUBLE_QUOTE: "which readers of CSV leave doubled in a header",
            BYTE_ORDER_MARK: "which readers of CSV take for the file's",
        },
    ),
)
