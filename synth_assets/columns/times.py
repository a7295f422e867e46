"""Times of a day."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import TIME, Drawn
from synth_assets.columns.basis.quantities import Skew, drawn_below, skew_field
from synth_assets.model.types import ColumnType
from synth_assets.model.types.clocks import TIME as OF_DAY
from synth_assets.model.values import Values

_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
_NANOSECONDS = 1_000_000_000

Clock = Annotated[str, Field(pattern=_CLOCK)]


class Times(Drawn):
    """Times of a day between two, both included."""

    fills: ClassVar = (TIME,)
    examples: ClassVar = ({"low": "08:00", "high": "18:00", "step": 900}, {"low": "00:00:00", "high": "23:59:59"})

    low: Clock = Field(default="00:00", description="the earliest, written HH:MM or HH:MM:SS", examples=["08:00"])
    high: Clock = Field(default="23:59:59", description="the latest, written HH:MM or HH:MM:SS", examples=["18:00"])
    step: Annotated[int, Field(ge=1, le=86_400)] = Field(
        default=1,
        description="seconds between possible times, counted from the earliest, a whole number from 1 to 86,400",
        examples=[900],
    )
    skew: Skew = skew_field("early ones")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if _second(self.low) > _second(self.high):
            raise ValueError(f"low={self.low} is after high={self.high}.\n  For example: times('08:00', '18:00')")
        return self

    def values(self, rows: Any, name: str) -> Values:
        first = _second(self.low)
        count = (_second(self.high) - first) // self.step + 1
        drawn = drawn_below(self.words(rows, name), count, self.skew)
        return (drawn * self.step + first) * _NANOSECONDS

    @property
    def default_type(self) -> ColumnType:
        """Times of a day."""
        return OF_DAY


def _second(clock: str) -> int:
    hour, minute, second = (*map(int, clock.split(":")), 0)[:3]
    return (hour * 60 + minute) * 60 + second


GENERATOR = Times


def times(
    low: str = "00:00",
    high: str = "23:59:59",
    step: int = 1,
    skew: Skew = "none",
    *,
    stream: str = "",
    purpose: str = "",
) -> Times:
    """Times of a day: ``times("08:00", "18:00", step=900)``."""
    return of(Times, low=low, high=high, step=step, skew=skew, stream=stream, purpose=purpose)
