"""A table's whole batch arrives once more, at the end of a later batch's file: a job ran twice, late."""

from typing import ClassVar

import polars as pl
from pydantic import Field

from synth_assets.faults.edits import APPENDED
from synth_assets.faults.interface import FileFault
from synth_assets.faults.workspace import Workspace


class DuplicatedBatches(FileFault):
    """Delivers files again, as they were at the source."""

    precedence: ClassVar[int] = 2

    delay: int = Field(1, ge=0, description="how many batches later, a whole number >= 0; 0 is in the same file")

    def inject(self, work: Workspace) -> None:
        """Choose files with events whose batch has one so much later."""
        index = work.log.index.filter(
            pl.col("entity").is_in(work.entities(self)), pl.col("batch").is_in(work.batches(self))
        ).with_columns((pl.col("batch") + self.delay).alias("to_batch"))
        files = index.group_by("entity", "batch", "to_batch").agg(pl.col("lsn").min())
        files = files.filter(work.can_take_in(pl.col("to_batch")))
        work.require(self, self.count, files.height, f"files with events and a batch {self.delay} later")
        for entity, batch in work.ranked(self, files).head(self.count).select("entity", "batch").rows():
            again = index.filter(pl.col("entity") == entity, pl.col("batch") == batch)
            place = (APPENDED + (self.number << 36) + pl.col("id")).alias("pos")
            copies = work.edits.copy(again.with_columns(place))
            work.touches.enter(
                self,
                copies,
                "ignore what is not newer, by lsn, than what the row has seen",
                [pl.col("batch").alias("copy_of_batch"), pl.col("row").alias("copy_of_row")],
            )


FAULT = DuplicatedBatches
