"""When rows come: a clock for each tenant's rows of a table, those on trial too."""

from dataclasses import dataclass

import numpy as np

from synth_assets.domains.marketplace.numbers.lanes import Lanes
from synth_assets.domains.marketplace.numbers.tenants import Tenants
from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.side_by_side import BusyClocks, EvenClocks, Spans
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Members, Occurrences


@dataclass(frozen=True)
class Trial:
    """How rows of a tenant on trial come.

    Attributes:
        after: seconds after it joined, from which on they do.
        length: seconds over which they do.
        founders: the first so many come at the start.
    """

    after: int
    length: int
    founders: int

    @property
    def end(self) -> int:
        """Seconds after it joined, after which none comes."""
        return self.after + self.length


class Coming:
    """When the rows of one table come, tenant by tenant.

    Attributes:
        lanes: their numbering.
    """

    def __init__(
        self,
        dataset: Dataset,
        table: str,
        tenants: Tenants,
        lanes: Lanes,
        start: I64Array,
        trial: Trial,
        *,
        founders: int = 0,
        founding: int = 1,
    ) -> None:
        """Lay out the clocks.

        Args:
            dataset: the dataset.
            table: the table.
            tenants: its tenants.
            lanes: the numbering of its rows.
            start: first second of each of the base's tenants, shape (tenants,).
            trial: how rows of the other tenants come.
            founders: the first so many rows of each of the base's tenants come at its start.
            founding: seconds within which they do, one after the other.
        """
        self.lanes, self._tenants, self._trial = lanes, tenants, trial
        calendar = tenants.calendar(np.arange(tenants.count, dtype=np.int64))
        self._start, self._founders, self._founding = start, min(founders, lanes.own), founding
        rows = lanes.own - self._founders
        self._goes_on = rows > 0
        key, until = dataset.key(table, "comes"), dataset.as_of_second
        busy_from = start + founding if self._founders else start
        self._busy = BusyClocks(key, tenants.calendars, calendar, rows, busy_from, until)
        self._founds = EvenClocks(dataset.key(table, "comes", "founders"))
        self._even = EvenClocks(dataset.key(table, "comes", "trial"))

    def seconds(self, tenants: I64Array, index: I64Array) -> I64Array:
        """The second in which each row comes, shape (n,)."""
        trial = tenants >= self._tenants.count
        if not trial.any():
            return self._of_base(tenants, index)
        seconds = np.empty(len(tenants), dtype=np.int64)
        seconds[~trial] = self._of_base(tenants[~trial], index[~trial])
        spans, of_trial = self._spans(tenants[trial]), index[trial]
        founder = of_trial < self._trial.founders
        seconds[trial] = np.where(founder, spans.start, self._even.seconds(spans, of_trial))
        return seconds

    def count_before(self, tenants: I64Array, seconds: I64Array) -> I64Array:
        """How many rows of each tenant have come before its second, shape (n,)."""
        count = np.zeros(len(tenants), dtype=np.int64)
        trial = tenants >= self._tenants.count
        count[~trial] = self._count_of_base(tenants[~trial], seconds[~trial])
        if trial.any() and self.lanes.trial:
            spans, at = self._spans(tenants[trial]), seconds[trial]
            come = np.maximum(self._even.count_before(spans, at), self._trial.founders)
            count[trial] = np.where(at > spans.start, np.minimum(come, self.lanes.trial), 0)
        return count

    @property
    def founders_on_trial(self) -> int:
        """How many rows come with a tenant that joins on trial, in the second in which it does."""
        return min(self._trial.founders, self.lanes.trial)

    def is_row(self, index: I64Array, tenants: I64Array) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Which places are ever taken, shape (n,): a tenant on trial has so many rows and no more.

        Where all rows of the base's tenants were there from the start, none come later.
        """
        of_base = (tenants < self._tenants.count) & (self._goes_on | (index < self.lanes.own))
        return of_base | ((tenants >= self._tenants.count) & (index < self.lanes.trial))

    def positions(self, at: int | None) -> int:
        """Numbers that may be taken at a moment; in the base, without one."""
        if at is None:
            return self.lanes.base
        all_tenants = np.arange(self._tenants.count, dtype=np.int64)
        counts = self._count_of_base(all_tenants, np.full(len(all_tenants), at))
        return self.lanes.count(int(counts.max(initial=0)), self._tenants.trials(at))

    def between(self, since: int, until: int) -> I64Array:
        """The numbers of the rows that come in ``[since, until)``, whether or not their tenant is still there."""
        tenants = np.concatenate(
            [
                np.arange(self._tenants.count, dtype=np.int64),
                self._tenants.joining(since - self._trial.end, until),
            ]
        )
        first, last = (self.count_before(tenants, np.full(len(tenants), second)) for second in (since, until))
        index = Members.ranges(first, last - first)
        return self.lanes.numbers(np.repeat(tenants, index.counts), index.rows)

    def occurrences(self, since: int, until: int) -> Occurrences:
        """The same with their seconds, while their tenants are there."""
        numbers = self.between(since, until)
        tenants, index = self.lanes.places(numbers)
        seconds = self.seconds(tenants, index)
        stays = np.flatnonzero(seconds < self._tenants.left(tenants))
        return Occurrences(seconds[stays], numbers[stays])

    def of_tenant(self, tenants: I64Array, seconds: I64Array) -> Members:
        """The numbers of all rows of each tenant that have come before its second."""
        counts = self.count_before(tenants, seconds)
        index = Members.ranges(np.zeros(len(tenants), dtype=np.int64), counts)
        return Members(counts, self.lanes.numbers(np.repeat(tenants, counts), index.rows))

    def _of_base(self, tenants: I64Array, index: I64Array) -> I64Array:
        if not self._founders:
            return self._busy.seconds(tenants, index)
        later = np.maximum(index - self._founders, 0)
        first = self._founds.seconds(self._founding_of(tenants), np.minimum(index, self._founders - 1))
        return np.where(index < self._founders, first, self._busy.seconds(tenants, later))

    def _count_of_base(self, tenants: I64Array, seconds: I64Array) -> I64Array:
        if not self._founders:
            return self._busy.count_before(tenants, seconds)
        founded = np.minimum(self._founds.count_before(self._founding_of(tenants), seconds), self._founders)
        return founded + self._busy.count_before(tenants, seconds)

    def _founding_of(self, tenants: I64Array) -> Spans:
        return Spans(tenants, self._founders, self._start[tenants], self._founding)

    def _spans(self, tenants: I64Array) -> Spans:
        start = self._tenants.joined(tenants) + self._trial.after
        return Spans(tenants, max(self.lanes.trial, 1), start, self._trial.length)
