"""A season of the day: by the hour of a time."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from synth_assets.columns.basis.arguments import Exact, of
from synth_assets.columns.basis.gathering import masked, plain
from synth_assets.columns.basis.generator import NUMBERS, TIMESTAMP, Generator, Needs, type_of
from synth_assets.columns.basis.quantities import as_cells, problem_of, usual_type
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import MICROSECONDS
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import FLOAT64, ColumnType
from synth_assets.model.values import Values

_HOUR = 3_600
_MOST = 1 << 44
"""Units whose product with the seconds of a day is exact."""


def _pairs(value: Any) -> Any:
    pairs = value.items() if isinstance(value, Mapping) else value
    if not isinstance(pairs, list | tuple) and not isinstance(value, Mapping):
        return value
    try:
        return tuple((int(hour) if isinstance(hour, str) else hour, number) for hour, number in pairs)
    except (TypeError, ValueError):
        raise ValueError(value) from None


class Daily(Generator):
    """Numbers by the time of day (UTC): those of some hours are given, and between them it goes straight on.

    After the last hour it goes on to the first one of the next day. For more at noon than at night add it to what else
    there is, in an expression.
    """

    fills: ClassVar = NUMBERS
    unordered: ClassVar = ("hours",)
    draws_anew: ClassVar = False
    examples: ClassVar = (
        {"hours": {0: "-2.5", 5: -4, 14: 6, 20: 1}, "by": "opened_at", "digits": 1},
        {"hours": [[8, 0], [9, 100], [17, 100], [18, 0]], "by": "opened_at"},
    )

    hours: Annotated[
        tuple[tuple[Annotated[int, Field(ge=0, le=23)], Exact], ...],
        BeforeValidator(_pairs),
        Field(min_length=1),
        WithJsonSchema({"type": ["object", "array"]}),
    ] = Field(
        description="hours from 0 to 23, each with its number, as names with numbers or as a list of pairs",
        examples=[{0: -2, 5: -4, 14: 6, 20: 1}],
    )
    by: Annotated[str, Field(min_length=1)] = Field(
        description="a column of this row with a time, whose time of day it is", examples=["measured_at"]
    )
    digits: int = Field(
        default=2, ge=0, le=9, description="digits after the point, a whole number from 0 to 9", examples=[1]
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        hours = [hour for hour, _ in self.hours]
        if len({*hours}) < len(hours):
            raise ValueError(f"hours: one of {hours} is there twice.\n  Say each once. For example: {{0: 1, 12: 5}}")
        for _, number in self.hours:
            if number.scaleb(self.digits) % 1 or abs(number.scaleb(self.digits)) >= _MOST:
                raise ValueError(
                    f"hours: {number} has more digits after the point than digits={self.digits}, or is too large.\n"
                    f"  For example: digits={max(-int(number.as_tuple().exponent), 0)}"
                )
        return self

    def values(self, rows: Any, name: str) -> Values:
        times, valid = plain(rows.cells(self.by))
        units = self._at(times.astype(np.int64, copy=False) // MICROSECONDS % DAY)
        cells = as_cells(units, self.digits, type_of(rows, name))
        return cells if valid is None else masked(cells, valid)

    def _at(self, seconds: I64Array) -> I64Array:
        """Units at some seconds of the day, halves rounded up; shape (n,)."""
        hours = sorted((hour * _HOUR, int(number.scaleb(self.digits))) for hour, number in self.hours)
        around = [(hours[-1][0] - DAY, hours[-1][1]), *hours, (hours[0][0] + DAY, hours[0][1])]
        begins, units = np.array(around, dtype=np.int64).T
        place = np.searchsorted(begins, seconds, side="right") - 1
        length = begins[place + 1] - begins[place]
        rise = (units[place + 1] - units[place]) * (seconds - begins[place])
        return units[place] + (2 * rise + length) // (2 * length)

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers, decimals, or floats beyond three digits."""
        return usual_type(self.digits) if self.digits <= 3 else FLOAT64

    def needs(self) -> Needs:
        return Needs(columns=(self.by,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        declared = entity.declared().get(self.by)
        if declared is None:
            return ""  # what isn't there, `needs` tells
        if declared.column.type.kind != TIMESTAMP:
            return f"{self.by} has no times of day.\n  Name a column of a timestamp type."
        if declared.column.nullable and not column.nullable:
            return f"{self.by} may be missing, and so may this.\n  Declare it nullable."
        units = [int(number.scaleb(self.digits)) for _, number in self.hours]
        return problem_of(min(units), max(units), self.digits, column.type)


GENERATOR = Daily


def daily(hours: Mapping[int, Decimal | float | str], by: str, *, digits: int = 2) -> Daily:
    """Numbers by the time of day: ``daily({0: -2, 14: 6}, by="measured_at")``."""
    return of(Daily, hours=hours, by=by, digits=digits)
