"""What a product costs when: periods of the base by shares of its age, later ones by a rota, new products by and by.

The periods of a product are numbered from 0. Those that begin before ``as_of`` are dealt out exactly: rows of the base
are dense; those that begin later are found by the rota, for any day, without looking at other products.
"""

from functools import cached_property

import numpy as np

from synth_assets.domains.marketplace.numbers.products import PRICE_TURN, Products
from synth_assets.domains.marketplace.numbers.tenants import Tenants
from synth_assets.domains.marketplace.params import MarketplaceParams
from synth_assets.kernel.choice import between, chance
from synth_assets.kernel.clock import DAY, NEVER
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.division import divided
from synth_assets.kernel.quota import quota
from synth_assets.kernel.rota import Rota
from synth_assets.kernel.selection import selected
from synth_assets.kernel.side_by_side import EvenClocks, Spans
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Members, Occurrences
from synth_assets.world.goods import kinds_of_goods

_BLOCK = 64
_PERIODS = (1,) * 26 + (2,) * 20 + (3,) * 11 + (4,) * 5 + (6,) * 2
"""Periods of 64 products of the base in a row."""

_NEWEST = 8  # one in so many of a tenant's products is too new to have had another price

_ROTA = (180, 240, 240, 300, 300, 300, 360, 360, 360, 360)
"""Days between later changes, by stratum of the rota."""

SLOTS = 4
"""Periods of a product that comes after ``as_of``, at most."""

_NEW_LEAST, _NEW_MOST = 12 * DAY, 45 * DAY  # how long each of those but the last lasts

_VERSIONS = 4_096

_LOW = 985  # thousandths of the base that a price below it is at the most
_ROUND = 1_000  # cents from which on a price is a number of whole ones, less one cent


