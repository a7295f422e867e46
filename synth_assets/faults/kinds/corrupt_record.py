"""Records that can't be understood: an operation that isn't one, and no images. Their key and lsn are whole."""

from typing import ClassVar

import polars as pl

from synth_assets.faults.interface import RecordFault
from synth_assets.faults.touches import LOST
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import AFTER, BEFORE, CHANGED
from synth_assets.model.table import Table

GARBAGE = "\ufffd"
"""The Unicode character that stands for what could not be decoded."""


class CorruptRecord(RecordFault):
    """Wipes records out, leaving their key and numbers."""

    precedence: ClassVar[int] = 5

    def inject(self, work: Workspace) -> None:
        """Choose any records."""
        chosen = work.take(self, work.events(self), "records")
        work.edits.alter(self, chosen, _wiped)
        was = pl.col("op").cast(pl.String).alias("op_was")
        work.touches.enter(
            self, chosen, "set the record aside: its op is none of insert, update, delete", [was], harm=LOST
        )


def _wiped(table: Table) -> dict[str, pl.Expr]:
    images = [prefix + column for prefix in (BEFORE, AFTER) for column in table.column_names]
    empty = pl.lit([], dtype=CHANGED.type.polars)
    return {"op": pl.lit(GARBAGE), **dict.fromkeys(images, pl.lit(None)), CHANGED.name: empty}


FAULT = CorruptRecord
