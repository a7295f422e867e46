"""Addresses of the shop's pages, by number: fixed ones, searches, outside referrers, then one per product."""

import functools

import polars as pl

from synth_assets.domains.bronze.catalogue import catalogue
from synth_assets.domains.bronze.raw_products import RawProducts
from synth_assets.kernel.counter import Span
from synth_assets.model import vocabulary
from synth_assets.model.dataset import Dataset
from synth_assets.model.values import TextPool

CART, CHECKOUT_PAGE, CONFIRMATION = range(3)
_FIXED = ("/cart", "/checkout", "/checkout/complete")
_BROWSED = ("/", "/", "/", "/", "/new", "/sale", "/bestsellers", "/about", "/help/shipping", "/help/returns", "/account")

FIRST_BROWSED = len(_FIXED)


class Pages:
    """Where the kinds of pages start in the pool.

    Attributes:
        browsed: how many pages there are to view, from :data:`FIRST_BROWSED`; the home page several times.
        first_search: the first page of search results.
        searches: how many there are.
        first_referrer: the first outside page.
        first_product: the page of product 0.
        pool: all addresses.
    """

    def __init__(self, dataset: Dataset, referrers: list[str], products: int) -> None:
        categories = [name.lower().replace(" & ", "-") for name in catalogue().categories]
        browsed = [*_BROWSED, *(f"/category/{name}" for name in categories)]
        terms = [row["term"] for row in vocabulary.rows("search_terms")]
        searches = [f"/search?q={term.replace(' ', '+')}" for term in terms]
        self.browsed = len(browsed)
        self.first_search = FIRST_BROWSED + len(browsed)
        self.searches = len(searches)
        self.first_referrer = self.first_search + len(searches)
        self.first_product = self.first_referrer + len(referrers)
        skus = RawProducts(dataset, Span(0, products)).sku
        goods = pl.DataFrame({"s": skus}).select(pl.concat_str(pl.lit("/products/"), pl.col("s").str.to_lowercase()))
        fixed = pl.Series([*_FIXED, *browsed, *searches, *referrers], dtype=pl.String)
        self.pool = TextPool(pl.concat([fixed, goods.to_series()]))


@functools.lru_cache(maxsize=8)
def pages_of(dataset: Dataset, referrers: tuple[str, ...], products: int) -> Pages:
    """The pages of a dataset with so many products."""
    return Pages(dataset, list(referrers), products)
