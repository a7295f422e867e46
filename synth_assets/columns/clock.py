"""Times in the order of the rows, spread over a span."""

import functools
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import HOUR_WORDS, When, of
from synth_assets.columns.basis.generator import DATE, TIMESTAMP, type_of
from synth_assets.columns.basis.moments import out_of_order, second_of
from synth_assets.columns.basis.monotone import Monotone
from synth_assets.errors import UsageError
from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.clocks import AnyClock, Season, clock_of
from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.keys import StreamKey
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import TIMESTAMP_UTC, ColumnType
from synth_assets.model.values import Values


class ClockColumn(Monotone):
    """Times that ascend with the rows: the base dataset's are spread over a span, later rows go on at the same rate.

    So rows are numbered by their time, and how many there are at a moment is known. Where the span ends by itself, none
    come after it.
    """

    fills: ClassVar = (TIMESTAMP, DATE)
    draws_anew: ClassVar = False
    examples: ClassVar = (
        {"first": -365},
        {"first": -730, "last": -30, "season": "even", "founders": 3},
    )

    first: When = Field(
        description=f"the first moment: {HOUR_WORDS}",
        examples=[-365],
    )
    last: When | None = Field(
        default=None,
        description=f"the moment after the last row, not after as_of: {HOUR_WORDS}; without it, rows go on",
        examples=[-30],
    )
    season: Season = Field(
        default="shop",
        description="shop (more in the evening, at weekends and before Christmas), weekly (all months alike) or even"
        " (always the same)",
        examples=["even"],
    )
    founders: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description="how many of the first rows fall on the first moment, so that others have whom to refer to, a whole"
        " number >= 0",
        examples=[3],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        last = 0 if self.last is None else self.last
        if self.first == last or out_of_order(self.first, last):
            raise ValueError(f"first={self.first} doesn't come before last={last}.\n  For example: clock(-365)")
        if isinstance(last, int) and last > 0:
            raise ValueError(f"last={last} comes after as_of.\n  For example: last=-30")
        for name, when in (("first", self.first), ("last", self.last)):
            if isinstance(when, datetime) and (when.minute or when.second or when.microsecond):
                hour = f"{when:%Y-%m-%dT%H:00:00}"
                raise ValueError(f"{name}={when.isoformat()} is no whole hour.\n  For example: {name}={hour}")
        return self

    def values(self, rows: Any, name: str) -> Values:
        seconds = self.clock(type(rows), name, rows.dataset).seconds(rows.rows)
        if type_of(rows, name).kind == DATE:
            return seconds // DAY
        return seconds * MICROSECONDS

    def clock(self, entity: type[Entity], name: str, dataset: Dataset) -> AnyClock:
        """The clock of a table: between row numbers and seconds, both ways."""
        start, end = (second_of(when, dataset) for when in (self.first, 0 if self.last is None else self.last))
        if not start < end <= dataset.as_of_second:
            raise UsageError(
                f"{entity.about.domain}/{entity.about.name}: {name}: its first moment has to come before its last, that"
                f" not after as_of, as_of being {dataset.as_of}.\n  Count both from as_of, or choose another one."
            )
        declared: Column = entity.declared()[name].column
        key = dataset.key(entity.about.name, self.stream or name, self.purpose, declared.since)
        return _clock(self.season, key, entity.positions(dataset), start, end, self.founders)

    def count_before(self, entity: type[Entity], name: str, dataset: Dataset, seconds: I64Array) -> I64Array:
        count = self.clock(entity, name, dataset).count_before(seconds)
        return count if self.last is None else np.minimum(count, entity.positions(dataset))

    @property
    def default_type(self) -> ColumnType:
        """Whole seconds in UTC."""
        return TIMESTAMP_UTC

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        if entity.about.shape.numbered:
            return ""
        return "rows of this table aren't numbered by a clock.\n  Take another method. For example: timestamps(-365)"


@functools.lru_cache(maxsize=64)
def _clock(season: Season, key: StreamKey, rows: int, start: int, end: int, founders: int) -> AnyClock:
    assert start % HOUR == end % HOUR == 0  # noqa: S101 — whole days or hours, and `as_of` is a day
    return clock_of(season, key, rows, start, end, founders=founders)


GENERATOR = ClockColumn


def clock(
    first: int | date | datetime | str,
    last: int | date | datetime | str | None = None,
    season: Season = "shop",
    founders: int = 0,
    *,
    stream: str = "",
    purpose: str = "",
) -> ClockColumn:
    """Times in the order of the rows: ``clock(-365)`` for the year before ``as_of``."""
    return of(ClockColumn, first=first, last=last, season=season, founders=founders, stream=stream, purpose=purpose)
