"""Apache Parquet: typed, compressed, the format that everything else is loaded from."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import polars as pl
import polars.selectors as cs
from polars._typing import ParquetCompression
from polars.io.plugins import register_io_source

from synth_assets.model.table import Table
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.compressions import PARQUET_CODECS
from synth_assets.sinks.interface import BY_FOLDER, Encoding, FileFormat, Foreign
from synth_assets.sinks.part_reader import check_columns, check_types


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    compression = "uncompressed" if encoding.compression == "none" else encoding.compression
    if any(dtype.is_nested() for dtype in table.schema.dtypes()):
        frames = _in_row_groups(frames, encoding.row_group_rows)
    frames.sink_parquet(
        file,
        compression=cast("ParquetCompression", compression),
        compression_level=encoding.level,
        row_group_size=encoding.row_group_rows,
        engine="streaming",
    )


def _in_row_groups(frames: pl.LazyFrame, rows: int) -> pl.LazyFrame:
    """The same rows in frames of a row group each, with nothing left of how they were cut before.

    The pages of a list column, unlike others, depend on where frames end, and on entries that a slice or
    a missing cell hides; ``slice(0)`` copies the ones that are seen.
    """

    def source(
        columns: list[str] | None, _predicate: pl.Expr | None, _rows: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        for frame in frames.collect_batches(chunk_size=rows, maintain_order=True):
            own = frame.rechunk().with_columns(cs.list().list.slice(0))
            yield own if columns is None else own.select(columns)

    return register_io_source(source, schema=frames.collect_schema())


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
    in_duckdb="read_parquet([{place}], hive_partitioning = false)",
)
