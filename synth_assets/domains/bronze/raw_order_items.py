"""The lines of orders: what was bought, how many, at what price."""

from functools import cached_property
from typing import Any

import numpy as np

from synth_assets.domains.bronze.raw_orders import RawOrders
from synth_assets.domains.bronze.raw_products import RawProducts
from synth_assets.domains.bronze.rules.raw_order_items import RULES
from synth_assets.domains.bronze.shop import shop_of
from synth_assets.kernel.choice import pick, weight_table
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, column
from synth_assets.model.lines import Lines
from synth_assets.model.timeline import Part, follows
from synth_assets.model.types import INT16, INT64, MONEY

_QUANTITIES = weight_table((70, 18, 7, 3, 2))
_REDUCTIONS = np.array([0, 10, 20, 30], dtype=np.int64)  # per cent off a line
_REDUCTION_WEIGHTS = weight_table((88, 7, 3, 2))


class RawOrderItems(Lines):
    """Lines of orders."""

    about = About(
        domain="bronze",
        name="raw_order_items",
        grain="one line of one order",
        key="order_item_id",
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return shop_of(dataset).lines(at)

    @classmethod
    def life(cls) -> tuple[Part, ...]:
        return (*follows(RawOrders, "insert", cls.children), *follows(RawOrders, "delete", cls.children))

    @classmethod
    def parent(cls) -> type[RawOrders]:
        return RawOrders

    @classmethod
    def fan_out(cls, parents: Any) -> tuple[I64Array, I64Array]:
        return shop_of(parents.dataset).baskets.lines_of(parents.numbers)

    @classmethod
    def parent_of(cls, dataset: Dataset, numbers: I64Array) -> I64Array:
        return shop_of(dataset).baskets.order_of_line(numbers)

    @column(INT64, "number of the line")
    def order_item_id(self) -> I64Array:
        return self.numbers + 1

    @column(INT64, "the order", references="raw_orders")
    def order_id(self) -> I64Array:
        return self.parents.numbers[self.index] + 1

    @column(INT16, "number of the line in its order, from 1 without gaps")
    def line_number(self) -> I64Array:
        return self.ordinal + 1

    @column(INT64, "the product; a product is on one line of an order at most", references="raw_products")
    def product_id(self) -> I64Array:
        return self.product + 1

    @column(INT16, "pieces")
    def quantity(self) -> I64Array:
        return pick(self.bits("quantity"), _QUANTITIES).astype(np.int64) + 1

    @column(MONEY, "the product's price at order_date")
    def unit_price(self) -> I64Array:
        ordered = self.parents.ordered[self.index]
        return RawProducts(self.dataset, self.product).price_at(ordered)

    @column(MONEY, "reduction of this line")
    def discount_amount(self) -> I64Array:
        percent = _REDUCTIONS[pick(self.bits("discount_amount"), _REDUCTION_WEIGHTS)]
        return (self.quantity * self.unit_price * percent + 50) // 100

    @column(MONEY, "quantity x unit_price - discount_amount")
    def line_total(self) -> I64Array:
        return self.quantity * self.unit_price - self.discount_amount

    def exists(self) -> np.ndarray:
        return self.parents.exists()[self.index]

    @cached_property
    def product(self) -> I64Array:
        """Number of the product."""
        return shop_of(self.dataset).sales.product_of(self.parents.numbers[self.index], self.numbers)
