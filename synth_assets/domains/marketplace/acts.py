"""What happens in the marketplace: each occurrence of an act is one transaction, of one tenant.

The numbers in ``order`` say which comes first among acts of one second. Movements of stock rely on it: their
levels count opening, delivery, sale, return and count of one second in this order.
"""

from typing import ClassVar

import numpy as np

from synth_assets.domains.marketplace.numbers.coming import Coming
from synth_assets.domains.marketplace.numbers.market import Market, market_of
from synth_assets.domains.marketplace.numbers.purchases import Purchases
from synth_assets.domains.marketplace.numbers.stock import whole_windows, windows_between, windows_together
from synth_assets.kernel.ledger import CLOSING, RESTOCK, movement_number
from synth_assets.model.timeline import Act, Occurrences
from synth_assets.world.order_lifecycle import LONGEST


class _ByNumbers(Act):
    """An act that the look-up tables of its dataset tell."""

    @property
    def _market(self) -> Market:
        return market_of(self.dataset)


class TenantJoins(_ByNumbers):
    """A tenant joins on trial, with its first products and its first customer; the subject is the tenant."""

    name, order = "tenant_joins", 0

    def find(self) -> Occurrences:
        """As :meth:`Tenants.joining`."""
        tenants = self._market.tenants.joining(self.since, self.until)
        return Occurrences(self._market.tenants.joined(tenants), tenants)


class ProductAppears(_ByNumbers):
    """A product appears, with its first price and its first delivery; the subject is the product."""

    name, order = "product_appears", 1

    def find(self) -> Occurrences:
        """As :meth:`Coming.occurrences`; products of a tenant that joins come with it."""
        return _but_joining(self._market, self._market.products.coming, self.since, self.until)


class CustomerSignsUp(_ByNumbers):
    """Somebody signs up; the subject is the customer."""

    name, order = "customer_signs_up", 2

    def find(self) -> Occurrences:
        """As :meth:`Coming.occurrences`; the first customer of a tenant that joins comes with it."""
        return _but_joining(self._market, self._market.customers.coming, self.since, self.until)


class PriceChanges(_ByNumbers):
    """A product's price changes: one period ends, the next one begins; the subject is the product."""

    name, order = "price_changes", 3

    def find(self) -> Occurrences:
        """As :meth:`Prices.changes`."""
        return self._market.prices.changes(self.since, self.until)


class CustomerChanges(_ByNumbers):
    """A customer changes name or e-mail; the subject is the customer."""

    name, order = "customer_changes", 4

    def find(self) -> Occurrences:
        """As :meth:`Customers.changing`."""
        return self._market.customers.changing(self.since, self.until)


class _StockMoves(_ByNumbers):
    """A movement of stock of its own; the subject is the movement."""

    kind: ClassVar[int]

    def find(self) -> Occurrences:
        """Movements of the windows that are open, while their tenants are there."""
        windows = np.array(windows_between(self.dataset, self.since, self.until), dtype=np.int64)
        parts = [Occurrences.none()]
        for of, moved in whole_windows.by_groups(self.dataset, windows, windows_together(self.dataset)):
            inside = (moved.kind == self.kind) & (moved.moved >= self.since) & (moved.moved < self.until)
            chosen = np.flatnonzero(inside)
            tenants, _ = self._market.products.coming.lanes.places(moved.account[chosen])
            chosen = chosen[moved.moved[chosen] < self._market.tenants.left(tenants)]
            numbers = movement_number(of[chosen], moved.kind[chosen], moved.cause[chosen])
            parts.append(Occurrences(moved.moved[chosen], numbers))
        return Occurrences(*(np.concatenate(values) for values in zip(*parts, strict=True)))


class StockDelivered(_StockMoves):
    """Goods are delivered before they run out."""

    name, order, kind = "stock_delivered", 5, RESTOCK


class OrderPlaced(_ByNumbers):
    """Somebody orders; the subject is the order."""

    name, order = "order_placed", 6

    def find(self) -> Occurrences:
        """As :meth:`Coming.occurrences`."""
        return self._market.orders.coming.occurrences(self.since, self.until)


class _OrderMovesOn(_ByNumbers):
    """A step in an order's life; the subject is the order."""

    step: ClassVar[str]

    def find(self) -> Occurrences:
        """Orders placed recently enough, whose customers and tenants are still there."""
        placed = self._market.orders.coming.between(self.since - LONGEST[self.step], self.until)
        orders = Purchases(self.dataset, placed)
        found = Occurrences.within(getattr(orders.lifecycle, self.step), placed, self.since, self.until)
        stays = found.seconds < Purchases(self.dataset, found.subjects).ended
        return Occurrences(found.seconds[stays], found.subjects[stays])


class OrderPaid(_OrderMovesOn):
    """An order is paid."""

    name, order, step = "order_paid", 7, "paid"


class OrderShipped(_OrderMovesOn):
    """An order is shipped, and its goods leave the shelves."""

    name, order, step = "order_shipped", 8, "shipped"


class OrderDelivered(_OrderMovesOn):
    """An order is delivered."""

    name, order, step = "order_delivered", 9, "delivered"


class OrderCancelled(_OrderMovesOn):
    """An order is cancelled."""

    name, order, step = "order_cancelled", 10, "cancelled"


class OrderReturned(_OrderMovesOn):
    """An order comes back, and its goods are on the shelves again."""

    name, order, step = "order_returned", 11, "returned"


class StockCounted(_StockMoves):
    """Stock is counted and brought to its level."""

    name, order, kind = "stock_counted", 12, CLOSING


class ProductWithdrawn(_ByNumbers):
    """A product is taken off sale; the subject is the product."""

    name, order = "product_withdrawn", 13

    def find(self) -> Occurrences:
        """As :meth:`Products.withdrawals`."""
        return self._market.products.withdrawals(self.since, self.until)


class CustomerErased(_ByNumbers):
    """A customer asks to be erased, and all that hangs on them goes; the subject is the customer."""

    name, order = "customer_erased", 14

    def find(self) -> Occurrences:
        """As :meth:`Customers.erasures`."""
        return self._market.customers.erasures(self.since, self.until)


class TenantLeaves(_ByNumbers):
    """A tenant on trial leaves with all its rows; the subject is the tenant."""

    name, order = "tenant_leaves", 15

    def find(self) -> Occurrences:
        """As :meth:`Tenants.leaving`."""
        return self._market.tenants.leaving(self.since, self.until)


def _but_joining(market: Market, coming: Coming, since: int, until: int) -> Occurrences:
    """Rows that come, but for those that come with their tenant in the very second in which it joins."""
    found = coming.occurrences(since, until)
    tenants, index = coming.lanes.places(found.subjects)
    own = (tenants < market.tenants.count) | (index >= coming.founders_on_trial)
    return Occurrences(found.seconds[own], found.subjects[own])
