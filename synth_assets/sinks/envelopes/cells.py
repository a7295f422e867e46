"""Cells as more than one tool writes them."""

import polars as pl

from synth_assets.model.table import Column


def time_text(cell: pl.Expr, form: str) -> pl.Expr:
    """A timestamp in UTC, or on the wall, in ``strftime``'s terms."""
    # Without the zone, which is UTC, formatting takes two thirds of the time.
    return cell.dt.replace_time_zone(None).dt.strftime(form)


def nested_text(column: Column) -> pl.Expr | None:
    """The JSON of lists and structs, for tools whose tables have neither; ``None`` for other columns."""
    return column.type.as_text(pl.col(column.name)) if column.type.kind in {"list", "struct"} else None


def sql_time(column: Column) -> str:
    """How databases show a timestamp, in ``strftime``'s terms: with as many digits as its type has."""
    return "%Y-%m-%d %H:%M:%S" + fraction(column)


def fraction(column: Column) -> str:
    """The end of a timestamp, in ``strftime``'s terms: empty, ``%.3f`` or ``%.6f``."""
    return column.type.text.partition("%S")[2].removesuffix("Z")
