"""What expressions know of a row's other columns, and of those of the rows that it refers to."""

from collections.abc import Callable
from dataclasses import dataclass
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
from synth_assets.model.entity import column as declared_column
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


@dataclass(frozen=True)
class Others:
    """The columns that an expression may name.

    Attributes:
        rows: an entity.
        by: the column that refers to another table, if there are several.
        at: a column with the times at which other rows are looked at.
    """

    rows: Any
    by: str
    at: str

    @property
    def count(self) -> int:
        """Of the rows."""
        return len(self.rows)

    def cells(self, named: str) -> Values:
        """The cells of a column, as they are."""
        table, _, own = named.rpartition(".")
        return parents_of(self.rows, table, self.by, self.at).cells(own) if table else self.rows.cells(own)

    def declared(self, named: str) -> declared_column:
        """What was declared of it."""
        table, _, own = named.rpartition(".")
        source = type(self.rows).tables[table] if table else type(self.rows)
        return source.declared()[own]

    def type(self, named: str) -> ColumnType:
        """Its type."""
        return self.declared(named).column.type

    def computed(self, named: str) -> Computed:
        """The cells of a column, as expressions compute with them."""
        return computed(self.cells(named), self.type(named))


def column_of(rows: Any, by: str, at: str) -> Callable[[str], Computed]:
    """Finds the cells of a column by the name that an expression says."""
    return Others(rows, by, at).computed


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
