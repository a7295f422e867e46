"""Where faults meet the log: each takes records that no other has taken, and says what becomes of them.

No two faults take one record, so a plan without one of its faults leaves the others nearly as they were; only what
befalls a whole file, and references to rows that are missing, come on top. Which records a fault takes is a function
of the plan's seed, the fault's number and the records' lsn: those with the lowest random words, so that a lower count
takes some of the same.

Positions of records in a file are numbers with gaps: ``row * ROW``; what faults add comes between or after.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from synth_assets.errors import UsageError, unknown
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.drift import Drift
from synth_assets.faults.interface import OPEN_END, Fault, RecordFault
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.keys import derive
from synth_assets.model.table import Table

ROW = 1 << 24
AFTER_ROWS = 1 << 52
"""Where the events come that faults make up: after the file's own, in order of lsn."""
APPENDED = 1 << 56
"""Where late records and repeated batches come: at the end."""

_DEFAULT_SHARE = 0.01

HARMLESS, LOST, CUT_OFF, DRIFTED = "harmless", "lost", "cut off", "drifted"
"""What a touch does to the content of a record: nothing; all of it is gone; likewise, with the end of its file; one
column is gone, or nobody can tell which of the new ones it is."""

Alteration = Callable[[Table], dict[str, pl.Expr]]
"""New values of a log's columns, for the records that a fault has taken."""


@dataclass(frozen=True)
class Cut:
    """A file that is to be cut off: its fault, and the share of its bytes that stays."""

    fault: Fault
    keep: float


