"""Who comes how often, and who leaves: strata of customers, by arithmetic on their numbers.

Customers are numbered as they register, and the hour decides in which time zone somebody registers. The customers of a
zone have ranks, and every block of 640 ranks holds the same mixture of *devoted*, *loyal*, *regular*, *occasional* and
*leaving* ones in an order of the seed's own. So how many of each had registered by an hour is a division and a look-up.

Only leaving customers ever ask to be erased. Those who were there at ``as_of`` go in an order of chance; whoever comes
later goes in the order of coming. So at any moment the live ones are a window of *turns*.
"""

import numpy as np

from synth_assets.kernel.clock import DAY, NEVER, Clock
from synth_assets.kernel.clocks import EvenClock
from synth_assets.kernel.counter import I64Array, Rows, Span, bits
from synth_assets.kernel.parted_clock import PartedClock
from synth_assets.kernel.permutation import affine_permutations
from synth_assets.kernel.quota import shuffles
from synth_assets.kernel.rota import Rota
from synth_assets.kernel.strata import Strata
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Occurrences
from synth_assets.world.zones import ZONES, zones

LEAVING = 0
VISITS_PER_HEAD = np.array([6, 130, 105, 84, 66, 52, 41, 29, 20, 14, 9, 6, 3, 2], dtype=np.int64)
"""Relative frequency of visits of one customer of each habit: leaving, then from loyal ones to occasional ones."""

HABITS = len(VISITS_PER_HEAD)
STRATA = ZONES * HABITS
"""A stratum is a zone and a habit: zone times :data:`HABITS` plus habit."""

_HEADS = (80, 1, 2, 4, 6, 9, 13, 35, 55, 70, 90, 95, 100, 80)
"""Of 640: 12.5 % leaving, 5 % loyal, 25 % regular, 57 % occasional; many levels, so that ranks fall without steps."""

_CHANGE_PERIODS = (30, 90, 90, 90, 360, 360, 360, 360, 360, 360)
"""Days between changes of a customer's data, by stratum; see :class:`~synth_assets.kernel.rota.Rota`."""

_ERASURE_SPAN_DAYS = 2_000  # one customer in 2,000 a day asks to be erased
_LEAST_STAY = 30 * DAY


