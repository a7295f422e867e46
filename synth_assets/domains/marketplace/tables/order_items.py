"""The lines of orders: what was bought, how many, at what price."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.property_of import property_of
from synth_assets.domains.marketplace.acts import CustomerErased, OrderPlaced, TenantLeaves
from synth_assets.domains.marketplace.numbers.market import market_of
from synth_assets.domains.marketplace.numbers.purchases import BoughtLines
from synth_assets.domains.marketplace.tables import orders
from synth_assets.domains.marketplace.tables.common import groups, tenant_ids
from synth_assets.domains.marketplace.tables.rules.order_items import RULES
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.groups import Group
from synth_assets.model.key import uuid_key
from synth_assets.model.timeline import Act, Effect, Members, deleted, inserted
from synth_assets.model.types import INT32, MONEY, UUID
from synth_assets.model.values import Text


def _of_orders(act: Act) -> Members:
    counts, first = market_of(act.dataset).orders.lines(act.subjects)
    return Members.ranges(first, counts)


def of_erased(act: Act) -> Members:
    """The lines of all orders of each customer that is erased."""
    return _of(act, orders.of_erased(act))


def _of_leaving(act: Act) -> Members:
    return _of(act, orders.of_leaving(act))


def _of(act: Act, of: Members) -> Members:
    counts, first = market_of(act.dataset).orders.lines(of.rows)
    lines = Members.ranges(first, counts)
    return Members(lines.within(of.counts), lines.rows)


class OrderItems(Entity):
    """Lines of orders; a product is on one line of an order at most."""

    about = About(
        domain="marketplace",
        name="order_items",
        grain="one line of one order",
        key=uuid_key("order_item_id"),
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return market_of(dataset).orders.line_positions(at)

    @classmethod
    def groups(cls, dataset: Dataset) -> tuple[Group, ...]:
        return groups(dataset, market_of(dataset).orders.first_lines)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (
            inserted(OrderPlaced, _of_orders),
            deleted(CustomerErased, of_erased),
            deleted(TenantLeaves, _of_leaving),
        )

    order_item_id = column(UUID, "the line's key", key())
    order_id = column(UUID, "the order", key_of("order"), references="orders")

    @column(UUID, "the tenant", references="tenants")
    def tenant_id(self) -> Text:
        return tenant_ids(self.dataset, self.lines.orders.tenant[self.lines.index])

    product_id = column(UUID, "the product", key_of("lines.product"), references="products", since=2)
    quantity = column(INT32, "pieces", property_of("lines.quantity"))
    unit_price = column(MONEY, "the product's price at order_date", property_of("lines.unit_price"), since=2)
    line_total = column(MONEY, "quantity x unit_price", property_of("lines.total"), since=2)

    # What columns are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        lines = self.lines
        return lines.taken & (lines.orders.placed[lines.index] < self.at) & (lines.orders.ended[lines.index] >= self.at)

    @cached_property
    def lines(self) -> BoughtLines:
        """The lines by number."""
        return BoughtLines.at(self.dataset, self.rows)

    @property
    def order(self) -> I64Array:
        """The number of the order."""
        return self.lines.orders.numbers[self.lines.index]
