"""A column computed from others, by an expression."""

import functools
from typing import Annotated, Any, ClassVar

import numpy as np
import polars as pl
from pydantic import BeforeValidator, Field

from synth_assets.columns.basis.arguments import InnerError, of
from synth_assets.columns.basis.formulas import functions
from synth_assets.columns.basis.formulas.cells import Cells, Computing, rounded
from synth_assets.columns.basis.formulas.kinds import MISSING, Known, Resolve, known
from synth_assets.columns.basis.formulas.syntax import ExpressionError, Tree, names_in, parsed
from synth_assets.columns.basis.gathering import plain
from synth_assets.columns.basis.generator import (
    BOOLEAN,
    DATE,
    DECIMAL,
    FLOAT,
    INTEGER,
    SCALARS,
    STRING,
    TIMESTAMP,
    Generator,
    Needs,
    type_of,
)
from synth_assets.columns.basis.parents import may_lack, no_way_to, parents_of
from synth_assets.model import types
from synth_assets.model.entity import Entity
from synth_assets.model.entity import column as declared_column
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Masked, Text, Values

_KINDS = {
    INTEGER: functions.NUMBER,
    DECIMAL: functions.NUMBER,
    FLOAT: functions.FLOAT,
    BOOLEAN: functions.BOOLEAN,
    STRING: functions.TEXT,
    "uuid": functions.TEXT,
    "json": functions.TEXT,
    DATE: functions.DAY,
    TIMESTAMP: functions.TIME,
}
"""Of column types, what an expression takes them for."""

_FILLED = {
    functions.NUMBER: (INTEGER, DECIMAL, FLOAT),
    functions.FLOAT: (FLOAT,),
    functions.TEXT: (STRING, "json"),
    functions.BOOLEAN: (BOOLEAN,),
    functions.DAY: (DATE,),
    functions.TIME: (TIMESTAMP,),
    MISSING: SCALARS,
}
"""The kinds of columns that may have such values."""


def _checked(value: Any) -> Any:
    if isinstance(value, str):
        try:
            parsed(value)
        except ExpressionError as error:
            raise InnerError(str(error)) from None
    return value


class Expression(Generator):
    """What an expression over other columns of the row, and of the rows that it refers to, gives.

    Expressions are a small part of SQL, whose functions are all exact; docs/expressions.md has them.
    """

    fills: ClassVar = SCALARS
    examples: ClassVar = (
        {"expression": "hours * 48.00"},
        {"expression": "case when customers.country = 'GB' then 0.20 else 0 end"},
        {"expression": "customers.name || ', ' || customers.city", "at": "opened_at"},
    )

    expression: Annotated[str, BeforeValidator(_checked)] = Field(
        description="an expression over columns of the row, and as table.column of rows that it refers to",
        examples=["hours * 48.00"],
    )
    at: str = Field(
        default="",
        description="a column with a time of this row, as of which other rows are looked at",
        examples=["opened_at"],
    )
    by: str = Field(
        default="",
        description="the column that refers to the other table, if there are several",
        examples=["buyer_id"],
    )

    def values(self, rows: Any, name: str) -> Values:
        def column(named: str) -> Cells:
            table, _, own = named.rpartition(".")
            source = type(rows).tables[table] if table else type(rows)
            cells = parents_of(rows, table, self.by, self.at).cells(own) if table else getattr(rows, own)
            return _cells(cells, getattr(source, own).column.type)

        where = f"{rows.about.domain}/{rows.about.name}: {name}"
        return _shown(Computing(len(rows), column, where).of(self.tree), type_of(rows, name))

    @property
    def tree(self) -> Tree:
        """The expression, read."""
        return _tree(self.expression)

    def type_by(self, resolve: Resolve) -> ColumnType | None:
        """The type that a column has when nothing else is said.

        Args:
            resolve: what is known of the columns in it.

        Raises:
            UsageError: of what ``resolve`` can't find.
        """
        try:
            found = known(self.tree, resolve)
        except ExpressionError:
            return types.STRING  # looking at the column will tell
        if found.kind == functions.NUMBER:
            return types.named(f"decimal(18,{found.scale})") if found.scale else types.INT64
        return {
            functions.FLOAT: types.FLOAT64,
            functions.TEXT: types.STRING,
            functions.BOOLEAN: types.BOOLEAN,
            functions.DAY: types.DATE,
            functions.TIME: types.TIMESTAMP_UTC,
        }.get(found.kind)

    def needs(self) -> Needs:
        names = dict.fromkeys(names_in(self.tree))
        own = [one for one in (*names, self.at, self.by) if one and "." not in one]
        return Needs(columns=tuple(own), tables=tuple(one for one in names if "." in one))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        for table in dict.fromkeys(one.partition(".")[0] for one in self.needs().tables):
            if problem := no_way_to(entity, table, self.by):
                return problem
        try:
            found = known(self.tree, functools.partial(self._known, entity))
        except LookupError:
            return ""  # what isn't there, `needs` tells
        except ExpressionError as error:
            return str(error)
        if column.type.kind not in _FILLED[found.kind]:
            is_float = found.kind == functions.FLOAT
            more = "Declare what it is made of as decimals." if is_float else "Give it another type."
            return f"its expression gives a {found.kind}, which {column.type.name} isn't.\n  {more}"
        if found.nullable and not column.nullable:
            return "its expression may be missing, and so may this.\n  Declare it with nullable, or use coalesce(…, 0)."
        return ""

    def _known(self, entity: type[Entity], name: str) -> Known:
        table, _, own = name.rpartition(".")
        source = entity.tables[table] if table else entity
        declared = getattr(source, own, None)
        if not isinstance(declared, declared_column):
            raise LookupError(name)  # noqa: TRY004 - it isn't there
        lacks = bool(table) and may_lack(entity, table, self.by)
        return known_of(declared.column.type, nullable=declared.column.nullable or lacks)


