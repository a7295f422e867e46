"""Somebody's own output as a table: its description comes from the frame's schema, rows stay in their order."""

import polars as pl

from synth_assets.errors import DataError
from synth_assets.model.key import Key
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Column, Table
from synth_assets.model.types import (
    BOOLEAN,
    DATE,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
    STRING,
    STRING_LIST,
    TIMESTAMP_MS,
    TIMESTAMP_UTC_MS,
    ColumnType,
    decimal,
)
from synth_assets.usecases.generated import Generated

NO_KEY = ""
"""A table without a key column: its content hash is over the rows in stored order."""

_SAME = {one.polars: one for one in (BOOLEAN, DATE, FLOAT64, INT8, INT16, INT32, INT64, STRING, STRING_LIST)}
_WIDER: dict[pl.DataType, ColumnType] = {
    pl.UInt8(): INT16,
    pl.UInt16(): INT32,
    pl.UInt32(): INT64,
    pl.UInt64(): INT64,
    pl.Float32(): FLOAT64,
    pl.Null(): STRING,
}


def is_own(manifest: Manifest) -> bool:
    """Whether a manifest is of somebody's own table: of what made it, only the partition is known."""
    return set(manifest.parameters) == {"preset", "seed", "as_of"}


def lazy(value: object, where: str) -> pl.LazyFrame:
    """An asset's output as a LazyFrame.

    Raises:
        DataError: it is something else.
    """
    if isinstance(value, pl.DataFrame | Generated):
        return value.lazy()
    if isinstance(value, pl.LazyFrame):
        return value
    raise DataError(
        f"{where} returned a {type(value).__name__}; SynthIOManager stores a pl.LazyFrame or pl.DataFrame.\n"
        "  Return one, or give the asset an IO manager of its own."
    )


def table_of(domain: str, name: str, schema: pl.Schema) -> Table:
    """Describe a table by its schema.

    Args:
        domain: the schema it is stored in.
        name: the table's name.
        schema: of the frames; wider types stand in for those that not every format has.

    Raises:
        DataError: a column's type fits no format, a struct for example.

    Example:
        >>> table_of("own", "totals", pl.Schema({"orders": pl.UInt32()})).columns[0].type.name
        'int64'
    """
    columns = tuple(
        Column(column, _type(f"{domain}/{name}", column, dtype), "", nullable=True) for column, dtype in schema.items()
    )
    return Table(domain, name, f"{name}, an asset of this project's own", "one row", Key.of(NO_KEY), columns)


def conform(frame: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """The frame with exactly the table's types."""
    return frame.cast(pl.Schema(table.schema))


def _type(where: str, column: str, dtype: pl.DataType) -> ColumnType:
    if isinstance(dtype, pl.Enum | pl.Categorical):
        return STRING
    if isinstance(dtype, pl.Decimal):
        return decimal(dtype.precision, dtype.scale)
    if isinstance(dtype, pl.Datetime):
        return TIMESTAMP_MS if dtype.time_zone is None else TIMESTAMP_UTC_MS
    found = _SAME.get(dtype) or _WIDER.get(dtype)
    if found is None:
        raise DataError(
            f"{where}: column {column} is {dtype}, which not every format can hold.\n"
            "  Cast it, or take its fields apart, before returning the frame."
        )
    return found
