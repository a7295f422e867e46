"""Whatever a dataset of the marketplace is computed from: made once and kept, and small whatever its size."""

import functools

from synth_assets.domains.marketplace.numbers.baskets import Baskets
from synth_assets.domains.marketplace.numbers.customers import Customers
from synth_assets.domains.marketplace.numbers.orders import Orders
from synth_assets.domains.marketplace.numbers.prices import Prices
from synth_assets.domains.marketplace.numbers.products import Products
from synth_assets.domains.marketplace.numbers.tenants import Tenants
from synth_assets.domains.marketplace.params import MarketplaceParams
from synth_assets.model.dataset import Dataset


class Market:
    """Clocks, strata and quotas of one dataset.

    Attributes:
        params: the dataset's volumes.
        tenants: who sells, and what each is like.
        customers: who signs up, changes and is erased.
        products: what appears and is withdrawn.
        prices: what products cost when.
        orders: who buys when.
        baskets: what is bought together.
    """

    def __init__(self, dataset: Dataset) -> None:
        params = dataset.params
        assert isinstance(params, MarketplaceParams)  # noqa: S101 — for the type checker
        self.params = params
        self.tenants = Tenants(dataset, params)
        self.customers = Customers(dataset, params, self.tenants)
        self.products = Products(dataset, params, self.tenants)
        self.prices = Prices(dataset, params, self.tenants, self.products)
        self.orders = Orders(dataset, params, self.tenants, self.customers, self.products)
        self.baskets = Baskets(dataset, params, self.products)


def market_of(dataset: Dataset) -> Market:
    """The look-up tables of a dataset, the same for each tenant alone."""
    return _market_of(dataset.whole)


@functools.lru_cache(maxsize=8)
def _market_of(whole: Dataset) -> Market:
    return Market(whole)
