"""Who comes how often, and who leaves: strata of customers, by arithmetic on their numbers.

Customers are numbered as they register. Every block of 160 holds the same mixture of *loyal*, *regular*,
*occasional* and *leaving* ones in an order of the seed's own, so how many of each had registered by a moment
is a division and a look-up. Only leaving customers ever ask to be erased, first come first gone, so at
any moment the live ones are a window of ranks.
"""

import numpy as np

from synth_assets.kernel.clock import DAY, NEVER, Clock
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.kernel.quota import shuffles
from synth_assets.kernel.rota import Rota
from synth_assets.kernel.strata import Strata
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Occurrences

LOYAL, REGULAR, OCCASIONAL, LEAVING = range(4)
STRATA = 4
VISITS_PER_HEAD = np.array([50, 16, 5, 6], dtype=np.int64)
"""Relative frequency of visits of one customer of each stratum."""

_HEADS = (8, 40, 92, 20)  # of 160: 5 % loyal, 25 % regular, 57.5 % occasional, 12.5 % leaving

_CHANGE_PERIODS = (30, 90, 90, 90, 360, 360, 360, 360, 360, 360)
"""Days between changes of a customer's data, by stratum; see :class:`~synth_assets.kernel.rota.Rota`."""

_ERASURE_SPAN_DAYS = 2_000  # one customer in 2,000 a day asks to be erased
_LEAST_STAY = 30 * DAY


class CustomerStrata:
    """Customers' registration, strata and erasure for one dataset."""

    def __init__(self, dataset: Dataset, customers: int, opened: int) -> None:
        """Args: ``opened`` is the first second in which anybody may register."""
        self._as_of = dataset.as_of_second
        registered = dataset.key("raw_customers", "registered_at")
        erased = dataset.key("raw_customers", "erased_at")
        # The first customer was there from the start: whoever visits, somebody is there to visit.
        self.clock = Clock(registered, customers, opened, self._as_of, founders=1)
        self._erasures = Clock(erased, customers, self._as_of, self._as_of + _ERASURE_SPAN_DAYS * DAY)
        self.changes = Rota(dataset.key("raw_customers", "updated_at"), _CHANGE_PERIODS, self._as_of)
        self.strata = Strata(self._arrange(dataset))

    @staticmethod
    def _arrange(dataset: Dataset) -> I64Array:
        heads = np.repeat(np.arange(STRATA), _HEADS)
        pattern = heads[shuffles(dataset.key("raw_customers", "stratum"), 1, len(heads))[0]]
        # The founder never leaves, so there is always somebody: trade places with one who stays.
        other = int(np.flatnonzero(pattern != LEAVING)[0])
        pattern[[0, other]] = pattern[[other, 0]]
        return pattern

    def registered(self, customers: I64Array) -> I64Array:
        """Second of registration, shape (n,)."""
        return self.clock.seconds(customers)

    def erased(self, customers: I64Array) -> I64Array:
        """Second of erasure, shape (n,); :data:`NEVER` for those who stay."""
        gone = np.full(len(customers), NEVER)
        leaving = np.flatnonzero(self.strata.stratum(customers) == LEAVING)
        if len(leaving):
            asked = self._erasures.seconds(self.strata.rank(customers[leaving]))
            gone[leaving] = np.maximum(asked, self.registered(customers[leaving]) + _LEAST_STAY)
        return gone

    def registrations(self, since: int, until: int) -> Occurrences:
        """Customers who register in ``[since, until)``."""
        registering = self._registering(since, until)
        return Occurrences(self.clock.seconds(registering), registering.array())

    def erasures(self, since: int, until: int) -> Occurrences:
        """Customers who are erased in ``[since, until)``."""
        first, last = self._erasures.count_before_one(since), self._erasures.count_before_one(until)
        ranks = np.arange(first, last, dtype=np.int64)
        due = self.strata.number(LEAVING, ranks)
        young = self._registering(since - _LEAST_STAY, until - _LEAST_STAY).array()
        customers = np.union1d(due, young)
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

    def erased_before(self, seconds: I64Array) -> I64Array:
        """How many leaving customers were erased before each time, shape (n,): ranks below it are gone."""
        asked = self._erasures.count_before(seconds)
        stayed = self.strata.members(self.clock.count_before(seconds - _LEAST_STAY))[:, LEAVING]
        return np.minimum(asked, stayed)
