r"""NDJSON: one JSON object a line, ``\n`` after each, every key in table order, a missing cell as ``null``.

Cells are written as their types say (:meth:`~synth_assets.model.types.ColumnType.as_json`). Decimals are strings
with all their digits, because most readers make a binary fraction of a number with a point. Integers are numbers,
beyond 2^53 too. Timestamps are strings in one form a type, dates ``YYYY-MM-DD``, lists arrays, structs objects. JSON
has no NaN and no infinity, so they are refused.
"""

from pathlib import Path
from typing import BinaryIO, Literal, cast

import polars as pl

from synth_assets.documents import strict_json
from synth_assets.errors import AGAIN, DataError
from synth_assets.model.table import Table
from synth_assets.model.types.base import (
    FAR_TIMES,
    FINER_TIMES,
    INFINITY,
    NESTED_NOT_FINITE,
    NOT_A_NUMBER,
    UNTOLD_INSIDE,
)
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.interface import BY_FOLDER, TEXT_CODECS, Encoding, FileFormat
from synth_assets.sinks.part_reader import check_columns
from synth_assets.sinks.sql import pattern_of


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    compression = "uncompressed" if encoding.compression == "none" else encoding.compression
    frames.with_columns(c.type.as_json(pl.col(c.name)).alias(c.name) for c in table.columns).sink_ndjson(
        file,
        compression=cast('Literal["uncompressed", "gzip", "zstd"]', compression),
        compression_level=encoding.level,
        engine="streaming",
    )


def _scan(path: Path, table: Table) -> pl.LazyFrame:
    names = _first_keys(path)
    check_columns(path, table, table.column_names if names is None else names)
    as_read = {column.name: column.type.json_dtype for column in table.columns}
    return pl.scan_ndjson(pattern_of(path), schema=as_read).with_columns(
        column.type.from_json(pl.col(column.name)).alias(column.name) for column in table.columns
    )


def _first_keys(path: Path) -> list[str] | None:
    """The keys of the first object, in their order; ``None`` in a file without a row, which has no header."""
    line = pl.scan_lines(path, n_rows=1, glob=False).collect()
    if not line.height:
        return None
    try:
        return list(strict_json.loads(line.item()).keys())
    except (ValueError, AttributeError) as error:
        raise DataError(f"{path} is damaged: its first line is no JSON object.\n  {AGAIN}") from error


FORMAT = FileFormat(
    name="ndjson",
    suffix=".ndjson",
    codecs=TEXT_CODECS,
    sink=_sink,
    scan=_scan,
    look="import duckdb; duckdb.read_json({place}, hive_partitioning=False).limit(5).show()",
    capabilities=Capabilities(
        idempotent_by=BY_FOLDER,
        lacks={
            NOT_A_NUMBER: "which JSON hasn't",
            INFINITY: "which JSON hasn't",
            FAR_TIMES: "which no reader of JSON takes",
            FINER_TIMES: "which its text would cut",
            NESTED_NOT_FINITE: "which JSON hasn't",
            UNTOLD_INSIDE: "which is all that NDJSON is",
        },
    ),
)
