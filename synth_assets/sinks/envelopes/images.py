"""Rows before and after their changes, as the envelopes need them."""

from collections.abc import Sequence

import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.table import Table

IS_BEFORE = "$before"
"""In frames of images: whether the row is as it was before the change. No column of a table has a ``$``."""


BOTH = pl.lit(True)  # noqa: FBT003 - a literal of a column
"""Every update becomes two rows."""


def changed(column: str) -> pl.Expr:
    """Whether an update changed a column; a missing cell is a value like others."""
    return pl.col(BEFORE + column).ne_missing(pl.col(AFTER + column))


def key_changed(table: Table) -> pl.Expr:
    """Whether it is an update of the key, of any of its columns: no clean log has any, faults do.

    Never in a table without a key, whose tools see an update like any other.
    """
    if not table.key:
        return pl.lit(False)  # noqa: FBT003 - a literal of a column
    return (pl.col("op") == "update") & pl.any_horizontal(changed(name) for name in table.key.columns)


def images(frame: pl.DataFrame, table: Table, meta: Sequence[pl.Expr], both: pl.Expr) -> pl.DataFrame:
    """A change log as rows: a deleted one as it was, a new one as it is, an updated one as it is or both.

    Args:
        frame: of a change log.
        table: whose log it is.
        meta: columns to put before the table's; they may ask for :data:`IS_BEFORE`.
        both: which updates become two rows, the one before directly followed by the one after.
    """
    kinds = (
        pl.when(pl.col("op") == "delete")
        .then(pl.lit([True]))
        .when((pl.col("op") == "update") & both)
        .then(pl.lit([True, False]))
        .otherwise(pl.lit([False]))
    )
    rows = frame.with_columns(kinds.alias(IS_BEFORE)).explode(IS_BEFORE)
    return rows.select(
        *meta,
        *(
            pl.when(IS_BEFORE).then(pl.col(BEFORE + name)).otherwise(pl.col(AFTER + name)).alias(name)
            for name in table.column_names
        ),
    )
