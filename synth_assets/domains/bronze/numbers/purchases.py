"""Orders and their lines by number: who bought what when, how many at what price, and what becomes of it."""

from functools import cached_property
from typing import Self

import numpy as np

from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.rows import NumberedRows
from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.kernel.choice import pick, weight_table
from synth_assets.kernel.counter import I64Array, Rows, Span, U64Array
from synth_assets.model.dataset import Dataset
from synth_assets.world.order_lifecycle import OrderMoments, Outcome
from synth_assets.world.zones import zones

_QUANTITIES = weight_table((70, 18, 7, 3, 2))  # of 1 to 5 pieces
_REDUCTIONS = np.array([0, 10, 20, 30], dtype=np.int64)  # per cent off a line
_REDUCTION_WEIGHTS = weight_table((88, 7, 3, 2))


class Orders(NumberedRows):
    """Orders, numbered as the groups of sessions that they come from."""

    table = "raw_orders"

    @cached_property
    def session(self) -> Sessions:
        """The session in which each order is placed."""
        quotas = self.lookups.quotas
        run = quotas.groups.run_of(self.numbers)
        place = quotas.buyer_place(quotas.group_words(self.numbers), run.size)
        return Sessions(self.dataset, run.session_of(self.numbers) + place)

    @property
    def customer(self) -> I64Array:
        """Number of the customer."""
        return self.session.customer

    @property
    def placed(self) -> I64Array:
        """Second of the purchase; the order is visible from its session's end on."""
        return self.session.last_click

    @cached_property
    def outcome(self) -> Outcome:
        """How each order ends."""
        return Outcome.draw(self.bits("status", "outcome"))

    @cached_property
    def lifecycle(self) -> OrderMoments:
        """When each is paid, shipped, delivered, cancelled and returned, whether or not that has come."""
        return self.outcome.moments(self.session.ended, self._moment_words, self.ahead)

    def moment(self, step: str) -> I64Array:
        """One of :attr:`lifecycle`, without looking for the buyer where that is of no account."""
        if step == "shipped":
            return self.outcome.shipped(self.session.ended, self._moment_words)
        return getattr(self.lifecycle, step)

    @property
    def ahead(self) -> I64Array:
        """Seconds that clocks where the buyer lives are ahead of UTC, about."""
        return zones().ahead[self.session.visitor.zone]

    @cached_property
    def _moment_words(self) -> U64Array:
        return self.bits("status", "moments")

    @cached_property
    def subtotal(self) -> I64Array:
        """Cents of all lines together."""
        lines = OrderLines.of(self)
        total = np.concatenate([[0], np.cumsum(lines.total)])
        ends = np.searchsorted(lines.index, np.arange(len(self)), side="right")
        return np.diff(total[ends], prepend=0)


class OrderLines(NumberedRows):
    """Lines of orders.

    Attributes:
        orders: the orders that they belong to.
        index: for each line the place of its order in :attr:`orders`, shape (n,).
    """

    table = "raw_order_items"

    def __init__(self, orders: Orders, index: I64Array, rows: Rows) -> None:
        super().__init__(orders.dataset, rows)
        self.orders = orders
        self.index = index

    @classmethod
    def of(cls, orders: Orders) -> Self:
        """All lines of some orders, order after order."""
        counts, first = orders.lookups.quotas.lines_of(orders.numbers)
        index = np.repeat(np.arange(len(counts)), counts)
        if isinstance(orders.rows, Span):
            return cls(orders, index, Span(int(first[0]) if len(first) else 0, len(index)))
        before = np.cumsum(counts) - counts
        return cls(orders, index, np.arange(len(index)) + np.repeat(first - before, counts))

    @classmethod
    def at(cls, dataset: Dataset, numbers: I64Array) -> Self:
        """Any lines, by number."""
        orders = Orders(dataset, lookups_of(dataset).quotas.order_of_line(numbers))
        return cls(orders, np.arange(len(numbers)), numbers)

    @cached_property
    def order(self) -> I64Array:
        """Number of the order."""
        return self.orders.numbers[self.index]

    @cached_property
    def product(self) -> I64Array:
        """Number of the product."""
        return self.lookups.line_products.product_of(self.numbers)

    @cached_property
    def quantity(self) -> I64Array:
        """Pieces."""
        return pick(self.bits("quantity"), _QUANTITIES).astype(np.int64) + 1

    @cached_property
    def unit_price(self) -> I64Array:
        """Cents that the product costs when the order is placed."""
        return self.lookups.prices.at(self.product, self.orders.placed[self.index])

    @cached_property
    def discount(self) -> I64Array:
        """Cents off the line."""
        percent = _REDUCTIONS[pick(self.bits("discount_amount"), _REDUCTION_WEIGHTS)]
        return (self.quantity * self.unit_price * percent + 50) // 100

    @cached_property
    def total(self) -> I64Array:
        """Cents that the line comes to."""
        return self.quantity * self.unit_price - self.discount
