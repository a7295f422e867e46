r"""CSV: a header, ``\n`` after each row, text quoted where it has to be, a missing cell an empty field.

Timestamps are written as their type says (:attr:`~synth_assets.model.types.ColumnType.text`), decimals
with all their digits, booleans as ``true`` and ``false``. Empty text is refused: readers don't agree on
whether ``""`` is a text or a missing cell.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Literal, cast

import polars as pl

from synth_assets.errors import DataError
from synth_assets.model.table import Column, Table
from synth_assets.sinks.interface import Codec, Encoding, FileFormat
from synth_assets.sinks.part_reader import check_columns

_PARSED_BY_THE_READER = {"integer", "float", "boolean", "string"}


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    compression = "uncompressed" if encoding.compression == "none" else encoding.compression
    frames.with_columns(_timestamp_texts(table.columns)).sink_csv(
        file,
        compression=cast('Literal["uncompressed", "gzip", "zstd"]', compression),
        compression_level=encoding.level,
        engine="streaming",
    )


def _timestamp_texts(columns: Iterable[Column]) -> list[pl.Expr]:
    return [
        # Without the zone, which is UTC, formatting takes two thirds of the time.
        pl.col(column.name).dt.replace_time_zone(None).dt.strftime(column.type.text)
        for column in columns
        if column.type.kind == "timestamp"
    ]


def _check(frame: pl.DataFrame, table: Table) -> None:
    """Raise :class:`DataError` unless text can hold each cell."""
    for column in table.columns:
        cells = frame[column.name]
        where = f"{table.path}: column {column.name}"
        if column.type.kind == "string" and (cells.str.len_bytes() == 0).any():
            raise DataError(
                f"{where} has empty text, which CSV can't tell from a missing cell.\n"
                "  Choose another format, or make the column nullable and its empty cells missing."
            )
        if column.type.kind == "timestamp":
            unit = 1_000 if "%.3f" in column.type.text else 1_000_000
            if (cells.to_physical() % unit != 0).any():
                raise DataError(f"{where} has values finer than its type, {column.type.name}, can write.")


def _scan(path: Path, table: Table) -> pl.LazyFrame:
    check_columns(path, table, pl.scan_csv(path, infer_schema=False, glob=False).collect_schema().names())
    as_read = {c.name: c.type.polars if c.type.kind in _PARSED_BY_THE_READER else pl.String() for c in table.columns}
    return pl.scan_csv(path, schema=as_read, glob=False).with_columns(
        _parsed(c) for c in table.columns if c.type.kind not in _PARSED_BY_THE_READER
    )


def _parsed(column: Column) -> pl.Expr:
    text, dtype = pl.col(column.name), column.type.polars
    if isinstance(dtype, pl.Datetime):
        parsed = text.str.to_datetime(column.type.text, time_unit="us", time_zone=None, strict=True)
        return parsed if dtype.time_zone is None else parsed.dt.replace_time_zone(dtype.time_zone)
    if column.type.kind == "date":
        return text.str.to_date("%Y-%m-%d", strict=True)
    return text.cast(dtype, strict=True)


FORMAT = FileFormat(
    name="csv",
    suffix=".csv",
    codecs={
        "none": Codec(),
        "gzip": Codec(range(10), default_level=6, suffix=".gz"),
        "zstd": Codec(range(1, 23), default_level=3, suffix=".zst"),
    },
    sink=_sink,
    scan=_scan,
    check=_check,
)
