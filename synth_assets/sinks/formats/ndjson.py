r"""NDJSON: one JSON object a line, ``\n`` after each, every key in table order, a missing cell as ``null``.

Decimals are strings with all their digits, because most readers make a binary fraction of a number with
a point. Integers are numbers, beyond 2^53 too. Timestamps are strings, written as their type says
(:attr:`~synth_assets.model.types.ColumnType.text`), dates ``YYYY-MM-DD``, lists arrays. JSON has no NaN
and no infinity, so they are refused.
"""

import json
from pathlib import Path
from typing import BinaryIO, Literal, cast

import polars as pl

from synth_assets.errors import DataError
from synth_assets.model.table import Column, Table
from synth_assets.sinks.interface import TEXT_CODECS, Encoding, FileFormat
from synth_assets.sinks.part_reader import check_columns
from synth_assets.sinks.timestamp_text import check_timestamps, parsed_timestamp, timestamp_texts

_AS_READ = {"integer": pl.Int64(), "float": pl.Float64(), "boolean": pl.Boolean(), "list": pl.List(pl.String())}
"""What the reader parses itself; the rest arrives as text."""


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    compression = "uncompressed" if encoding.compression == "none" else encoding.compression
    frames.with_columns(timestamp_texts(table.columns)).sink_ndjson(
        file,
        compression=cast('Literal["uncompressed", "gzip", "zstd"]', compression),
        compression_level=encoding.level,
        engine="streaming",
    )


def _check(frame: pl.DataFrame, table: Table) -> None:
    """Raise :class:`DataError` unless JSON can hold each cell."""
    check_timestamps(frame, table)
    for column in table.columns:
        if column.type.kind == "float" and not frame[column.name].drop_nulls().is_finite().all():
            raise DataError(
                f"{table.path}: column {column.name} has NaN or infinity, which JSON hasn't.\n"
                "  Choose another format, or make the column nullable and such cells missing."
            )


def _scan(path: Path, table: Table) -> pl.LazyFrame:
    names = _first_keys(path)
    check_columns(path, table, table.column_names if names is None else names)
    as_read = {column.name: _AS_READ.get(column.type.kind, pl.String()) for column in table.columns}
    return pl.scan_ndjson(path, schema=as_read).with_columns(_parsed(c) for c in table.columns)


def _first_keys(path: Path) -> list[str] | None:
    """The keys of the first object, in their order; ``None`` in a file without a row, which has no header."""
    line = pl.scan_lines(path, n_rows=1, glob=False).collect()
    if not line.height:
        return None
    try:
        return list(json.loads(line.item()).keys())
    except (ValueError, AttributeError) as error:
        raise DataError(
            f"{path} is damaged: its first line is no JSON object.\n  Generate the dataset again."
        ) from error


def _parsed(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    if column.type.kind == "timestamp":
        return parsed_timestamp(column)
    if column.type.kind == "date":
        return text.str.to_date("%Y-%m-%d", strict=True)
    return text.cast(column.type.polars, strict=True)


FORMAT = FileFormat(
    name="ndjson",
    suffix=".ndjson",
    codecs=TEXT_CODECS,
    sink=_sink,
    scan=_scan,
    check=_check,
)
