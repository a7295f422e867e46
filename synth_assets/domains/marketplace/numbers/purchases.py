"""Purchases: some orders with their tenant, customer and life, and their lines with product, pieces and price."""

from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from synth_assets.domains.marketplace.numbers.market import Market, market_of
from synth_assets.domains.marketplace.numbers.orders import LineNumbers
from synth_assets.domains.marketplace.numbers.tenants import QUANTITIES
from synth_assets.kernel.choice import pick, weight_table
from synth_assets.kernel.counter import I64Array, Rows, numbers_of
from synth_assets.kernel.distinct import places_of_each
from synth_assets.model import numbered
from synth_assets.model.dataset import Dataset
from synth_assets.world.order_lifecycle import OrderMoments, Outcome

_QUANTITIES = tuple(weight_table(weights) for weights in QUANTITIES)


class NumberedRows(numbered.NumberedRows):
    """Rows of a table of the marketplace, by number."""

    @property
    def market(self) -> Market:
        """The look-up tables of the dataset."""
        return market_of(self.dataset)


class Purchases(NumberedRows):
    """Orders by number."""

    table = "orders"

    @cached_property
    def place(self) -> tuple[I64Array, I64Array]:
        """Tenant and index of each."""
        return self.market.orders.coming.lanes.places(self.numbers)

    @property
    def tenant(self) -> I64Array:
        """The number of the tenant."""
        return self.place[0]

    @cached_property
    def placed(self) -> I64Array:
        """Second of the order."""
        return self.market.orders.coming.seconds(*self.place)

    @cached_property
    def customer_index(self) -> I64Array:
        """The customer's place among those of the tenant."""
        return self.market.orders.customer(*self.place, self.placed)

    @cached_property
    def customer(self) -> I64Array:
        """The number of the customer."""
        return self.market.customers.coming.lanes.numbers(self.tenant, self.customer_index)

    @cached_property
    def ended(self) -> I64Array:
        """Second in which each is gone, with its customer or its tenant."""
        return self.market.customers.ended(self.tenant, self.customer_index)

    @cached_property
    def taken(self) -> NDArray[np.bool_]:
        """Which numbers are ever orders."""
        tenants, index = self.place
        return self.market.orders.coming.is_row(index, tenants)

    @cached_property
    def outcome(self) -> Outcome:
        """How each ends."""
        return Outcome.draw(self.bits("order_status", "outcome"))

    @cached_property
    def lifecycle(self) -> OrderMoments:
        """When each is paid, shipped, delivered, cancelled and returned, whether or not that has come."""
        return self.outcome.moments(self.placed, self.bits("order_status", "moments"))

    @cached_property
    def line_counts(self) -> tuple[I64Array, I64Array]:
        """How many lines each has, and the number of its first."""
        return self.market.orders.lines(self.numbers)

    @cached_property
    def line_numbers(self) -> LineNumbers:
        """The lines of all of them."""
        return LineNumbers.of(*self.line_counts)

    @cached_property
    def bought(self) -> I64Array:
        """The number of the product of each of :attr:`line_numbers`; those of an order differ."""
        lines, market = self.line_numbers, self.market
        index = market.baskets.chosen(self.tenant, self.numbers, market.orders.appeared(*self.place), lines)
        return market.products.coming.lanes.numbers(self.tenant[lines.owner], index)

    @cached_property
    def total(self) -> I64Array:
        """Cents of all lines together."""
        lines = BoughtLines.of(self)
        total = np.zeros(len(self), dtype=np.int64)
        np.add.at(total, lines.index, lines.total)
        return total

    def some(self, chosen: I64Array) -> "Purchases":
        """Some of them, by their place."""
        return Purchases(self.dataset, self.numbers[chosen])


class BoughtLines(NumberedRows):
    """Lines of orders.

    Attributes:
        orders: the orders that they belong to.
        index: for each line the place of its order in :attr:`orders`, shape (n,).
        ordinal: for each line its number within its order, from 0, shape (n,).
    """

    table = "order_items"

    def __init__(self, orders: Purchases, index: I64Array, ordinal: I64Array, rows: Rows) -> None:
        super().__init__(orders.dataset, rows)
        self.orders, self.index, self.ordinal = orders, index, ordinal

    @classmethod
    def of(cls, orders: Purchases) -> Self:
        """All lines of some orders, order after order."""
        lines = orders.line_numbers
        return cls(orders, lines.owner, lines.ordinal, lines.numbers)

    @classmethod
    def at(cls, dataset: Dataset, rows: Rows) -> Self:
        """Any lines, by number; :attr:`taken` tells which are."""
        numbers, market = numbers_of(rows), market_of(dataset)
        orders = market.orders.order_of_line(numbers)
        if (np.diff(orders) >= 0).all():  # a range of lines, most often: no need to sort
            starts = np.flatnonzero(np.diff(orders, prepend=-1))
            index = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(orders))))
            orders = orders[starts]
        else:
            orders, index = np.unique(orders, return_inverse=True)
        purchases = Purchases(dataset, orders)
        return cls(purchases, index, numbers - purchases.line_counts[1][index], rows)

    @cached_property
    def taken(self) -> NDArray[np.bool_]:
        """Which numbers are ever lines."""
        counts, _ = self.orders.line_counts
        return (self.ordinal < counts[self.index]) & self.orders.taken[self.index]

    @cached_property
    def product(self) -> I64Array:
        """The number of the product; those of an order differ."""
        counts, _ = self.orders.line_counts
        last = np.cumsum(counts)
        # A number that is no line's has the product of its order's last one.
        return self.orders.bought[np.minimum((last - counts)[self.index] + self.ordinal, last[self.index] - 1)]

    @cached_property
    def quantity(self) -> I64Array:
        """Pieces."""
        words = self.bits("quantity")
        basket = self.market.tenants.basket(self.orders.tenant)[self.index]
        quantity = np.empty(len(self), dtype=np.int64)
        for number, of in places_of_each(basket):
            quantity[of] = pick(words[of], _QUANTITIES[number]).astype(np.int64) + 1
        return quantity

    @cached_property
    def unit_price(self) -> I64Array:
        """Cents that the product costs when the order is placed."""
        prices = self.market.prices
        return prices.amount(self.product, prices.period(self.product, self.orders.placed[self.index]))

    @property
    def total(self) -> I64Array:
        """Cents that the line comes to."""
        return self.quantity * self.unit_price
