"""Orders: who bought, in which session, for how much, and how far it has got."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth_assets.columns.constant import constant
from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.moment import moment
from synth_assets.columns.named import named
from synth_assets.columns.property_of import property_of
from synth_assets.columns.weighted import weighted
from synth_assets.domains.bronze.acts import OrderCancelled, OrderDelivered, OrderPaid, OrderReturned, OrderShipped
from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.purchases import Orders
from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.domains.bronze.tables.raw_customers import RawCustomers
from synth_assets.domains.bronze.tables.raw_sessions import RawSessions
from synth_assets.domains.bronze.tables.rules.raw_orders import RULES
from synth_assets.kernel.choice import pick, weight_table
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.shapes import BLOCK, Rows
from synth_assets.model.timeline import Effect, Members, follows, updated
from synth_assets.model.types import INT16, INT64, MONEY, STRING, TIMESTAMP_UTC
from synth_assets.model.values import Text, TextPool

STATUSES = ("pending", "processing", "shipped", "delivered", "cancelled", "returned")
PENDING, PROCESSING, SHIPPED, DELIVERED, CANCELLED, RETURNED = range(6)

PAYMENT_STATUSES = ("pending", "paid", "failed", "refunded")
_UNPAID, _PAID, _FAILED, _REFUNDED = range(4)
_PAYMENT_STATUS_POOL = TextPool(PAYMENT_STATUSES, lasting=True)

PAYMENT_METHODS = {"credit_card": 28, "paypal": 38, "debit_card": 17, "bank_transfer": 12, "gift_card": 5}

_REDUCTIONS = np.array([0, 5, 10, 15, 20], dtype=np.int64)  # per cent off the whole order
_REDUCTION_WEIGHTS = weight_table((82, 7, 7, 2, 2))

_FREE_FROM = 5_000  # cents of subtotal from which on shipping is free
_SHIPPING_FEES = np.array([499, 699, 999], dtype=np.int64)
_SHIPPING_WEIGHTS = weight_table((70, 20, 10))


def _of_sessions(dataset: Dataset, sessions: I64Array, _: I64Array) -> Members:
    """The order of each session that has one."""
    of = Sessions(dataset, sessions)
    return Members.some(of.buying, of.group.number)


class RawOrders(Entity):
    """Orders, numbered in the order in which their sessions end."""

    # Of the widest table with the most look-ups: half as many rows at a time take 100 MB less, and hardly more time.
    about = About(
        domain="bronze", name="raw_orders", grain="one order", key="order_id", shape=Rows(chunk=BLOCK), rules=RULES
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return lookups_of(dataset).orders(at)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        steps = (OrderPaid, OrderShipped, OrderDelivered, OrderCancelled, OrderReturned)
        return (
            *follows(RawSessions, "insert", _of_sessions),
            *(updated(step) for step in steps),
            *follows(RawSessions, "delete", _of_sessions),
        )

    order_id = column(INT64, "number of the order", key())
    customer_id = column(INT64, "who bought", key_of("orders.customer"), references="raw_customers", since=2)
    session_id = column(
        INT64,
        "the session in which the order was placed",
        key_of("orders.session.numbers"),
        references="raw_sessions",
        since=2,
    )
    order_date = column(TIMESTAMP_UTC, "time of the purchase", moment("orders.placed"), since=2)
    status = column(STRING, "how far it has got", named("state", STATUSES), values=STATUSES, since=2)
    payment_method = column(STRING, "how it is paid", weighted(PAYMENT_METHODS), values=tuple(PAYMENT_METHODS), since=2)

    @column(STRING, "whether it is paid", values=PAYMENT_STATUSES, since=2)
    def payment_status(self) -> Text:
        paid = self.orders.lifecycle.paid < self.at
        gone = (self.state == CANCELLED) | (self.state == RETURNED)
        state = np.where(paid, np.where(gone, _REFUNDED, _PAID), np.where(gone, _FAILED, _UNPAID))
        return Text(_PAYMENT_STATUS_POOL, state)

    currency = column(STRING, "currency of all amounts", constant("USD"), values=("USD",))

    @column(INT16, "number of lines")
    def item_count(self) -> I64Array:
        return lookups_of(self.dataset).quotas.lines_of(self.numbers)[0]

    subtotal = column(MONEY, "sum of the lines' line_total", property_of("orders.subtotal"), since=2)

    @column(MONEY, "reduction of the whole order, on top of the lines' own", since=2)
    def discount_amount(self) -> I64Array:
        percent = _REDUCTIONS[pick(self.bits("discount_amount"), _REDUCTION_WEIGHTS)]
        return (self.subtotal * percent + 50) // 100

    @column(MONEY, "sales tax of the shipping address's region on subtotal - discount_amount", since=2)
    def tax_amount(self) -> I64Array:
        return ((self.subtotal - self.discount_amount) * self.buyer.tax_millipercent + 50_000) // 100_000

    @column(MONEY, "shipping fee", since=2)
    def shipping_amount(self) -> I64Array:
        fee = _SHIPPING_FEES[pick(self.bits("shipping_amount"), _SHIPPING_WEIGHTS)]
        return np.where(self.subtotal >= _FREE_FROM, 0, fee)

    @column(MONEY, "subtotal - discount_amount + tax_amount + shipping_amount", since=2)
    def total_amount(self) -> I64Array:
        return self.subtotal - self.discount_amount + self.tax_amount + self.shipping_amount

    shipping_street = column(STRING, "the customer's street at order_date", property_of("buyer.street"), since=2)
    shipping_city = column(STRING, "the customer's city at order_date", property_of("buyer.city"), since=2)
    shipping_region = column(
        STRING, "the customer's region at order_date", property_of("buyer.region"), nullable=True, since=2
    )
    shipping_postal_code = column(
        STRING, "the customer's postal code at order_date", property_of("buyer.postal_code"), since=2
    )
    shipping_country = column(
        STRING, "the customer's country, ISO 3166-1 alpha-2", property_of("buyer.country"), since=2
    )
    shipped_at = column(
        TIMESTAMP_UTC,
        "time of shipping, of shipped, delivered and returned orders",
        moment("orders.lifecycle.shipped", may_come=True),
        nullable=True,
        since=2,
    )
    delivered_at = column(
        TIMESTAMP_UTC,
        "time of delivery, of delivered and returned orders",
        moment("orders.lifecycle.delivered", may_come=True),
        nullable=True,
        since=2,
    )
    cancelled_at = column(
        TIMESTAMP_UTC,
        "time of cancellation, of cancelled orders",
        moment("orders.lifecycle.cancelled", may_come=True),
        nullable=True,
        since=2,
    )

    @column(TIMESTAMP_UTC, "time of the last change of the row", since=2)
    def updated_at(self) -> I64Array:
        last = self.orders.session.ended  # when the order became visible, a little after the purchase
        for second in self.orders.lifecycle:
            last = np.where(second < self.at, np.maximum(last, second), last)
        return last * MICROSECONDS

    # What columns, and other tables, are made of

    def exists(self) -> NDArray[np.bool_]:
        return self.orders.session.exist_at(self.at) if self.lived else super().exists()

    @cached_property
    def orders(self) -> Orders:
        """The orders by number."""
        return Orders(self.dataset, self.rows)

    @cached_property
    def buyer(self) -> RawCustomers:
        """The customer as of the time of the order."""
        return RawCustomers(self.dataset, self.orders.customer, self.orders.placed)

    @cached_property
    def state(self) -> NDArray[np.int64]:
        """How far each has got, as its place in :data:`STATUSES`."""
        status = np.full(len(self), PENDING)
        steps = (PROCESSING, SHIPPED, DELIVERED, CANCELLED, RETURNED)
        for state, second in zip(steps, self.orders.lifecycle, strict=True):
            status = np.where(second < self.at, state, status)
        return status
