r"""NDJSON: one JSON object a line, ``\n`` after each, every key in table order, a missing cell as ``null``.

How cells are written, :mod:`~synth_assets.sinks.json_objects` says.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl

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
from synth_assets.sinks.compressions import TEXT_CODECS
from synth_assets.sinks.interface import BY_FOLDER, Encoding, FileFormat
from synth_assets.sinks.json_objects import check_keys, object_rows, object_text, rows_of_text
from synth_assets.sinks.sql import pattern_of
from synth_assets.sinks.text_files import blocks, compressed, first_rows, polars_reads


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    with compressed(file, encoding) as (to, how):
        lines = frames.select(object_text(table.columns))
        lines.sink_csv(to, include_header=False, quote_style="never", engine="streaming", **how)


def _scan(path: Path, table: Table) -> pl.LazyFrame | Iterator[pl.LazyFrame]:
    check_keys(path, table, _first_line(path))
    if polars_reads(path) and all(column.type.kind != "decimal" for column in table.columns):
        return object_rows(pattern_of(path), table.columns)
    return (rows_of_text(path, text, table.columns) for text in blocks(path))


def _first_line(path: Path) -> bytes:
    """The first line; empty in a file without a row."""
    if not polars_reads(path):
        return first_rows(path).partition(b"\n")[0]
    line = pl.scan_lines(path, n_rows=1, glob=False).collect()
    return line.item().encode() if line.height else b""


FORMAT = FileFormat(
    name="ndjson",
    suffix=".ndjson",
    codecs=TEXT_CODECS,
    sink=_sink,
    scan=_scan,
    look="import duckdb; duckdb.read_json({place}, hive_partitioning=False).limit(5).show()",
    look_opened="print(polars.read_ndjson({file}).head())",
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
