r"""CSV: a header, ``\n`` after each row, text quoted where it has to be, a missing cell an empty field.

Timestamps are written as their type says (:attr:`~synth_assets.model.types.ColumnType.text`), decimals
with all their digits, booleans as ``true`` and ``false``, lists as JSON arrays. Empty text is refused:
readers don't agree on whether ``""`` is a text or a missing cell.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Literal, cast

import polars as pl

from synth_assets.errors import DataError
from synth_assets.model.table import Column, Table
from synth_assets.sinks.interface import TEXT_CODECS, Encoding, FileFormat
from synth_assets.sinks.part_reader import check_columns
from synth_assets.sinks.timestamp_text import check_timestamps, parsed_timestamp, timestamp_texts

_PARSED_BY_THE_READER = {"integer", "float", "boolean", "string"}


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    compression = "uncompressed" if encoding.compression == "none" else encoding.compression
    frames.with_columns(*timestamp_texts(table.columns), *_list_texts(table.columns)).sink_csv(
        file,
        compression=cast('Literal["uncompressed", "gzip", "zstd"]', compression),
        compression_level=encoding.level,
        engine="streaming",
    )


def _list_texts(columns: Iterable[Column]) -> list[pl.Expr]:
    return [
        # Only structs have an encoder: {"":[…]} without its first four bytes and its last.
        pl.when(pl.col(column.name).is_not_null())
        .then(pl.struct(pl.col(column.name).alias("")).struct.json_encode().str.slice(4).str.strip_suffix("}"))
        .alias(column.name)
        for column in columns
        if column.type.kind == "list"
    ]


def _check(frame: pl.DataFrame, table: Table) -> None:
    """Raise :class:`DataError` unless text can hold each cell."""
    check_timestamps(frame, table)
    for column in table.columns:
        if column.type.kind == "string" and (frame[column.name].str.len_bytes() == 0).any():
            raise DataError(
                f"{table.path}: column {column.name} has empty text, which CSV can't tell from a missing cell.\n"
                "  Choose another format, or make the column nullable and its empty cells missing."
            )


def _scan(path: Path, table: Table) -> pl.LazyFrame:
    check_columns(path, table, pl.scan_csv(path, infer_schema=False, glob=False).collect_schema().names())
    as_read = {c.name: c.type.polars if c.type.kind in _PARSED_BY_THE_READER else pl.String() for c in table.columns}
    return pl.scan_csv(path, schema=as_read, glob=False).with_columns(
        _parsed(c) for c in table.columns if c.type.kind not in _PARSED_BY_THE_READER
    )


def _parsed(column: Column) -> pl.Expr:
    text, dtype = pl.col(column.name), column.type.polars
    if column.type.kind == "timestamp":
        return parsed_timestamp(column)
    if column.type.kind == "date":
        return text.str.to_date("%Y-%m-%d", strict=True)
    if column.type.kind == "list":
        return text.str.json_decode(dtype)
    return text.cast(dtype, strict=True)


FORMAT = FileFormat(
    name="csv",
    suffix=".csv",
    codecs=TEXT_CODECS,
    sink=_sink,
    scan=_scan,
    check=_check,
)
