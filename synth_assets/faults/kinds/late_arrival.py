"""Records arrive with a later batch than their own."""

from typing import ClassVar

import polars as pl
from pydantic import Field

from synth_assets.faults.edits import APPENDED
from synth_assets.faults.interface import RecordFault
from synth_assets.faults.workspace import Workspace


class LateArrival(RecordFault):
    """Moves records to the end of a later batch's file.

    Half of them, if there are so many, are records whose row has changed again, for the last time, in an earlier file:
    they must not undo that. The other half are their rows' last: they must not be thrown away.
    """

    precedence: ClassVar[int] = 5

    delay: int = Field(1, ge=1, description="how many batches later, a whole number >= 1")

    def inject(self, work: Workspace) -> None:
        """Choose records whose batch has one so much later."""
        events = work.events(self).with_columns((pl.col("batch") + self.delay).alias("to_batch"))
        candidates = events.filter(work.can_take_in(pl.col("to_batch")))
        what = f"records with a batch {self.delay} later"
        overtaken, last = pl.col("last_batch") < pl.col("to_batch"), pl.col("next_batch").is_null()
        chosen = work.take(self, candidates, what, overtaken & ~last, last)
        work.edits.move(chosen.with_columns((APPENDED + (self.number << 36) + pl.col("id")).alias("pos")))
        work.touches.enter(
            self,
            chosen,
            "apply it unless the row has seen a higher lsn; remember the lsn of deleted rows, too",
            [pl.lit(self.delay).alias("batches_late"), pl.col("row").alias("row_in_order")],
        )


FAULT = LateArrival