GENERATOR = Expression


def expression(expression: str, *, at: str = "", by: str = "") -> Expression:
    """What an expression gives: ``expression("quantity * products.price", at="ordered_at")``."""
    return of(Expression, expression=expression, at=at, by=by)


def known_of(kind: ColumnType, *, nullable: bool) -> Known:
    """What an expression knows of a column.

    Raises:
        ExpressionError: it is of a type that no expression takes.
    """
    if kind.kind not in _KINDS:
        raise ExpressionError(f"a column of type {kind.name} can't be part of an expression.\n  Leave it out.")
    return Known(_KINDS[kind.kind], getattr(kind, "scale", 0), nullable)


@functools.lru_cache(maxsize=4_096)
def _tree(text: str) -> Tree:
    return parsed(text)


def _cells(values: Values, kind: ColumnType) -> Cells:
    """A column's cells, as expressions compute with them."""
    of_kind = _KINDS[kind.kind]
    if isinstance(values, Text):
        return Cells(of_kind, values.series())
    if isinstance(values, pl.Series):
        return Cells(of_kind, values.cast(pl.String))
    cells, valid = plain(values)
    dtype = {functions.FLOAT: np.float64, functions.BOOLEAN: np.bool_}.get(of_kind, np.int64)
    return Cells(of_kind, cells.astype(dtype, copy=False), getattr(kind, "scale", 0), valid)


def _shown(cells: Cells, kind: ColumnType) -> Values:
    """What was computed, as cells of a column."""
    if cells.kind == functions.TEXT:
        return cells.values
    if cells.kind == MISSING:
        if kind.kind in {STRING, "json", "uuid"}:
            return pl.Series([None], dtype=pl.String).new_from_index(0, len(cells.values))
        return Masked(cells.values, cells.there)
    values = cells.values
    if cells.kind == functions.NUMBER and kind.kind == FLOAT:
        values = values.astype(np.float64) / 10.0**cells.scale
    elif cells.kind == functions.NUMBER:
        values = _in_units(values, cells.scale, kind)
    elif cells.kind == functions.DAY:
        values = values.astype(np.int32)
    return values if cells.valid is None else Masked(values, cells.valid)


def _in_units(values: Any, scale: int, kind: ColumnType) -> Any:
    """Numbers in units of a column's last digit, halves rounded away from 0."""
    own = getattr(kind, "scale", 0)
    return values * np.int64(10 ** (own - scale)) if own >= scale else rounded(values, scale - own)
