"""Kinds of goods from the frozen vocabularies: categories, nouns, brands and what they come in."""

import functools

import numpy as np
import polars as pl

from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model import vocabulary
from synth_assets.model.values import Text, TextPool


class Choices:
    """Lists of strings laid end to end, one list per owner; an owner may have none."""

    def __init__(self, lists: list[list[str]]) -> None:
        self.pool = TextPool([text for texts in lists for text in texts] or [""])
        self._count = np.array([len(texts) for texts in lists], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count

    def codes(self, words: U64Array, owner: I64Array) -> I64Array:
        """One entry of each owner's list, shape (n,)."""
        return np.minimum(self._first[owner] + below(words, self._count[owner]), len(self.pool) - 1)

    def text(self, words: U64Array, owner: I64Array) -> Text:
        """One entry of each owner's list; null where it is empty."""
        return Text(self.pool, self.codes(words, owner), self._count[owner] > 0)


class Catalogue:
    """Nouns by number, each with its category, price range, weight and variants."""

    def __init__(self) -> None:
        rows = vocabulary.rows("catalogue")
        self.categories = list(dict.fromkeys(row["category"] for row in rows))
        order = {name: number for number, name in enumerate(self.categories)}
        self.count = len(rows)
        self.category: I64Array = np.array([order[row["category"]] for row in rows], dtype=np.int64)
        self.category_pool = TextPool(self.categories)
        self.subcategories = TextPool([row["subcategory"] for row in rows])
        self.nouns = TextPool([row["noun"] for row in rows])
        self.prefixes = pl.Series([row["sku_prefix"] for row in rows])
        self.price_low, self.price_high = (_numbers(rows, f"price_{end}_cents") for end in ("low", "high"))
        self.grams_low, self.grams_high = (_numbers(rows, f"grams_{end}") for end in ("low", "high"))
        self.sizes, self.colors, self.dimensions = (
            Choices([[text for text in row[name].split("|") if text] for row in rows])
            for name in ("sizes", "colors", "dimensions")
        )
        self.brands = self._by_category("brands", "brand")
        self.adjectives = self._by_category("adjectives", "adjective")
        self.sentences = self._by_category("descriptions", "sentence")

    def _by_category(self, vocabulary_name: str, value: str) -> Choices:
        rows = vocabulary.rows(vocabulary_name)
        return Choices([[row[value] for row in rows if row["category"] == name] for name in self.categories])


def _numbers(rows: list[dict[str, str]], name: str) -> I64Array:
    return np.array([int(row[name]) for row in rows], dtype=np.int64)


@functools.cache
def catalogue() -> Catalogue:
    """The catalogue."""
    return Catalogue()