class Prices:
    """Prices and their periods, for one dataset; a product is its number."""

    def __init__(self, dataset: Dataset, params: MarketplaceParams, tenants: Tenants, products: Products) -> None:
        self._dataset, self._tenants, self._products = dataset, tenants, products
        self._as_of = dataset.as_of_second
        self._own = params.products_per_tenant
        self._base_products = tenants.count * self._own
        # The first of a tenant's products have periods by quota, the newest one each.
        self._by_quota = self._own - self._own // _NEWEST
        self._quota = quota(dataset.key("price_history", "periods"), _PERIODS)
        self._early = EvenClocks(dataset.key("price_history", "effective_from"), eighths=7)
        self._rota = Rota(dataset.key("price_history", "effective_from", "rota"), _ROTA, self._as_of)

    # Rows: a product and the number of its period

    @cached_property
    def edges(self) -> I64Array:
        """The first row of each of the base's tenants, and that after the last, shape (tenants + 1,)."""
        tenants = np.arange(self._tenants.count, dtype=np.int64)
        block, place = divmod(self._by_quota, _BLOCK)
        arrangement = self._arrangement(tenants, np.full(len(tenants), block))
        _, before = self._quota.dealt(arrangement, np.full(len(tenants), place))
        counts = block * self._quota.children + before + self._own - self._by_quota
        return np.concatenate([[0], np.cumsum(counts)])

    def positions(self, at: int | None) -> int:
        """Rows that there may be at a moment; of the base, without one."""
        base = int(self.edges[-1])
        if at is None or at <= self._as_of:
            return base
        changes = -(-(at - self._as_of) // (min(_ROTA) * DAY)) * self._base_products
        new = (self._products.coming.positions(at) - self._base_products) * SLOTS
        return base + 2 * max(changes, new)

    def rows(self, products: I64Array, period: I64Array) -> I64Array:
        """The row of a period of each product, shape (n,)."""
        base = int(self.edges[-1])
        old = products < self._base_products
        rows = np.empty(len(products), dtype=np.int64)
        new = products[~old] - self._base_products
        rows[~old] = base + 2 * (new * SLOTS + period[~old]) + 1
        count, first = self._periods(products[old])
        late = period[old] - count
        changed = base + 2 * (late * self._base_products + products[old])
        rows[old] = np.where(late < 0, first + period[old], changed)
        return rows

    def places(self, rows: I64Array) -> tuple[I64Array, I64Array]:
        """Product and period of each row: the inverse, shapes (n,)."""
        base = int(self.edges[-1])
        product, period = np.empty(len(rows), dtype=np.int64), np.empty(len(rows), dtype=np.int64)
        early = rows < base
        product[early], period[early] = self._early_places(rows[early])
        late, is_new = divided(rows[~early] - base, 2)
        turn, changed = divided(late, max(self._base_products, 1))
        new, slot = divided(late, SLOTS)
        after = np.zeros(len(late), dtype=np.int64)
        of_base = np.flatnonzero(is_new == 0)
        after[of_base] = self._periods(changed[of_base])[0] + turn[of_base]
        product[~early] = np.where(is_new == 1, self._base_products + new, changed)
        period[~early] = np.where(is_new == 1, slot, after)
        return product, period

    def _early_places(self, rows: I64Array) -> tuple[I64Array, I64Array]:
        tenants = np.searchsorted(self.edges, rows, side="right") - 1
        local = rows - self.edges[tenants]
        dealt = self.edges[tenants + 1] - self.edges[tenants] - (self._own - self._by_quota)
        single = local >= dealt
        block, rest = divided(np.where(single, 0, local), self._quota.children)
        arrangement = self._arrangement(tenants, block)
        place = self._quota.owner[arrangement, rest]
        index = selected(single, self._by_quota + local - dealt, block * _BLOCK + place)
        period = selected(single, 0, rest - self._quota.before[arrangement, place])
        return tenants * self._own + index, period

    def _periods(self, products: I64Array) -> tuple[I64Array, I64Array]:
        """How many periods of each of the base's products begin before ``as_of``, and the row of the first; (n,)."""
        tenants, index = self._products.coming.lanes.places(products)
        single = index >= self._by_quota
        block, place = divided(np.where(single, self._by_quota, index), _BLOCK)
        counts, before = self._quota.dealt(self._arrangement(tenants, block), place)
        first = self.edges[tenants] + block * self._quota.children + before
        return np.where(single, 1, counts), np.where(single, first + index - self._by_quota, first)

    def _arrangement(self, tenants: I64Array, blocks: I64Array) -> I64Array:
        words = bits(self._dataset.key("price_history", "block"), (tenants << 32) + blocks)
        return (words >> np.uint64(52)).view(np.int64)

    # Times

    def period(self, products: I64Array, seconds: I64Array | int) -> I64Array:
        """The number of the period that each product is in at a second, those that begin in it included; shape (n,)."""
        at = np.broadcast_to(np.asarray(seconds, dtype=np.int64), products.shape)
        if not len(products) or int(products.max()) < self._base_products:  # most often, and much less work
            return self._period_of_base(products, at)
        old = products < self._base_products
        period = np.empty(len(products), dtype=np.int64)
        period[old] = self._period_of_base(products[old], at[old])
        changes = [change <= at[~old] for change in self._new_changes(products[~old])]
        period[~old] = np.sum(changes, axis=0)
        return period

    def _period_of_base(self, products: I64Array, at: I64Array) -> I64Array:
        spans, counts = self._spans(products)
        early = np.maximum(self._early.count_before(spans, np.minimum(at, self._as_of - 1) + 1), 1) - 1
        early = np.minimum(early, counts - 1)
        if int(at.max(initial=0)) < self._as_of:
            return early
        turns = self._rota.in_force(products, PRICE_TURN.before(at)).version
        return np.where(at < self._as_of, early, counts - 1 + turns)

    def begins(self, products: I64Array, period: I64Array) -> I64Array:
        """When a period of each product begins, shape (n,); :data:`NEVER` if it doesn't."""
        old = products < self._base_products
        begins = np.empty(len(products), dtype=np.int64)
        new = products[~old]
        begins[~old] = np.select(
            [period[~old] == slot for slot in range(SLOTS)],
            [self._created(new), *self._new_changes(new)] if len(new) else [new] * SLOTS,
            NEVER,
        )
        of, number = products[old], period[old]
        spans, counts = self._spans(of)
        early = np.where(number == 0, spans.start, self._early.seconds(spans, np.minimum(number, counts - 1)))
        turn = np.maximum(number - counts + 1, 1)
        # The first turn of each is the one after version 0; the others follow in its period.
        first = self._rota.in_force(of, np.full(len(of), self._as_of - 1))
        step = self._rota.in_force(of, first.until).until - first.until
        late = PRICE_TURN.tick(first.until + (turn - 1) * step)
        begins[old] = np.where(number < counts, early, late)
        return begins

    def _created(self, products: I64Array) -> I64Array:
        coming = self._products.coming
        return coming.seconds(*coming.lanes.places(products))

    def _spans(self, products: I64Array) -> tuple[Spans, I64Array]:
        """What the early periods of the base's products are laid out over, and how many each has."""
        counts, _ = self._periods(products)
        created = self._created(products)
        return Spans(products, counts, created, self._as_of - created), counts

    def _new_changes(self, products: I64Array) -> list[I64Array]:
        """When the price of products that come after ``as_of`` changes, up to three times; shape (n,) each."""
        words = bits(self._dataset.key("price_history", "new"), products)
        changes: list[I64Array] = []
        moment = self._created(products)
        times = (words >> np.uint64(40)).view(np.int64) % SLOTS
        for slot in range(1, SLOTS):
            lasts = between(words << np.uint64(16 * (slot - 1)), _NEW_LEAST, _NEW_MOST)
            moment = PRICE_TURN.tick(moment + lasts)
            changes.append(np.where(times >= slot, moment, NEVER))
        return changes

    # Money

    def base(self, products: I64Array) -> I64Array:
        """Cents around which each product's price moves, shape (n,)."""
        tenants, _ = self._products.coming.lanes.places(products)
        kinds, kind = kinds_of_goods(), self._products.kind(products, tenants)
        words = bits(self._dataset.key("products", "price"), products)
        usual = between(words, kinds.price_low[kind], kinds.price_high[kind])
        return usual * self._tenants.price_permille(tenants) // 1_000

    def amount(self, products: I64Array, period: I64Array) -> I64Array:
        """Cents that each product costs in a period, shape (n,), ending in 9 or 99.

        Periods are a little below and a little above the base in turn, now and then on sale: a new price is always
        another one.
        """
        words = bits(self._dataset.key("price_history", "price"), products * _VERSIONS + period)
        base, is_low = self.base(products), period % 2 == 0
        low = selected(chance(words << np.uint64(32), 1, 8), between(words, 700, 860), between(words, 940, _LOW))
        amount = _rounded(base * selected(is_low, low, between(words, 1_015, 1_060)) // 1_000)
        # What is above is above all that may be below, also where both are rounded to the same.
        most = _rounded(base * _LOW // 1_000)
        return selected(is_low | (amount > most), amount, most + np.where(most >= _ROUND, 100, 10))

    # What happens

    def changes(self, since: int, until: int) -> Occurrences:
        """Products whose price changes in ``[since, until)``, while their tenant is there."""
        turns, products = self._rota.due(self._base_products, *PRICE_TURN.span(since, until))
        new = self._products.coming.between(since - (SLOTS - 1) * _NEW_MOST - DAY, until)
        new = new[new >= self._base_products]
        found = [Occurrences(PRICE_TURN.tick(turns), products)]
        found += [Occurrences(change, new) for change in self._new_changes(new)]
        seconds, subjects = (np.concatenate(values) for values in zip(*found, strict=True))
        tenants, _ = self._products.coming.lanes.places(subjects)
        stays = seconds < self._tenants.left(tenants)
        return Occurrences.within(seconds[stays], subjects[stays], since, until)

    def of_products(self, products: I64Array, seconds: I64Array) -> Members:
        """All rows of each product that have begun before its second."""
        counts = self.period(products, seconds - 1) + 1
        period = Members.ranges(np.zeros(len(products), dtype=np.int64), counts)
        return Members(counts, self.rows(np.repeat(products, counts), period.rows))


def _rounded(cents: I64Array) -> I64Array:
    """Amounts that end in 9, from ten on in 99."""
    return selected(cents >= _ROUND, cents // 100 * 100 + 99, cents // 10 * 10 + 9)
