"""Who is behind a logged-in session: a bijection between sessions and customers, epoch by epoch.

Groups of sessions are gathered in *epochs* of about a day. Who may visit in an epoch is settled by its first
and last second: customers registered before the one and not erased by the other. Each stratum of
customers gets its quota of the epoch's logged-in sessions, dealt out so that a customer's sessions are found
without looking at anybody else's (:mod:`~synth_assets.kernel.dealing`).
"""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.numbers.customer_strata import LEAVING, STRATA, VISITS_PER_HEAD, CustomerStrata
from synth_assets.domains.bronze.numbers.product_strata import OnSale, ProductStrata
from synth_assets.domains.bronze.numbers.quotas import GROUP, LOGIN_GROUPS, LOGINS
from synth_assets.kernel.clock import Clock
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.dealing import Dealing
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Members

LONGEST_SESSION = 3_600
"""Seconds; a session of the most clicks, each at its slowest, is shorter."""


_AT_A_TIME = 1_024  # customers whose visits are looked up together, which bounds memory


class Epochs(NamedTuple):
    """What holds for each epoch; shapes (m,) or (m, 4) for the four strata of customers.

    Attributes:
        on_sale: products on sale all through the epoch.
        first: rank of the first customer of each stratum who may visit.
        last: rank after that of the last one.
        dealing: of the epoch's logged-in sessions, a deal an epoch.
    """

    on_sale: OnSale
    first: I64Array
    last: I64Array
    dealing: Dealing


class SessionCustomers:
    """Customers of sessions, and sessions of customers, for one dataset."""

    def __init__(
        self, dataset: Dataset, clock: Clock, customers: CustomerStrata, products: ProductStrata, *, groups_a_day: int
    ) -> None:
        self._dataset = dataset
        self._clock = clock
        self._customers = customers
        self._products = products
        self.epoch_groups = max(1, round(groups_a_day / LOGIN_GROUPS)) * LOGIN_GROUPS
        self._epoch_logins = self.epoch_groups // LOGIN_GROUPS * LOGINS
        self._epochs: Epochs | None = None  # made when asked for: without sessions nobody asks

    def epochs(self, upto: int) -> Epochs:
        """The table of epochs, at least those up to number ``upto``; growing changes none."""
        table = self._epochs
        have = 0 if table is None else len(table.first)
        if table is None or upto >= have:
            # One assignment: another thread sees the old table or a new one, never parts of both.
            table = self._epochs = self._build(max(2 * have, upto + 1))
        return table

    def epochs_of(self, groups: I64Array) -> tuple[Epochs, I64Array]:
        """The table, and the epoch of each group; at least one group."""
        epoch = groups // self.epoch_groups
        return self.epochs(int(epoch.max())), epoch

    def customer_of_login(self, logins: I64Array) -> I64Array:
        """The customer behind each logged-in session, by its number among them; shape (n,)."""
        if len(logins) == 0:  # an epoch of a shop with hardly any orders lasts for centuries: don't make one in vain
            return logins
        epoch, slot = np.divmod(logins, self._epoch_logins)
        table = self.epochs(int(epoch.max()))
        stratum, rank = table.dealing.member_of(epoch, slot)
        return self._customers.strata.number(stratum, rank + table.first[epoch, stratum])

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
        stratum, rank = self._customers.strata.stratum(customers), self._customers.strata.rank(customers)
        # A customer may visit from an epoch on, until another: both edges of the window of ranks only ever rise.
        first, last = np.zeros(len(customers), dtype=np.int64), np.zeros(len(customers), dtype=np.int64)
        for one in range(STRATA):
            of = np.flatnonzero(stratum == one)
            first[of] = np.searchsorted(table.last[:upto, one], rank[of], side="right")
            last[of] = np.searchsorted(table.first[:upto, one], rank[of], side="right")
        candidates = Members.ranges(first, np.maximum(last - first, 0))
        who = np.repeat(np.arange(len(customers)), candidates.counts)
        epoch = candidates.rows
        stratum, rank = stratum[who], rank[who]
        got, slot = table.dealing.slots_of(epoch, stratum, rank - table.first[epoch, stratum])
        visitor, logins = who[got], epoch[got] * self._epoch_logins + slot
        return Members(np.bincount(visitor, minlength=len(customers)), logins[np.lexsort((logins, visitor))])

    def _build(self, count: int) -> Epochs:
        first_session = np.arange(count + 1, dtype=np.int64) * self.epoch_groups * GROUP
        opens = self._clock.seconds(first_session[:-1]) - LONGEST_SESSION
        closes = self._clock.seconds(first_session[1:] - 1)
        heads = self._customers.strata.members(self._customers.clock.count_before(opens + 1))
        first = np.zeros_like(heads)
        first[:, LEAVING] = np.minimum(self._customers.erased_before(closes + 1), heads[:, LEAVING])
        key = self._dataset.key
        dealing = Dealing(
            np.full(count, self._epoch_logins),
            heads - first,
            VISITS_PER_HEAD,
            bits(key("raw_sessions", "customer_id", "slots"), Span(0, count)),
            bits(key("raw_sessions", "customer_id", "ranks"), Span(0, count * STRATA)),
        )
        return Epochs(self._products.on_sale(opens, closes), first, heads, dealing)
