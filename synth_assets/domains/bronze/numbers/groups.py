"""Sessions in groups, each of which has exactly one order: six to ten sessions, eight on average.

A *run* is so many groups of one size, about a third of a day, so some days more visits end in an order than on others.
Sixteen runs have exactly eight sessions a group, in an order of chance. What is left at the end of the base has eight
in each, and after ``as_of`` runs begin anew.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.division import divided
from synth_assets.kernel.quota import quota
from synth_assets.model.dataset import Dataset

GROUP = 8
"""Sessions per order, on average."""

ORDER_BLOCK = 16
"""Orders per block; a run has whole blocks."""

SIZES = (6, 6, 7, 7, 7, 8, 8, 8, 8, 8, 8, 9, 9, 9, 10, 10)
"""Sessions of a group, by run, in any order."""

LEAST, MOST = min(SIZES), max(SIZES)

_RUNS_A_DAY = 3


class Run(NamedTuple):
    """Runs of groups; shapes (n,).

    Attributes:
        first_group: number of the first group.
        first_session: number of its first session.
        size: sessions of each group.
    """

    first_group: I64Array
    first_session: I64Array
    size: I64Array

    def session_of(self, groups: I64Array) -> I64Array:
        """The first session of groups, each of its run; shape (n,)."""
        return self.first_session + (groups - self.first_group) * self.size


class Group(NamedTuple):
    """Groups of sessions; shapes (n,).

    Attributes:
        number: of the group, which is that of its order.
        place: of the session in the group.
        run: of the group.
    """

    number: I64Array
    place: I64Array
    run: Run


class Groups:
    """From sessions to their groups and back, for one dataset."""

    def __init__(self, dataset: Dataset, orders: int, days: int) -> None:
        """Args: the dataset, its orders and the days of its window."""
        self._words = dataset.key("raw_sessions", "runs")
        self._sizes = quota(dataset.key("raw_sessions", "sizes"), SIZES)
        self._run = ORDER_BLOCK * max(1, orders // (days * _RUNS_A_DAY * ORDER_BLOCK))
        self._cycle = len(SIZES) * self._run  # groups of sixteen runs
        self._cycles = orders // self._cycle
        self._even = self._cycles * self._cycle  # from here to the end all groups have eight
        self._end = -(-orders // ORDER_BLOCK) * ORDER_BLOCK

    def run_of(self, groups: I64Array) -> Run:
        """The run of each group."""
        is_later = groups >= self._end
        cycle, rest = divided(np.where(is_later, groups - self._end, groups), self._cycle)
        place = rest // self._run
        return self._found(cycle, place, self._arrangement(cycle, is_later), is_later, groups >= self._even)

    def first_session(self, groups: I64Array) -> I64Array:
        """The first session of each group, shape (n,)."""
        return self.run_of(groups).session_of(groups)

    def of_sessions(self, sessions: I64Array) -> Group:
        """The group of each session."""
        is_later = sessions >= self._end * GROUP
        cycle, rest = divided(np.where(is_later, sessions - self._end * GROUP, sessions), self._cycle * GROUP)
        arrangement = self._arrangement(cycle, is_later)
        place = self._sizes.owner[arrangement, rest // self._run]
        run = self._found(cycle, place, arrangement, is_later, sessions >= self._even * GROUP)
        group, place = np.divmod(sessions - run.first_session, run.size)
        return Group(run.first_group + group, place, run)

    def groups_begun(self, sessions: int) -> int:
        """How many groups have begun where so many sessions have ended: the order of the last may not be placed yet."""
        if sessions == 0:
            return 0
        return int(self.of_sessions(np.array([sessions - 1], dtype=np.int64)).number[0]) + 1

    def groups_ended(self, sessions: int) -> int:
        """How many groups have ended where so many sessions have."""
        return int(self.of_sessions(np.array([sessions], dtype=np.int64)).number[0])

    def _arrangement(self, cycle: I64Array, is_later: np.ndarray) -> I64Array:
        return (bits(self._words, cycle + is_later * self._cycles) >> np.uint64(52)).view(np.int64)

    def _found(
        self, cycle: I64Array, place: I64Array, arrangement: I64Array, is_later: np.ndarray, is_past: np.ndarray
    ) -> Run:
        size, before = self._sizes.dealt(arrangement, place)
        first_group = cycle * self._cycle + place * self._run
        first_session = cycle * (self._cycle * GROUP) + before * self._run
        first_group += is_later * self._end
        first_session += is_later * (self._end * GROUP)
        is_even = is_past & ~is_later
        if is_even.any():
            first_group[is_even], first_session[is_even], size[is_even] = self._even, self._even * GROUP, GROUP
        return Run(first_group, first_session, size)
