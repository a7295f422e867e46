"""What becomes of a log: records are lost, moved, copied, made up, altered; files cut off or given other columns.

Positions of records in a file are numbers with gaps: ``row * ROW``; what faults add comes between or after.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.faults.claim import Claim
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.cut import Cut
from synth_assets.faults.drift import Drift
from synth_assets.model.table import Table

ROW = 1 << 24
AFTER_ROWS = 1 << 52
"""Where the events come that faults make up: after the file's own, in order of lsn."""
APPENDED = 1 << 56
"""Where late records and repeated batches come: at the end."""

Alteration = Callable[[Table], dict[str, pl.Expr]]
"""New values of a log's columns, for the records that a fault has taken."""


class Edits:
    """How the delivered log differs from the clean one.

    Args:
        log: the clean log.

    Attributes:
        lost: ``id`` of events that aren't delivered.
        moved: ``id``, ``to_batch`` and ``pos`` of those that are delivered elsewhere.
        added: records that come on top, with the columns of :meth:`_add`.
        made: made-up events by table.
        altered: ``id`` of events with other values, and by ``altered`` whose.
        alterations: those values by the number of the fault.
        cuts: files that are cut off, by table and batch.
        drifts: changes of files' columns, by table and batch.
    """

    def __init__(self, log: CleanLog) -> None:
        self.lost: list[pl.DataFrame] = []
        self.moved: list[pl.DataFrame] = []
        self.added: list[pl.DataFrame] = []
        self.made: dict[str, list[pl.DataFrame]] = {}
        self.altered: list[pl.DataFrame] = []
        self.alterations: dict[int, Alteration] = {}
        self.cuts: dict[tuple[str, int], Cut] = {}
        self.drifts: dict[tuple[str, int], list[Drift]] = {}
        self._log = log
        self._next_id = log.index.height
        self._made_up: Counter[tuple[int, int]] = Counter()

    def lose(self, chosen: pl.DataFrame) -> None:
        """Don't deliver these events."""
        self.lost.append(chosen.select("id"))

    def move(self, chosen: pl.DataFrame) -> None:
        """Deliver these events elsewhere: at ``pos`` in the file of batch ``to_batch``."""
        self.moved.append(chosen.select("id", pl.col("to_batch").cast(pl.Int32), "pos"))

    def copy(self, chosen: pl.DataFrame) -> pl.DataFrame:
        """Deliver copies of these events, too, at ``to_batch`` and ``pos``; returns them with their own ids."""
        copies = chosen.with_columns(self._ids(chosen.height))
        self._add(copies.with_columns(pl.lit(-1, dtype=pl.Int64).alias("made_row")))
        return copies

    def make(self, entity: str, batch: int, events: pl.DataFrame, positions: pl.Series, number: int) -> pl.DataFrame:
        """Deliver made-up events after all others of a batch; returns their index with ids.

        Args:
            entity: the table.
            batch: the batch.
            events: with the columns of its change log.
            positions: the numbers of the rows that they are about, shape (n,).
            number: of the fault.
        """
        frames = self.made.setdefault(entity, [])
        start = sum(frame.height for frame in frames)
        frames.append(events)
        index = events.select(
            pl.lit(entity, dtype=self._log.index.schema["entity"]).alias("entity"),
            pl.lit(batch, dtype=pl.Int32).alias("batch"),
            pl.lit(-1, dtype=pl.Int64).alias("row"),
            "lsn",
            positions.alias("position"),
            pl.lit(batch, dtype=pl.Int32).alias("to_batch"),
            (AFTER_ROWS + (number << 36) + pl.int_range(start, start + events.height, dtype=pl.Int64)).alias("pos"),
            pl.int_range(start, start + events.height, dtype=pl.Int64).alias("made_row"),
        ).with_columns(self._ids(events.height))
        self._add(index)
        return index

    def made_before(self, claim: Claim, batch: int, count: int) -> int:
        """How many events a fault made up in a batch so far; ``count`` more are to come."""
        before = self._made_up[claim.number, batch]
        self._made_up[claim.number, batch] += count
        return before

    def alter(self, claim: Claim, chosen: pl.DataFrame, alteration: Alteration) -> None:
        """Deliver these events with other values."""
        self.altered.append(chosen.select("id", pl.lit(claim.number, dtype=pl.Int32).alias("altered")))
        self.alterations[claim.number] = alteration

    def drift(self, entity: str, batches: Sequence[int], drift: Drift) -> None:
        """Change the columns of some files.

        Raises:
            UsageError: another fault changes the same column.
        """
        for batch in batches:
            others = self.drifts.setdefault((entity, batch), [])
            for other in others:
                if both := sorted(other.names & drift.names):
                    raise UsageError(
                        f"{drift.claim.name}: column {both[0]} of {entity} in batch {batch} drifts already by "
                        f"{other.claim.name}.\n  Choose another column or other batches."
                    )
            others.append(drift)

    def _ids(self, count: int) -> pl.Expr:
        first = self._next_id
        self._next_id += count
        return pl.int_range(first, first + count, dtype=pl.Int64).alias("id")

    def _add(self, records: pl.DataFrame) -> None:
        self.added.append(
            records.select(
                *("id", "entity", pl.col("to_batch").cast(pl.Int32), "pos", "batch", "row", "lsn", "position"),
                "made_row",
            )
        )
