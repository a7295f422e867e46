"""Addresses of the shop's pages, by number: fixed ones, categories, searches, outside referrers, products."""

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
from synth_assets.kernel.choice import below, chance
from synth_assets.kernel.counter import I64Array, Span, U64Array
from synth_assets.kernel.selection import selected
from synth_assets.model.dataset import Dataset
from synth_assets.model.values import TextPool
from synth_assets.world.goods import kinds_of_goods
from synth_assets.world.searches import searches

_FIXED = ("/cart", "/checkout", "/checkout/complete")
_CART, _CHECKOUT, _CONFIRMATION = range(len(_FIXED))

# The home page is what is viewed most.
_BROWSED = (
    "/", "/", "/", "/", "/new", "/sale", "/bestsellers", "/about", "/help/shipping", "/help/returns", "/account",
)  # fmt: skip

_OF_CATEGORY = 42  # per cent of pages viewed that are a category's
_OF_CATEGORY_BOUGHT = 80  # who buys has looked for it
_STRAY = 10  # per cent of those that are of another category than what is looked at next


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
    """All pages, in one pool: fixed ones, those to browse, categories, searches, outside referrers, products.

    Attributes:
        pool: the addresses.
        first_referrer: where outside pages start.
        ranges: what events open.
    """

    def __init__(self, dataset: Dataset, referrers: list[str], products: int) -> None:
        goods, terms = kinds_of_goods(), searches().terms
        categories = [f"/category/{name.lower().replace(' & ', '-')}" for name in goods.categories]
        found = [f"/search?q={term.replace(' ', '+')}" for term in terms]
        self._first_category = len(_FIXED) + len(_BROWSED)
        self._categories = len(categories)
        self._first_search = self._first_category + len(categories)
        self.first_referrer = self._first_search + len(found)
        first_product = self.first_referrer + len(referrers)
        skus = pl.DataFrame({"s": sku_of(dataset, Span(0, products)).str.to_lowercase()})
        of_products = skus.select(pl.concat_str(pl.lit("/products/"), "s")).to_series()
        fixed = pl.Series([*_FIXED, *_BROWSED, *categories, *found, *referrers], dtype=pl.String)
        self.pool = TextPool(pl.concat([fixed, of_products]), lasting=True)
        opened = {
            PAGE_VIEW: (len(_FIXED), len(_BROWSED)),
            CLICK: (len(_FIXED), len(_BROWSED)),  # never asked: a click stays on its page
            SEARCH: (self._first_search, len(found)),
            PRODUCT_VIEW: (first_product, 1),
            ADD_TO_CART: (first_product, 1),
            REMOVE_FROM_CART: (_CART, 1),
            CHECKOUT: (_CHECKOUT, 1),
            PURCHASE: (_CONFIRMATION, 1),
        }
        first, width = np.array([opened[kind] for kind in range(len(EVENT_TYPES))], dtype=np.int64).T
        self.ranges = Ranges(first, width, first == first_product)

    @staticmethod
    def is_of_category(words: U64Array, is_bought: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which page views are of a category's page, shape (n,); more are where what is viewed next is bought."""
        return chance(words << np.uint64(16), selected(is_bought, _OF_CATEGORY_BOUGHT, _OF_CATEGORY), 100)

    def of_category(self, words: U64Array, kind: I64Array) -> I64Array:
        """A category's page, most often that of a kind of goods; shape (n,)."""
        stray = chance(words << np.uint64(32), _STRAY, 100)
        anything = below(words, self._categories)
        return self._first_category + selected(stray, anything, kinds_of_goods().category[kind])

    def of_search(self, words: U64Array, kind: I64Array) -> I64Array:
        """A search for a kind of goods, shape (n,)."""
        return self._first_search + searches().codes(words, kind)


@functools.lru_cache(maxsize=8)
def pages_of(dataset: Dataset, referrers: tuple[str, ...], products: int) -> Pages:
    """The pages of a dataset with so many products."""
    return Pages(dataset, list(referrers), products)
