"""Cells that a declaration names: as values of the column's type, to be gathered by number."""

import functools
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_assets.columns.basis.arguments import Cell
from synth_assets.columns.basis.generator import TEXTS
from synth_assets.model.types import BOOLEAN, FLOAT64, INT64, ColumnType
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.values import Masked, Text, TextPool, Values

_EPOCH_DAY = date(1970, 1, 1)
_WIDTHS = {"boolean": np.bool_, "float": np.float64}


@dataclass(frozen=True)
class Cells:
    """Cells by number: a pool of texts, or an array, and which of them are there.

    Attributes:
        of: shape (cells,) or a pool of as many.
        valid: shape (cells,); ``None`` where none is missing.
    """

    of: TextPool | NDArray[Any]
    valid: NDArray[np.bool_] | None

    def take(self, codes: NDArray[Any]) -> Values:
        """The cells at ``codes``, shape (n,)."""
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
        return Cells(TextPool([_text(cell) for cell in cells]), valid)
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
        return BOOLEAN
    if kinds == {int}:
        return INT64
    return FLOAT64 if kinds and kinds <= {int, float} else TEXT


def integer_range(type: ColumnType) -> tuple[int, int]:  # noqa: A002
    """The least and the greatest value of an integer type."""
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


_READERS = {
    "integer": _integer,
    "decimal": _decimal,
    "float": _float,
    "boolean": _boolean,
    "date": _day,
    "timestamp": _moment,
}
