"""Somebody's own output as a table: its description comes from the frame's schema, rows stay in their order."""

import polars as pl

from synth_assets.errors import DataError, first_line
from synth_assets.model.key import Key
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Column, Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.frames import frame_type
from synth_assets.usecases.generated import Generated

NO_KEY = ""
"""A table without a key column: its content hash is over the rows in stored order."""


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
        schema: of the frames.

    Raises:
        DataError: there is no column, or one that no format can hold.

    Example:
        >>> table_of("own", "totals", pl.Schema({"orders": pl.UInt32()})).columns[0].type.name
        'uint32'
    """
    where = f"{domain}/{name}"
    if not schema:
        raise DataError(f"{where} has no columns, so that nothing would tell how many rows it has.\n  Return some.")
    columns = tuple(Column(column, _type(where, column, dtype), "", nullable=True) for column, dtype in schema.items())
    return Table(domain, name, f"{name}, an asset of this project's own", "one row", Key.of(NO_KEY), columns)


def conform(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """A frame with exactly the table's types.

    Raises:
        DataError: a cell has no place there.
    """
    cells: dict[str, pl.Series] = {}
    for name, dtype in table.schema.items():
        try:
            cells[name] = _cast(frame[name], dtype)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            reason = first_line(error)
            raise DataError(
                f"{table.path}: column {name!r} can't be stored as {table.column(name).type.name}: {reason}.\n"
                "  Cast it before returning the frame."
            ) from error
    return pl.DataFrame(cells)


def _cast(cells: pl.Series, dtype: pl.DataType) -> pl.Series:
    if cells.dtype == dtype:
        return cells
    found = cells.cast(dtype, strict=dtype.is_nested())
    # Milliseconds reach further than microseconds; told to be strict, polars panics over it.
    if found.null_count() != cells.null_count():
        raise pl.exceptions.InvalidOperationError("a cell is too far away")
    return found


def _type(where: str, column: str, dtype: pl.DataType) -> ColumnType:
    if column == "*" or (column.startswith("^") and column.endswith("$")):
        raise DataError(
            f"{where}: column {column!r} has the name of a pattern: polars takes it for other columns.\n"
            "  Rename it before returning the frame."
        )
    found = frame_type(dtype)
    if found is None:
        raise DataError(
            f"{where}: column {column!r} is {dtype}, which no format holds as it is.\n"
            f"  Cast it before returning the frame, {_instead_of(dtype)}."
        )
    return found


def _instead_of(dtype: pl.DataType) -> str:
    if dtype.is_integer():
        return "to Int64, Decimal(38, 0) or String"
    if isinstance(dtype, pl.Object):
        return "to the type that its values have, or to String"
    return "or give it fields and values of other types"
