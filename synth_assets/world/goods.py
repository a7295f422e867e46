"""Kinds of goods: what they are called, cost and weigh, and in which variants they come."""

import functools

import numpy as np
import polars as pl

from synth_assets.kernel.counter import I64Array
from synth_assets.model.values import TextPool
from synth_assets.world import vocabulary
from synth_assets.world.choices import Choices


class KindsOfGoods:
    """Kinds of goods by number, each with its noun, category, price range, weight and variants.

    Attributes:
        count: how many kinds there are.
        categories: the categories' names, by number.
        category: the category of each kind, shape (count,); kinds of a category are neighbours.
        first_kind, kinds: the first kind of each category and how many it has, shapes (categories,).
        category_pool, subcategories, nouns: names, of categories by category and of the others by kind.
        prefixes: of stock keeping units, by kind.
        price_low, price_high: cents between which a price lies, shapes (count,).
        grams_low, grams_high: grams between which a weight lies, shapes (count,).
        sizes, colors, dimensions: variants, by kind; many have none.
        brands, adjectives, sentences: what goods of a category are called and how they are described, by category.
    """

    def __init__(self) -> None:
        rows = vocabulary.rows("catalogue")
        self.categories = list(dict.fromkeys(row["category"] for row in rows))
        order = {name: number for number, name in enumerate(self.categories)}
        self.count = len(rows)
        self.category: I64Array = np.array([order[row["category"]] for row in rows], dtype=np.int64)
        self.kinds: I64Array = np.bincount(self.category)
        self.first_kind: I64Array = np.cumsum(self.kinds) - self.kinds
        self.category_pool = TextPool(self.categories, lasting=True)
        self.subcategories = TextPool([row["subcategory"] for row in rows], lasting=True)
        self.nouns = TextPool([row["noun"] for row in rows], lasting=True)
        self.prefixes = pl.Series([row["sku_prefix"] for row in rows])
        self.price_low, self.price_high = (_numbers(rows, f"price_{end}_cents") for end in ("low", "high"))
        self.grams_low, self.grams_high = (_numbers(rows, f"grams_{end}") for end in ("low", "high"))
        self.sizes, self.colors, self.dimensions = (
            Choices([[text for text in row[name].split("|") if text] for row in rows])
            for name in ("sizes", "colors", "dimensions")
        )
        self.brands = Choices.of("brands", "brand", "category", self.categories)
        self.adjectives = Choices.of("adjectives", "adjective", "category", self.categories)
        self.sentences = Choices.of("descriptions", "sentence", "category", self.categories)


def _numbers(rows: list[dict[str, str]], name: str) -> I64Array:
    return np.array([int(row[name]) for row in rows], dtype=np.int64)


@functools.cache
def kinds_of_goods() -> KindsOfGoods:
    """The kinds of goods, made once."""
    return KindsOfGoods()
