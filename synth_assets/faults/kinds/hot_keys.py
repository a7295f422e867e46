"""A few keys get a burst of updates: a value changes and changes back, many times, at the end of a batch."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl
from pydantic import Field

from synth_assets.errors import UsageError
from synth_assets.faults.interface import FileFault
from synth_assets.faults.made_events import MadeStep, images, living, make_up
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import AFTER
from synth_assets.model.table import Column, Table

_KINDS = ("string", "integer", "boolean", "decimal")
"""Types that have another value for every one, the one that is seen best first."""


class HotKeys(FileFault):
    """Updates one column of a row again and again; the last update restores it."""

    precedence: ClassVar[int] = 4
    shrinks: ClassVar[Mapping[str, int]] = {"count": 1, "updates": 2}

    count: int = Field(1, ge=1, description="how many keys, a whole number >= 1")
    updates: int = Field(
        100, ge=2, le=1_000_000, multiple_of=2, description="updates of each key, an even number from 2 to 1,000,000"
    )

    def inject(self, work: Workspace) -> None:
        """Choose rows that live on."""
        columns = {name: _column(table) for name, table in work.log.tables.items()}
        plain = [name for name, column in columns.items() if column is not None]
        for name in work.entities(self) if self.entities else ():
            if name not in plain:
                raise UsageError(
                    f"{self.name}: {name} has no column to change.\n  Choose other entities: {', '.join(plain)}"
                )
        rows_there = living(work, self).filter(pl.col("entity").is_in(plain))
        work.require(self, self.count, rows_there.height, "rows that outlive their batch")
        chosen = work.reserve(work.ranked(self, rows_there).head(self.count))
        for rows in images(work, chosen, AFTER):
            column = columns[rows.table.name]
            assert column is not None  # noqa: S101 — only tables with one are chosen from
            value = column.type.another(pl.col(column.name))
            assert value is not None  # noqa: S101 — likewise
            own, other = rows.image, rows.image.with_columns(value.alias(column.name))
            pair = [MadeStep("update", own, other, (column.name,)), MadeStep("update", other, own, (column.name,))]
            made = make_up(work, self, rows, pair * (self.updates // 2))
            burst = (pl.int_range(pl.len()) % self.updates + 1).alias("update")
            remedy = "apply the row's events in order of lsn: the last one has the right values"
            work.touches.enter(self, made, remedy, [burst, pl.lit(self.updates).alias("of")], column=column.name)


def _column(table: Table) -> Column | None:
    """A column whose value may be any of its type: no key, no reference, no enumeration; text if there is some."""
    free = [
        column
        for column in table.columns
        if column.name not in table.key.columns
        and not table.reference_of(column.name)
        and not column.values
        and column.type.kind in _KINDS
    ]
    return min(free, key=lambda column: (_KINDS.index(column.type.kind), table.is_unique(column.name)), default=None)


FAULT = HotKeys
