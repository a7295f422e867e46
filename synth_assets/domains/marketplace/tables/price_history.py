"""What products cost when: a period after the other, without gap or overlap; the last one is open."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.moment import moment
from synth_assets.domains.marketplace.acts import PriceChanges, ProductAppears, TenantJoins, TenantLeaves
from synth_assets.domains.marketplace.numbers.market import Market, market_of
from synth_assets.domains.marketplace.tables.common import WHEN, groups, tenant_ids
from synth_assets.domains.marketplace.tables.products import of_joining, of_leaving
from synth_assets.domains.marketplace.tables.rules.price_history import RULES
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.groups import Group
from synth_assets.model.key import uuid_key
from synth_assets.model.timeline import Act, Effect, Members, deleted, inserted, updated
from synth_assets.model.types import MONEY, UUID
from synth_assets.model.values import Text


def _first_of_joining(act: Act) -> Members:
    products = of_joining(act)
    first = market_of(act.dataset).prices.rows(products.rows, np.zeros(len(products.rows), dtype=np.int64))
    return Members(products.counts, first)


def _first(act: Act) -> Members:
    rows = market_of(act.dataset).prices.rows(act.subjects, np.zeros(len(act.subjects), dtype=np.int64))
    return Members.one_each(rows)


def _closed(act: Act) -> Members:
    prices = market_of(act.dataset).prices
    return Members.one_each(prices.rows(act.subjects, prices.period(act.subjects, act.seconds) - 1))


def _opened(act: Act) -> Members:
    prices = market_of(act.dataset).prices
    return Members.one_each(prices.rows(act.subjects, prices.period(act.subjects, act.seconds)))


def _of_leaving(act: Act) -> Members:
    products = of_leaving(act)
    seconds = np.repeat(act.seconds, products.counts)
    rows = market_of(act.dataset).prices.of_products(products.rows, seconds)
    return Members(rows.within(products.counts), rows.rows)


class PriceHistory(Entity):
    """Periods in which a product has a price."""

    about = About(
        domain="marketplace",
        name="price_history",
        grain="one price of one product, and when it holds",
        key=uuid_key("id"),
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return market_of(dataset).prices.positions(at)

    @classmethod
    def groups(cls, dataset: Dataset) -> tuple[Group, ...]:
        return groups(dataset, market_of(dataset).prices.edges)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (
            inserted(TenantJoins, _first_of_joining),
            inserted(ProductAppears, _first),
            inserted(PriceChanges, _opened),
            updated(PriceChanges, _closed),
            deleted(TenantLeaves, _of_leaving),
        )

    id = column(UUID, "the period's key", key())

    @column(UUID, "the tenant", references="tenants")
    def tenant_id(self) -> Text:
        return tenant_ids(self.dataset, self.market.products.coming.lanes.places(self.product)[0])

    product_id = column(UUID, "the product", key_of("product"), references="products")

    @column(MONEY, "what it costs, in the tenant's currency", since=2)
    def price(self) -> I64Array:
        return self.market.prices.amount(*self._place)

    effective_from = column(WHEN, "from then on (UTC), included", moment("begins"), since=2)
    effective_to = column(
        WHEN,
        "up to then (UTC), not included; missing in the open period",
        moment("ends", may_come=True),
        nullable=True,
        since=2,
    )

    # What columns are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        coming = self.market.products.coming
        tenants, index = coming.lanes.places(self.product)
        return (
            coming.is_row(index, tenants)
            & (self.begins < self.at)
            & (coming.seconds(tenants, index) < self.at)
            & (self.market.tenants.left(tenants) >= self.at)
        )

    @property
    def market(self) -> Market:
        """The look-up tables of the dataset."""
        return market_of(self.dataset)

    @cached_property
    def _place(self) -> tuple[I64Array, I64Array]:
        return self.market.prices.places(self.numbers)

    @property
    def product(self) -> I64Array:
        """The number of the product."""
        return self._place[0]

    @cached_property
    def begins(self) -> I64Array:
        """Second in which the period begins."""
        return self.market.prices.begins(*self._place)

    @cached_property
    def ends(self) -> I64Array:
        """Second in which the next one does."""
        product, period = self._place
        return self.market.prices.begins(product, period + 1)
