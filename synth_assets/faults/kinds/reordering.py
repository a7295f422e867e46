"""Records arrive after some that were committed later, in the same file: several writers, no order among them."""

from typing import ClassVar

import polars as pl
from pydantic import Field

from synth_assets.faults.edits import ROW
from synth_assets.faults.interface import RecordFault
from synth_assets.faults.order import passed, worth_moving
from synth_assets.faults.workspace import Workspace


class Reordering(RecordFault):
    """Moves records back by less than a window.

    Each is moved behind one that stays in its place, so at most about half of the records can be. Records whose
    row changes once more within the window come first: they are moved behind that change.
    """

    precedence: ClassVar[int] = 5

    window: int = Field(100, ge=2, description="rows within which the order is lost, a whole number >= 2")

    def inject(self, work: Workspace) -> None:
        """Choose records that aren't their file's last."""
        events = work.events(self)
        last = pl.col("row") == pl.col("row").max().over("entity", "batch")
        candidates = passed(work, self, events.filter(~last), self.window - 1)
        # What is passed must stay, or the move could not be seen.
        candidates = candidates.with_columns((pl.col("id") + pl.col("passed") - pl.col("row")).alias("witness"))
        candidates = candidates.filter(work.is_free(candidates["witness"]))
        ranked = work.ranked(self, candidates, *worth_moving(self.window - 1))
        count = work.quota(self, candidates.height)
        moves, stay = _without_conflict(ranked["id"].to_list(), ranked["witness"].to_list(), count)
        if self.count is not None or not moves:
            work.require(self, count, len(moves), "records with one behind them that stays")
        chosen = work.reserve(ranked.filter(pl.col("id").is_in(moves)))
        work.reserve(pl.DataFrame({"id": stay}, schema={"id": pl.Int64}))
        place = (pl.col("passed") * ROW + ROW // 2 + self.number).alias("pos")
        work.edits.move(chosen.with_columns(pl.col("batch").alias("to_batch"), place))
        work.touches.enter(self, chosen, "apply a row's events in order of lsn", [pl.col("row").alias("row_in_order")])


def _without_conflict(ids: list[int], witnesses: list[int], count: int) -> tuple[list[int], list[int]]:
    """The first ``count`` records that can be moved, none of which another one needs as its witness."""
    moved: set[int] = set()
    stay: set[int] = set()
    for one, witness in zip(ids, witnesses, strict=True):
        if len(moved) == count:
            break
        if one not in stay and witness not in moved:
            moved.add(one)
            stay.add(witness)
    return sorted(moved), sorted(stay)


FAULT = Reordering
