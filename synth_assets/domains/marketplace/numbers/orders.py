"""Orders and their lines: who bought when, how it went on, what is on which line."""

from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from synth_assets.domains.marketplace.numbers.coming import Coming, Trial
from synth_assets.domains.marketplace.numbers.customers import Customers
from synth_assets.domains.marketplace.numbers.lanes import Lanes
from synth_assets.domains.marketplace.numbers.products import Products
from synth_assets.domains.marketplace.numbers.tenants import ACTIVITIES, BASKETS, Tenants
from synth_assets.domains.marketplace.params import MarketplaceParams
from synth_assets.kernel.choice import below
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.distinct import places_of_each
from synth_assets.kernel.division import divided
from synth_assets.kernel.popularity import PopularDealing
from synth_assets.kernel.quota import quota
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Members

_EPOCHS = 52
"""Orders of the base are gathered in so many epochs, tenant by tenant; who buys and what is there is settled by one."""

TRIAL_ORDERS = 1_000
"""Orders of a tenant on trial, at most."""

_LEAST_TRIAL, _TRIAL_PART = 20, 50

ON_TRIAL = Trial(after=DAY, length=60 * DAY, founders=0)

SLOTS = 8
"""Numbers for the lines of an order that comes after ``as_of``."""

_BLOCK_BITS = 32


class _Epochs(NamedTuple):
    """What holds in each epoch of each tenant, epoch after epoch; shapes (m,).

    Attributes:
        products: products that have appeared when it begins.
        customers: customers who have signed up when it begins.
        gone: how many leaving customers are erased before it ends.
        dealing: of the epoch's orders among customers.
    """

    products: I64Array
    customers: I64Array
    gone: I64Array
    dealing: PopularDealing


