"""Movements of stock: a ledger with its running balance, window by window."""

import functools
from functools import cached_property

import numpy as np

from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.moment import moment
from synth_assets.columns.named import named
from synth_assets.columns.property_of import property_of
from synth_assets.domains.bronze.acts import OrderReturned, OrderShipped, ProductAppears, StockCounted, StockDelivered
from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.purchases import OrderLines, Orders
from synth_assets.domains.bronze.numbers.stock import movements_at, window_at, windows_between, windows_made
from synth_assets.domains.bronze.tables.raw_order_items import RawOrderItems
from synth_assets.domains.bronze.tables.rules.raw_inventory import RULES
from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.ledger import CLOSING, ISSUE, OPENING, RECEIPT, RESTOCK, movement_number
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, column
from synth_assets.model.moved import Found, MovedRows
from synth_assets.model.shapes import Ledger
from synth_assets.model.timeline import Act, Effect, Members, follows, inserted
from synth_assets.model.types import INT32, INT64, STRING, TIMESTAMP_UTC
from synth_assets.model.values import Masked, Text, TextPool

TYPES = ("IN", "OUT", "ADJUSTMENT")
REASONS = ("opening", "purchase", "sale", "return", "correction", "damage")
_TYPE_POOL = TextPool(TYPES, lasting=True)
_IN, _OUT, _ADJUSTMENT = range(3)
_OPENING, _PURCHASE, _SALE, _RETURN, _CORRECTION, _DAMAGE = range(6)
_REASON_OF_KIND = {OPENING: _OPENING, RESTOCK: _PURCHASE, ISSUE: _SALE, RECEIPT: _RETURN}

_SMALL = 5  # pieces: a count that finds fewer too few is corrected, not bought


def _openings(act: ProductAppears) -> Members:
    """The first delivery of each product that isn't a draft."""
    stocked = ~lookups_of(act.dataset).product_strata.is_draft(act.subjects)
    return Members.some(stocked, movement_number(window_at(act.dataset, act.seconds), OPENING, act.subjects))


def _of_orders(kind: int, act: Act) -> Members:
    """A movement for each line of an order."""
    lines = RawOrderItems.children(act.dataset, act.subjects, act.seconds)
    windows = np.repeat(window_at(act.dataset, act.seconds), lines.counts)
    return Members(lines.counts, movement_number(windows, kind, lines.rows))


def _of_erased_lines(dataset: Dataset, lines: I64Array, seconds: I64Array) -> Members:
    """The sale and the return of each line, those that have been by its second."""
    of = OrderLines.at(dataset, lines)
    life = of.orders.lifecycle
    shipped, returned = life.shipped[of.index], life.returned[of.index]
    both = Members(
        np.full(len(lines), 2),
        np.column_stack(
            [
                movement_number(window_at(dataset, moment), kind, lines)
                for kind, moment in ((ISSUE, shipped), (RECEIPT, returned))
            ]
        ).ravel(),
    )
    return both.where((np.column_stack([shipped, returned]) < seconds[:, None]).ravel())


class RawInventory(MovedRows):
    """Stock movements; the number comes from the cause, so numbers have gaps."""

    about = About(
        domain="bronze",
        name="raw_inventory",
        grain="one movement of one product's stock",
        key="movement_id",
        shape=Ledger(),
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return len(windows_between(dataset, None, at))

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (
            inserted(ProductAppears, _openings),
            inserted(StockDelivered),
            inserted(OrderShipped, functools.partial(_of_orders, ISSUE)),
            inserted(OrderReturned, functools.partial(_of_orders, RECEIPT)),
            inserted(StockCounted),
            *follows(RawOrderItems, "delete", _of_erased_lines, op="update"),
        )

    @classmethod
    def made(cls, dataset: Dataset, windows: I64Array) -> Found:
        return windows_made(dataset, windows)

    @classmethod
    def by_number(cls, dataset: Dataset, numbers: I64Array) -> Found:
        return movements_at(dataset, numbers)

    movement_id = column(
        INT64, "number of the movement, from its window, kind and cause: there are gaps", key(), since=2
    )
    product_id = column(INT64, "the product", key_of("moved.account"), references="raw_products", since=2)

    @column(STRING, "direction of the movement", values=TYPES, since=2)
    def movement_type(self) -> Text:
        reason = self.cause
        kind = np.where(reason >= _CORRECTION, _ADJUSTMENT, np.where(reason == _SALE, _OUT, _IN))
        return Text(_TYPE_POOL, kind)

    reason = column(STRING, "why it moved", named("cause", REASONS), values=REASONS, since=2)
    quantity = column(INT32, "pieces, negative for those that leave", property_of("moved.quantity"), since=2)
    balance_after = column(
        INT32,
        "pieces on the shelf afterwards; per product in the order of moved_at, movement_id",
        property_of("moved.balance"),
        since=2,
    )

    @column(INT64, "the order, of sales and returns", references="raw_orders", nullable=True, since=2)
    def order_id(self) -> Masked:
        order = self.moved.document
        known = order >= 0
        if self.lived:  # an erased customer's order is gone, the movement stays
            buyers = Orders(self.dataset, order[known]).customer
            at = np.broadcast_to(self.at, known.shape)[known]
            known[known] = lookups_of(self.dataset).customer_strata.erased(buyers) >= at
        return Masked(order + 1, known)

    moved_at = column(TIMESTAMP_UTC, "time of the movement: of shipping, for a sale", moment("moved.moved"), since=2)

    # What columns are made of

    @cached_property
    def cause(self) -> I64Array:
        """Why each moved, as its place in :data:`REASONS`."""
        kind, quantity = self.moved.kind, self.moved.quantity
        reason = np.full(len(kind), _CORRECTION)
        for number, usual in _REASON_OF_KIND.items():
            reason[kind == number] = usual
        reason[(kind == CLOSING) & (quantity > _SMALL)] = _PURCHASE
        words = bits(self.dataset.key(self.about.name, "reason"), self.row_numbers + 1)
        broken = (kind == CLOSING) & (quantity < 0) & (quantity >= -_SMALL) & (below(words, 2) == 0)
        reason[broken] = _DAMAGE
        return reason
