"""Records arrive twice in one file, byte for byte the same: at-least-once delivery."""

from typing import ClassVar

import polars as pl
from pydantic import Field

from synth_assets.faults.edits import ROW
from synth_assets.faults.interface import RecordFault
from synth_assets.faults.order import passed, worth_moving
from synth_assets.faults.workspace import Workspace


class DuplicatedRecords(RecordFault):
    """Delivers records again, some rows later in the same file.

    Records whose row changes once more within the window come first: their copy comes after that change.
    """

    precedence: ClassVar[int] = 5

    window: int = Field(100, ge=1, description="how many rows later at most, a whole number >= 1")

    def inject(self, work: Workspace) -> None:
        """Choose any records."""
        chosen = work.take(self, work.events(self), "records", *worth_moving(self.window))
        chosen = passed(work, self, chosen, self.window)
        place = (pl.col("passed") * ROW + ROW // 2 + self.number).alias("pos")
        copies = work.edits.copy(chosen.with_columns(pl.col("batch").alias("to_batch"), place))
        work.touches.enter(self, copies, "keep one record of each lsn", [pl.col("row").alias("copy_of_row")])


FAULT = DuplicatedRecords
