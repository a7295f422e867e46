"""Where faults meet the log: each takes records that no other has taken, and says what becomes of them.

No two faults take one record, so a plan without one of its faults leaves the others nearly as they were; only what
befalls a whole file, and references to rows that are missing, come on top. Which records a fault takes is a function
of the plan's seed, the fault's number and the records' lsn: those with the lowest random words, so that a lower count
takes some of the same.
"""

import numpy as np
import polars as pl

from synth_assets.errors import UsageError, unknown
from synth_assets.faults.claim import OPEN_END, Claim, RecordClaim
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.edits import Edits
from synth_assets.faults.touches import Touches
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.keys import derive

_DEFAULT_SHARE = 0.01


class Workspace:
    """One injection under way.

    Args:
        log: the clean log.
        seed: the plan's.

    Attributes:
        edits: what becomes of the records.
        touches: which faults touch which of them.
        orphaned: rows that arrive late or never, by whom: ``parent``, ``parent_position``, and ``until`` which batch.
        quotas: how many records each fault takes that takes some, by its number.
    """

    def __init__(self, log: CleanLog, seed: int) -> None:
        self.log = log
        self.seed = seed
        self.edits = Edits(log)
        self.touches = Touches()
        self.orphaned: list[tuple[Claim, pl.DataFrame]] = []
        self.quotas: dict[int, int] = {}
        self._taken = np.zeros(log.index.height, dtype=np.bool_)

    # What there is

    def entities(self, claim: Claim) -> list[str]:
        """The tables a fault is about.

        Raises:
            UsageError: one of them is unknown.
        """
        if claim.entities is None:
            return list(self.log.tables)
        domain = self.log.folder.domain.name
        names = [name.removeprefix(f"{domain}/") for name in claim.entities]
        for name in names:
            if name not in self.log.tables:
                raise unknown(f"{claim.name}: entity", name, self.log.tables, "See them with: synth list")
        return list(dict.fromkeys(names))

    def batches(self, claim: Claim) -> list[int]:
        """The batches a fault is about.

        Raises:
            UsageError: one of them isn't stored.
        """
        stored = self.log.batches
        if claim.batches is None:
            return stored
        chosen: set[int] = set()
        for one in claim.batches:
            last = stored[-1] if one.last == OPEN_END else one.last
            missing = [batch for batch in (one.first, last) if batch not in stored]
            if missing or last < one.first:
                raise UsageError(
                    f"{claim.name}: batches: the log has no batch {(missing or [one.first])[0]}; "
                    f"it has {stored[0]} to {stored[-1]}.\n  Choose among those, or generate more batches."
                )
            chosen.update(batch for batch in stored if one.first <= batch <= last)
        return sorted(chosen)

    def events(self, claim: Claim) -> pl.DataFrame:
        """The index of the events in a fault's tables and batches that no other fault has taken."""
        index = self.log.index
        scope = pl.lit(value=True)
        if claim.entities is not None:
            scope &= pl.col("entity").is_in(self.entities(claim))
        if claim.batches is not None:
            scope &= pl.col("batch").is_in(self.batches(claim))
        return index.filter(scope & ~pl.Series(self._taken))

    def is_free(self, ids: pl.Series) -> pl.Series:
        """Whether no fault has taken an event yet, by id."""
        return pl.Series(~self._taken[ids.to_numpy()])

    def can_take_in(self, batch: pl.Expr) -> pl.Expr:
        """Whether records of ``entity`` may be delivered with another batch: it is stored, and not cut off."""
        closed = pl.lit(value=False)
        for entity, number in self.edits.cuts:
            closed |= (pl.col("entity") == entity) & (batch == number)
        return batch.is_in(self.log.batches) & ~closed

    # Choice

    def words(self, claim: Claim, lsn: pl.Series, purpose: str = "choice") -> U64Array:
        """Random 64-bit words of some events."""
        return bits(derive("changes", "fault", self.seed, claim.number, purpose), lsn.to_numpy())

    def below(self, claim: Claim, lsn: pl.Series, limit: I64Array, purpose: str) -> I64Array:
        """Random whole numbers ≥ 0 and below ``limit``, shape (n,)."""
        return ((self.words(claim, lsn, purpose) >> np.uint64(33)).astype(np.int64) * limit) >> 31

    def ranked(self, claim: Claim, candidates: pl.DataFrame, *preferred: pl.Expr) -> pl.DataFrame:
        """The candidates in the order in which a fault takes them: of each preferred sort one in turn, then others."""
        sort = pl.lit(len(preferred))
        for at, one in reversed(list(enumerate(preferred))):
            sort = pl.when(one).then(at).otherwise(sort)
        found = candidates.with_columns(pl.Series("#word", self.words(claim, candidates["lsn"])), sort.alias("#sort"))
        turn = pl.col("#word").rank("ordinal").over("#sort")
        return found.sort(pl.col("#sort") == len(preferred), turn, "#sort").drop("#word", "#sort")

    def quota(self, claim: RecordClaim, available: int) -> int:
        """How many records a fault takes, as its plan says."""
        share = _DEFAULT_SHARE if claim.share is None else claim.share
        count = max(1, round(share * available)) if claim.count is None else claim.count
        self.quotas[claim.number] = count
        return count

    def take(self, claim: RecordClaim, candidates: pl.DataFrame, what: str, *preferred: pl.Expr) -> pl.DataFrame:
        """Take as many of the candidates as the plan says.

        Raises:
            UsageError: there are fewer.
        """
        count = self.quota(claim, candidates.height)
        self.require(claim, count, candidates.height, what)
        return self.reserve(self.ranked(claim, candidates, *preferred).head(count))

    def reserve(self, chosen: pl.DataFrame) -> pl.DataFrame:
        """Keep other faults away from these events."""
        self._taken[chosen["id"].to_numpy()] = True
        return chosen

    def require(self, claim: Claim, count: int, available: int, what: str) -> None:
        """Refuse a plan that asks for more than there is."""
        if available >= count and available:
            return
        where = ", ".join(claim.entities) if claim.entities else "all tables"
        if claim.batches is not None:
            where += f" in batches {', '.join(map(str, self.batches(claim)))}"
        raise UsageError(
            f"{claim.name}: it asks for {count:,} {what}, but of those that no other fault has taken there are "
            f"{available:,} in {where}.\n"
            "  Ask for fewer, choose other entities or batches, or inject into a longer log."
        )
