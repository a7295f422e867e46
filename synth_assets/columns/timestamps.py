"""Times between two."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import TIME_WORDS, When, of
from synth_assets.columns.basis.generator import TIMESTAMP, Drawn
from synth_assets.columns.basis.moments import out_of_order, second_of
from synth_assets.columns.basis.quantities import Skew, drawn_below, skew_field, too_many
from synth_assets.errors import UsageError
from synth_assets.kernel.clock import DAY
from synth_assets.model.dataset import MICROSECONDS
from synth_assets.model.types import TIMESTAMP_UTC, ColumnType
from synth_assets.model.values import Values


class Timestamps(Drawn):
    """Times between two, the second excluded; those that are counted lie relative to the start of ``as_of``."""

    fills: ClassVar = (TIMESTAMP,)
    examples: ClassVar = (
        {"first": -365, "last": 0},
        {"first": "2024-01-01T06:00:00", "last": "2024-12-31", "step": 900},
    )

    first: When = Field(
        description=f"the first moment: {TIME_WORDS}",
        examples=[-365],
    )
    last: When = Field(
        default=0,
        description=f"the moment after the last: {TIME_WORDS}",
        examples=[0],
    )
    step: Annotated[int, Field(ge=1, le=366 * DAY)] = Field(
        default=1,
        description="seconds between possible times, counted from the first, a whole number from 1 to 31,622,400",
        examples=[900],
    )
    skew: Skew = skew_field("early ones")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first == self.last or out_of_order(self.first, self.last):
            raise ValueError(
                f"first={self.first} doesn't come before last={self.last}.\n  For example: timestamps(-365, 0)"
            )
        return self

    def values(self, rows: Any, name: str) -> Values:
        first, last = (second_of(when, rows.dataset) for when in (self.first, self.last))
        count = -(-(last - first) // self.step)
        if count < 1 or too_many(count, self.skew):
            raise UsageError(
                f"{rows.about.domain}/{rows.about.name}: {name}: there are no times, or too many, from its first to its"
                f" last, as_of being {rows.dataset.as_of}.\n  Count both from as_of, or choose another one."
            )
        drawn = drawn_below(self.words(rows, name), count, self.skew)
        return (drawn * self.step + first) * MICROSECONDS

    @property
    def default_type(self) -> ColumnType:
        """Whole seconds in UTC."""
        return TIMESTAMP_UTC


GENERATOR = Timestamps


def timestamps(
    first: int | date | datetime | str,
    last: int | date | datetime | str = 0,
    step: int = 1,
    skew: Skew = "none",
    *,
    stream: str = "",
    purpose: str = "",
) -> Timestamps:
    """Times between two: ``timestamps(-365)`` for the year before ``as_of``."""
    return of(Timestamps, first=first, last=last, step=step, skew=skew, stream=stream, purpose=purpose)
