"""Movements of stock: a ledger with its running balance, window by window."""

from functools import cached_property

import numpy as np

from synth_assets.domains.bronze.params import BronzeParams
from synth_assets.domains.bronze.raw_orders import RawOrders
from synth_assets.domains.bronze.rules.raw_inventory import RULES
from synth_assets.domains.bronze.shop import shop_of
from synth_assets.domains.bronze.stock import (
    CAUSES,
    CLOSING,
    OPENING,
    RESTOCK,
    RETURN,
    SALE,
    WINDOW,
    Movements,
    movements,
)
from synth_assets.kernel.choice import below
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.types import INT32, INT64, STRING, TIMESTAMP_UTC
from synth_assets.model.values import Masked, Text, TextPool

TYPES = ("IN", "OUT", "ADJUSTMENT")
REASONS = ("opening", "purchase", "sale", "return", "correction", "damage")
_TYPE_POOL, _REASON_POOL = TextPool(TYPES), TextPool(REASONS)
_IN, _OUT, _ADJUSTMENT = range(3)
_OPENING, _PURCHASE, _SALE, _RETURN, _CORRECTION, _DAMAGE = range(6)
_REASON_OF_KIND = {OPENING: _OPENING, RESTOCK: _PURCHASE, SALE: _SALE, RETURN: _RETURN}

_SMALL = 5  # pieces: a count that finds fewer too few is corrected, not bought

_CAUSE_BITS = 32
"""A movement is numbered by window, kind and cause: sparse, never moving, and below 2^53 for JSON readers."""


class RawInventory(Entity):
    """Stock movements; the number comes from the cause, so numbers have gaps."""

    about = About(
        domain="bronze",
        name="raw_inventory",
        grain="one movement of one product's stock",
        key="movement_id",
        shape="windows",
        chunk=1,
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset) -> int:
        params = dataset.params
        assert isinstance(params, BronzeParams)  # noqa: S101 — for the type checker
        return -(-params.days * DAY // WINDOW) if params.products else 0

    @column(INT64, "number of the movement, from its window, kind and cause: there are gaps")
    def movement_id(self) -> I64Array:
        window, moved = self._ledger
        return ((window * CAUSES + moved.kind) << _CAUSE_BITS) + moved.cause + 1

    @column(INT64, "the product", references="raw_products")
    def product_id(self) -> I64Array:
        return self._ledger[1].product + 1

    @column(STRING, "direction of the movement", values=TYPES)
    def movement_type(self) -> Text:
        reason = self._reason
        kind = np.where(reason >= _CORRECTION, _ADJUSTMENT, np.where(reason == _SALE, _OUT, _IN))
        return Text(_TYPE_POOL, kind)

    @column(STRING, "why it moved", values=REASONS)
    def reason(self) -> Text:
        return Text(_REASON_POOL, self._reason)

    @column(INT32, "pieces, negative for those that leave")
    def quantity(self) -> I64Array:
        return self._ledger[1].quantity

    @column(INT32, "pieces on the shelf afterwards; per product in the order of moved_at, movement_id")
    def balance_after(self) -> I64Array:
        return self._ledger[1].balance

    @column(INT64, "the order, of sales and returns", references="raw_orders", nullable=True)
    def order_id(self) -> Masked:
        order = self._ledger[1].order
        known = order >= 0
        if self.lived:  # an erased customer's order is gone, the movement stays
            buyers = RawOrders(self.dataset, order[known]).customer
            known[known] = shop_of(self.dataset).clientele.erased(buyers) >= self.at
        return Masked(order + 1, known)

    @column(TIMESTAMP_UTC, "time of the movement: of shipping, for a sale")
    def moved_at(self) -> I64Array:
        return self._ledger[1].moved * MICROSECONDS

    # What columns are made of

    @cached_property
    def _ledger(self) -> tuple[I64Array, Movements]:
        """The window of each movement, and the movements that have happened."""
        parts = [(int(window), movements(self.dataset, int(window))) for window in self.numbers]
        nothing = np.zeros(0, dtype=np.int64)
        windows = np.concatenate([nothing, *(np.full(len(moved.kind), window) for window, moved in parts)])
        names = Movements._fields
        moved = Movements(*(np.concatenate([nothing, *(getattr(part, name) for _, part in parts)]) for name in names))
        past = moved.moved < self.at
        return windows[past], Movements(*(values[past] for values in moved))

    @cached_property
    def _reason(self) -> I64Array:
        _, moved = self._ledger
        kind, quantity = moved.kind, moved.quantity
        reason = np.full(len(kind), _CORRECTION)
        for number, usual in _REASON_OF_KIND.items():
            reason[kind == number] = usual
        reason[(kind == CLOSING) & (quantity > _SMALL)] = _PURCHASE
        words = bits(self.dataset.key(self.about.name, "reason"), self.movement_id)
        broken = (kind == CLOSING) & (quantity < 0) & (quantity >= -_SMALL) & (below(words, 2) == 0)
        reason[broken] = _DAMAGE
        return reason
