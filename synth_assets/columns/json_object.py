"""JSON made of other columns."""

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, cast

import polars as pl
from pydantic import BeforeValidator, Field, WithJsonSchema

from synth_assets.columns.basis.arguments import InnerError, of
from synth_assets.columns.basis.formulas import functions
from synth_assets.columns.basis.formulas.cells import Computed, Computing, text_of_cells
from synth_assets.columns.basis.formulas.kinds import MISSING, known
from synth_assets.columns.basis.formulas.syntax import ExpressionError, Tree, names_in, parsed
from synth_assets.columns.basis.generator import JSON, STRING, Generator, Needs
from synth_assets.columns.basis.others import column_of, known_column, no_way
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import JSON as JSON_TYPE
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values

_DEEPEST = 20
_CONTROLS = {chr(code): f"\\u{code:04x}" for code in range(32)} | {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', **_CONTROLS}
_QUOTED = {functions.TEXT, functions.DAY, functions.TIME}


def _leaves(value: Any) -> Iterator[Tree]:
    """The expressions within a shape."""
    if isinstance(value, Mapping):
        for one in cast("Mapping[str, Any]", value).values():
            yield from _leaves(one)
    elif isinstance(value, list | tuple):
        for one in cast("list[Any]", value):
            yield from _leaves(one)
    else:
        yield _tree(_text_of(value))


def _text_of(leaf: Any) -> str:
    """A leaf as an expression: numbers and booleans stand for themselves."""
    if isinstance(leaf, bool):
        return "true" if leaf else "false"
    return "null" if leaf is None else str(leaf)


@functools.lru_cache(maxsize=4_096)
def _tree(text: str) -> Tree:
    return parsed(text)


def _checked(value: Any) -> Any:
    if isinstance(value, str) and isinstance(json.loads(value), dict):
        return value  # as it is kept
    if not isinstance(value, Mapping):
        raise ValueError(value)  # noqa: TRY004 - one kind of error for pydantic
    try:
        _check_depth(value)
        for _ in _leaves(value):
            pass
        return json.dumps(value)
    except ExpressionError as error:
        raise InnerError(str(error)) from None
    except (TypeError, RecursionError) as error:
        raise ValueError(value) from error


def _check_depth(value: Any, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise ExpressionError(f"it nests more than {_DEEPEST} deep.\n  Make it flatter.")
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    for one in cast("Any", inner):
        _check_depth(one, depth + 1)


class ObjectColumn(Generator):
    """A JSON object whose fields are expressions over the row and the rows that it refers to.

    A field may be an object or a list itself. What is missing is null, or left out: so fields can depend on the row.
    """

    fills: ClassVar = (JSON, STRING)
    draws_anew: ClassVar = False
    examples: ClassVar = (
        {"fields": {"page": "path", "seconds": "round(milliseconds / 1000, 2)", "tags": ["kind", "'web'"]}},
        {"fields": {"product": "case when kind = 'view' then product_id end"}, "skip_missing": True},
    )

    fields: Annotated[str, BeforeValidator(_checked), WithJsonSchema({"type": "object"})] = Field(
        description="names of fields, each with an expression, an object or a list of such",
        examples=[{"page": "path"}],
    )
    skip_missing: bool = Field(
        default=False, description="true if fields that are missing are left out, else they are null", examples=[True]
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
        computing = Computing(len(rows), column_of(rows, self.by, self.at), where)
        return self._json(json.loads(self.fields), computing, len(rows))

    def _json(self, shape: Any, computing: Computing, count: int) -> pl.Series:
        """The JSON of a shape, a text a row; missing only where an expression is."""
        if isinstance(shape, dict):
            fields = cast("dict[str, Any]", shape)
            parts = [
                _field(f"{json.dumps(name)}:", self._json(one, computing, count), skip=self.skip_missing)
                for name, one in fields.items()
            ]
            return _within("{", parts, "}", count)
        if isinstance(shape, list):
            parts = [_field("", self._json(one, computing, count), skip=False) for one in cast("list[Any]", shape)]
            return _within("[", parts, "]", count)
        return _leaf(computing.of(_tree(_text_of(shape))))

    @property
    def default_type(self) -> ColumnType:
        """JSON."""
        return JSON_TYPE

    def as_json(self) -> dict[str, Any]:
        return {**super().as_json(), "fields": json.loads(self.fields)}

    def needs(self) -> Needs:
        names = dict.fromkeys(name for tree in _leaves(json.loads(self.fields)) for name in names_in(tree))
        own = [one for one in (*names, self.at, self.by) if one and "." not in one]
        return Needs(columns=tuple(own), tables=tuple(one for one in names if "." in one))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        if problem := no_way(entity, self.needs(), self.by):
            return problem
        for tree in _leaves(json.loads(self.fields)):
            try:
                found = known(tree, functools.partial(known_column, entity, self.by))
            except LookupError:
                continue  # what isn't there, `needs` tells
            except ExpressionError as error:
                return str(error)
            if found.kind == functions.FLOAT:
                return "the text of a float isn't the same everywhere.\n  Declare the column as a decimal."
        return ""


GENERATOR = ObjectColumn


def json_object(fields: Mapping[str, Any], *, skip_missing: bool = False, at: str = "", by: str = "") -> ObjectColumn:
    """A JSON object: ``json_object({"page": "path", "user": "users.email"})``."""
    return of(ObjectColumn, fields=dict(fields), skip_missing=skip_missing, at=at, by=by)


def _leaf(cells: Computed) -> pl.Series:
    if cells.kind == MISSING:
        return pl.repeat(None, len(cells.values), dtype=pl.String, eager=True)
    text = text_of_cells(cells)
    if cells.kind not in _QUOTED:
        return text
    escaped = text.str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))
    return _each(escaped, lambda cell: pl.concat_str(pl.lit('"'), cell, pl.lit('"')))


def _field(name: str, values: pl.Series, *, skip: bool) -> pl.Series:
    """A field with a comma before; empty where it is left out."""
    shown = values if skip else values.fill_null("null")
    return _each(shown, lambda cell: pl.concat_str(pl.lit(f",{name}"), cell)).fill_null("")


def _within(opening: str, parts: list[pl.Series], closing: str, count: int) -> pl.Series:
    if not parts:
        return pl.repeat(opening + closing, count, dtype=pl.String, eager=True)
    frame = pl.DataFrame({str(at): one for at, one in enumerate(parts)})
    joined = frame.select(pl.concat_str(*frame.columns)).to_series().str.slice(1)
    return _each(joined, lambda cell: pl.concat_str(pl.lit(opening), cell, pl.lit(closing)))


def _each(values: pl.Series, made: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    return pl.DataFrame({"x": values}).select(made(pl.col("x")).alias("x")).to_series()
