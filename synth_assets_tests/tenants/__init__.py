"""A domain with tenants, for tests: each table but the list of tenants is kept apart by them in a flat folder."""

from pydantic import Field

from synth_assets.model.delivery import Delivery
from synth_assets.model.params import Params


class TenantParams(Params):
    """Volumes."""

    tenants: int = Field(ge=0, le=100, description="rows of tenants")
    orders: int = Field(ge=0, le=1_000_000, description="rows of orders, for each tenant")


PARAMS = TenantParams
PRESETS = {"small": TenantParams(tenants=3, orders=25)}
DEFAULT_PRESET = "small"
DELIVERY = Delivery(
    layout="flat",
    formats=("ndjson",),
    rows_per_file=10,
    root="generated_data",
    formats_of={"tenants": {"ndjson": "csv"}},
    whole=("tenants", "settings"),
    partition_by={"orders": ("status",), "notes": ("priority", "is_open")},
    sort_by={"orders": ("amount",)},
)
