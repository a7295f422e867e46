"""Orders of each tenant, numbered in the order in which they are placed."""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.moment import moment
from synth_assets.columns.named import named
from synth_assets.columns.property_of import property_of
from synth_assets.domains.marketplace.acts import (
    CustomerErased,
    OrderCancelled,
    OrderDelivered,
    OrderPaid,
    OrderPlaced,
    OrderReturned,
    OrderShipped,
    TenantLeaves,
)
from synth_assets.domains.marketplace.numbers.market import market_of
from synth_assets.domains.marketplace.numbers.people import snapshots
from synth_assets.domains.marketplace.numbers.purchases import Purchases
from synth_assets.domains.marketplace.numbers.tenants import CURRENCIES
from synth_assets.domains.marketplace.tables.common import WHEN, even_groups, tenant_ids
from synth_assets.domains.marketplace.tables.rules.orders import RULES
from synth_assets.kernel.choice import below, chance, pick, weight_table
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.groups import Group
from synth_assets.model.key import uuid_key
from synth_assets.model.timeline import Act, Effect, Members, deleted, inserted, updated
from synth_assets.model.types import MONEY, STRING, UUID, struct
from synth_assets.model.values import Fields, Text, TextPool

STATUSES = ("pending", "paid", "shipped", "delivered", "cancelled", "returned")
PENDING = 0

SOURCES = TextPool(("web", "mobile", "api", "phone"), lasting=True)
_SOURCES = weight_table((58, 31, 8, 3))

# What runs when: by month from January, so that summer sales are in summer.
_SEASONAL = (
    "winter_sale", "winter_sale", "spring_launch", "spring_launch", "spring_launch", "summer_sale", "summer_sale",
    "summer_sale", "back_to_school", "autumn_deals", "black_friday", "holiday_gifts",
)  # fmt: skip
_USUAL = ("newsletter", "retargeting", "partner")
CAMPAIGNS = TextPool((*_SEASONAL, *_USUAL), lasting=True)
CODES = TextPool(
    tuple(f"{word}{percent}" for word in ("SAVE", "EXTRA", "THANKS") for percent in (5, 10, 15, 20)), lasting=True
)

_NUMBERS = 100_000_000
_STEP = 61_803_399  # no divisor in common with the count of numbers, so each index has one of its own


def of_erased(act: Act) -> Members:
    """The orders of each customer that is erased."""
    market = market_of(act.dataset)
    tenants, index = market.customers.coming.lanes.places(act.subjects)
    return market.orders.of_customers(tenants, index, act.seconds)


def of_leaving(act: Act) -> Members:
    """All orders of each tenant that leaves."""
    return market_of(act.dataset).orders.coming.of_tenant(act.subjects, act.seconds)


class Orders(Entity):
    """Orders, with what the customer was called when ordering."""

    about = About(
        domain="marketplace",
        name="orders",
        grain="one order",
        key=uuid_key("order_id"),
        rules=RULES,
        unique=(("tenant_id", "external_order_id"),),
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return market_of(dataset).orders.coming.positions(at)

    @classmethod
    def groups(cls, dataset: Dataset) -> tuple[Group, ...]:
        return even_groups(dataset, market_of(dataset).params.orders_per_tenant)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        steps = (OrderPaid, OrderShipped, OrderDelivered, OrderCancelled, OrderReturned)
        return (
            inserted(OrderPlaced),
            *(updated(step) for step in steps),
            deleted(CustomerErased, of_erased),
            deleted(TenantLeaves, of_leaving),
        )

    order_id = column(UUID, "the order's key", key())

    @column(UUID, "the tenant", references="tenants")
    def tenant_id(self) -> Text:
        return tenant_ids(self.dataset, self.purchases.tenant)

    @column(STRING, "number of the order with the tenant: EXT and eight digits; unique in the tenant")
    def external_order_id(self) -> pl.Series:
        tenants, index = self.purchases.place
        number = (index * _STEP + tenants * 7_919 + self.dataset.key("orders", "external").k0 % _NUMBERS) % _NUMBERS
        text = pl.Series("n", number).cast(pl.String).str.zfill(8)
        return text.to_frame().select(pl.concat_str(pl.lit("EXT"), "n")).to_series()

    customer_id = column(UUID, "who ordered", key_of("purchases.customer"), references="customers", since=2)

    @column(STRING, "the customer's name at order_date", since=2)
    def customer_name_snapshot(self) -> Text:
        return self._snapshot[0]

    @column(STRING, "the customer's e-mail address at order_date", since=2)
    def customer_email_snapshot(self) -> Text:
        return self._snapshot[1]

    total_amount = column(MONEY, "sum of the lines' line_total", property_of("purchases.total"), since=2)

    @column(STRING, "the tenant's currency", values=CURRENCIES)
    def currency(self) -> Text:
        return Text(_CURRENCY_POOL, market_of(self.dataset).tenants.currency(self.purchases.tenant))

    order_status = column(STRING, "how far it has got", named("state", STATUSES), values=STATUSES, since=2)
    order_date = column(WHEN, "when it was placed (UTC)", moment("purchases.placed"), since=2)

    @column(
        struct({"source": STRING, "campaign": STRING, "discount_code": STRING}),
        "where the order came from; the campaign and the code that led to it, where there are any",
        since=2,
    )
    def raw_payload(self) -> Fields:
        words = self.bits("raw_payload")
        month = market_of(self.dataset).tenants.season_month(self.purchases.tenant, self.purchases.placed)
        usual = len(_SEASONAL) + below(words << np.uint64(20), len(_USUAL))
        campaign = np.where(chance(words << np.uint64(10), 60, 100), month, usual)
        led = chance(words << np.uint64(30), 38, 100)
        coded = led & chance(words << np.uint64(36), 55, 100)
        return Fields(
            {
                "source": Text(SOURCES, pick(words, _SOURCES)),
                "campaign": Text(CAMPAIGNS, campaign, led),
                "discount_code": Text(CODES, below(words << np.uint64(40), len(CODES)), coded),
            }
        )

    created_at = column(WHEN, "when the row was written (UTC): with the order", moment("purchases.placed"), since=2)

    # What columns, and other tables, are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        orders = self.purchases
        return orders.taken & (orders.placed < self.at) & (orders.ended >= self.at)

    @cached_property
    def purchases(self) -> Purchases:
        """The orders by number."""
        return Purchases(self.dataset, self.rows)

    @cached_property
    def state(self) -> I64Array:
        """How far each has got, as its place in :data:`STATUSES`."""
        status = np.full(len(self), PENDING)
        for state, second in enumerate(self.purchases.lifecycle, start=1):
            status = np.where(second < self.at, state, status)
        return status

    @cached_property
    def _snapshot(self) -> tuple[Text, Text]:
        # A change of the very second comes before the order.
        return snapshots(self.dataset, self.purchases.customer, self.purchases.placed)


_CURRENCY_POOL = TextPool(CURRENCIES, lasting=True)
