"""Frames as rand-engine's users have them: their columns' names, types, and what transformers make of cells."""

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

import polars as pl

from synth_assets.errors import UsageError, first_line
from synth_assets.extras import need
from synth_assets.specs.rand_engine.columns import RandColumn, own_name

if TYPE_CHECKING:
    import pandas as pd

    PandasFrame = pd.DataFrame

_UNSIGNED = {"uint8": pl.UInt8, "uint16": pl.UInt16, "uint32": pl.UInt32, "uint64": pl.UInt64}


def shown(frame: pl.LazyFrame, columns: Collection[RandColumn], *, marks: bool = False) -> pl.LazyFrame:
    """A frame of a dictionary's table with the dictionary's own names and types; transformers aren't applied.

    Args:
        frame: of the table.
        columns: the table's.
        marks: whether columns that tell where anomalies come are there too, behind the others.
    """
    schema = frame.collect_schema()
    found = [_cells(one, schema[one.own]).alias(one.name) for one in columns]
    more = [pl.col(own_name(one.mark)).alias(one.mark) for one in columns if marks and one.marks]
    return frame.select(*found, *more)


def _cells(column: RandColumn, kind: pl.DataType) -> pl.Expr:
    """A column of our own language as the dictionary's frame has it."""
    if column.shown in _UNSIGNED:
        return pl.col(column.own).cast(_UNSIGNED[column.shown])
    return pl.col(column.own).cast(pl.Float64) if isinstance(kind, pl.Decimal) else pl.col(column.own)


def transformed(frame: pl.DataFrame, columns: Collection[RandColumn]) -> pl.DataFrame:
    """A frame with marks whose cells went through their columns' transformers; missing ones stay missing.

    Anomalies come afterwards, as they were said.

    Raises:
        UsageError: a transformer failed; names the column and a cell.
    """
    changed = [_changed(frame, one) for one in columns if one.transformers]
    return frame.with_columns(changed).drop(one.mark for one in columns if one.marks)


def as_pandas(frame: pl.DataFrame, columns: Iterable[RandColumn]) -> "PandasFrame":
    """A frame as pandas', with the types that rand-engine gives.

    Whole numbers and booleans are NumPy's, and pandas' own nullable ones where cells may be missing, whether one is or
    not; text is Python's. Days and times that transformers made have the type that pandas gives them.

    Raises:
        MissingExtraError: pandas isn't installed.
    """
    need("pandas", "get_df()", "pandas")
    import pandas as pd

    said = {one.name: one for one in columns}
    return pd.DataFrame({name: _pandas(frame[name], said.get(name)) for name in frame.columns})


def _pandas(column: pl.Series, said: RandColumn | None) -> Any:
    import pandas as pd

    may_miss = bool(column.null_count()) or (said is not None and said.may_miss)
    if said is not None and said.transformers and column.dtype.is_temporal():
        return pd.Series(column.to_list())
    if column.dtype == pl.Object or column.dtype.is_temporal() or column.dtype.is_float():
        return column.to_list() if column.dtype == pl.Object else column.to_numpy()
    if column.dtype == pl.Boolean:
        return pd.array(column.to_list(), dtype="boolean") if may_miss else column.to_numpy()
    if column.dtype.is_integer():
        return pd.array(column.to_list(), dtype=str(column.dtype)) if may_miss else column.to_numpy()
    return column.to_pandas()


def _changed(frame: pl.DataFrame, said: RandColumn) -> pl.Series:
    before = frame[said.name].to_list()
    anomalies = {row: mark for row, mark in enumerate(frame[said.mark] if said.marks else ()) if mark >= 0}
    cells = [None if row in anomalies else cell for row, cell in enumerate(before)]
    for transformer in said.transformers:
        cells = [None if cell is None else _cell(transformer, cell, said.name) for cell in cells]
    for row, mark in anomalies.items():
        if before[row] is not None:
            cells[row] = said.anomalies[mark]
    return _series(said.name, cells)


def _series(name: str, cells: list[Any]) -> pl.Series:
    """Cells of one type as such; whatever else somebody's functions made stays as it is, as Python's objects."""
    try:
        found = pl.Series(name, cells, strict=True)
    except (TypeError, OverflowError, pl.exceptions.PolarsError):
        return pl.Series(name, cells, dtype=pl.Object)
    is_wide = found.dtype in (pl.Int128, pl.UInt128)
    has_zone = isinstance(found.dtype, pl.Datetime) and found.dtype.time_zone is not None
    return pl.Series(name, cells, dtype=pl.Object) if is_wide or has_zone else found


def _cell(transformer: Callable[[Any], Any], cell: Any, name: str) -> Any:
    try:
        return transformer(cell)
    except Exception as error:
        raise UsageError(
            f"column '{name}': a transformer failed on {cell!r}: {type(error).__name__}: {first_line(error)}.\n"
            "  Correct the function; it takes one cell."
        ) from error
