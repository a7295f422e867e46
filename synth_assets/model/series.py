"""Series: a row for each row of a parent every so often: readings of devices, prices of rooms, figures of months."""

import functools
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.choice import chance
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.model.dataset import Dataset
from synth_assets.model.families import Family
from synth_assets.model.paces import Months, Pace, Steady
from synth_assets.model.shapes import Calculated, Sparse, days_told, number_of
from synth_assets.model.ticks import GrowingTicks, PastTicks, Ticks
from synth_assets.model.timeline import Act, Effect, Members, life_of, updated

_ALL, _LONGEST_MONTH = 1_000, 31
_UNITS = {"day": DAY, "hour": 3_600, "minute": 60, "second": 1}


@dataclass(frozen=True)
class SeriesOf(Sparse):
    """A row for each row of a parent every so many seconds or months, before ``as_of`` and after it.

    Row numbers ascend with time: those of a tick are in the order of the parents that were born before it. A parent
    that leaves takes its rows along.

    Attributes:
        of: the parent table.
        every: seconds from one row of a parent to the next, or months of the calendar, at whose beginning rows come.
        over: how many days before ``as_of`` it begins: a number, or the name of a parameter.
        past: in place of ``over``, how many rows each parent has in the base, one parent's after the other's. Then a
            row comes in the last second of its time: a month's when it ends.
        per_thousand: how many of a thousand are there, about; the others are gaps.
        closes: whether a row is a period, which the next one of the same parent closes: a column
            ``moment("replaced", may_come=True)`` is missing until then.
    """

    of: str
    every: int | Months
    over: "int | str | Calculated" = 0
    per_thousand: int = _ALL
    closes: bool = False
    past: int = 0

    name = "series"

    @property
    def parent(self) -> str:
        """The parent table."""
        return self.of

    @property
    def told(self) -> str:
        """See :class:`~synth_assets.model.shapes.Shape`."""
        some = "" if self.rows_known else f"; {self.per_thousand:,} of 1,000 are there"
        closed = "; each is a period, which the next one closes" if self.closes else ""
        pace = self.every.told if isinstance(self.every, Months) else _step_told(self.every)
        if self.past:
            return f"{self.past:,} for each row of {self.of} by as_of, and one more at the end of every {pace}{some}."
        return (
            f"One for each row of {self.of} every {pace}, beginning {days_told(self.over)} before as_of{some}{closed}."
        )

    @property
    def appears(self) -> bool:
        """Tick by tick."""
        return True

    def is_dated(self, entity: Any) -> bool:
        """By its tick."""
        del entity
        return True

    def births_a_day(self, entity: Any, dataset: Dataset) -> Fraction:
        """Those of the ticks of a day."""
        step = self.every.count * _LONGEST_MONTH * DAY if isinstance(self.every, Months) else self.every
        return Fraction(DAY * entity.tables[self.of].positions(dataset) * self.per_thousand, step * _ALL)

    def tells_births(self, entity: Any) -> bool:
        """Unless the past is in another order."""
        del entity
        return not self.past

    def positions(self, entity: Any, dataset: Dataset, at: int | None) -> int:
        """All there may have been by then."""
        return self.clock(entity, dataset).count_before_one(dataset.as_of_second if at is None else at)

    def exists(self, rows: Any) -> NDArray[np.bool_]:
        """All but gaps."""
        if self.rows_known:
            return super().exists(rows)
        return chance(bits(rows.dataset.key(rows.about.name, "exists"), rows.rows), self.per_thousand, _ALL)

    def clock(self, entity: Any, dataset: Dataset) -> Ticks | PastTicks | GrowingTicks:
        """The ticks."""
        pace, parent = self._pace(dataset), entity.tables[self.of]
        if self.past:
            return PastTicks(pace, parent.positions(dataset), self.past)
        if parent.about.shape.tells_births(parent):
            return GrowingTicks(pace, parent, dataset)
        return Ticks(pace, parent.positions(dataset))

    def _pace(self, dataset: Dataset) -> Pace:
        as_of, start = dataset.as_of_second, dataset.as_of_second - number_of(self.over, dataset) * DAY
        if isinstance(self.every, Months):
            return self.every.until(as_of, self.past) if self.past else self.every.since(start)
        return Steady(start - self.past * self.every, self.every)

    def family(self, rows: Any) -> Family:
        """By division."""
        parent = rows.tables[self.of]
        ordinal, place = self.clock(type(rows), rows.dataset).places(rows.numbers)
        widest = int(place.max(initial=-1)) + 1
        if np.ndim(rows.at) == 0 and isinstance(rows.rows, Span) and rows.rows.count >= widest:
            return Family(parent(rows.dataset, Span(0, widest), rows.at), place, ordinal)
        # Each with its own moment: one parent's rows may be looked at at several.
        return Family(parent(rows.dataset, place, rows.at), np.arange(len(rows)), ordinal)

    def children_until(self, entity: Any, dataset: Dataset, parents: I64Array, seconds: I64Array) -> Members:
        """Those of the ticks before each second."""
        clock = self.clock(entity, dataset)
        counts = clock.counts_of(parents, seconds)
        ordinals = Members.ranges(np.zeros_like(counts), counts).rows
        return Members(counts, clock.numbers(np.repeat(parents, counts), ordinals))

    @property
    def rows_known(self) -> bool:
        """Unless there are gaps."""
        return self.per_thousand >= _ALL

    @property
    def periods(self) -> bool:
        """If each closes the one before."""
        return self.closes

    def replaced(self, rows: Any) -> I64Array:
        """By the next tick."""
        if not self.periods:
            return super().replaced(rows)
        return self.clock(type(rows), rows.dataset).following(rows.rows)

    def closing(self, entity: Any, births: type[Act]) -> tuple[Effect, ...]:
        """Periods that end when the next ones begin."""
        return (updated(births, functools.partial(self._closed, entity)),) if self.periods else ()

    def _closed(self, entity: Any, act: Act) -> Members:
        clock = self.clock(entity, act.dataset)
        ordinals, parents = clock.places(act.subjects)
        later = ordinals > 0
        return Members(later.astype(np.int64), clock.numbers(parents[later], ordinals[later] - 1))

    def mishung(self, entity: Any) -> str:
        """Who was there at a tick is known by the parents' order, and a row changes once a second."""
        parent = entity.tables[self.of]
        shape = parent.about.shape
        come = any(part.op == "insert" for part in life_of(parent))
        if self.past and (come or entity.about.fates or self.closes):
            return (
                "its rows lie parent by parent, so its parents are there from the first, and rows have no fates and"
                " are no periods.\n  Say over in place of past."
            )
        if not shape.rows_known or (come and not shape.tells_births(parent)):
            return (
                f"which of its parents ({self.of}) are there at a tick isn't known by their order.\n"
                f"  Let {self.of} be rows, with or without over, or lines_of such."
            )
        if self.periods and (entity.about.fates or not self.rows_known):
            return (
                "its rows are periods, which the next ones close, so they have no gaps and no other fates.\n"
                "  Leave out per_thousand and fates, or periods."
            )
        return ""


def _step_told(seconds: int) -> str:
    unit, length = next((unit, length) for unit, length in _UNITS.items() if seconds % length == 0)
    return f"{seconds // length:,} {unit}s" if seconds > length else unit
