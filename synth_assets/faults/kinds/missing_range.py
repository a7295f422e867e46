"""Events in a row are not delivered; the manifest knows nothing of them."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl
from pydantic import Field

from synth_assets.faults.interface import Fault
from synth_assets.faults.touches import LOST
from synth_assets.faults.workspace import Workspace


class MissingRange(Fault):
    """Leaves out successive events of a file."""

    precedence: ClassVar[int] = 1
    shrinks: ClassVar[Mapping[str, int]] = {"count": 1, "rows": 1}

    count: int = Field(1, ge=1, description="how many ranges, a whole number >= 1")
    rows: int = Field(20, ge=1, description="successive events of a file in each range, a whole number >= 1")

    def inject(self, work: Workspace) -> None:
        """Choose ranges that don't overlap."""
        for at in range(self.count):
            free = work.events(self).with_columns((pl.col("id") - pl.int_range(pl.len())).alias("run"))
            left_in_run = pl.len().over("entity", "batch", "run") - pl.int_range(pl.len()).over(
                "entity", "batch", "run"
            )
            starts = free.filter(left_in_run >= self.rows)
            if not starts.height:
                work.require(self, self.count, at, f"ranges of {self.rows:,} events")
            first = work.ranked(self, starts).row(0, named=True)["id"]
            lost = work.reserve(work.log.index[first : first + self.rows])
            work.edits.lose(lost)
            work.touches.enter(
                self,
                lost,
                "tell from transactions that have fewer events than their tx_total",
                [
                    pl.lit(at + 1).alias("range"),
                    pl.col("lsn").first().alias("first_lsn"),
                    pl.col("lsn").last().alias("last_lsn"),
                ],
                harm=LOST,
            )


FAULT = MissingRange
