"""A row's key changes, and changes back: an update from the key to one that nobody has, and another one back.

In the end the row is what it was. A consumer that looks only at the new key keeps a row under the other one.
"""

from typing import ClassVar

import polars as pl

from synth_assets.faults.interface import RecordFault
from synth_assets.faults.made_events import Step, images, living, make_up
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import AFTER


class KeyChange(RecordFault):
    """Changes the key to its negative and back, at the end of a batch in which the row was inserted or updated."""

    precedence: ClassVar[int] = 4

    def inject(self, work: Workspace) -> None:
        """Choose rows that live on."""
        chosen = work.take(self, living(work, self).filter(pl.col("key") > 0), "rows that outlive their batch")
        for table, batch, rows in images(work, chosen, AFTER):
            away = rows.with_columns(-pl.col(str(table.key)))
            changed = (str(table.key),)
            steps = [Step("update", rows, away, changed), Step("update", away, rows, changed)]
            made = make_up(work, self, table, batch, steps)
            work.touch(
                self,
                made,
                "when the key of the before image differs, delete that row first",
                [(-pl.col("key")).alias("from_key"), pl.col("key").alias("to_key")],
                column=str(table.key),
            )


FAULT = KeyChange
