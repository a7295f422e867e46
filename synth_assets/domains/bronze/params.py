"""The volumes of bronze."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from synth_assets.model.params import Params
from synth_assets.spoken import volume

_MOST = 100_000_000  # these two keep row number × mass of time within 64-bit arithmetic
_MOST_PRODUCTS = 10_000_000  # weights of a department's products stay below 2^32
_MOST_ORDER_DAYS = 50_000_000_000


class BronzeParams(Params):
    """How much of everything. Sessions (8 per order), clicks (48 per order) and the rest follow."""

    other_names: ClassVar[Mapping[str, str]] = {  # those of the document that asked for this data
        "num_customers": "customers",
        "num_products": "products",
        "num_orders": "orders",
        "days_of_data": "days",
    }

    customers: int = Field(ge=0, le=_MOST, description="rows of raw_customers")
    products: int = Field(ge=0, le=_MOST_PRODUCTS, description="rows of raw_products")
    orders: int = Field(ge=0, le=_MOST, description="rows of raw_orders")
    days: int = Field(ge=1, le=3_650, description="days of sessions and orders, ending at as_of")

    def contradiction(self) -> str | None:
        """Orders need somebody to place them and something to buy."""
        for name in ("customers", "products"):
            if self.orders > 0 and getattr(self, name) == 0:
                return (
                    f"orders={self.orders} with {name}=0 contradict each other; orders need at least one of both.\n"
                    f"  Set {volume(name)} 1 or more, or {volume('orders', 0)}."
                )
        if self.orders * self.days > _MOST_ORDER_DAYS:
            return (
                f"orders={self.orders} over days={self.days} are too many; orders × days goes up to"
                f" {_MOST_ORDER_DAYS:,}.\n  Set fewer {volume('orders')} or {volume('days')}."
            )
        return None
