"""A filter that asks for one key, read off its expression: then the row is found by arithmetic, no other is made."""

from collections.abc import Iterator

import polars as pl

from synth_assets.model.table import Table


def number_asked(table: Table, where: pl.Expr) -> int | None:
    """The number of the only row that a filter can let through; ``None`` where others may be let through too.

    Args:
        table: whose rows are filtered.
        where: the filter. That the key is some value has to be said as ``pl.col(key) == value``, perhaps with other
            conditions besides.

    Example:
        >>> from synth_assets.model.key import Key
        >>> from synth_assets.model.table import Column
        >>> from synth_assets.model.types import INT64
        >>> table = Table("shop", "orders", "", "", Key.of("id"), (Column("id", INT64, ""),))
        >>> number_asked(table, (pl.col("id") == 7) & (pl.col("id") > 1)), number_asked(table, pl.col("id") > 7)
        (6, None)
    """
    if len(table.key.columns) != 1 or not table.key.tells_numbers:
        return None
    (name,) = table.key.columns
    for condition in _all_of(where):
        value = _equal_to(name, condition)
        if value is not None:
            key = pl.DataFrame({name: value}).cast({name: table.schema[name]}, strict=False)
            return int(table.key.numbers(key)[0]) if key[name].null_count() == 0 else None
    return None


def _all_of(where: pl.Expr) -> Iterator[pl.Expr]:
    """The conditions that a filter joins by ``&``."""
    parts = where.meta.pop()
    if len(parts) == 2 and (parts[1] & parts[0]).meta.eq(where):
        for part in parts:
            yield from _all_of(part)
    else:
        yield where


def _equal_to(name: str, condition: pl.Expr) -> pl.Series | None:
    """The value that a condition says a column has, as a series of one; ``None`` if it says something else."""
    parts = condition.meta.pop()
    if len(parts) != 2 or not any((one == other).meta.eq(condition) for one, other in (parts, parts[::-1])):
        return None
    literals = [one for one in parts if one.meta.is_literal()]
    columns = [one for one in parts if one.meta.eq(pl.col(name))]
    if len(literals) != 1 or len(columns) != 1:
        return None
    value = pl.select(literals[0]).to_series()
    return value if len(value) == 1 and value.null_count() == 0 else None
