"""Movements of stock of each tenant: a ledger with its running level, window by window."""

import functools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.named import named
from synth_assets.columns.property_of import property_of
from synth_assets.domains.marketplace.acts import (
    CustomerErased,
    OrderReturned,
    OrderShipped,
    ProductAppears,
    StockCounted,
    StockDelivered,
    TenantJoins,
    TenantLeaves,
)
from synth_assets.domains.marketplace.numbers.market import Market, market_of
from synth_assets.domains.marketplace.numbers.people import People
from synth_assets.domains.marketplace.numbers.purchases import BoughtLines, Purchases
from synth_assets.domains.marketplace.numbers.stock import (
    movements,
    movements_at,
    movements_expected,
    whole_windows,
    window_at,
    window_count,
    windows,
    windows_together,
)
from synth_assets.domains.marketplace.tables import order_items, products
from synth_assets.domains.marketplace.tables.common import even_groups, tenant_ids, uuids
from synth_assets.domains.marketplace.tables.rules.stock_events import RULES
from synth_assets.errors import UsageError
from synth_assets.kernel.choice import below, chance
from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.distinct import distinct
from synth_assets.kernel.ledger import (
    CLOSING,
    ISSUE,
    MOST_WINDOWS,
    OPENING,
    RECEIPT,
    RESTOCK,
    Movements,
    movement_number,
)
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import About, column
from synth_assets.model.groups import Group
from synth_assets.model.key import uuid_key
from synth_assets.model.moved import Found, MovedRows
from synth_assets.model.shapes import Ledger
from synth_assets.model.timeline import Act, Effect, Members, deleted, inserted, updated
from synth_assets.model.types import INT32, STRING, UUID, struct, timestamp
from synth_assets.model.values import Fields, Text, TextPool

SOURCES = ("receipt", "sale", "adjustment", "return")
RECEIVED, SALE, ADJUSTMENT, RETURN = range(4)

REASONS = TextPool(
    ("Opening balance", "Weekly stock replenishment", "Order shipped", "Order returned", "Cycle count correction",
     "Damaged in storage"),
    lasting=True,
)  # fmt: skip
_OPENING, _REPLENISHED, _SHIPPED, _RETURNED, _CORRECTED, _DAMAGED = range(6)
_REASON_OF_KIND = {OPENING: _OPENING, RESTOCK: _REPLENISHED, ISSUE: _SHIPPED, RECEIPT: _RETURNED}

_PART_MOVEMENTS = 1 << 19
_FOUND = 3  # pieces that a count may find
_OPERATORS = 24  # people who work in a tenant's store
_OPERATOR_NUMBERS = 1 << 40  # numbers that no customer has


def _opening(act: Act, of: Members) -> Members:
    """The first delivery of each product."""
    tenants, _ = market_of(act.dataset).products.coming.lanes.places(of.rows)
    at = window_at(act.dataset, tenants, np.repeat(act.seconds, of.counts))
    return Members(of.counts, movement_number(at, OPENING, of.rows))


def _openings(act: Act) -> Members:
    return _opening(act, Members.one_each(act.subjects))


def _of_joining(act: Act) -> Members:
    return _opening(act, products.of_joining(act))


def _of_orders(kind: int, act: Act) -> Members:
    """A movement for each line of an order."""
    market = market_of(act.dataset)
    counts, first = market.orders.lines(act.subjects)
    lines = Members.ranges(first, counts)
    at = window_at(act.dataset, Purchases(act.dataset, act.subjects).tenant, act.seconds)
    return Members(counts, movement_number(np.repeat(at, counts), kind, lines.rows))


def _of_erased(act: Act) -> Members:
    """The sale and the return of each line that goes, those that have been by then."""
    lines = order_items.of_erased(act)
    of = BoughtLines.at(act.dataset, lines.rows)
    seconds = np.repeat(act.seconds, lines.counts)
    moments = [getattr(of.orders.lifecycle, step)[of.index] for step in ("shipped", "returned")]
    tenants = of.orders.tenant[of.index]
    numbers = [
        movement_number(window_at(act.dataset, tenants, moment), kind, lines.rows)
        for kind, moment in zip((ISSUE, RECEIPT), moments, strict=True)
    ]
    have_been = np.column_stack([moment < seconds for moment in moments])
    counts = have_been.sum(axis=1)
    both = Members(counts, np.column_stack(numbers).ravel()[have_been.ravel()])
    return Members(both.within(lines.counts), both.rows)


