"""Times at a steady pace."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import TIME_WORDS, When, of
from synth_assets.columns.basis.generator import TIMESTAMP
from synth_assets.columns.basis.moments import SECONDS, second_of
from synth_assets.columns.basis.monotone import Monotone
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.types import TIMESTAMP_UTC, ColumnType
from synth_assets.model.values import Values

Unit = Literal["seconds", "minutes", "hours", "days", "weeks"]


class Every(Monotone):
    """A time a step after the row before; of lines, after the line before of the same parent."""

    fills: ClassVar = (TIMESTAMP,)
    draws_anew: ClassVar = False
    examples: ClassVar = (
        {"step": 5, "unit": "minutes", "first": -30},
        {"step": 1, "unit": "days", "first": "2024-02-28"},
    )

    step: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        description="how many units lie between rows, a whole number from 1 to 1,000,000", examples=[5]
    )
    unit: Unit = Field(description="seconds, minutes, hours, days or weeks", examples=["minutes"])
    first: When = Field(
        description=f"the first row's time: {TIME_WORDS}",
        examples=[-30],
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        number = rows.row_numbers if rows.parent() is None else rows.ordinal
        return (number * self._seconds + second_of(self.first, rows.dataset)) * MICROSECONDS

    @property
    def default_type(self) -> ColumnType:
        """Whole seconds in UTC."""
        return TIMESTAMP_UTC

    def in_order(self, entity: type[Entity]) -> bool:
        """Not of lines: each parent's begin anew."""
        return entity.parent() is None

    def count_before(self, entity: type[Entity], name: str, dataset: Dataset, seconds: I64Array) -> I64Array:
        del entity, name
        return np.maximum(-(-(seconds - second_of(self.first, dataset)) // self._seconds), 0)

    @property
    def _seconds(self) -> int:
        return self.step * SECONDS[self.unit]


GENERATOR = Every


def every(step: int, unit: Unit, first: int | date | datetime | str) -> Every:
    """Times at a steady pace: ``every(5, "minutes", first=-30)``."""
    return of(Every, step=step, unit=unit, first=first)
