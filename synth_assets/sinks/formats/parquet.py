"""Apache Parquet: typed, compressed, the format that everything else is loaded from."""

from pathlib import Path
from typing import BinaryIO, cast

import polars as pl
from polars._typing import ParquetCompression

from synth_assets.model.table import Table
from synth_assets.sinks.interface import Codec, Encoding, FileFormat
from synth_assets.sinks.part_reader import check_columns, check_types


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:  # noqa: ARG001
    compression = "uncompressed" if encoding.compression == "none" else encoding.compression
    frames.sink_parquet(
        file,
        compression=cast("ParquetCompression", compression),
        compression_level=encoding.level,
        row_group_size=encoding.row_group_rows,
        engine="streaming",
    )


def _scan(path: Path, table: Table) -> pl.LazyFrame:
    # The folders are called preset=… and seed=…, which must not become columns.
    frames = pl.scan_parquet(path, hive_partitioning=False, glob=False)
    schema = frames.collect_schema()
    check_columns(path, table, schema.names())
    check_types(path, table, schema)
    return frames


FORMAT = FileFormat(
    name="parquet",
    suffix=".parquet",
    codecs={
        "zstd": Codec(range(1, 23), default_level=1),  # level 3 takes 1.5 times as long for 3 % less
        "snappy": Codec(),
        "gzip": Codec(range(10), default_level=6),
        "lz4": Codec(),
        "brotli": Codec(range(12), default_level=4),
        "none": Codec(),
    },
    sink=_sink,
    scan=_scan,
)
