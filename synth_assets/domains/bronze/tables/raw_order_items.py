"""The lines of orders: what was bought, how many, at what price."""

from functools import cached_property
from typing import Any

import numpy as np

from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.ordinal import ordinal
from synth_assets.columns.property_of import property_of
from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.purchases import OrderLines
from synth_assets.domains.bronze.tables.raw_orders import RawOrders
from synth_assets.domains.bronze.tables.rules.raw_order_items import RULES
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, column
from synth_assets.model.lines import Lines
from synth_assets.model.timeline import Effect, follows
from synth_assets.model.types import INT16, INT64, MONEY


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
        return lookups_of(dataset).lines(at)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (*follows(RawOrders, "insert", cls.children), *follows(RawOrders, "delete", cls.children))

    @classmethod
    def parent(cls) -> type[RawOrders]:
        return RawOrders

    @classmethod
    def fan_out(cls, parents: Any) -> tuple[I64Array, I64Array]:
        return lookups_of(parents.dataset).quotas.lines_of(parents.numbers)

    @classmethod
    def parent_of(cls, dataset: Dataset, numbers: I64Array) -> I64Array:
        return lookups_of(dataset).quotas.order_of_line(numbers)

    order_item_id = column(INT64, "number of the line", key())
    order_id = column(INT64, "the order", key_of("lines.order"), references="raw_orders")
    line_number = column(INT16, "number of the line in its order, from 1 without gaps", ordinal())
    product_id = column(
        INT64,
        "the product; a product is on one line of an order at most",
        key_of("lines.product"),
        references="raw_products",
        since=2,
    )
    quantity = column(INT16, "pieces", property_of("lines.quantity"))
    unit_price = column(MONEY, "the product's price at order_date", property_of("lines.unit_price"), since=2)
    discount_amount = column(MONEY, "reduction of this line", property_of("lines.discount"), since=2)
    line_total = column(MONEY, "quantity x unit_price - discount_amount", property_of("lines.total"), since=2)

    def exists(self) -> np.ndarray:
        return self.parents.exists()[self.index]

    @cached_property
    def lines(self) -> OrderLines:
        """The lines by number."""
        return OrderLines(self.parents.orders, self.index, self.rows)
