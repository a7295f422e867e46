"""Which kind of goods a product is, and the stock keeping unit that follows from it."""

import polars as pl

from synth_assets.domains.bronze.numbers.product_patterns import CATEGORIES, patterns_of
from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, Rows, bits, numbers_of
from synth_assets.kernel.division import remainder
from synth_assets.model.dataset import Dataset
from synth_assets.world.goods import kinds_of_goods


def category_of(dataset: Dataset, products: Rows) -> I64Array:
    """The category of each product, by number; shape (n,)."""
    return remainder(patterns_of(dataset).categories.stratum(numbers_of(products)), CATEGORIES)


def kind_of(dataset: Dataset, products: Rows) -> I64Array:
    """The kind of goods of each product, a number of :class:`~synth_assets.world.goods.KindsOfGoods`; shape (n,)."""
    goods, category = kinds_of_goods(), category_of(dataset, products)
    words = bits(dataset.key("raw_products", "category"), products)
    return goods.first_kind[category] + below(words, goods.kinds[category])


def sku_of(dataset: Dataset, products: Rows) -> pl.Series:
    """The stock keeping unit of each product: the prefix of its kind and its number; String series of n."""
    number = pl.Series("n", numbers_of(products) + 1).cast(pl.String).str.zfill(6)
    frame = pl.DataFrame({"p": kinds_of_goods().prefixes.gather(kind_of(dataset, products)), "n": number})
    return frame.select(pl.concat_str("p", pl.lit("-"), "n")).to_series()
