"""What happens in the shop: each occurrence of an act is one transaction.

The numbers in ``order`` say which comes first among acts of one second. Movements of stock rely on it: their
balances count opening, delivery, sale, return and count of one second in this order.
"""

from typing import ClassVar

import numpy as np

from synth_assets.domains.bronze.baskets import GROUP
from synth_assets.domains.bronze.shop import Shop, shop_of
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.kernel.ledger import CLOSING, RESTOCK, movement_number
from synth_assets.model.timeline import Act, Occurrences


class _InShop(Act):
    """An act in the shop of its dataset."""

    @property
    def _shop(self) -> Shop:
        return shop_of(self.dataset)


class CustomerRegisters(_InShop):
    """Somebody registers; the subject is the customer."""

    name, order = "customer_registers", 0

    def find(self) -> Occurrences:
        """As :meth:`Clientele.registrations`."""
        if self._shop.params.customers == 0:
            return Occurrences.none()
        return self._shop.clientele.registrations(self.since, self.until)


class ProductAppears(_InShop):
    """A product appears, and unless it is a draft its first delivery comes; the subject is the product."""

    name, order = "product_appears", 1

    def find(self) -> Occurrences:
        """As :meth:`Goods.appearances`."""
        if self._shop.params.products == 0:
            return Occurrences.none()
        return self._shop.goods.appearances(self.since, self.until)


class PriceChanges(_InShop):
    """A product's price changes; the subject is the product."""

    name, order = "price_changes", 2

    def find(self) -> Occurrences:
        """As :meth:`Goods.price_changes`."""
        if self._shop.params.products == 0:
            return Occurrences.none()
        return self._shop.goods.price_changes(self.since, self.until)


class CustomerChanges(_InShop):
    """A customer moves, or has another e-mail, segment or consent; the subject is the customer."""

    name, order = "customer_changes", 3

    def find(self) -> Occurrences:
        """As :meth:`Clientele.changing`."""
        if self._shop.params.customers == 0:
            return Occurrences.none()
        return self._shop.clientele.changing(self.since, self.until)


class _StockMoves(_InShop):
    """A movement of stock of its own; the subject is the movement."""

    kind: ClassVar[int]

    def find(self) -> Occurrences:
        from synth_assets.domains.bronze.stock import whole_window, windows_between

        parts = [Occurrences.none()]
        for window in windows_between(self.dataset, self.since, self.until):
            moved = whole_window(self.dataset, window)
            chosen = np.flatnonzero(moved.kind == self.kind)
            numbers = movement_number(window, moved.kind[chosen], moved.cause[chosen])
            parts.append(Occurrences.within(moved.moved[chosen], numbers, self.since, self.until))
        return Occurrences(*(np.concatenate(values) for values in zip(*parts, strict=True)))


class StockDelivered(_StockMoves):
    """Goods are delivered before they run out."""

    name, order, kind = "stock_delivered", 4, RESTOCK


class SessionEnds(_InShop):
    """A visit ends: the session, its clicks and, if it has one, its order appear; the subject is the session."""

    name, order = "session_ends", 5

    def find(self) -> Occurrences:
        """Sessions by their clock."""
        first, last = self._shop.sessions(self.since), self._shop.sessions(self.until)
        sessions = Span(first, last - first)
        if not sessions.count:
            return Occurrences.none()
        return Occurrences(self._shop.visits.clock.seconds(sessions), sessions.array())


class _OrderMovesOn(_InShop):
    """A step in an order's life; the subject is the order."""

    step: ClassVar[str]

    def find(self) -> Occurrences:
        """Orders placed recently enough, whose customers have not been erased before."""
        from synth_assets.domains.bronze.lifecycle import LONGEST
        from synth_assets.domains.bronze.raw_orders import RawOrders

        placed = orders_between(self._shop, self.since - LONGEST[self.step], self.until)
        if not placed.count:
            return Occurrences.none()
        orders = RawOrders(self.dataset, placed)
        found = Occurrences.within(getattr(orders.lifecycle, self.step), orders.numbers, self.since, self.until)
        buyers = RawOrders(self.dataset, found.subjects).customer
        there = self._shop.clientele.erased(buyers) > found.seconds
        return Occurrences(found.seconds[there], found.subjects[there])


class OrderPaid(_OrderMovesOn):
    """An order is paid."""

    name, order, step = "order_paid", 6, "paid"


class OrderShipped(_OrderMovesOn):
    """An order is shipped, and its goods leave the shelves."""

    name, order, step = "order_shipped", 7, "shipped"


class OrderDelivered(_OrderMovesOn):
    """An order is delivered."""

    name, order, step = "order_delivered", 8, "delivered"


class OrderCancelled(_OrderMovesOn):
    """An order is cancelled."""

    name, order, step = "order_cancelled", 9, "cancelled"


class OrderReturned(_OrderMovesOn):
    """An order comes back, and its goods are on the shelves again."""

    name, order, step = "order_returned", 10, "returned"


class StockCounted(_StockMoves):
    """A count corrects a balance."""

    name, order, kind = "stock_counted", 11, CLOSING


class ReviewWritten(_InShop):
    """A buyer writes a review; the subject is the order line."""

    name, order = "review_written", 12

    def find(self) -> Occurrences:
        """Lines of orders placed recently enough."""
        from synth_assets.domains.bronze.raw_reviews import written_between

        return _before_erasure(self._shop, *written_between(self.dataset, self.since, self.until))


class ReviewTakenDown(_InShop):
    """A review is taken down; the subject is the order line."""

    name, order = "review_taken_down", 13

    def find(self) -> Occurrences:
        """Lines of orders placed recently enough."""
        from synth_assets.domains.bronze.raw_reviews import taken_down_between

        return _before_erasure(self._shop, *taken_down_between(self.dataset, self.since, self.until))


class ProductDiscontinued(_InShop):
    """A product is discontinued; the subject is the product."""

    name, order = "product_discontinued", 14

    def find(self) -> Occurrences:
        """As :meth:`Goods.discontinuations`."""
        if self._shop.params.products == 0:
            return Occurrences.none()
        return self._shop.goods.discontinuations(self.since, self.until)


class DraftDropped(_InShop):
    """A draft is deleted; the subject is the product."""

    name, order = "draft_dropped", 15

    def find(self) -> Occurrences:
        """As :meth:`Goods.drops`."""
        if self._shop.params.products == 0:
            return Occurrences.none()
        return self._shop.goods.drops(self.since, self.until)


class CustomerErased(_InShop):
    """A customer is erased, with all that hangs on them; the subject is the customer."""

    name, order = "customer_erased", 16

    def find(self) -> Occurrences:
        """As :meth:`Clientele.erasures`."""
        if self._shop.params.customers == 0:
            return Occurrences.none()
        return self._shop.clientele.erasures(self.since, self.until)


def orders_between(shop: Shop, since: int, until: int) -> Span:
    """The orders of sessions that end in ``[since, until)``, and a few of their neighbours."""
    first, last = shop.sessions(since) // GROUP, -(-shop.sessions(until) // GROUP)
    return Span(first, last - first)


def _before_erasure(shop: Shop, seconds: I64Array, lines: I64Array, customers: I64Array) -> Occurrences:
    there = shop.clientele.erased(customers) > seconds
    return Occurrences(seconds[there], lines[there])
