"""Column types: one name, and what it is called in polars, in SQL and in canonical words.

Every type has a canonical 64-bit *word* per cell (an integer, cents, microseconds, a digest of the
text), which is what content hashes are taken over; see :mod:`synth_assets.engine.content_hash`.
"""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class ColumnType:
    """A column's type, as every format knows it.

    Attributes:
        name: what ``synth describe`` and the manifest call it, e.g. ``decimal(12,2)``.
        polars: the dtype in frames and in Parquet.
        sql: the type in DuckDB and PostgreSQL DDL.
        kind: ``integer``, ``boolean``, ``decimal``, ``float``, ``string``, ``timestamp``, ``date`` or ``list``.
        text: how text formats write a timestamp, in ``strftime``'s terms; empty for other kinds. One
            fixed form a type, so that a reader may name it; a finer value is refused, never cut.
    """

    name: str
    polars: pl.DataType
    sql: str
    kind: str
    text: str = ""


INT8 = ColumnType("int8", pl.Int8(), "TINYINT", "integer")
INT16 = ColumnType("int16", pl.Int16(), "SMALLINT", "integer")
INT32 = ColumnType("int32", pl.Int32(), "INTEGER", "integer")
INT64 = ColumnType("int64", pl.Int64(), "BIGINT", "integer")
FLOAT64 = ColumnType("float64", pl.Float64(), "DOUBLE", "float")
BOOLEAN = ColumnType("boolean", pl.Boolean(), "BOOLEAN", "boolean")
STRING = ColumnType("string", pl.String(), "VARCHAR", "string")
DATE = ColumnType("date", pl.Date(), "DATE", "date")
TIMESTAMP_UTC = ColumnType(
    "timestamp(s, UTC)",
    pl.Datetime("us", "UTC"),
    "TIMESTAMP WITH TIME ZONE",
    "timestamp",
    text="%Y-%m-%dT%H:%M:%SZ",
)
"""Whole seconds, in microseconds since the epoch."""

TIMESTAMP_UTC_MS = ColumnType(
    "timestamp(ms, UTC)",
    pl.Datetime("us", "UTC"),
    "TIMESTAMP WITH TIME ZONE",
    "timestamp",
    text="%Y-%m-%dT%H:%M:%S%.3fZ",
)
"""Whole milliseconds, in microseconds since the epoch."""

TIMESTAMP = ColumnType("timestamp(s)", pl.Datetime("us"), "TIMESTAMP", "timestamp", text="%Y-%m-%dT%H:%M:%S")
"""Whole seconds without a zone."""

MONEY = ColumnType("decimal(12,2)", pl.Decimal(12, 2), "DECIMAL(12,2)", "decimal")
"""Two digits after the point; handled as whole cents in int64 until a frame is built."""

WEIGHT = ColumnType("decimal(8,3)", pl.Decimal(8, 3), "DECIMAL(8,3)", "decimal")
"""Three digits after the point; handled as whole thousandths in int64 until a frame is built."""

STRING_LIST = ColumnType("list(string)", pl.List(pl.String()), "VARCHAR[]", "list")
"""Names; only change logs have such a column."""

ALL_TYPES = {
    t.name: t
    for t in (
        INT8, INT16, INT32, INT64, FLOAT64, BOOLEAN, STRING, DATE, TIMESTAMP_UTC, TIMESTAMP_UTC_MS, TIMESTAMP,
        MONEY, WEIGHT, STRING_LIST,
    )
}  # fmt: skip
