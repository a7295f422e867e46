"""Cells that a declaration names: as values of the column's type, to be gathered by number."""

import base64
import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from typing import Any, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.basis.arguments import Cell
from synth_assets.columns.basis.generator import (
    BINARY,
    BOOLEAN,
    DATE,
    DECIMAL,
    DURATION,
    FLOAT,
    INTEGER,
    LIST,
    STRUCT,
    TEXTS,
    TIME,
    TIMESTAMP,
    UNSIGNED,
)
from synth_assets.errors import first_line
from synth_assets.model.types import BOOLEAN as TRUTH
from synth_assets.model.types import FLOAT64, INT64, ColumnType
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.values import Masked, Text, TextPool, Values

_EPOCH_DAY = date(1970, 1, 1)
_WIDTHS = {"boolean": np.bool_, "float": np.float64, "unsigned": np.uint64}
_OBJECTS = (BINARY, LIST, STRUCT)
_INT64_DIGITS, _MOST_DIGITS = 18, 38
_MICROSECONDS = {"ms": 1_000, "us": 1}
"""Of units that Python's own spans have."""
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,9}))?)?")


@dataclass(frozen=True)
class Cells:
    """Cells by number: a pool of texts, or an array, and which of them are there.

    Attributes:
        of: shape (cells,) or a pool of as many, or a series.
        valid: shape (cells,); ``None`` where none is missing.
    """

    of: TextPool | NDArray[Any] | pl.Series
    valid: NDArray[np.bool_] | None

    def take(self, codes: NDArray[Any]) -> Values:
        """The cells at ``codes``, shape (n,)."""
        if isinstance(self.of, pl.Series):
            return self.of.gather(codes)
        valid = None if self.valid is None else self.valid[codes]
        if isinstance(self.of, TextPool):
            return Text(self.of, codes, valid)
        return self.of[codes] if valid is None else Masked(self.of[codes], valid)


def cells_of(cells: tuple[Cell, ...], type: ColumnType) -> Cells:  # noqa: A002
    """Cells of a column.

    Args:
        cells: as they are declared; text is read as the column's type.
        type: the column's.

    Raises:
        ValueError: one that the type doesn't have.
    """
    # Equal cells may be different ones: 1, 1.0 and True; 0.0 and -0.0.
    return _kept(cells, repr(cells), type)


@functools.lru_cache(maxsize=1_024)
def _kept(cells: tuple[Cell, ...], _: str, type: ColumnType) -> Cells:  # noqa: A002
    there = np.array([cell is not None for cell in cells], dtype=np.bool_)
    valid = None if there.all() else there
    if type.kind in TEXTS:
        return Cells(TextPool([_text(cell) for cell in cells], lasting=True), valid)
    if type.kind in _OBJECTS or (type.kind == DECIMAL and type.precision > _INT64_DIGITS):  # pyright: ignore[reportAttributeAccessIssue] — of its family
        return Cells(series_of_objects([None if cell is None else _object(cell, type) for cell in cells], type), None)
    values = [0 if cell is None else _value(cell, type) for cell in cells]
    return Cells(np.array(values, dtype=_WIDTHS.get(type.kind, np.int64)), valid)


def problem_of(cells: tuple[Cell, ...], type: ColumnType) -> str:  # noqa: A002
    """What is wrong with cells of a column, in words; empty if nothing is."""
    try:
        cells_of(cells, type)
    except ValueError as error:
        return f"{error} is no {type.name}.\n  Correct the value, or give the column another type."
    return ""


