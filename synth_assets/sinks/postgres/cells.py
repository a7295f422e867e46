"""Cells as PostgreSQL reads them: a frame as CSV for ``COPY … (FORMAT csv)``, which polars writes in parallel."""

import polars as pl

from synth_assets.model.table import Column, Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.lists import ListOf

_SPECIAL = r'([\\"])'
"""What a quoted entry of an array writes with a backslash before."""


def csv_of(table: Table, frame: pl.DataFrame) -> bytes:
    """Rows as CSV; an empty cell is missing, a quoted one is empty text."""
    kept = frame.select(csv_cell(column) for column in table.columns)
    # A line of nothing but \. ends the data for servers before 18, unless it is quoted.
    style = "non_numeric" if kept.width == 1 else "necessary"
    return kept.write_csv(include_header=False, quote_style=style).encode()


def csv_cell(column: Column) -> pl.Expr:
    """A column's cells as CSV gets them."""
    return _told(column.type, pl.col(column.name)).alias(column.name)


def text_cells(table: Table, prefix: str) -> list[pl.Expr]:
    """The cells of a table's columns as the bytes of their texts, as parameters of statements have them.

    Args:
        table: the table.
        prefix: what a frame's columns have before their names.
    """
    return [
        _told(one.type, pl.col(prefix + one.name)).cast(pl.String).cast(pl.Binary).alias(prefix + one.name)
        for one in table.columns
    ]


def is_array(of: ColumnType) -> bool:
    """Whether PostgreSQL has the type as an array."""
    return of.sql("postgresql").endswith("[]")


def _told(of: ColumnType, cell: pl.Expr) -> pl.Expr:
    if isinstance(of, ListOf) and is_array(of):
        return _array(of, cell)
    if of.kind == "binary":
        return pl.when(cell.is_not_null()).then(pl.lit("\\x") + cell.bin.encode("hex"))
    if of.kind == "timestamp":
        return cell  # polars' own text, with the zone: it takes a third of the time, and cuts nothing
    return of.as_text(cell)


def _array(of: ListOf, cell: pl.Expr) -> pl.Expr:
    """``{"a","b",NULL}``: every entry is quoted, so that none means anything else."""
    text = _told(of.of, pl.element()).cast(pl.String).str.replace_all(_SPECIAL, r"\$1")
    entry = pl.when(text.is_not_null()).then(pl.lit('"') + text + pl.lit('"')).otherwise(pl.lit("NULL"))
    inside = cell.list.eval(entry).list.join(",")
    return pl.when(cell.is_not_null()).then(pl.lit("{") + inside + pl.lit("}"))
