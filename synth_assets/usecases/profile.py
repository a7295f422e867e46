"""What a table looks like, gathered while its frames pass by on their way to storage.

It is decoration: whatever is in a cell, and whatever goes wrong here, the table is stored.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import polars as pl

from synth_assets.model.table import Column, Table

PREVIEW_ROWS = 5
_SAMPLE = 1_024
"""Numbers taken from a frame: enough for a histogram of 30 bars, whatever the frame's size."""
_MOST_DAYS = 100_000
"""As many different days as are counted: somebody's own dates may be all over the calendar, and memory is flat."""


@dataclass
class Profile:
    """Gathers a preview, and three distributions for a plot. Costs about a millisecond a frame.

    Attributes:
        table: whose frames pass by.
        head: the first rows.
        days: rows of each day since 1970-01-01, of the table's first timestamp, or else date.
        shares: rows of each value of the table's first enumeration.
        number: the table's last amount, or its first other number if it has none; ``None`` if it has neither.
        untold: why there is no picture of a column, by its name.
    """

    table: Table
    head: pl.DataFrame = field(init=False)
    days: Counter[int] = field(default_factory=Counter)
    shares: Counter[str] = field(default_factory=Counter)
    untold: dict[str, str] = field(default_factory=dict)
    _sampled: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        columns = self.table.columns
        self.head = pl.DataFrame(schema=self.table.schema)
        self.time = _first(c for kind in ("timestamp", "date") for c in columns if c.type.kind == kind)
        self.category = _first(c for c in columns if c.values)
        amounts = [c for c in columns if c.type.kind in {"decimal", "float"}]
        self.number = amounts[-1] if amounts else _first(c for c in columns if self._is_measure(c))

    def see(self, frame: pl.DataFrame) -> None:
        """Look at the next rows."""
        if self.head.height < PREVIEW_ROWS:
            self.head = self.head.vstack(frame.head(PREVIEW_ROWS - self.head.height))
        for column, count in ((self.time, self._days), (self.category, self._shares), (self.number, self._numbers)):
            if column is not None and column.name not in self.untold:
                self._look(column, count, frame[column.name])

    def joined(self, later: Self) -> Self:
        """What this one has seen, with what one of later rows has."""
        self.head = self.head.vstack(later.head).head(PREVIEW_ROWS)
        self.days.update(later.days)
        self.shares.update(later.shares)
        self._sampled += later._sampled
        self.untold |= later.untold
        return self

    @property
    def numbers(self) -> np.ndarray:
        """The sample, shape (n,): finite."""
        return np.concatenate(self._sampled) if self._sampled else np.zeros(0)

    def _look(self, column: Column, count: Callable[[Column, pl.Series], None], cells: pl.Series) -> None:
        """Count a column's cells; what goes wrong is told, and the column left out from then on."""
        try:
            count(column, cells)
        except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001 - see above
            self.untold[column.name] = f"{type(error).__name__}: {error}"

    def _days(self, column: Column, cells: pl.Series) -> None:
        days = column.type.days(cells.drop_nulls())
        self.days.update({} if days is None else _counted(days))
        if len(self.days) > _MOST_DAYS:
            self.days.clear()
            self.untold[column.name] = f"it has more than {_MOST_DAYS:,} different days"

    def _shares(self, _: Column, cells: pl.Series) -> None:
        self.shares.update(_counted(cells.drop_nulls()))

    def _numbers(self, _: Column, cells: pl.Series) -> None:
        numbers = cells.gather_every(max(1, len(cells) // _SAMPLE)).drop_nulls().cast(pl.Float64).to_numpy()
        self._sampled.append(numbers[np.isfinite(numbers)])

    def _is_measure(self, column: Column) -> bool:
        names_a_row = self.table.reads_as_name(column.name)
        return column.type.kind in {"integer", "unsigned"} and not names_a_row


def _first(columns: Iterable[Column]) -> Column | None:
    return next(iter(columns), None)


def _counted(cells: pl.Series) -> dict[Any, int]:
    return dict(cells.value_counts().rows())
