"""What expressions know of a row's other columns, and of those of the rows that it refers to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from synth_assets.columns.basis.formulas import functions
from synth_assets.columns.basis.formulas.cells import Computed
from synth_assets.columns.basis.formulas.kinds import KnownValue
from synth_assets.columns.basis.formulas.syntax import ExpressionError
from synth_assets.columns.basis.gathering import plain
from synth_assets.columns.basis.generator import (
    BOOLEAN,
    DATE,
    DECIMAL,
    FLOAT,
    INTEGER,
    JSON,
    STRING,
    TIMESTAMP,
    UUID,
    Needs,
)
from synth_assets.columns.basis.parents import may_lack, no_way_to, parents_of
from synth_assets.model.entity import Entity
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Text, Values

KINDS = {
    INTEGER: functions.NUMBER,
    DECIMAL: functions.NUMBER,
    FLOAT: functions.FLOAT,
    BOOLEAN: functions.BOOLEAN,
    STRING: functions.TEXT,
    UUID: functions.TEXT,
    JSON: functions.TEXT,
    DATE: functions.DAY,
    TIMESTAMP: functions.TIME,
}
"""Of column types, what an expression takes them for."""


def known_of(kind: ColumnType, *, nullable: bool) -> KnownValue:
    """What an expression knows of a column.

    Raises:
        ExpressionError: it is of a type that no expression takes.
    """
    if kind.kind not in KINDS:
        raise ExpressionError(f"a column of type {kind.name} can't be part of an expression.\n  Leave it out.")
    return KnownValue(KINDS[kind.kind], getattr(kind, "scale", 0), nullable)


def known_column(entity: type[Entity], by: str, name: str) -> KnownValue:
    """What is known of a column by the name that an expression says.

    Raises:
        LookupError: there is none.
        ExpressionError: as for :func:`known_of`.
    """
    table, _, own = name.rpartition(".")
    source = entity.tables[table] if table else entity
    declared = source.declared().get(own)
    if declared is None:
        raise LookupError(name)
    lacks = bool(table) and may_lack(entity, table, by)
    return known_of(declared.column.type, nullable=declared.column.nullable or lacks)


def no_way(entity: type[Entity], needs: Needs, by: str) -> str:
    """What is wrong if it isn't known which rows of other tables are meant; empty if it is."""
    tables = dict.fromkeys(one.partition(".")[0] for one in needs.tables)
    return next((problem for table in tables if (problem := no_way_to(entity, table, by))), "")


def column_of(rows: Any, by: str, at: str) -> Callable[[str], Computed]:
    """Finds the cells of a column by the name that an expression says."""

    def column(named: str) -> Computed:
        table, _, own = named.rpartition(".")
        source = type(rows).tables[table] if table else type(rows)
        cells = parents_of(rows, table, by, at).cells(own) if table else rows.cells(own)
        return computed(cells, source.declared()[own].column.type)

    return column


def computed(values: Values, kind: ColumnType) -> Computed:
    """A column's cells, as expressions compute with them."""
    of_kind = KINDS[kind.kind]
    if isinstance(values, Text):
        return Computed(of_kind, values.series())
    if isinstance(values, pl.Series):
        return Computed(of_kind, values.cast(pl.String))
    cells, valid = plain(values)
    dtype = {functions.FLOAT: np.float64, functions.BOOLEAN: np.bool_}.get(of_kind, np.int64)
    return Computed(of_kind, cells.astype(dtype, copy=False), getattr(kind, "scale", 0), valid)