class Workspace:
    """One injection under way.

    Args:
        log: the clean log.
        seed: the plan's.
    """

    def __init__(self, log: CleanLog, seed: int) -> None:
        self.log = log
        self.seed = seed
        self.lost: list[pl.DataFrame] = []
        self.moved: list[pl.DataFrame] = []
        self.added: list[pl.DataFrame] = []
        self.made: dict[str, list[pl.DataFrame]] = {}
        self.touches: list[pl.DataFrame] = []
        self.altered: list[pl.DataFrame] = []
        self.alterations: dict[int, Alteration] = {}
        self.orphaned: list[tuple[Fault, pl.DataFrame]] = []
        self.cuts: dict[tuple[str, int], Cut] = {}
        self.drifts: dict[tuple[str, int], list[Drift]] = {}
        self.quotas: dict[int, int] = {}
        self._taken = np.zeros(log.index.height, dtype=np.bool_)
        self._next_id = log.index.height
        self._made_up: Counter[tuple[int, int]] = Counter()

    # What there is

    def entities(self, fault: Fault) -> list[str]:
        """The tables a fault is about.

        Raises:
            UsageError: one of them is unknown.
        """
        if fault.entities is None:
            return list(self.log.tables)
        domain = next(iter(self.log.tables.values())).domain
        names = [name.removeprefix(f"{domain}/") for name in fault.entities]
        for name in names:
            if name not in self.log.tables:
                raise unknown(f"{fault.name}: entity", name, self.log.tables, "See them with: synth list")
        return list(dict.fromkeys(names))

    def batches(self, fault: Fault) -> list[int]:
        """The batches a fault is about.

        Raises:
            UsageError: one of them isn't stored.
        """
        stored = self.log.batches
        if fault.batches is None:
            return stored
        chosen: set[int] = set()
        for one in fault.batches:
            last = stored[-1] if one.last == OPEN_END else one.last
            missing = [batch for batch in (one.first, last) if batch not in stored]
            if missing or last < one.first:
                raise UsageError(
                    f"{fault.name}: batches: the log has no batch {(missing or [one.first])[0]}; "
                    f"it has {stored[0]} to {stored[-1]}.\n  Choose among those, or generate more batches."
                )
            chosen.update(batch for batch in stored if one.first <= batch <= last)
        return sorted(chosen)

    def events(self, fault: Fault) -> pl.DataFrame:
        """The index of the events in a fault's tables and batches that no other fault has taken."""
        index = self.log.index
        scope = pl.lit(value=True)
        if fault.entities is not None:
            scope &= pl.col("entity").is_in(self.entities(fault))
        if fault.batches is not None:
            scope &= pl.col("batch").is_in(self.batches(fault))
        return index.filter(scope & ~pl.Series(self._taken))

    def is_free(self, ids: pl.Series) -> pl.Series:
        """Whether no fault has taken an event yet, by id."""
        return pl.Series(~self._taken[ids.to_numpy()])

    def can_take_in(self, batch: pl.Expr) -> pl.Expr:
        """Whether records of ``entity`` may be delivered with another batch: it is stored, and not cut off."""
        closed = pl.lit(value=False)
        for entity, number in self.cuts:
            closed |= (pl.col("entity") == entity) & (batch == number)
        return batch.is_in(self.log.batches) & ~closed

    # Choice

    def words(self, fault: Fault, lsn: pl.Series, purpose: str = "choice") -> U64Array:
        """Random 64-bit words of some events."""
        return bits(derive("changes", "fault", self.seed, fault.number, purpose), lsn.to_numpy())

    def below(self, fault: Fault, lsn: pl.Series, limit: I64Array, purpose: str) -> I64Array:
        """Random whole numbers ≥ 0 and below ``limit``, shape (n,)."""
        return ((self.words(fault, lsn, purpose) >> np.uint64(33)).astype(np.int64) * limit) >> 31

    def ranked(self, fault: Fault, candidates: pl.DataFrame, *preferred: pl.Expr) -> pl.DataFrame:
        """The candidates in the order in which a fault takes them: of each preferred sort one in turn, then others."""
        sort = pl.lit(len(preferred))
        for at, one in reversed(list(enumerate(preferred))):
            sort = pl.when(one).then(at).otherwise(sort)
        found = candidates.with_columns(pl.Series("#word", self.words(fault, candidates["lsn"])), sort.alias("#sort"))
        turn = pl.col("#word").rank("ordinal").over("#sort")
        return found.sort(pl.col("#sort") == len(preferred), turn, "#sort").drop("#word", "#sort")

    def quota(self, fault: RecordFault, available: int) -> int:
        """How many records a fault takes, as its plan says."""
        share = _DEFAULT_SHARE if fault.share is None else fault.share
        count = max(1, round(share * available)) if fault.count is None else fault.count
        self.quotas[fault.number] = count
        return count

    def take(self, fault: RecordFault, candidates: pl.DataFrame, what: str, *preferred: pl.Expr) -> pl.DataFrame:
        """Take as many of the candidates as the plan says.

        Raises:
            UsageError: there are fewer.
        """
        count = self.quota(fault, candidates.height)
        self.require(fault, count, candidates.height, what)
        return self.claim(self.ranked(fault, candidates, *preferred).head(count))

    def claim(self, chosen: pl.DataFrame) -> pl.DataFrame:
        """Keep other faults away from these events."""
        self._taken[chosen["id"].to_numpy()] = True
        return chosen

    def require(self, fault: Fault, count: int, available: int, what: str) -> None:
        """Refuse a plan that asks for more than there is."""
        if available >= count and available:
            return
        where = ", ".join(fault.entities) if fault.entities else "all tables"
        if fault.batches is not None:
            where += f" in batches {', '.join(map(str, self.batches(fault)))}"
        raise UsageError(
            f"{fault.name}: it asks for {count:,} {what}, but of those that no other fault has taken there are "
            f"{available:,} in {where}.\n"
            "  Ask for fewer, choose other entities or batches, or inject into a longer log."
        )

    # What becomes of it

    def touch(
        self,
        fault: Fault,
        records: pl.DataFrame,
        remedy: str | pl.Expr,
        detail: Sequence[pl.Expr] = (),
        *,
        harm: str = HARMLESS,
        column: str | None = None,
    ) -> None:
        """Enter records, by ``id``, into the answer key."""
        self.touches.append(
            records.select(
                "id",
                pl.lit(fault.number, dtype=pl.Int32).alias("fault"),
                pl.lit(fault.kind).alias("kind"),
                pl.lit(column, dtype=pl.String).alias("column"),
                pl.lit(harm).alias("harm"),
                (pl.lit(remedy) if isinstance(remedy, str) else remedy).alias("remedy"),
                (pl.struct(*detail).struct.json_encode() if detail else pl.lit("{}")).alias("detail"),
            )
        )

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

    def make(self, entity: str, batch: int, events: pl.DataFrame, number: int) -> pl.DataFrame:
        """Deliver made-up events after all others of a batch; returns their index with ids."""
        table = self.log.tables[entity]
        frames = self.made.setdefault(entity, [])
        start = sum(frame.height for frame in frames)
        frames.append(events)
        index = events.select(
            pl.lit(entity, dtype=self.log.index.schema["entity"]).alias("entity"),
            pl.lit(batch, dtype=pl.Int32).alias("batch"),
            pl.lit(-1, dtype=pl.Int64).alias("row"),
            "lsn",
            pl.col(str(table.key)).alias("key"),
            pl.lit(batch, dtype=pl.Int32).alias("to_batch"),
            (AFTER_ROWS + (number << 36) + pl.int_range(start, start + events.height, dtype=pl.Int64)).alias("pos"),
            pl.int_range(start, start + events.height, dtype=pl.Int64).alias("made_row"),
        ).with_columns(self._ids(events.height))
        self._add(index)
        return index

    def made_before(self, fault: Fault, batch: int, count: int) -> int:
        """How many events a fault made up in a batch so far; ``count`` more are to come."""
        before = self._made_up[fault.number, batch]
        self._made_up[fault.number, batch] += count
        return before

    def alter(self, fault: Fault, chosen: pl.DataFrame, alteration: Alteration) -> None:
        """Deliver these events with other values."""
        self.altered.append(chosen.select("id", pl.lit(fault.number, dtype=pl.Int32).alias("altered")))
        self.alterations[fault.number] = alteration

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
                        f"{drift.fault.name}: column {both[0]} of {entity} in batch {batch} drifts already by "
                        f"{other.fault.name}.\n  Choose another column or other batches."
                    )
            others.append(drift)

    def _ids(self, count: int) -> pl.Expr:
        first = self._next_id
        self._next_id += count
        return pl.int_range(first, first + count, dtype=pl.Int64).alias("id")

    def _add(self, records: pl.DataFrame) -> None:
        self.added.append(
            records.select(
                "id", "entity", pl.col("to_batch").cast(pl.Int32), "pos", "batch", "row", "lsn", "key", "made_row"
            )
        )
