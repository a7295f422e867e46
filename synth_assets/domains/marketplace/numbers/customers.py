"""Customers of each tenant: how often they buy, how they change, and who asks to be erased."""

import numpy as np

from synth_assets.domains.marketplace.numbers.coming import Coming, Trial
from synth_assets.domains.marketplace.numbers.lanes import Lanes
from synth_assets.domains.marketplace.numbers.tenants import Tenants
from synth_assets.domains.marketplace.params import MarketplaceParams
from synth_assets.kernel.clock import DAY, NEVER
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.popularity import first_place_of, star_below
from synth_assets.kernel.quota import shuffles
from synth_assets.kernel.rota import Rota
from synth_assets.kernel.side_by_side import EvenClocks, Spans
from synth_assets.kernel.strata import Strata
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Members, Occurrences

STAYING, LEAVING = range(2)
_HEADS = (140, 20)  # of 160: who asks to be erased is one in eight

_PERIODS = (400, 900, 900, 1_400, 1_400, 1_400, 1_400, 1_400, 1_400, 1_400)
"""Days between changes of a customer's data, by stratum of the rota."""

_ERASED_DAYS = 1_000  # one customer in 1,000 a day asks to be erased

_LEAST_STAY = 30 * DAY

_ON_TRIAL = Trial(after=0, length=20 * DAY, founders=1)

TRIAL_CUSTOMERS = 25
"""Customers of a tenant on trial, at most."""


