"""A deleted row's key comes back: after the delete, an insert of the key and another delete of it.

In the end the row is gone, as it should be. A consumer that applies deletes before inserts, or doesn't look at
lsn, ends with a row too many.
"""

from typing import ClassVar

import polars as pl

from synth_assets.faults.interface import RecordFault
from synth_assets.faults.made_events import MadeStep, images, make_up
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import BEFORE


class KeyReuse(RecordFault):
    """Inserts deleted keys and deletes them again, in the batch of the delete."""

    precedence: ClassVar[int] = 4

    def inject(self, work: Workspace) -> None:
        """Choose deletes."""
        chosen = work.take(self, work.events(self).filter(pl.col("op") == "delete"), "deletes")
        for rows in images(work, chosen, BEFORE):
            made = make_up(
                work, self, rows, [MadeStep("insert", None, rows.image), MadeStep("delete", rows.image, None)]
            )
            step = pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("insert")).otherwise(pl.lit("delete"))
            work.touches.enter(
                self,
                made,
                "apply the key's events in order of lsn: the last one is a delete",
                [step.alias("op")],
                column=str(rows.table.key),
            )


FAULT = KeyReuse
