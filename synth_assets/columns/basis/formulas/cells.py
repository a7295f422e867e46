"""The cells of an expression, for many rows at once; whole numbers and decimals in int64, and never wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.basis.formulas.calendar import DAY as _DAY
from synth_assets.columns.basis.formulas.calendar import (
    DAY_PARTS,
    TIME_PARTS,
    month_end,
    month_start,
    months_between,
    months_later,
    part_of_day,
    part_of_time,
    whole_between,
)
from synth_assets.columns.basis.formulas.calendar import MICROSECONDS as _MICROSECONDS
from synth_assets.columns.basis.formulas.functions import BOOLEAN, DAY, FLOAT, NUMBER, TEXT, TIME
from synth_assets.columns.basis.formulas.kinds import DIVIDED, MISSING
from synth_assets.columns.basis.formulas.syntax import Call, Literal, MomentLiteral, Name, Tree
from synth_assets.errors import DataError

_MINUTE, _HOUR = 60 * _MICROSECONDS, 3_600 * _MICROSECONDS
_LIMIT = 1 << 63
_CAPITALS = {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Computed:
    """Values of some rows.

    Attributes:
        kind: one of those of :mod:`.functions`.
        values: shape (n,): int64 in units of the last digit, microseconds or days; float64; bool; a series of text.
            Within an expression what is the same in all rows, but text, may be of shape (1,).
        scale: digits after the point of numbers.
        valid: shape (n,) or (1,), which are there; ``None`` for all. Text has its own.
    """

    kind: str
    values: Any
    scale: int = 0
    valid: Mask | None = None

    @property
    def there(self) -> Mask:
        """Which are there, shape (n,)."""
        if isinstance(self.values, pl.Series):
            return self.values.is_not_null().to_numpy()
        return np.ones(len(self.values), dtype=np.bool_) if self.valid is None else self.valid

    @property
    def is_true(self) -> Mask:
        """Which are true: there, and not false."""
        return self.values if self.valid is None else self.values & self.valid


Column = Callable[[str], Computed]


class Computing:
    """Computes trees over some rows.

    Args:
        count: of the rows.
        column: the cells of a column by its name.
        where: what messages call the column that is computed.
    """

    def __init__(self, count: int, column: Column, where: str) -> None:
        self._count, self._column, self._where = count, column, where

    def of(self, tree: Tree) -> Computed:
        """The cells of a tree, one for each row.

        Raises:
            DataError: a number that takes more than 18 digits.
        """
        return self.spread(self._of(tree))

    def spread(self, cells: Computed) -> Computed:
        """The same with a cell for each row; what is the same in all of them is kept once."""
        if isinstance(cells.values, pl.Series):
            return cells
        values, valid = (
            one if one is None or len(one) == self._count else np.broadcast_to(one, self._count)
            for one in (cells.values, cells.valid)
        )
        return Computed(cells.kind, values, cells.scale, valid)

    def _of(self, tree: Tree) -> Computed:
        if isinstance(tree, Literal):
            return self._literal(tree.value)
        if isinstance(tree, MomentLiteral):
            kind, unit = (DAY, 1) if tree.kind == "date" else (TIME, _MICROSECONDS)
            return Computed(kind, np.full(min(self._count, 1), tree.value * unit, dtype=np.int64))
        if isinstance(tree, Name):
            return _once(self._column(tree.name))
        if tree.name in {"case", "if"}:
            return self._case([self._of(one) for one in tree.of])
        return self._call(tree, [self._of(one) for one in tree.of])

    def _literal(self, value: Any) -> Computed:
        count = min(self._count, 1)
        if value is None:
            return Computed(MISSING, np.zeros(count, dtype=np.int64), 0, np.zeros(count, dtype=np.bool_))
        if isinstance(value, bool):
            return Computed(BOOLEAN, np.full(count, value))
        if isinstance(value, str):
            return Computed(TEXT, pl.repeat(value, self._count, dtype=pl.String, eager=True))
        scale = -int(value.as_tuple().exponent) if isinstance(value, Decimal) else 0
        return Computed(NUMBER, np.full(count, int(value * 10**scale), dtype=np.int64), scale)

    def _call(self, tree: Call, of: list[Computed]) -> Computed:
        name = tree.name
        if name in _BINARY:
            return _BINARY[name](self, *of)
        if name in _COMPARISONS:
            return self._compared(name, *of)
        literals = [one.value if isinstance(one, Literal) else None for one in tree.of]
        return _NAMED[name](self, of, literals)

    # Numbers

    def fitting(self, least: int, most: int) -> None:
        """Refuse numbers that int64 doesn't hold: they would come out as others."""
        if max(abs(least), abs(most)) >= _LIMIT:
            raise DataError(
                f"{self._where}: a number of its expression takes more than 18 digits.\n"
                "  Round what it is made of, or declare smaller numbers."
            )

    def scaled(self, cells: Computed, scale: int) -> NDArray[np.int64]:
        """Numbers with at least as many digits after the point as they have."""
        factor = 10 ** (scale - cells.scale)
        return self._times(cells.values, factor) if factor > 1 else cells.values

    def _times(self, values: NDArray[np.int64], factor: int) -> NDArray[np.int64]:
        if len(values):
            self.fitting(int(values.min()) * factor, int(values.max()) * factor)
        return values * np.int64(factor)

    def together(self, one: Computed, two: Computed) -> tuple[NDArray[Any], NDArray[Any], int]:
        """Two numbers with the same digits after the point; floats if one of them is."""
        if FLOAT in {one.kind, two.kind}:
            return self.as_float(one), self.as_float(two), 0
        scale = max(one.scale, two.scale)
        return self.scaled(one, scale), self.scaled(two, scale), scale

    def as_float(self, cells: Computed) -> NDArray[np.float64]:
        """Numbers as floats: each the nearest."""
        if cells.kind == FLOAT:
            return cells.values
        return cells.values.astype(np.float64) / 10.0**cells.scale if cells.scale else cells.values.astype(np.float64)

    def sum(self, one: Computed, two: Computed, sign: int = 1) -> Computed:
        """One and the other, or one without the other."""
        left, right, scale = self.together(one, two)
        kind = FLOAT if FLOAT in {one.kind, two.kind} else NUMBER
        if kind == NUMBER and len(left):
            ends = [(int(left.min()), int(left.max())), (int(right.min()) * sign, int(right.max()) * sign)]
            self.fitting(ends[0][0] + min(ends[1]), ends[0][1] + max(ends[1]))
        return Computed(kind, left + right if sign > 0 else left - right, scale, _both(one, two))

    def product(self, one: Computed, two: Computed) -> Computed:
        """One times the other."""
        if FLOAT in {one.kind, two.kind}:
            return Computed(FLOAT, self.as_float(one) * self.as_float(two), 0, _both(one, two))
        if len(one.values):
            ends = [
                int(a) * int(b)
                for a in (one.values.min(), one.values.max())
                for b in (two.values.min(), two.values.max())
            ]
            self.fitting(min(ends), max(ends))
        return Computed(NUMBER, one.values * two.values, one.scale + two.scale, _both(one, two))

    def quotient(self, one: Computed, two: Computed) -> Computed:
        """One divided by the other, halves away from 0; missing where that is 0."""
        valid = _and(_both(one, two), two.values != 0)
        if FLOAT in {one.kind, two.kind}:
            divisor = np.where(valid, self.as_float(two), 1.0)
            return Computed(FLOAT, self.as_float(one) / divisor, 0, _some(valid))
        scale = max(DIVIDED, one.scale, two.scale)
        dividend = self._times(one.values, 10 ** (scale + two.scale - one.scale))
        return Computed(NUMBER, _divided(dividend, _no_zeros(two.values)), scale, _some(valid))

    def remainder(self, one: Computed, two: Computed) -> Computed:
        """What is left of a division, with the sign of the first; missing where the second is 0."""
        left, right, scale = self.together(one, two)
        valid = _and(_both(one, two), right != 0)
        found = _remainder(left, _no_zeros(right)) if left.dtype == np.int64 else np.fmod(left, _no_zeros(right))
        return Computed(NUMBER, found, scale, _some(valid))

    # What isn't only of numbers

    def _compared(self, sign: str, one: Computed, two: Computed) -> Computed:
        valid = _both(one, two)
        if MISSING in {one.kind, two.kind}:
            return Computed(BOOLEAN, np.zeros(self._count, dtype=np.bool_), 0, np.zeros(self._count, dtype=np.bool_))
        left, right = self._alike(one, two)
        if isinstance(left, pl.Series):
            found = _COMPARISONS[sign](left, right).fill_null(value=False).to_numpy()
            return Computed(BOOLEAN, found, 0, one.there & two.there)
        return Computed(BOOLEAN, _COMPARISONS[sign](left, right), 0, valid)

    def _alike(self, one: Computed, two: Computed) -> tuple[Any, Any]:
        if {one.kind, two.kind} <= {NUMBER, FLOAT}:
            left, right, _ = self.together(one, two)
            return left, right
        return one.values, two.values

    def either(self, chosen: Mask, one: Computed, two: Computed) -> Computed:
        """One where ``chosen``, the other elsewhere."""
        kind = two.kind if one.kind == MISSING else one.kind
        if kind == TEXT:
            series = [
                cells.values if cells.kind == TEXT else pl.repeat(None, self._count, dtype=pl.String, eager=True)
                for cells in (one, two)
            ]
            return Computed(TEXT, series[0].zip_with(pl.Series(np.broadcast_to(chosen, self._count)), series[1]))
        scale = 0
        left, right = one.values, two.values
        if kind in {NUMBER, FLOAT} and MISSING not in {one.kind, two.kind}:
            left, right, scale = self.together(one, two)
            kind = FLOAT if FLOAT in {one.kind, two.kind} else NUMBER
        else:
            # What is missing stands there in whole numbers, whatever the others are.
            if one.kind == MISSING:
                left = left.astype(right.dtype)
            elif two.kind == MISSING:
                right = right.astype(left.dtype)
            scale = two.scale if one.kind == MISSING else one.scale
        valid = None
        if one.valid is not None or two.valid is not None:
            valid = np.where(chosen, one.there, two.there)
        return Computed(kind, np.where(chosen, left, right), scale, valid)

    def _case(self, of: list[Computed]) -> Computed:
        found = of[-1]
        for at in range(len(of) - 3, -1, -2):
            found = self.either(of[at].is_true, of[at + 1], found)
        return found

    def least(self, of: list[Computed], sign: str) -> Computed:
        """The least, or the greatest, of those that are there."""
        found = of[0]
        for one in of[1:]:
            found = self.either(self._compared(sign, found, one).is_true | ~one.there, found, one)
        return found

    def coalesced(self, of: list[Computed]) -> Computed:
        """The first that is there."""
        found = of[-1]
        for one in reversed(of[:-1]):
            found = self._unless_missing(one, found)
        return found

    def _unless_missing(self, one: Computed, two: Computed) -> Computed:
        if one.valid is None and one.kind == two.kind == NUMBER:
            scale = max(one.scale, two.scale)
            return Computed(NUMBER, self.scaled(one, scale), scale)
        return self.either(one.there, one, two)