class Customers:
    """Customers of one dataset.

    Attributes:
        coming: when they sign up.
        strata: of each tenant's customers, by their index.
    """

    def __init__(self, dataset: Dataset, params: MarketplaceParams, tenants: Tenants) -> None:
        self._as_of = dataset.as_of_second
        self._tenants = tenants
        self._own = params.customers_per_tenant
        lanes = Lanes(tenants.count, self._own, min(self._own, TRIAL_CUSTOMERS))
        # The first customer was there from the start: whoever buys, somebody is there to buy.
        self.coming = Coming(dataset, "customers", tenants, lanes, tenants.opened, _ON_TRIAL, founders=1)
        self._asks = EvenClocks(dataset.key("customers", "erased"))
        self._changes = Rota(dataset.key("customers", "changes"), _PERIODS, self._as_of - 2 * 365 * DAY)
        pattern = np.repeat(np.arange(len(_HEADS)), _HEADS)[shuffles(dataset.key("customers", "stratum"), 1, 160)[0]]
        # The founder never leaves: trade places with one who stays.
        other = int(np.flatnonzero(pattern != LEAVING)[0])
        pattern[[0, other]] = pattern[[other, 0]]
        self.strata = Strata(pattern)
        places = np.arange(len(pattern))
        last_to_stay = np.maximum.accumulate(np.where(pattern == STAYING, places, 0))
        self._behind: I64Array = places - last_to_stay
        self._star = dataset.key("customers", "star")

    def turns(
        self, numbers: I64Array, seconds: I64Array | int, signed_up: tuple[I64Array, I64Array] | None = None
    ) -> I64Array:
        """How often each has changed by a second, since signing up; a change in that second included.

        Args:
            numbers: of the customers, shape (n,).
            seconds: one for all, or shape (n,).
            signed_up: the distinct ones of the customers, and the place of each among them, if they are known.
        """
        these, which = (numbers, slice(None)) if signed_up is None else signed_up
        before = self._changes.in_force(these, self.coming.seconds(*self.coming.lanes.places(these))).version
        return np.maximum(self._changes.in_force(numbers, seconds).version - before[which], 0)

    def changing(self, since: int, until: int) -> Occurrences:
        """Customers whose data changes in ``[since, until)``, while they are there."""
        seconds, numbers = self._changes.due(self.coming.positions(until), since, until)
        tenants, index = self.coming.lanes.places(numbers)
        taken = self.coming.is_row(index, tenants)
        seconds, numbers, tenants, index = (values[taken] for values in (seconds, numbers, tenants, index))
        stays = (self.coming.seconds(tenants, index) < seconds) & (seconds < self.ended(tenants, index))
        return Occurrences(seconds[stays], numbers[stays])

    # Erasure

    def erased(self, tenants: I64Array, index: I64Array) -> I64Array:
        """Second of erasure, shape (n,); :data:`NEVER` for those who stay, and for those of tenants on trial."""
        gone = np.full(len(tenants), NEVER)
        may_leave = (self.strata.stratum(index) == LEAVING) & (tenants < self._tenants.count)
        leaving = np.flatnonzero(may_leave & self.coming.is_row(index, tenants))
        if len(leaving):
            of, who = tenants[leaving], index[leaving]
            asked = self._asks.seconds(self._spans(of), self.strata.rank(who))
            gone[leaving] = np.maximum(asked, self.coming.seconds(of, who) + _LEAST_STAY)
        return gone

    def ended(self, tenants: I64Array, index: I64Array) -> I64Array:
        """Second in which each is gone: erased, or with the tenant."""
        return np.minimum(self.erased(tenants, index), self._tenants.left(tenants))

    def erasures(self, since: int, until: int) -> Occurrences:
        """Customers who are erased in ``[since, until)``."""
        if not self._own:
            return Occurrences.none()
        tenants = np.arange(self._tenants.count, dtype=np.int64)
        first, last = (self._asks.count_before(self._spans(tenants), second) for second in (since, until))
        ranks = Members.ranges(first, last - first)
        due = self.coming.lanes.numbers(np.repeat(tenants, ranks.counts), self.strata.number(LEAVING, ranks.rows))
        numbers = np.union1d(due, self.coming.between(since - _LEAST_STAY, until - _LEAST_STAY))
        seconds = self.erased(*self.coming.lanes.places(numbers))
        return Occurrences.within(seconds, numbers, since, until)

    def erased_before(self, tenants: I64Array, seconds: I64Array) -> I64Array:
        """How many leaving customers of each of the base's tenants were erased before: ranks below are gone."""
        asked = self._asks.count_before(self._spans(tenants), seconds)
        stayed = self.strata.members(self.coming.count_before(tenants, seconds - _LEAST_STAY))[:, LEAVING]
        return np.minimum(asked, stayed)

    # How often they buy

    def star(self, tenants: I64Array) -> I64Array:
        """The most loyal customer of each tenant, shape (n,)."""
        return star_below(bits(self._star, tenants), np.full(len(tenants), self._own))

    def loyalty(self, tenants: I64Array, index: I64Array) -> I64Array:
        """How many in 1,000 of the tenant's customers buy more often, about, shape (n,)."""
        return first_place_of(index, self.star(tenants)) * 1_000 >> 32

    def stand_in(self, index: I64Array, gone: I64Array) -> I64Array:
        """Who orders what would have been each customer's: the customer, or the last before one who is erased.

        Args:
            index: shape (n,).
            gone: how many leaving customers have been erased by then, shape (n,).
        """
        return index - np.where(self._is_gone(index, gone), self._behind[index % self.strata.size], 0)

    def stands_in_for(self, index: I64Array, gone: I64Array, count: I64Array) -> tuple[I64Array, I64Array]:
        """The inverse of :meth:`stand_in`, among the first ``count``.

        Returns:
            The place of each customer among those asked for, once for each whose orders it has, and that one's index.
        """
        who, whose = list[I64Array](), list[I64Array]()
        for step in range(int(self._behind.max()) + 1):
            other = index + step
            is_gone = self._is_gone(other, gone)
            has = ~is_gone if step == 0 else is_gone & (self._behind[other % self.strata.size] == step)
            found = np.flatnonzero(has & (other < count))
            who.append(found)
            whose.append(other[found])
        return np.concatenate(who), np.concatenate(whose)

    def _is_gone(self, index: I64Array, gone: I64Array) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        return (self.strata.stratum(index) == LEAVING) & (self.strata.rank(index) < gone)

    def _spans(self, tenants: I64Array) -> Spans:
        return Spans(tenants, max(self._own, 1), self._as_of, _ERASED_DAYS * DAY)
