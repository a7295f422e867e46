"""Addresses of the shop's pages, by number: fixed ones, searches, outside referrers, then one per product."""

import functools
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.domains.bronze.numbers.product_kinds import sku_of
from synth_assets.domains.bronze.numbers.scripts import (
    ADD_TO_CART,
    CHECKOUT,
    CLICK,
    EVENT_TYPES,
    PAGE_VIEW,
    PRODUCT_VIEW,
    PURCHASE,
    REMOVE_FROM_CART,
    SEARCH,
)  # fmt: skip
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.model.dataset import Dataset
from synth_assets.model.values import TextPool
from synth_assets.world.goods import kinds_of_goods
from synth_assets.world.phrases import search_terms

_FIXED = ("/cart", "/checkout", "/checkout/complete")
_CART, _CHECKOUT, _CONFIRMATION = range(len(_FIXED))

# The home page is what is viewed most.
_BROWSED = (
    "/", "/", "/", "/", "/new", "/sale", "/bestsellers", "/about", "/help/shipping", "/help/returns", "/account",
)  # fmt: skip


class Ranges(NamedTuple):
    """Which pages an event of each type may open; shapes (event types,).

    Attributes:
        first: the first of them.
        width: how many there are.
        by_product: whether it is the product's own page: the product's number is to be added.
    """

    first: I64Array
    width: I64Array
    by_product: NDArray[np.bool_]


class Pages:
    """All pages, in one pool: fixed ones, those to browse, searches, outside referrers, products.

    Attributes:
        pool: the addresses.
        first_referrer: where outside pages start.
        ranges: what events open.
    """

    def __init__(self, dataset: Dataset, referrers: list[str], products: int) -> None:
        categories = [name.lower().replace(" & ", "-") for name in kinds_of_goods().categories]
        browsed = [*_BROWSED, *(f"/category/{name}" for name in categories)]
        searches = [f"/search?q={term.replace(' ', '+')}" for term in search_terms()]
        first_search = len(_FIXED) + len(browsed)
        self.first_referrer = first_search + len(searches)
        first_product = self.first_referrer + len(referrers)
        skus = pl.DataFrame({"s": sku_of(dataset, Span(0, products)).str.to_lowercase()})
        of_products = skus.select(pl.concat_str(pl.lit("/products/"), "s")).to_series()
        fixed = pl.Series([*_FIXED, *browsed, *searches, *referrers], dtype=pl.String)
        self.pool = TextPool(pl.concat([fixed, of_products]))
        opened = {
            PAGE_VIEW: (len(_FIXED), len(browsed)),
            CLICK: (len(_FIXED), len(browsed)),  # never asked: a click stays on its page
            SEARCH: (first_search, len(searches)),
            PRODUCT_VIEW: (first_product, 1),
            ADD_TO_CART: (first_product, 1),
            REMOVE_FROM_CART: (_CART, 1),
            CHECKOUT: (_CHECKOUT, 1),
            PURCHASE: (_CONFIRMATION, 1),
        }
        first, width = np.array([opened[kind] for kind in range(len(EVENT_TYPES))], dtype=np.int64).T
        self.ranges = Ranges(first, width, first == first_product)


@functools.lru_cache(maxsize=8)
def pages_of(dataset: Dataset, referrers: tuple[str, ...], products: int) -> Pages:
    """The pages of a dataset with so many products."""
    return Pages(dataset, list(referrers), products)
