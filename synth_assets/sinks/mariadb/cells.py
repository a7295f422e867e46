"""Cells as MariaDB reads them in a statement: literals, which polars writes for all rows at once."""

import polars as pl

from synth_assets.model.table import Column, Table
from synth_assets.model.types import ColumnType

_NULL = "NULL"

_NUMBERS = frozenset({"boolean", "integer", "unsigned", "decimal", "float", "duration"})

_FRACTIONS = {"s": "", "ms": "%.3f", "us": "%.6f", "ns": "%.6f"}


def literal_cells(table: Table, prefix: str = "") -> list[pl.Expr]:
    """The cells of a table's columns as literals; a missing one is ``NULL``.

    Args:
        table: the table.
        prefix: what a frame's columns have before their names.
    """
    return [_literal(column, pl.col(prefix + column.name)).alias(prefix + column.name) for column in table.columns]


def _literal(column: Column, cell: pl.Expr) -> pl.Expr:
    of = column.type
    told = _number(of, cell) if of.kind in _NUMBERS else _quoted(of, cell)
    return told.fill_null(_NULL)


def _number(of: ColumnType, cell: pl.Expr) -> pl.Expr:
    if of.kind == "duration":
        return cell.to_physical().cast(pl.String)
    return (cell.cast(pl.Int8) if of.kind == "boolean" else cell).cast(pl.String)


def _quoted(of: ColumnType, cell: pl.Expr) -> pl.Expr:
    start = "X'" if of.kind == "binary" else "'"
    return pl.concat_str(pl.lit(start), _between(of, cell), pl.lit("'"))


def _between(of: ColumnType, cell: pl.Expr) -> pl.Expr:
    """What stands between quotes; missing where the cell is."""
    match of.kind:
        case "binary":
            return cell.bin.encode("hex")
        case "date":
            return cell.dt.strftime("%Y-%m-%d")
        case "time":
            return cell.dt.strftime("%H:%M:%S%.6f")
        case "timestamp":
            zone = getattr(of, "zone", None)
            utc = cell if zone in {None, "UTC"} else cell.dt.convert_time_zone("UTC")
            form = "%Y-%m-%d %H:%M:%S" + _FRACTIONS[getattr(of, "unit", "us")]
            return utc.dt.replace_time_zone(None).dt.strftime(form)
        case _:
            text = of.as_text(cell).cast(pl.String)
            for special in ("\\", "'"):
                text = text.str.replace_all(special, 2 * special, literal=True)
            return text
