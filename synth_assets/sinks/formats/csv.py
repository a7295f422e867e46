r"""CSV: a header, ``\n`` after each row, text quoted where it has to be, a missing cell an empty field.

Cells are written as their types say (:meth:`~synth_assets.model.types.ColumnType.as_text`): timestamps in one form
a type, decimals with all their digits, booleans as ``true`` and ``false``, lists and structs as JSON. Empty text is
refused: readers don't agree on whether ``""`` is a text or a missing cell.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import polars as pl

from synth_assets.model.table import Table
from synth_assets.model.types.base import EMPTY_TEXT, FAR_TIMES, FINER_TIMES, NESTED_NOT_FINITE, UNTOLD_INSIDE
from synth_assets.sinks.capabilities import BYTE_ORDER_MARK, DOUBLE_QUOTE, Capabilities
from synth_assets.sinks.compressions import TEXT_CODECS
from synth_assets.sinks.interface import BY_FOLDER, Encoding, FileFormat, Foreign
from synth_assets.sinks.part_reader import check_columns
from synth_assets.sinks.text_files import blocks, compressed, first_rows, polars_reads, row_end

_COMMA = ","


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding, *, separator: str = _COMMA) -> None:
    with compressed(file, encoding) as (to, how):
        frames.with_columns(c.type.as_text(pl.col(c.name)).alias(c.name) for c in table.columns).sink_csv(
            to, separator=separator, engine="streaming", **how
        )


def _scan(path: Path, table: Table, *, separator: str = _COMMA) -> pl.LazyFrame | Iterator[pl.LazyFrame]:
    if polars_reads(path):
        header = pl.scan_csv(path, separator=separator, infer_schema=False, glob=False)
        check_columns(path, table, header.collect_schema().names())
        return _rows(path, table, separator)
    begin = first_rows(path, row_end)
    check_columns(path, table, pl.read_csv(begin, separator=separator, infer_schema=False).columns)
    texts = enumerate(blocks(path, row_end))
    return (_rows(BytesIO(text), table, separator, has_header=at == 0) for at, text in texts)


def _rows(source: Path | BytesIO, table: Table, separator: str, *, has_header: bool = True) -> pl.LazyFrame:
    as_read = {column.name: column.type.text_dtype for column in table.columns}
    return pl.scan_csv(source, has_header=has_header, separator=separator, schema=as_read, glob=False).with_columns(
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
    look_opened="print(polars.read_csv({file}, n_rows=5))",
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


def separated(separator: str) -> FileFormat:
    """The format with another sign between cells, for files that somebody asks for by name; one of a byte."""
    return replace(FORMAT, sink=partial(_sink, separator=separator), scan=partial(_scan, separator=separator))
