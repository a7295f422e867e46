"""What happens in the shop: each occurrence of an act is one transaction.

The numbers in ``order`` say which comes first among acts of one second. Movements of stock rely on it: their
balances count opening, delivery, sale, return and count of one second in this order.
"""

from typing import ClassVar

import numpy as np

from synth_assets.domains.bronze.numbers.lookups import Lookups, lookups_of
from synth_assets.domains.bronze.numbers.purchases import Orders
from synth_assets.domains.bronze.numbers.reviews import Found, taken_down_between, written_between
from synth_assets.domains.bronze.numbers.stock import movements_between
from synth_assets.kernel.counter import Span
from synth_assets.kernel.ledger import CLOSING, RESTOCK, movement_number
from synth_assets.model.timeline import Act, Occurrences
from synth_assets.world.order_lifecycle import LONGEST


class _ByNumbers(Act):
    """An act that the look-up tables of its dataset tell."""

    @property
    def _lookups(self) -> Lookups:
        return lookups_of(self.dataset)


class CustomerRegisters(_ByNumbers):
    """Somebody registers; the subject is the customer."""

    name, order = "customer_registers", 0

    def find(self) -> Occurrences:
        """As :meth:`CustomerStrata.registrations`."""
        return self._lookups.customer_strata.registrations(self.since, self.until)


class ProductAppears(_ByNumbers):
    """A product appears, and unless it is a draft its first delivery comes; the subject is the product."""

    name, order = "product_appears", 1

    def find(self) -> Occurrences:
        """As :meth:`ProductStrata.appearances`."""
        return self._lookups.product_strata.appearances(self.since, self.until)


class PriceChanges(_ByNumbers):
    """A product's price changes; the subject is the product."""

    name, order = "price_changes", 2

    def find(self) -> Occurrences:
        """As :meth:`Prices.changes`."""
        return self._lookups.prices.changes(self.since, self.until)


class CustomerChanges(_ByNumbers):
    """A customer moves, or has another e-mail, segment or consent; the subject is the customer."""

    name, order = "customer_changes", 3

    def find(self) -> Occurrences:
        """As :meth:`CustomerStrata.changing`."""
        return self._lookups.customer_strata.changing(self.since, self.until)


class _StockMoves(_ByNumbers):
    """A movement of stock of its own; the subject is the movement."""

    kind: ClassVar[int]

    def find(self) -> Occurrences:
        parts: list[Occurrences] = []
        for of, moved in movements_between(self.dataset, self.since, self.until):
            chosen = np.flatnonzero(moved.kind == self.kind)
            numbers = movement_number(of[chosen], moved.kind[chosen], moved.cause[chosen])
            parts.append(Occurrences.within(moved.moved[chosen], numbers, self.since, self.until))
        return Occurrences.joined(parts)


class StockDelivered(_StockMoves):
    """Goods are delivered before they run out."""

    name, order, kind = "stock_delivered", 4, RESTOCK


class SessionEnds(_ByNumbers):
    """A visit ends: the session, its clicks and, if it has one, its order appear; the subject is the session."""

    name, order = "session_ends", 5

    def find(self) -> Occurrences:
        """Sessions by their clock."""
        sessions = self._lookups.sessions_between(self.since, self.until)
        return Occurrences(self._lookups.session_clock.seconds(sessions), sessions.array())


class _OrderMovesOn(_ByNumbers):
    """A step in an order's life; the subject is the order."""

    step: ClassVar[str]

    def find(self) -> Occurrences:
        """Orders placed recently enough, whose customers have not been erased before."""
        placed = self._lookups.orders_between(self.since - LONGEST[self.step], self.until)
        return Occurrences.joined([self._among(some) for some in placed.pieces()])

    def _among(self, placed: Span) -> Occurrences:
        if not placed.count:
            return Occurrences.none()
        orders = Orders(self.dataset, placed)
        found = Occurrences.within(orders.moment(self.step), orders.numbers, self.since, self.until)
        buyers = Orders(self.dataset, found.subjects).customer
        there = self._lookups.customer_strata.erased(buyers) > found.seconds
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


class ReviewWritten(_ByNumbers):
    """A buyer writes a review; the subject is the order line."""

    name, order = "review_written", 12

    def find(self) -> Occurrences:
        """Lines of orders placed recently enough."""
        return _before_erasure(self._lookups, written_between(self.dataset, self.since, self.until))


class ReviewTakenDown(_ByNumbers):
    """A review is taken down; the subject is the order line."""

    name, order = "review_taken_down", 13

    def find(self) -> Occurrences:
        """Lines of orders placed recently enough."""
        return _before_erasure(self._lookups, taken_down_between(self.dataset, self.since, self.until))


class ProductDiscontinued(_ByNumbers):
    """A product is discontinued; the subject is the product."""

    name, order = "product_discontinued", 14

    def find(self) -> Occurrences:
        """As :meth:`ProductStrata.discontinuations`."""
        return self._lookups.product_strata.discontinuations(self.since, self.until)


class DraftDropped(_ByNumbers):
    """A draft is deleted; the subject is the product."""

    name, order = "draft_dropped", 15

    def find(self) -> Occurrences:
        """As :meth:`ProductStrata.drops`."""
        return self._lookups.product_strata.drops(self.since, self.until)


class CustomerErased(_ByNumbers):
    """A customer is erased, with all that hangs on them; the subject is the customer."""

    name, order = "customer_erased", 16

    def find(self) -> Occurrences:
        """As :meth:`CustomerStrata.erasures`."""
        return self._lookups.customer_strata.erasures(self.since, self.until)


def _before_erasure(lookups: Lookups, found: Found) -> Occurrences:
    """What happens to reviews while their writers are there."""
    there = lookups.customer_strata.erased(found.customers) > found.seconds
    return Occurrences(found.seconds[there], found.lines[there])