def _once(cells: Computed) -> Computed:
    """What is one cell in memory, whatever the rows, as that cell."""
    values = cells.values
    if isinstance(values, pl.Series) or cells.valid is not None or values.strides != (0,):
        return cells
    return Computed(cells.kind, values[:1], cells.scale)


def _some(valid: Mask) -> Mask | None:
    return None if valid.all() else valid


def _no_zeros(divisor: NDArray[Any]) -> NDArray[Any]:
    """A divisor with 1 for 0: what it gives is missing, and no warning."""
    return divisor if divisor.all() else np.where(divisor == 0, divisor.dtype.type(1), divisor)


def _divided(dividend: NDArray[np.int64], divisor: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rounded to whole numbers, halves away from 0."""
    half = int(divisor[0]) // 2 if len(divisor) else 0
    if (
        len(divisor) == 1
        and half >= 0
        and len(dividend)
        and dividend.min() >= 0
        and int(dividend.max()) < _LIMIT - half
    ):
        return (dividend + half) // divisor[0]  # a third of the time, as it is for prices
    whole, left = np.divmod(np.abs(dividend), np.abs(divisor))
    whole += left >= np.abs(divisor) - left
    return np.where((dividend < 0) != (divisor < 0), -whole, whole)


def _remainder(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """With the sign of the first."""
    if len(right) == 1 and right[0] > 0 and len(left) and left.min() >= 0:
        return left - left // right[0] * right[0]  # a third of the time
    return np.fmod(left, right)


def rounded(values: NDArray[np.int64], digits: int) -> NDArray[np.int64]:
    """Whole numbers without their last digits, halves away from 0."""
    return _divided(values, np.array([10**digits], dtype=np.int64)) if digits else values


def _and(one: Mask | None, two: Mask) -> Mask:
    return two if one is None else one & two


def _both(one: Computed, two: Computed) -> Mask | None:
    if one.valid is None or two.valid is None:
        return one.valid if two.valid is None else two.valid
    return one.valid & two.valid


def _logic(both: bool) -> Any:
    """``and``, ``or`` of three values: what is missing decides nothing that the other one decides."""

    def found(_: Computing, one: Computed, two: Computed) -> Computed:
        left, right = one.is_true, two.is_true
        false = (one.there & ~one.values, two.there & ~two.values)
        true = left & right if both else left | right
        is_false = false[0] | false[1] if both else false[0] & false[1]
        valid = None if one.valid is None and two.valid is None else true | is_false
        return Computed(BOOLEAN, true, 0, valid)

    return found


_BINARY: dict[str, Any] = {
    "+": lambda at, one, two: at.sum(one, two),
    "-": lambda at, one, two: at.sum(one, two, -1),
    "*": lambda at, one, two: at.product(one, two),
    "/": lambda at, one, two: at.quotient(one, two),
    "%": lambda at, one, two: at.remainder(one, two),
    "mod": lambda at, one, two: at.remainder(one, two),
    "and": _logic(both=True),
    "or": _logic(both=False),
}
_COMPARISONS: dict[str, Any] = {
    "=": lambda one, two: one == two,
    "<>": lambda one, two: one != two,
    "<": lambda one, two: one < two,
    "<=": lambda one, two: one <= two,
    ">": lambda one, two: one > two,
    ">=": lambda one, two: one >= two,
}


def _in(at: Computing, of: list[Computed], _: Any) -> Computed:
    found = _BINARY["or"]
    cells = [at._compared("=", of[0], one) for one in of[1:]]  # noqa: SLF001 - of this module
    result = cells[0]
    for one in cells[1:]:
        result = found(at, result, one)
    return result


def _nullif(at: Computing, of: list[Computed], _: Any) -> Computed:
    same = at._compared("=", *of)  # noqa: SLF001 - of this module
    return at.either(~same.is_true, of[0], at._literal(None))  # noqa: SLF001 - likewise


def _whole(cells: Computed, step: int) -> Computed:
    unit = np.int64(10**cells.scale)
    values = cells.values // unit if step < 0 else -(-cells.values // unit)
    return Computed(NUMBER, values, 0, cells.valid)


def _round(at: Computing, of: list[Computed], literals: list[Any]) -> Computed:
    del at
    digits = literals[1] if len(literals) > 1 else 0
    if digits >= of[0].scale:
        return of[0]
    return Computed(NUMBER, rounded(of[0].values, of[0].scale - digits), digits, of[0].valid)


def text_of_cells(cells: Computed) -> pl.Series:
    """Computed as text, each in one way."""
    if cells.kind == TEXT:
        return cells.values
    series = pl.Series(cells.values)
    if cells.valid is not None:
        series = series.set(pl.Series(~cells.valid), None)
    if cells.kind == NUMBER and cells.scale:
        return _decimal_text(series, cells.scale)
    if cells.kind == DAY:
        return series.cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%d")
    if cells.kind == TIME:
        return series.cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S")
    if cells.kind == BOOLEAN:
        return series.replace_strict({True: "true", False: "false"}, default=None, return_dtype=pl.String)
    return series.cast(pl.String)


def _decimal_text(units: pl.Series, scale: int) -> pl.Series:
    unit = 10**scale
    parts = {
        "sign": (units < 0).replace_strict({True: "-", False: ""}, default=None, return_dtype=pl.String),
        "whole": (units.abs() // unit).cast(pl.String),
        "rest": (units.abs() % unit).cast(pl.String).str.zfill(scale),
    }
    return pl.DataFrame(parts).select(pl.concat_str("sign", "whole", pl.lit("."), "rest")).to_series()


def _joined(_: Computing, of: list[Computed], __: Any) -> Computed:
    frame = pl.DataFrame({str(at): one.values for at, one in enumerate(of)})
    return Computed(TEXT, frame.select(pl.concat_str(*frame.columns)).to_series())


def _of_text(made: Callable[..., pl.Series]) -> Any:
    return lambda _, of, literals: Computed(TEXT, made(of[0].values, *literals[1:]))


def _part(unit: str) -> Any:
    """A part of a day or time, from arrays of them."""
    of_days = unit in DAY_PARTS

    def found(_: Computing, of: list[Computed], __: Any) -> Computed:
        (cells,) = of
        values = part_of_day(unit, _days(cells)) if of_days else part_of_time(unit, cells.values)
        return Computed(NUMBER, values, 0, cells.valid)

    return found


def _days(cells: Computed) -> NDArray[np.int64]:
    return cells.values // _DAY if cells.kind == TIME else cells.values


def _moved(at: Computing, of: list[Computed], unit: int) -> Computed:
    moment, number = of
    steps = rounded(number.values, number.scale)
    if len(steps):
        at.fitting(int(steps.min()) * unit, int(steps.max()) * unit)
    return Computed(moment.kind, moment.values + steps * np.int64(unit), 0, _both(moment, number))


def _months_moved(at: Computing, of: list[Computed], _: Any) -> Computed:
    moment, number = of
    steps = rounded(number.values, number.scale)
    if len(steps):
        at.fitting(int(steps.min()) * 32 * _DAY, int(steps.max()) * 32 * _DAY)
    days = months_later(_days(moment), steps)
    values = days * _DAY + moment.values % _DAY if moment.kind == TIME else days
    return Computed(moment.kind, values, 0, _both(moment, number))


def _between(unit: int) -> Any:
    """Whole units of so many microseconds from a time to another one."""

    def found(_: Computing, of: list[Computed], __: Any) -> Computed:
        return Computed(NUMBER, whole_between(of[0].values, of[1].values, unit), 0, _both(*of))

    return found


def _months_apart(per: int) -> Any:
    """Whole numbers of so many months from a day or time to another one."""

    def found(_: Computing, of: list[Computed], __: Any) -> Computed:
        first, second = (one.values if one.kind == TIME else one.values * _DAY for one in of)
        return Computed(NUMBER, whole_between(np.int64(0), months_between(first, second), per), 0, _both(*of))

    return found


_NAMED: dict[str, Any] = {
    "negative": lambda at, of, _: at.sum(Computed(of[0].kind, np.zeros_like(of[0].values), of[0].scale), of[0], -1),
    "not": lambda _, of, __: Computed(BOOLEAN, ~of[0].values, 0, of[0].valid),
    "is null": lambda _, of, __: Computed(BOOLEAN, ~of[0].there),
    "in": _in,
    "joined": _joined,
    "concat": lambda at, of, _: _joined(at, [Computed(TEXT, one.values.fill_null("")) for one in of], _),
    "abs": lambda _, of, __: Computed(NUMBER, np.abs(of[0].values), of[0].scale, of[0].valid),
    "sign": lambda _, of, __: Computed(NUMBER, np.sign(of[0].values), 0, of[0].valid),
    "round": _round,
    "floor": lambda _, of, __: _whole(of[0], -1),
    "ceil": lambda _, of, __: _whole(of[0], 1),
    "least": lambda at, of, _: at.least(of, "<="),
    "greatest": lambda at, of, _: at.least(of, ">="),
    "coalesce": lambda at, of, _: at.coalesced(of),
    "nullif": _nullif,
    "text": lambda at, of, _: Computed(TEXT, text_of_cells(at.spread(of[0]))),
    "length": lambda _, of, __: Computed(NUMBER, of[0].values.str.len_chars().fill_null(0).cast(pl.Int64).to_numpy(), 0,
                                      of[0].there),
    "lower": _of_text(lambda series: series.str.replace_many(list(_CAPITALS), list(_CAPITALS.values()))),
    "upper": _of_text(lambda series: series.str.replace_many(list(_CAPITALS.values()), list(_CAPITALS))),
    "left": _of_text(lambda series, count: series.str.slice(0, max(count, 0))),
    "right": _of_text(lambda series, count: series.str.slice(-count) if count > 0 else series.str.slice(0, 0)),
    "substr": _of_text(lambda series, first, count: series.str.slice(max(first - 1, 0), max(count, 0))),
    "lpad": _of_text(lambda series, count, fill: series.str.pad_start(max(count, 0), fill[:1] or " ")),
    "replace": _of_text(lambda series, old, new: series.str.replace_all(old, new, literal=True)),
    "starts_with": lambda _, of, literals: Computed(
        BOOLEAN, of[0].values.str.starts_with(literals[1]).fill_null(value=False).to_numpy(), 0, of[0].there
    ),
    "contains": lambda _, of, literals: Computed(
        BOOLEAN, of[0].values.str.contains(literals[1], literal=True).fill_null(value=False).to_numpy(), 0, of[0].there
    ),
    **{unit: _part(unit) for unit in (*DAY_PARTS, *TIME_PARTS)},
    "to_date": lambda _, of, __: Computed(DAY, _days(of[0]), 0, of[0].valid),
    "month_start": lambda _, of, __: Computed(DAY, month_start(_days(of[0])), 0, of[0].valid),
    "month_end": lambda _, of, __: Computed(DAY, month_end(_days(of[0])), 0, of[0].valid),
    "hour_start": lambda _, of, __: Computed(TIME, of[0].values - of[0].values % _HOUR, 0, of[0].valid),
    "add_months": _months_moved,
    "add_hours": lambda at, of, _: _moved(at, of, _HOUR),
    "add_minutes": lambda at, of, _: _moved(at, of, _MINUTE),
    "add_days": lambda at, of, _: _moved(at, of, _DAY if of[0].kind == TIME else 1),
    "add_seconds": lambda at, of, _: _moved(at, of, _MICROSECONDS),
    "days_between": lambda _, of, __: Computed(NUMBER, _days(of[1]) - _days(of[0]), 0, _both(*of)),
    "seconds_between": lambda _, of, __: Computed(
        NUMBER, (of[1].values - of[0].values) // _MICROSECONDS, 0, _both(*of)
    ),
    "minutes_between": _between(_MINUTE),
    "hours_between": _between(_HOUR),
    "months_between": _months_apart(1),
    "years_between": _months_apart(12),
}  # fmt: skip