def usual_type(cells: tuple[Cell, ...]) -> ColumnType:
    """The type of a column of which nothing but its cells is known."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {bool}:
        return TRUTH
    if kinds == {int}:
        return INT64
    return FLOAT64 if kinds and kinds <= {int, float} else TEXT


def integer_range(type: ColumnType) -> tuple[int, int]:  # noqa: A002
    """The least and the greatest value of a type of whole numbers, or of so many units."""
    if type.kind == UNSIGNED:
        return 0, (1 << type.bits) - 1  # pyright: ignore[reportAttributeAccessIssue] — of its family
    if type.kind == DURATION:
        return -(1 << 63), (1 << 63) - 1
    most = 1 << (type.bits - 1)  # pyright: ignore[reportAttributeAccessIssue] — of its family
    return -most, most - 1


def unscaled(number: Decimal, type: ColumnType) -> int:  # noqa: A002
    """A number in units of the last digit of a decimal type.

    Raises:
        ValueError: the type has fewer digits.
    """
    scaled = number.scaleb(scale_of(type))
    if scaled != scaled.to_integral_value() or abs(scaled) >= 10 ** digits_of(type):
        raise ValueError(f"{number}")
    return int(scaled)


def scale_of(type: ColumnType) -> int:  # noqa: A002
    """Digits after the point of a decimal type; 0 of others."""
    return getattr(type, "scale", 0)


def digits_of(type: ColumnType) -> int:  # noqa: A002
    """Digits of a decimal type that arrays hold."""
    return min(type.precision, 18)  # pyright: ignore[reportAttributeAccessIssue] — of its family


def _text(cell: Cell) -> str:
    if isinstance(cell, str | None):
        return cell or ""
    raise ValueError(repr(cell))


def _value(cell: Cell, type: ColumnType) -> Any:  # noqa: A002
    try:
        return _READERS[type.kind](cell, type)
    except (TypeError, ValueError, KeyError, ArithmeticError):
        raise ValueError(repr(cell)) from None


def _integer(cell: Any, type: ColumnType) -> int:  # noqa: A002
    if isinstance(cell, bool | float):
        raise TypeError(cell)
    low, high = integer_range(type)
    number = int(cell)
    if not low <= number <= high:
        raise ValueError(cell)
    return number


def _decimal(cell: Any, type: ColumnType) -> int:  # noqa: A002
    if isinstance(cell, bool):
        raise TypeError(cell)
    return unscaled(Decimal(repr(cell) if isinstance(cell, float) else cell), type)


def _float(cell: Any, _: ColumnType) -> float:
    if isinstance(cell, bool):
        raise TypeError(cell)
    return float(cell)


def _boolean(cell: Any, _: ColumnType) -> bool:
    return cell if isinstance(cell, bool) else {"true": True, "false": False}[cell]


def _day(cell: Any, _: ColumnType) -> int:
    return (date.fromisoformat(cell) - _EPOCH_DAY).days


def _moment(cell: Any, _: ColumnType) -> int:
    moment = datetime.fromisoformat(cell)
    if moment.utcoffset():
        raise ValueError(cell)
    since = moment.replace(tzinfo=None) - datetime(1970, 1, 1)  # noqa: DTZ001 — both UTC
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _clock(cell: Any, _: ColumnType) -> int:
    hour, minute, second, fraction = (_CLOCK.fullmatch(cell) or _none(cell)).groups("0")
    return ((int(hour) * 60 + int(minute)) * 60 + int(second)) * 1_000_000_000 + int(fraction.ljust(9, "0"))


def _none(cell: Any) -> Any:
    raise ValueError(cell)


def _object(cell: Any, type: ColumnType) -> Any:  # noqa: A002
    """A cell as Python has it: of bytes, wide decimals, lists, structs, and what is inside of them."""
    try:
        return _OF_OBJECTS[type.kind](cell, type)
    except (TypeError, ValueError, KeyError, ArithmeticError, AttributeError):
        raise ValueError(repr(cell)) from None


def _entries(cell: Any, type: Any) -> list[Any]:  # noqa: A002
    found = json.loads(cell) if isinstance(cell, str) else cell
    if not isinstance(found, list):
        raise TypeError(cell)
    return [None if one is None else _object(one, type.of) for one in cast("list[Any]", found)]


def _fields(cell: Any, type: Any) -> dict[str, Any]:  # noqa: A002
    found = json.loads(cell) if isinstance(cell, str) else cell
    kinds = dict(type.fields)
    if not isinstance(found, dict) or not set(cast("dict[str, Any]", found)) <= set(kinds):
        raise TypeError(cell)
    given = {name: cast("dict[str, Any]", found).get(name) for name in kinds}
    return {name: None if one is None else _object(one, kinds[name]) for name, one in given.items()}


def _bytes(cell: Any, _: ColumnType) -> bytes:
    return bytes.fromhex(cell[2:]) if cell.startswith("0x") else base64.b64decode(cell, validate=True)


def _wide(cell: Any, type: Any) -> Decimal:  # noqa: A002
    if isinstance(cell, bool):
        raise TypeError(cell)
    number = Decimal(repr(cell) if isinstance(cell, float) else cell)
    with localcontext(prec=2 * _MOST_DIGITS):
        units = number.scaleb(type.scale)
        if units != units.to_integral_value() or abs(units) >= 10**type.precision:
            raise ValueError(cell)
    return number


def _moment_object(cell: Any, type: Any) -> datetime:  # noqa: A002
    since = timedelta(microseconds=_moment(cell, type))
    return datetime(1970, 1, 1, tzinfo=UTC if type.zone else None) + since


_OF_OBJECTS: Mapping[str, Callable[[Any, Any], Any]] = {
    BINARY: _bytes,
    LIST: _entries,
    STRUCT: _fields,
    DECIMAL: _wide,
    INTEGER: _integer,
    UNSIGNED: _integer,
    FLOAT: _float,
    BOOLEAN: _boolean,
    DATE: lambda cell, _: date.fromisoformat(cell),
    TIMESTAMP: _moment_object,
    TIME: lambda cell, of: time.fromisoformat(cell) if _clock(cell, of) % 1_000 == 0 else _none(cell),
    DURATION: lambda cell, of: timedelta(microseconds=_integer(cell, of) * _MICROSECONDS[of.unit]),
    **dict.fromkeys(TEXTS, lambda cell, _: _text(cell)),
}
"""How a cell is read where arrays have no place for it, by its type's kind."""


def series_of_objects(values: list[Any], type: ColumnType) -> pl.Series:  # noqa: A002
    """Values as Python has them, as a series of a type.

    Raises:
        ValueError: one that the type doesn't have.
    """
    try:
        return pl.Series(values, dtype=type.polars, strict=True)
    except (TypeError, OverflowError, pl.exceptions.PolarsError) as error:
        raise ValueError(first_line(error)) from None


_READERS = {
    "integer": _integer,
    UNSIGNED: _integer,
    DURATION: _integer,
    TIME: _clock,
    "decimal": _decimal,
    "float": _float,
    "boolean": _boolean,
    "date": _day,
    "timestamp": _moment,
}