class CustomerStrata:
    """Customers' registration, strata and erasure for one dataset.

    Attributes:
        clock: when customers register, by number; its parts are time zones.
        changes: when customers' data changes.
        base: leaving customers of each zone who have registered by ``as_of``, shape (zones,).
    """

    def __init__(self, dataset: Dataset, customers: int, opened: int) -> None:
        """Args: ``opened`` is the first second in which anybody may register."""
        as_of = dataset.as_of_second
        key = dataset.key
        per_zone = _shared(customers, zones().shares)
        end = as_of + _ERASURE_SPAN_DAYS * DAY
        self._erasures = [
            EvenClock(key("raw_customers", "erased_at", f"zone {zone}"), rows, as_of, end)
            for zone, rows in enumerate(per_zone.tolist())
        ]
        self.clock = PartedClock(
            key("raw_customers", "registered_at"),
            lambda: [_registers(dataset, zone, rows, opened) for zone, rows in enumerate(per_zone.tolist())],
            per_zone.tolist(),
            opened,
            as_of,
        )
        self.changes = Rota(key("raw_customers", "updated_at"), _CHANGE_PERIODS, as_of)
        self._habits = Strata(self._arrange(dataset))
        self.base: I64Array = self._habits.members(per_zone)[:, LEAVING]
        self._turns = affine_permutations(self.base, bits(key("raw_customers", "erased_at", "turns"), Span(0, ZONES)))

    @staticmethod
    def _arrange(dataset: Dataset) -> I64Array:
        heads = np.repeat(np.arange(HABITS), _HEADS)
        pattern = heads[shuffles(dataset.key("raw_customers", "stratum"), 1, len(heads))[0]]
        # The founder never leaves, so there is always somebody: trade places with one who stays.
        other = int(np.flatnonzero(pattern != LEAVING)[0])
        pattern[[0, other]] = pattern[[other, 0]]
        return pattern

    # Strata

    def stratum_of(self, customers: Rows) -> tuple[I64Array, I64Array]:
        """The stratum of each customer, and the rank in it; shapes (n,)."""
        zone, rank = self.clock.part_of(customers)
        return zone * HABITS + self._habits.stratum(rank), self._habits.rank(rank)

    def customer(self, stratum: I64Array, rank: I64Array) -> I64Array:
        """The customer at a rank of a stratum, the inverse of :meth:`stratum_of`; shape (n,)."""
        zone, habit = np.divmod(stratum, HABITS)
        return self.clock.number(zone, self._habits.number(habit, rank))

    def members_before_hour(self, seconds: I64Array) -> I64Array:
        """How many of each stratum have registered before the hour that holds each second; shape (n, strata)."""
        ranks = self.clock.of_parts_before_hour(seconds)
        return self._habits.members(ranks.ravel()).reshape(len(seconds), STRATA)

    # Turns: the order in which the leaving customers of a zone are erased

    def turn(self, zone: I64Array, rank: I64Array) -> I64Array:
        """The turn of each leaving customer, by zone and rank in its stratum; shape (n,)."""
        turn = rank.copy()
        of = np.flatnonzero(rank < self.base[zone])
        turn[of] = self._turns.forward(zone[of], rank[of])
        return turn

    def rank_of_turn(self, zone: I64Array, turn: I64Array) -> I64Array:
        """The inverse of :meth:`turn`; shape (n,)."""
        rank = turn.copy()
        of = np.flatnonzero(turn < self.base[zone])
        rank[of] = self._turns.backward(zone[of], turn[of])
        return rank

    def gone_before(self, seconds: I64Array) -> I64Array:
        """How many turns of each zone have come before each time; who stays is at a later one. Shape (n, zones).

        A customer who came only lately is erased after having stayed for a while, later than at that turn.
        """
        stayed = self.members_before_hour(seconds - _LEAST_STAY)[:, LEAVING::HABITS]
        asked = np.column_stack([clock.count_before(seconds) for clock in self._erasures])
        return np.minimum(asked, np.maximum(stayed, self.base))

    def registered(self, customers: I64Array) -> I64Array:
        """Second of registration, shape (n,)."""
        return self.clock.seconds(customers)

    def erased(self, customers: I64Array) -> I64Array:
        """Second of erasure, shape (n,); :data:`NEVER` for those who stay."""
        gone = np.full(len(customers), NEVER)
        zone, rank = self.clock.part_of(customers)
        leaving = np.flatnonzero(self._habits.stratum(rank) == LEAVING)
        if len(leaving):
            of = zone[leaving]
            turn = self.turn(of, self._habits.rank(rank[leaving]))
            asked = np.zeros(len(leaving), dtype=np.int64)
            for one, clock in enumerate(self._erasures):
                here = np.flatnonzero(of == one)
                asked[here] = clock.seconds(turn[here])
            gone[leaving] = np.maximum(asked, self.registered(customers[leaving]) + _LEAST_STAY)
        return gone

    def registrations(self, since: int, until: int) -> Occurrences:
        """Customers who register in ``[since, until)``."""
        registering = self._registering(since, until)
        return Occurrences(self.clock.seconds(registering), registering.array())

    def erasures(self, since: int, until: int) -> Occurrences:
        """Customers who are erased in ``[since, until)``."""
        found = [self._registering(since - _LEAST_STAY, until - _LEAST_STAY).array()]
        for zone, clock in enumerate(self._erasures):
            turns = np.arange(clock.count_before_one(since), clock.count_before_one(until), dtype=np.int64)
            of = np.full(len(turns), zone)
            found.append(self.customer(of * HABITS + LEAVING, self.rank_of_turn(of, turns)))
        customers = np.unique(np.concatenate(found))
        return Occurrences.within(self.erased(customers), customers, since, until)

    def changing(self, since: int, until: int) -> Occurrences:
        """Customers whose data changes in ``[since, until)``, while they are there."""
        seconds, customers = self.changes.due(self.clock.count_before_one(until), since, until)
        # What would change in the second of registration or erasure doesn't: one change a second.
        there = np.flatnonzero((self.registered(customers) < seconds) & (self.erased(customers) > seconds))
        return Occurrences(seconds[there], customers[there])

    def _registering(self, since: int, until: int) -> Span:
        first, last = self.clock.count_before_one(since), self.clock.count_before_one(until)
        return Span(first, last - first)


def _shared(rows: int, shares: I64Array) -> I64Array:
    """Rows of each zone, by largest remainders; shape (zones,). The first zone has the first row."""
    counts = rows * shares // shares.sum()
    rest = rows * shares % shares.sum()
    left = rows - int(counts.sum())
    counts[np.argsort(-rest, kind="stable")[:left]] += 1
    if rows and not counts[0]:
        counts[0] += 1
        counts[int(counts[1:].argmax()) + 1] -= 1
    return counts


def _registers(dataset: Dataset, zone: int, rows: int, opened: int) -> Clock:
    """When the people of a zone register, so many by ``as_of``."""
    key = dataset.key("raw_customers", "registered_at", f"zone {zone}")
    # The first customer was there from the start: whoever visits, somebody is there to visit.
    return Clock(key, rows, opened, dataset.as_of_second, founders=int(zone == 0), busy=zones().busy(zone))
