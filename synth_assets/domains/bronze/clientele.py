"""Who comes how often, and who leaves: strata of customers, by arithmetic on their numbers.

Customers are numbered as they register. Every block of 160 holds the same mixture of *loyal*, *regular*,
*occasional* and *leaving* ones in an order of the seed's own, so how many of each had registered by a moment
is a division and a look-up. Only leaving customers ever ask to be erased, first come first gone, so at
any moment the live ones are a window of ranks.
"""

import numpy as np

from synth_assets.kernel.clock import DAY, Clock
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.kernel.quota import shuffles
from synth_assets.kernel.rota import Rota
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Occurrences

LOYAL, REGULAR, OCCASIONAL, LEAVING = range(4)
STRATA = 4
VISITS_PER_HEAD = np.array([50, 16, 5, 6], dtype=np.int64)
"""Relative frequency of visits of one customer of each stratum."""

_BLOCK_HEADS = (8, 40, 92, 20)  # of 160: 5 % loyal, 25 % regular, 57.5 % occasional, 12.5 % leaving
_BLOCK = sum(_BLOCK_HEADS)

HISTORY = 1_095 * DAY
"""How long before the window of sessions customers may have registered."""

NEVER = np.int64(1) << 60
"""A time that never comes."""

_CHANGE_PERIODS = (30, 90, 90, 90, 360, 360, 360, 360, 360, 360)
"""Days between changes of a customer's data, by stratum; see :class:`~synth_assets.kernel.rota.Rota`."""

_ERASURE_SPAN_DAYS = 2_000  # one customer in 2,000 a day asks to be erased
_LEAST_STAY = 30 * DAY


class Clientele:
    """Customers' registration, strata and erasure for one dataset."""

    def __init__(self, dataset: Dataset, customers: int, start: int) -> None:
        """Args: ``start`` is the first second of the sessions' window."""
        self._as_of = dataset.as_of_second
        registered = dataset.key("raw_customers", "registered_at")
        erased = dataset.key("raw_customers", "erased_at")
        # The first customer was there from the start: whoever visits, somebody is there to visit.
        self.clock = Clock(registered, customers, start - HISTORY, self._as_of, founders=1)
        self._erasures = Clock(erased, customers, self._as_of, self._as_of + _ERASURE_SPAN_DAYS * DAY)
        self.changes = Rota(dataset.key("raw_customers", "updated_at"), _CHANGE_PERIODS, self._as_of)
        self._pattern = self._arrange(dataset)
        one_hot = self._pattern[:, None] == np.arange(STRATA)
        self._before = np.concatenate([np.zeros((1, STRATA)), np.cumsum(one_hot, axis=0)]).astype(np.int64)
        self._places = np.zeros((STRATA, max(_BLOCK_HEADS)), dtype=np.int64)
        for stratum, heads in enumerate(_BLOCK_HEADS):
            self._places[stratum, :heads] = np.flatnonzero(one_hot[:, stratum])

    @staticmethod
    def _arrange(dataset: Dataset) -> I64Array:
        heads = np.repeat(np.arange(STRATA), _BLOCK_HEADS)
        pattern = heads[shuffles(dataset.key("raw_customers", "stratum"), 1, _BLOCK)[0]]
        # The founder never leaves, so there is always somebody: trade places with one who stays.
        other = int(np.flatnonzero(pattern != LEAVING)[0])
        pattern[[0, other]] = pattern[[other, 0]]
        return pattern.astype(np.int64)

    def members(self, customers: I64Array) -> I64Array:
        """How many of each stratum are among the first ``customers``; shape (n,) → (n, 4)."""
        blocks, rest = np.divmod(customers, _BLOCK)
        return blocks[:, None] * np.array(_BLOCK_HEADS, dtype=np.int64) + self._before[rest]

    def stratum(self, customers: I64Array) -> I64Array:
        """Each customer's stratum, shape (n,)."""
        return self._pattern[customers % _BLOCK]

    def rank(self, customers: I64Array) -> I64Array:
        """Each customer's rank within the stratum, shape (n,)."""
        place = customers % _BLOCK
        stratum = self._pattern[place]
        heads = np.array(_BLOCK_HEADS, dtype=np.int64)[stratum]
        return customers // _BLOCK * heads + self._before[place, stratum]

    def customer(self, stratum: I64Array, rank: I64Array) -> I64Array:
        """The customer at a rank of a stratum: the inverse of :meth:`stratum` and :meth:`rank`."""
        heads = np.array(_BLOCK_HEADS, dtype=np.int64)[stratum]
        block, number = np.divmod(rank, heads)
        return block * _BLOCK + self._places[stratum, number]

    def registered(self, customers: I64Array) -> I64Array:
        """Second of registration, shape (n,)."""
        return self.clock.seconds(customers)

    def erased(self, customers: I64Array) -> I64Array:
        """Second of erasure, shape (n,); :data:`NEVER` for those who stay."""
        gone = np.full(len(customers), NEVER)
        leaving = np.flatnonzero(self.stratum(customers) == LEAVING)
        if len(leaving):
            asked = self._erasures.seconds(self.rank(customers[leaving]))
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
        due = self.customer(np.full(len(ranks), LEAVING), ranks)
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
        stayed = self.members(self.clock.count_before(seconds - _LEAST_STAY))[:, LEAVING]
        return np.minimum(asked, stayed)
