"""An online shop's raw layer: customers visit, look around, some buy, goods leave the shelves, buyers review.

Eight tables and one story: sessions hold clicks, some sessions end in an order with its lines, shipped
lines move the inventory, delivered ones are reviewed.
"""

from synth_assets.domains.bronze.params import BronzeParams

PARAMS = BronzeParams
PRESETS = {
    "small": BronzeParams(customers=1_000, products=500, orders=5_000, days=30),
    "medium": BronzeParams(customers=10_000, products=5_000, orders=50_000, days=365),
    "large": BronzeParams(customers=100_000, products=50_000, orders=500_000, days=730),
    "xlarge": BronzeParams(customers=1_000_000, products=100_000, orders=10_000_000, days=1_095),
}
DEFAULT_PRESET = "medium"
