"""Days between two."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import DAY_WORDS, When, of
from synth_assets.columns.basis.generator import DATE, Drawn
from synth_assets.columns.basis.moments import out_of_order, second_of
from synth_assets.columns.basis.quantities import Skew, drawn_below, skew_field
from synth_assets.errors import UsageError
from synth_assets.kernel.clock import DAY
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.types import DATE as DAYS
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


class Dates(Drawn):
    """Days between two, both included; those that are counted lie relative to the day of ``as_of``."""

    fills: ClassVar = (DATE,)
    examples: ClassVar = ({"first": -365, "last": -1}, {"first": "2020-02-29", "last": 0, "skew": "square"})

    first: When = Field(
        description=f"the first day: {DAY_WORDS}",
        examples=[-365],
    )
    last: When = Field(
        default=-1,
        description=f"the last day: {DAY_WORDS}",
        examples=[-1],
    )
    skew: Skew = skew_field("early ones")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if out_of_order(self.first, self.last):
            raise ValueError(f"first={self.first} comes after last={self.last}.\n  For example: dates(-365, -1)")
        return self

    def values(self, rows: Any, name: str) -> Values:
        first, last = (second_of(when, rows.dataset) // DAY for when in (self.first, self.last))
        if first > last:
            raise UsageError(
                f"{rows.about.domain}/{rows.about.name}: {name}: its first day comes after its last, as_of being"
                f" {rows.dataset.as_of}.\n  Count both days from as_of, or choose another one."
            )
        return (drawn_below(self.words(rows, name), last - first + 1, self.skew) + first).astype(np.int32)

    @property
    def default_type(self) -> ColumnType:
        """Days."""
        return DAYS

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name
        first, last = (second_of(when, dataset) // DAY for when in (self.first, self.last))
        return max(last - first + 1, 0)


GENERATOR = Dates


def dates(
    first: int | date | datetime | str,
    last: int | date | datetime | str = -1,
    skew: Skew = "none",
    *,
    stream: str = "",
    purpose: str = "",
) -> Dates:
    """Days between two: ``dates(-365, -1)`` for the year before ``as_of``."""
    return of(Dates, first=first, last=last, skew=skew, stream=stream, purpose=purpose)
