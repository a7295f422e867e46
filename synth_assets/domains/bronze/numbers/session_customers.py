"""Who is behind a logged-in session: a bijection between sessions and customers, epoch by epoch.

Groups of sessions are gathered in *epochs* of about a day. Who may visit in an epoch is settled by its first
and last second: customers registered before the one and not erased by the other. An epoch has *watches* of equally
many logged-in sessions, and each stratum of customers gets its quota of a watch, by how many it has, how often they
come and whether it is day where they live: so the hour decides who visits. The quotas are dealt out so that a
customer's sessions are found without looking at anybody else's (:mod:`~synth_assets.kernel.dealing`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synth_assets.domains.bronze.numbers.customer_strata import (
    HABITS,
    LEAVING,
    STRATA,
    VISITS_PER_HEAD,
    CustomerStrata,
)
from synth_assets.domains.bronze.numbers.groups import Groups
from synth_assets.domains.bronze.numbers.quotas import LOGIN_GROUPS, LOGINS
from synth_assets.kernel.clock import HOUR, Clock
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.dealing import Dealing
from synth_assets.kernel.division import divided, remainder
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Members
from synth_assets.world.zones import zones

LONGEST_SESSION = 3_600
"""Seconds; a session of the most clicks, each at its slowest, is shorter."""


_AT_ONCE = 1_100  # epochs of which the table is made at first, those of three years

_AT_A_TIME = 256  # customers whose visits are looked up together, which bounds memory


WATCHES = 12
"""Parts of an epoch, of equally many logged-in sessions: about two hours each."""


class Epochs(NamedTuple):
    """What holds for each epoch; shapes (m,) or (m, strata) for the strata of customers.

    Attributes:
        first: the first customer of each stratum who may visit, by rank, or by turn of leaving.
        last: the one after the last.
        by_turn: whether the leaving ones are counted by turn: from ``as_of`` on; shape (m,).
        dealing: of the logged-in sessions, a deal a watch.
    """

    first: I64Array
    last: I64Array
    by_turn: NDArray[np.bool_]
    dealing: Dealing


class Visitors(NamedTuple):
    """Who is behind logged-in sessions: customers, and the zones that they live in; shapes (n,)."""

    customer: I64Array
    zone: I64Array


class SessionCustomers:
    """Customers of sessions, and sessions of customers, for one dataset."""

    def __init__(
        self,
        dataset: Dataset,
        clock: Clock,
        customers: CustomerStrata,
        groups: Groups,
        *,
        orders: int,
        groups_a_day: int,
    ) -> None:
        self._dataset = dataset
        self._clock = clock
        self._customers = customers
        self._groups = groups
        self.epoch_groups = max(1, round(groups_a_day / LOGIN_GROUPS)) * LOGIN_GROUPS
        self._epoch_logins = self.epoch_groups // LOGIN_GROUPS * LOGINS
        self._watch_logins = self._epoch_logins // WATCHES
        self._as_of = dataset.as_of_second
        self._usual = min(orders // self.epoch_groups + 2, _AT_ONCE)
        self._epochs: Epochs | None = None  # made when asked for: without sessions nobody asks

    def epochs(self, upto: int) -> Epochs:
        """The table of epochs, at least those up to number ``upto``; growing changes none."""
        table = self._epochs
        have = 0 if table is None else len(table.first)
        if table is None or upto >= have:
            # One assignment: another thread sees the old table or a new one, never parts of both.
            table = self._epochs = self._build(max(2 * have, upto + 1, self._usual))
        return table

    def visitors(self, logins: I64Array) -> Visitors:
        """Who is behind each logged-in session, by its number among them; shape (n,)."""
        if len(logins) == 0:  # an epoch of a shop with hardly any orders lasts for centuries: don't make one in vain
            return Visitors(logins, logins)
        epoch, slot = divided(logins, self._epoch_logins)
        table = self.epochs(int(epoch.max()))
        watch, slot = divided(slot, self._watch_logins)
        stratum, rank = table.dealing.member_of(epoch * WATCHES + watch, slot)
        rank += table.first[epoch, stratum]
        zone, habit = divided(stratum, HABITS)
        turned = np.flatnonzero((habit == LEAVING) & table.by_turn[epoch])
        rank[turned] = self._customers.rank_of_turn(zone[turned], rank[turned])
        return Visitors(self._customers.customer(stratum, rank), zone)

    def logins_of(self, customers: I64Array, upto: int) -> Members:
        """The logged-in sessions of customers in the epochs below ``upto``, ascending: the inverse."""
        parts = [self._logins_of(customers[i : i + _AT_A_TIME], upto) for i in range(0, len(customers), _AT_A_TIME)]
        nothing = np.zeros(0, dtype=np.int64)
        return Members(
            np.concatenate([nothing, *(part.counts for part in parts)]),
            np.concatenate([nothing, *(part.rows for part in parts)]),
        )

    def _logins_of(self, customers: I64Array, upto: int) -> Members:
        table = self.epochs(upto)
        stratum, rank = self._customers.stratum_of(customers)
        # Up to some epoch leaving customers are counted by rank, from there on by turn.
        turning = int(np.count_nonzero(~table.by_turn[:upto]))
        leaving = np.flatnonzero(remainder(stratum, HABITS) == LEAVING)
        turn = rank.copy()
        turn[leaving] = self._customers.turn(stratum[leaving] // HABITS, rank[leaving])
        found = [
            self._visits(table, stratum, place, begin, end)
            for place, begin, end in ((rank, 0, turning), (turn, turning, upto))
        ]
        visitor, logins = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return Members(np.bincount(visitor, minlength=len(customers)), logins[np.lexsort((logins, visitor))])

    def _visits(
        self, table: Epochs, stratum: I64Array, place: I64Array, begin: int, end: int
    ) -> tuple[I64Array, I64Array]:
        """Whose visits there are in some epochs, and their numbers among the logged-in sessions."""
        # A customer may visit from an epoch on, until another: both edges of the window only ever rise.
        first, last = np.zeros(len(stratum), dtype=np.int64), np.zeros(len(stratum), dtype=np.int64)
        for one in np.unique(stratum).tolist():
            of = np.flatnonzero(stratum == one)
            first[of] = np.searchsorted(table.last[begin:end, one], place[of], side="right")
            last[of] = np.searchsorted(table.first[begin:end, one], place[of], side="right")
        candidates = Members.ranges(first + begin, np.maximum(last - first, 0))
        who = np.repeat(np.arange(len(stratum)), candidates.counts * WATCHES)
        watch = (candidates.rows[:, None] * WATCHES + np.arange(WATCHES)).ravel()
        epoch = watch // WATCHES
        got, slot = table.dealing.slots_of(watch, stratum[who], place[who] - table.first[epoch, stratum[who]])
        return who[got], watch[got] * self._watch_logins + slot

    def _build(self, count: int) -> Epochs:
        first_session = self._groups.first_session(np.arange(count + 1, dtype=np.int64) * self.epoch_groups)
        opens = self._clock.seconds(first_session[:-1]) - LONGEST_SESSION
        closes = self._clock.seconds(first_session[1:] - 1)
        last = self._customers.members_before_hour(opens)
        first = np.zeros_like(last)
        gone = self._customers.gone_before(closes + 1)
        by_turn = opens >= self._as_of
        # Nobody leaves before `as_of`. In the epoch in which that falls turns begin, and leaving customers stay away.
        leaving = np.where(by_turn[:, None], np.minimum(gone, last[:, LEAVING::HABITS]), 0)
        within = np.flatnonzero(~by_turn & (closes >= self._as_of))
        leaving[within] = last[within, LEAVING::HABITS]
        first[:, LEAVING::HABITS] = leaving
        key = self._dataset.key
        deals = count * WATCHES
        dealing = Dealing(
            np.full(deals, self._watch_logins),
            last - first,
            self._weights(count),
            bits(key("raw_sessions", "customer_id", "slots"), Span(0, deals)),
            bits(key("raw_sessions", "customer_id", "ranks"), Span(0, count * STRATA)),
            together=WATCHES,
        )
        return Epochs(first, last, by_turn, dealing)

    def _weights(self, epochs: int) -> I64Array:
        """How often members of each stratum come in each watch, by the hour in its middle; shape (watches, strata)."""
        middle = (2 * np.arange(epochs * WATCHES, dtype=np.int64) + 1) * self.epoch_groups // (2 * WATCHES)
        seconds = self._clock.seconds(self._groups.first_session(middle))
        awake = zones().hours[:, seconds // HOUR % 24].T
        return (awake[:, :, None] * VISITS_PER_HEAD).reshape(len(seconds), STRATA)