class Orders:
    """Orders of one dataset, by tenant and index.

    Attributes:
        coming: when they are placed.
    """

    def __init__(
        self, dataset: Dataset, params: MarketplaceParams, tenants: Tenants, customers: Customers, products: Products
    ) -> None:
        self._dataset, self._tenants, self._customers, self._products = dataset, tenants, customers, products
        self._own = params.orders_per_tenant
        trial = min(self._own, TRIAL_ORDERS, max(_LEAST_TRIAL, self._own // _TRIAL_PART))
        lanes = Lanes(tenants.count, self._own, trial)
        self.coming = Coming(dataset, "orders", tenants, lanes, tenants.start, ON_TRIAL)
        self._epoch = max(1, -(-self._own // _EPOCHS))
        self._made: _Epochs | None = None
        baskets = [
            [min(lines, products.most_lines) for lines, n in basket.items() for _ in range(n)] for basket in BASKETS
        ]
        self._quotas = [
            quota(dataset.key("order_items", "lines", f"basket {number}"), tuple(sorted(basket)))
            for number, basket in enumerate(baskets)
        ]

    # Who

    def customer(self, tenants: I64Array, index: I64Array, placed: I64Array) -> I64Array:
        """The index of each order's customer among its tenant's, shape (n,)."""
        customer = np.empty(len(tenants), dtype=np.int64)
        trial = tenants >= self._tenants.count
        base = ~trial
        if base.any():
            epoch, slot = divided(index[base], self._epoch)
            table, deal = self._deals(tenants[base], epoch)
            customer[base] = self._customers.stand_in(table.dealing.member_of(deal, slot), table.gone[deal])
        if trial.any():
            numbers = self.coming.lanes.numbers(tenants[trial], index[trial])
            words = bits(self._dataset.key("orders", "customer_id", "trial"), numbers)
            known = self._customers.coming.count_before(tenants[trial], placed[trial] + 1)
            customer[trial] = below(words, np.maximum(known, 1))
        return customer

    def of_customers(self, tenants: I64Array, customers: I64Array, seconds: I64Array) -> Members:
        """The numbers of the orders that customers of the base's tenants placed before a second of each, ascending."""
        placed = self.coming.count_before(tenants, seconds)
        epochs = -(-placed // self._epoch)
        candidates = Members.ranges(np.zeros(len(tenants), dtype=np.int64), epochs)
        who, epoch = np.repeat(np.arange(len(tenants)), epochs), candidates.rows
        if not len(epoch):
            return Members(np.zeros(len(tenants), dtype=np.int64), epoch)
        table, deal = self._deals(tenants[who], epoch)
        chosen, whose = self._customers.stands_in_for(customers[who], table.gone[deal], table.customers[deal])
        got, slot = table.dealing.slots_of(deal[chosen], whose)
        got = chosen[got]
        owner, index = who[got], epoch[got] * self._epoch + slot
        come = index < placed[owner]
        owner, index = owner[come], index[come]
        order = np.lexsort((index, owner))
        numbers = self.coming.lanes.numbers(tenants[owner], index)
        return Members(np.bincount(owner, minlength=len(tenants)).astype(np.int64), numbers[order])

    # What

    def appeared(self, tenants: I64Array, index: I64Array) -> I64Array:
        """How many products of the tenant each order may be of, the first so many, shape (n,)."""
        appeared = np.empty(len(tenants), dtype=np.int64)
        base = tenants < self._tenants.count
        if base.any():
            table, deal = self._deals(tenants[base], index[base] // self._epoch)
            appeared[base] = table.products[deal]
        appeared[~base] = self._products.coming.lanes.trial
        return appeared

    # Lines: those of the base are dense, tenant after tenant; a later order has numbers for as many as there can be

    @cached_property
    def first_lines(self) -> I64Array:
        """The first line of each of the base's tenants, and that after the last; shape (tenants + 1,)."""
        tenants = np.arange(self._tenants.count, dtype=np.int64)
        counts = np.zeros(len(tenants), dtype=np.int64)
        for number, of in self._by_basket(tenants):
            block, place = divmod(self._own, self._quotas[number].parents)
            arrangement = self._arrangement(tenants[of], np.full(len(of), block))
            _, before = self._quotas[number].dealt(arrangement, np.full(len(of), place))
            counts[of] = block * self._quotas[number].children + before
        return np.concatenate([[0], np.cumsum(counts)])

    def line_positions(self, at: int | None) -> int:
        """Numbers of lines that may be taken at a moment."""
        return int(self.first_lines[-1]) + (self.coming.positions(at) - self.coming.lanes.base) * SLOTS

    def lines(self, orders: I64Array) -> tuple[I64Array, I64Array]:
        """How many lines each order has, and the number of its first; shapes (n,)."""
        tenants, index = self.coming.lanes.places(orders)
        counts, before = np.empty(len(orders), dtype=np.int64), np.empty(len(orders), dtype=np.int64)
        for number, of in self._by_basket(tenants):
            dealt = self._quotas[number]
            block, place = divided(index[of], dealt.parents)
            counts[of], ahead = dealt.dealt(self._arrangement(tenants[of], block), place)
            before[of] = block * dealt.children + ahead
        late = orders - self.coming.lanes.base
        base = self.first_lines[np.minimum(tenants, self._tenants.count)] + before
        return counts, np.where(late < 0, base, int(self.first_lines[-1]) + late * SLOTS)

    def order_of_line(self, lines: I64Array) -> I64Array:
        """The order of each line, shape (n,)."""
        end = int(self.first_lines[-1])
        orders = np.where(lines < end, 0, self.coming.lanes.base + (lines - end) // SLOTS)
        early = np.flatnonzero(lines < end)
        chosen = lines[early]
        tenants = np.searchsorted(self.first_lines, chosen, side="right") - 1
        local = chosen - self.first_lines[tenants]
        found = np.empty(len(chosen), dtype=np.int64)
        for number, of in self._by_basket(tenants):
            dealt = self._quotas[number]
            block, rest = divided(local[of], dealt.children)
            place = dealt.owner[self._arrangement(tenants[of], block), rest]
            found[of] = tenants[of] * self._own + block * dealt.parents + place
        orders[early] = found
        return orders

    def _by_basket(self, tenants: I64Array) -> list[tuple[int, I64Array]]:
        return places_of_each(self._tenants.basket(tenants))

    def _arrangement(self, tenants: I64Array, blocks: I64Array) -> I64Array:
        words = bits(self._dataset.key("order_items", "block"), (tenants << _BLOCK_BITS) + blocks)
        return (words >> np.uint64(52)).view(np.int64)

    # Epochs

    def _deals(self, tenants: I64Array, epochs: I64Array) -> tuple[_Epochs, I64Array]:
        """The table, at least as far as some epochs, and the row of each in it."""
        made, count = self._made, self._tenants.count
        upto = int(epochs.max(initial=0))
        have = 0 if made is None else len(made.products) // count
        if made is None or upto >= have:
            # One assignment: another thread sees the old table or a new one, never parts of both.
            made = self._made = self._build(max(_EPOCHS, have + have // 4, upto + 1))
        return made, epochs * count + tenants

    def _build(self, epochs: int) -> _Epochs:
        count = self._tenants.count
        tenants = np.tile(np.arange(count, dtype=np.int64), epochs)
        begin = np.repeat(np.arange(epochs, dtype=np.int64) * self._epoch, count)
        opens = self.coming.seconds(tenants, begin)
        closes = self.coming.seconds(tenants, begin + self._epoch - 1)
        customers = self._customers.coming.count_before(tenants, opens + 1)
        dealing = PopularDealing(
            ACTIVITIES,
            self._tenants.activity(tenants),
            np.full(len(tenants), self._epoch),
            customers,
            self._customers.star(tenants),
            bits(self._dataset.key("orders", "customer_id", "slots"), Span(0, len(tenants))),
        )
        gone = self._customers.erased_before(tenants, closes + 1)
        return _Epochs(self._products.coming.count_before(tenants, opens + 1), customers, gone, dealing)


class LineNumbers(NamedTuple):
    """Lines of some orders, order after order; shapes (n,).

    Attributes:
        owner: for each line the place of its order among those asked for.
        ordinal: its number within the order, from 0.
        numbers: the lines' numbers.
    """

    owner: I64Array
    ordinal: I64Array
    numbers: I64Array

    @classmethod
    def of(cls, counts: I64Array, first: I64Array) -> Self:
        """By how many each order has, and its first."""
        owner = np.repeat(np.arange(len(counts)), counts)
        ordinal = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        return cls(owner, ordinal, first[owner] + ordinal)
