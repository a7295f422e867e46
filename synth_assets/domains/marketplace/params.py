"""The volumes of the marketplace."""

from pydantic import Field

from synth_assets.model.params import Params
from synth_assets.spoken import volume

_MOST_TENANTS = 2_000  # movements are numbered by tenant and week, of which there are 400,000
_MOST_EACH = 10_000_000
_MOST_ORDERS = 500_000_000  # of all tenants: their lines are numbered with 32 bits
_MOST_ROWS = 1_000_000_000  # of all tenants, of any other table


class MarketplaceParams(Params):
    """How many tenants, and how much of everything each of them has."""

    tenants: int = Field(ge=1, le=_MOST_TENANTS, description="rows of tenants")
    products_per_tenant: int = Field(ge=0, le=_MOST_EACH, description="rows of products of each tenant")
    orders_per_tenant: int = Field(ge=0, le=_MOST_EACH, description="rows of orders of each tenant")
    customers_per_tenant: int = Field(ge=0, le=_MOST_EACH, description="rows of customers of each tenant")

    def contradiction(self) -> str | None:
        """Orders need somebody to place them and something to buy, and there is an end to all tenants together."""
        orders = self.orders_per_tenant
        for name in ("customers_per_tenant", "products_per_tenant"):
            if orders > 0 and getattr(self, name) == 0:
                return (
                    f"orders_per_tenant={orders} with {name}=0 contradict each other; orders need at least one of both."
                    f"\n  Set {volume(name)} 1 or more, or {volume('orders_per_tenant', 0)}."
                )
        most = {
            "orders_per_tenant": _MOST_ORDERS,
            "products_per_tenant": _MOST_ROWS,
            "customers_per_tenant": _MOST_ROWS,
        }
        for name, limit in most.items():
            if self.tenants * getattr(self, name) > limit:
                return (
                    f"tenants={self.tenants} with {name}={getattr(self, name)} are too many; tenants × {name} goes up"
                    f" to {limit:,}.\n  Set fewer {volume('tenants')} or {volume(name)}."
                )
        return None