def _of_leaving(act: Act) -> Members:
    """All movements of each tenant that leaves; one on trial has a single window."""
    lanes = windows(market_of(act.dataset))
    numbers, counts = [np.zeros(0, dtype=np.int64)], list[int]()
    at = lanes.numbers(act.subjects, np.zeros(len(act.subjects), dtype=np.int64))
    for window, second in zip(at.tolist(), act.seconds.tolist(), strict=True):
        _, moved = whole_windows.get(act.dataset, np.array([window], dtype=np.int64))
        past = moved.moved < second
        numbers.append(movement_number(window, moved.kind[past], moved.cause[past]))
        counts.append(int(past.sum()))
    return Members(np.array(counts, dtype=np.int64), np.concatenate(numbers))


@dataclass(frozen=True)
class _Weeks(Ledger):
    """Windows of small tenants have few movements each, and are made many at a time."""

    part: ClassVar[int] = 52

    def chunk_in(self, dataset: Dataset) -> int:
        """As many as have some ten thousand movements."""
        return windows_together(dataset)

    def part_in(self, dataset: Dataset) -> int:
        """As many as are worth a file."""
        return max(_PART_MOVEMENTS // movements_expected(dataset), self.part)


class StockEvents(MovedRows):
    """Movements of a product's stock; the key comes from the cause."""

    about = About(
        domain="marketplace",
        name="stock_events",
        grain="one movement of one product's stock",
        key=uuid_key("stock_event_id"),
        shape=_Weeks(),
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return window_count(dataset, at)

    @classmethod
    def check_capacity(cls, dataset: Dataset, at: int | None = None) -> None:
        """Look whether the movements of every window have numbers, besides.

        Raises:
            UsageError: they haven't.
        """
        super().check_capacity(dataset, at)
        if cls.positions(dataset, at) > MOST_WINDOWS:
            raise UsageError(
                f"marketplace/stock_events: {market_of(dataset).tenants.count:,} tenants have more than"
                f" {MOST_WINDOWS:,} weeks together by then, and movements have no names for more.\n"
                "  Ask for fewer tenants, or an earlier batch."
            )

    @classmethod
    def groups(cls, dataset: Dataset) -> tuple[Group, ...]:
        return even_groups(dataset, windows(market_of(dataset)).own)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (
            inserted(TenantJoins, _of_joining),
            inserted(ProductAppears, _openings),
            inserted(StockDelivered),
            inserted(OrderShipped, functools.partial(_of_orders, ISSUE)),
            inserted(OrderReturned, functools.partial(_of_orders, RECEIPT)),
            inserted(StockCounted),
            updated(CustomerErased, _of_erased),
            deleted(TenantLeaves, _of_leaving),
        )

    @classmethod
    def made(cls, dataset: Dataset, windows: I64Array) -> Found:
        return movements(dataset, windows)

    @classmethod
    def by_number(cls, dataset: Dataset, numbers: I64Array) -> Found:
        return movements_at(dataset, numbers)

    def remaining(self, moved: Movements) -> NDArray[np.bool_]:
        there = super().remaining(moved)
        if not self.lived:
            return there
        tenants, _ = self.market.products.coming.lanes.places(moved.account)
        return there & (self.market.tenants.left(tenants) >= self.at)

    stock_event_id = column(UUID, "the movement's key", key(), since=2)

    @column(UUID, "the tenant", references="tenants", since=2)
    def tenant_id(self) -> Text:
        return tenant_ids(self.dataset, self._tenant)

    product_id = column(UUID, "the product", key_of("moved.account"), references="products", since=2)
    delta = column(INT32, "pieces, negative for those that leave", property_of("moved.quantity"), since=2)
    resulting_level = column(INT32, "pieces in stock afterwards", property_of("moved.balance"), since=2)

    @column(
        timestamp("ms"),
        "when it moved (UTC), of a sale when the order was shipped; never the same for a product",
        since=2,
    )
    def event_time(self) -> I64Array:
        # What moves in one second moves a thousandth after each other.
        return self.moved.moved * MICROSECONDS + self.moved.earlier * (MICROSECONDS // 1_000)

    source = column(STRING, "why it moved", named("why", SOURCES), values=SOURCES, since=2)

    @column(
        struct({"reason": STRING, "operator": STRING, "order_id": STRING}),
        "the reason in words; who booked it; the order of a sale or return, unless its customer has been erased",
        since=2,
    )
    def meta(self) -> Fields:
        known = self._document >= 0
        orders = pl.Series([None], dtype=pl.String).new_from_index(0, len(known))
        if known.any():
            keys = uuids(self.dataset, "orders", "order_id", self._document[known])
            orders = keys.gather(pl.Series(np.where(known, np.cumsum(known) - 1, 0)).set(pl.Series(~known), None))
        return Fields(
            {
                "reason": Text(REASONS, self._reason),
                "operator": self._operator,
                "order_id": orders,
            }
        )

    # What columns are made of

    @property
    def market(self) -> Market:
        """The look-up tables of the dataset."""
        return market_of(self.dataset)

    @functools.cached_property
    def _tenant(self) -> I64Array:
        return self.market.products.coming.lanes.places(self.moved.account)[0]

    @functools.cached_property
    def why(self) -> I64Array:
        """The source of each, as its place in :data:`SOURCES`."""
        by_reason = np.array([RECEIVED, RECEIVED, SALE, RETURN, ADJUSTMENT, ADJUSTMENT], dtype=np.int64)
        return by_reason[self._reason]

    @functools.cached_property
    def _reason(self) -> I64Array:
        kind, quantity = self.moved.kind, self.moved.quantity
        reason = np.full(len(kind), _CORRECTED)
        for number, usual in _REASON_OF_KIND.items():
            reason[kind == number] = usual
        # A week ends with what is missing being bought; now and then a few pieces are found, or lost, or broken.
        words = self.words("meta", "reason")
        found = (quantity <= _FOUND) & chance(words, 1, 20)
        reason[(kind == CLOSING) & (quantity > 0) & ~found] = _REPLENISHED
        reason[(kind == CLOSING) & (quantity < 0) & chance(words, 1, 2)] = _DAMAGED
        return reason

    @functools.cached_property
    def _document(self) -> I64Array:
        """The number of the order of each; below 0 where there is none, or its customer has been erased."""
        order = self.moved.document
        if not self.lived:
            return order
        known = np.flatnonzero(order >= 0)
        at = np.broadcast_to(self.at, order.shape)[known]
        orders = Purchases(self.dataset, order[known])
        erased = self.market.customers.erased(orders.tenant, orders.customer_index)
        order = order.copy()
        order[known[erased < at]] = -1
        return order

    @property
    def _operator(self) -> Text:
        """Who booked each: one of a few people of the tenant."""
        these, which = distinct(self._tenant)
        return Text(
            _operators(self.dataset, tuple(these.tolist())),
            which * _OPERATORS + below(self.words("meta", "operator"), _OPERATORS),
        )


class _Operators(People):
    """People who work in the stores of tenants."""

    @functools.cached_property
    def tenant(self) -> I64Array:
        return (self.numbers - _OPERATOR_NUMBERS) // _OPERATORS


@functools.lru_cache(maxsize=32)
def _operators(dataset: Dataset, tenants: tuple[int, ...]) -> TextPool:
    """The names of those of some tenants, tenant after tenant."""
    numbers = np.repeat(np.array(tenants, dtype=np.int64), _OPERATORS) * _OPERATORS
    numbers += np.tile(np.arange(_OPERATORS, dtype=np.int64), len(tenants)) + _OPERATOR_NUMBERS
    return TextPool(_Operators(dataset, numbers, np.zeros(len(numbers), dtype=np.int64)).name())
