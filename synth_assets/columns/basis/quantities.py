"""Quantities: whole units of a last digit, as cells of number columns of any kind."""

import functools
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from synth_assets.columns.basis.cells import digits_of, integer_range, scale_of
from synth_assets.columns.basis.generator import DURATION, FLOAT, INTEGER, NUMBERS, UNSIGNED, Drawn, type_of
from synth_assets.kernel.choice import below, cubed_below, squared_below, wide_below
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import FLOAT64, INT64, MONEY, ColumnType, decimal
from synth_assets.model.values import Values

Skew = Literal["none", "square", "cube"]
"""How much more likely the low end is: not at all; the median at a quarter; at an eighth."""


def skew_field(ones: str) -> Any:
    """The field of an argument ``skew``; ``ones`` are what is more likely."""
    return Field(
        default="none",
        description=f"how much more likely {ones} are: none, square (half of them in the first quarter of the range) or"
        " cube (in the first eighth)",
        examples=["square"],
    )


_SKEWED = {"none": below, "square": squared_below, "cube": cubed_below}

_MOST_SKEWED = 1 << 31
"""Skewed draws come from 31 bits."""


_MOST_UNITS = 2.0**62
"""Curves end there."""


def drawn_below(words: U64Array, count: int, skew: Skew) -> I64Array:
    """Whole numbers in ``[0, count)``, shape (n,); skewed ones only below 2^31."""
    if count > _MOST_SKEWED:
        return wide_below(words, count)
    return _SKEWED[skew](words, count)


def too_many(count: int, skew: Skew) -> bool:
    """Whether :func:`drawn_below` can't choose among so many."""
    return count > (1 << 62 if skew == "none" else _MOST_SKEWED)


def as_cells(units: I64Array, digits: int, type: ColumnType) -> NDArray[Any]:  # noqa: A002
    """Units of 10^-``digits`` as values of a column, shape (n,); of floats each is the one nearest to its decimal."""
    if type.kind == FLOAT:
        return units / 10**digits
    return units * 10 ** (scale_of(type) - digits) if scale_of(type) != digits else units


def usual_type(digits: int) -> ColumnType:
    """The type of a column that holds so many digits after the point."""
    if digits == 0:
        return INT64
    if digits == scale_of(MONEY):
        return MONEY
    return decimal(18, digits)


def problem_of(low: int, high: int, digits: int, type: ColumnType) -> str:  # noqa: A002
    """Why a column can't hold quantities from ``low`` to ``high`` units; empty if it can."""
    if type.kind == FLOAT:
        return ""
    if digits > scale_of(type):
        return f"it is given {digits} digits after the point, but {type.name} has {scale_of(type)}.\n  Say digits=0."
    if type.kind in {INTEGER, UNSIGNED, DURATION}:
        least, most = integer_range(type)
    else:
        most = 10 ** digits_of(type) - 1
        least, low, high = -most, low * 10 ** (scale_of(type) - digits), high * 10 ** (scale_of(type) - digits)
    if low < least or high > most:
        return f"its values go from {low:,} to {high:,}, which {type.name} can't hold.\n  Give it a wider type."
    return ""


def units_of(curve: NDArray[np.float64], digits: int, low: Decimal | None, high: Decimal | None) -> I64Array:
    """A curve in units of its last digit, to the nearest, within bounds; shape (65536,)."""
    scale = 10**digits
    units: I64Array = np.rint(np.clip(curve * scale, -_MOST_UNITS, _MOST_UNITS)).astype(np.int64)
    # One bound at a time: numpy 2.0 clips by no fewer than one.
    if low is not None:
        units = np.maximum(units, int((low * scale).to_integral_value()))
    return units if high is None else np.minimum(units, int((high * scale).to_integral_value()))


class Tabled(Drawn):
    """Base of distributions: one of 65,536 quantiles of a curve, looked up by 16 random bits.

    A subclass computes the quantiles once, from sums, products, quotients and roots of floats, which are the same on
    every machine; see :mod:`.curves`. A cell is a look-up, so a column has at most 65,536 different values.
    """

    fills: ClassVar[tuple[str, ...]] = (*NUMBERS, UNSIGNED)

    def table(self) -> I64Array:
        """The quantiles in units of the last digit, ascending, shape (65536,); made anew."""
        raise NotImplementedError

    @functools.cached_property
    def quantiles(self) -> I64Array:
        """The same, made once."""
        return self.table()

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        low, high = getattr(self, "low", None), getattr(self, "high", None)
        if low is not None and high is not None and low > high:
            raise ValueError(f"low={low} is above high={high}.\n  For example: {self.example()}")
        return self

    @property
    def places(self) -> int:
        """Digits after the point."""
        return 0

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers, decimals, or floats beyond three digits."""
        return usual_type(self.places) if self.places <= 3 else FLOAT64

    def values(self, rows: Entity, name: str) -> Values:
        picked = np.take(self.quantiles, (self.words(rows, name) >> np.uint64(48)).view(np.int64))
        return as_cells(picked, self.places, type_of(rows, name))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        table = self.quantiles
        return problem_of(int(table[0]), int(table[-1]), self.places, column.type)
