"""A column computed from others, by an expression."""

import functools
from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np
import polars as pl
from pydantic import BeforeValidator, Field

from synth_assets.columns.basis.arguments import InnerError, of
from synth_assets.columns.basis.coded_text import Range, coded
from synth_assets.columns.basis.formulas import functions
from synth_assets.columns.basis.formulas.cells import Computed, Computing, rounded
from synth_assets.columns.basis.formulas.kinds import MISSING, Resolve, known
from synth_assets.columns.basis.formulas.syntax import ExpressionError, Tree, names_in, parsed
from synth_assets.columns.basis.generator import (
    BOOLEAN,
    DATE,
    DECIMAL,
    FLOAT,
    INTEGER,
    SCALARS,
    STRING,
    TIMESTAMP,
    UNSIGNED,
    Generator,
    Needs,
    type_of,
)
from synth_assets.columns.basis.others import Others, known_column, no_way
from synth_assets.columns.integers import Integers
from synth_assets.model import types
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Masked, Values

_FILLED = {
    functions.NUMBER: (INTEGER, UNSIGNED, DECIMAL, FLOAT),
    functions.FLOAT: (FLOAT,),
    functions.TEXT: (STRING, "json"),
    functions.BOOLEAN: (BOOLEAN,),
    functions.DAY: (DATE,),
    functions.TIME: (TIMESTAMP,),
    MISSING: (*SCALARS, UNSIGNED),
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

    fills: ClassVar = (*SCALARS, UNSIGNED)
    draws_anew: ClassVar = False
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
        where = f"{rows.about.domain}/{rows.about.name}: {name}"
        others = Others(rows, self.by, self.at)
        computing = Computing(len(rows), others.computed, where)
        kind = type_of(rows, name)
        if kind.kind == STRING and len(rows) and (text := coded(self.tree, others, computing, partial(_range, others))):
            return text
        return _shown(computing.of(self.tree), kind)

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
        if problem := no_way(entity, self.needs(), self.by):
            return problem
        try:
            found = known(self.tree, partial(known_column, entity, self.by))
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


GENERATOR = Expression


def expression(expression: str, *, at: str = "", by: str = "") -> Expression:
    """What an expression gives: ``expression("quantity * products.price", at="ordered_at")``."""
    return of(Expression, expression=expression, at=at, by=by)


@functools.lru_cache(maxsize=4_096)
def _tree(text: str) -> Tree:
    return parsed(text)


def _range(others: Others, name: str) -> Range | None:
    """Between what a column's whole numbers lie, where its method says so."""
    generator = others.declared(name).generator
    return (
        (generator.low, generator.high)
        if isinstance(generator, Integers) and others.type(name).kind == INTEGER
        else None
    )


def _shown(cells: Computed, kind: ColumnType) -> Values:
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
        narrow = values.astype(np.int32)
        values = narrow if np.array_equal(narrow, values) else values  # what doesn't fit is refused by column
    return values if cells.valid is None else Masked(values, cells.valid)


def _in_units(values: Any, scale: int, kind: ColumnType) -> Any:
    """Numbers in units of a column's last digit, halves rounded away from 0."""
    own = getattr(kind, "scale", 0)
    if own == scale:
        return values
    return values * np.int64(10 ** (own - scale)) if own > scale else rounded(values, scale - own)
