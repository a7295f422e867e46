"""A marketplace of many tenants: companies that sell side by side and must never see each other's rows.

Seven tables: each tenant has customers, products with a history of prices, orders with their lines, and stock that
reconciles with what is shipped and returned.

There are 1 to 2,000 tenants, each with exactly as many customers, products and orders as the parameters say; what they
sell, to whom, at what level of prices and in which season is each one's own. Times are UTC, without a zone. Columns of
JSON are structs in Parquet and DuckDB, objects in NDJSON and JSON, and text of JSON in CSV and SQLite.

Stock is counted week by week: at a week's end what is missing is bought, so any week's movements are made without those
before it. In change data tenants join on trial, and about half of those leave, with all their rows in one transaction;
tenants of the base stay. A customer who asks to be erased goes with orders and lines; movements of stock stay, and name
no order any more.
"""

from synth_assets.domains.marketplace.params import MarketplaceParams
from synth_assets.domains.marketplace.tables.tenants import keys_of_base
from synth_assets.model.delivery import Delivery
from synth_assets.model.groups import GroupedBy
from synth_assets.model.handouts import Handout


def _volumes(tenants: int, products: int, orders: int, customers: int) -> MarketplaceParams:
    return MarketplaceParams(
        tenants=tenants, products_per_tenant=products, orders_per_tenant=orders, customers_per_tenant=customers
    )


PARAMS = MarketplaceParams
PRESETS = {
    "small": _volumes(2, 1_000, 5_000, 100),
    "medium": _volumes(5, 50_000, 100_000, 1_000),
    "large": _volumes(10, 500_000, 2_000_000, 10_000),
}
DEFAULT_PRESET = "small"
DELIVERY = Delivery(
    layout="flat",
    formats=("ndjson",),
    rows_per_file=10_000,
    root="generated_data",
    formats_of={"tenants": {"ndjson": "csv", "json": "csv"}},
    whole=("tenants", "customers"),
    forms=("ndjson", "json", "csv"),
    handouts=(
        Handout(
            "with_api_keys",
            "the API key of each tenant, of which tenants.api_key_hash is the SHA-256",
            ("tenant_id", "api_key"),
            keys_of_base,
        ),
    ),
    api="http://localhost:8000",
)
GROUPED_BY = GroupedBy("tenant", "tenants")
