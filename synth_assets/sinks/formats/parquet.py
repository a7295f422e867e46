"""Apache Parquet: typed, compressed, the format that everything else is loaded from."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import polars as pl
import polars.selectors as cs
from polars._typing import ParquetCompression

from synth_assets.model.table import Table
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.compressions import PARQUET_CODECS
from synth_assets.sinks.interface import BY_FOLDER, Encoding, FileFormat, Foreign
from synth_assets.sinks.part_reader import check_columns, check_types


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    compression = "uncompressed" if encoding.compression == "none" else encoding.compression
    schema = frames.collect_schema()
    frames.sink_parquet(
        file,
        metadata={"ARROW:schema": _plain(table.schema)} if any(d == pl.Enum for d in schema.dtypes()) else None,
        compression=cast("ParquetCompression", compression),
        compression_level=encoding.level,
        row_group_size=encoding.row_group_rows,
        engine="streaming",
    )


def _plain(schema: pl.Schema) -> str:
    """What Arrow's readers are told of a file: text by code is text, else they would give it as categories."""
    arrow = pl.DataFrame(schema=schema).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
    return base64.b64encode(arrow.serialize().to_pybytes()).decode()


def _in_row_groups(frames: Iterator[pl.DataFrame], table: Table, encoding: Encoding) -> Iterator[pl.DataFrame]:
    """The same rows in frames of a row group each, with nothing left of how they were cut before.

    The pages of a list column, unlike others, depend on where frames end, and on entries that a slice or
    a missing cell hides; ``slice(0)`` copies the ones that are seen.
    """
    if not any(dtype.is_nested() for dtype in table.schema.dtypes()):
        yield from frames
        return
    waiting: list[pl.DataFrame] = []
    rows, most = 0, encoding.row_group_rows
    for frame in frames:
        waiting.append(frame)
        rows += frame.height
        del frame
        while rows >= most:
            whole = pl.concat(waiting)
            rows -= most
            waiting = [whole[most:]] if rows else []
            group = _own(whole[:most])
            # A row group of many columns is large: nothing of it is kept beside what is written.
            del whole
            yield group
            del group
    if rows:
        yield _own(pl.concat(waiting))


def _own(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rechunk().with_columns(cs.list().list.slice(0))


def rows_of_parquet(path: Path, table: Table) -> pl.LazyFrame:
    """The rows of a part file; see :data:`~synth_assets.sinks.part_reader.Scan`."""
    # The folders are called preset=… and seed=…, which must not become columns.
    frames = pl.scan_parquet(path, hive_partitioning=False, glob=False)
    schema = frames.collect_schema()
    check_columns(path, table, schema.names())
    check_types(path, table, schema)
    return frames


_WIDEST = 1_000_000
"""Bytes of a cell, on the average of a column's part."""


def _said_by(path: Path) -> tuple[int, int]:
    from pyarrow import parquet  # it takes its time to import, and only damaged files are asked

    told = parquet.read_metadata(path)
    return told.num_rows, sum(told.row_group(at).total_byte_size for at in range(told.num_row_groups))


def _too_wide(path: Path) -> bool:
    from pyarrow import parquet  # as above

    try:
        told = parquet.read_metadata(path)
        groups = [told.row_group(at) for at in range(told.num_row_groups)]
        chunks = [group.column(at) for group in groups for at in range(group.num_columns)]
    except (OSError, ValueError, ArithmeticError):
        return False  # who reads it says what is wrong
    return any(one.total_uncompressed_size > _WIDEST * max(one.num_values, 1) for one in chunks)


FORMAT = FileFormat(
    name="parquet",
    suffix=".parquet",
    codecs=PARQUET_CODECS,
    sink=_sink,
    scan=rows_of_parquet,
    capabilities=Capabilities(idempotent_by=BY_FOLDER),
    look="import duckdb; duckdb.read_parquet({place}, hive_partitioning=False).limit(5).show()",
    readers={
        "pandas": "pandas.read_parquet({folder}, partitioning=None)",
        "pyarrow": "pyarrow.parquet.read_table({folder}, partitioning=None)",
        "polars": "polars.scan_parquet({files}, hive_partitioning=False)",
        "DuckDB": "duckdb.read_parquet({files}, hive_partitioning=False)",
        "Spark": "spark.read.parquet({hadoop}, recursiveFileLookup=True)",
    },
    dagster_kind="parquet",
    said_by=_said_by,
    foreign=Foreign(
        too_wide=_too_wide,
        called="Parquet",
        endings=(".parquet", ".pq"),
        reader="read_parquet({files}, hive_partitioning = false, filename = '{file}')",
        names="SELECT name, num_children FROM parquet_schema({files})",
    ),
    takes_codes=True,
    regroup=_in_row_groups,
    in_duckdb="read_parquet([{place}], hive_partitioning = false)",
)
