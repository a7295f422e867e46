"""Products, numbered in the order in which they appear in the shop."""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.constant import constant
from synth_assets.columns.key import key
from synth_assets.columns.moment import moment
from synth_assets.columns.phrases import phrases
from synth_assets.domains.bronze.acts import DraftDropped, PriceChanges, ProductAppears, ProductDiscontinued
from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.prices import Prices
from synth_assets.domains.bronze.numbers.product_kinds import kind_of, sku_of
from synth_assets.domains.bronze.numbers.product_strata import ProductStrata
from synth_assets.domains.bronze.tables.rules.raw_products import RULES
from synth_assets.kernel.choice import between, chance
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.timeline import Effect, deleted, inserted, updated
from synth_assets.model.types import BOOLEAN, INT64, MONEY, STRING, TIMESTAMP_UTC, WEIGHT
from synth_assets.model.values import Text
from synth_assets.world.goods import kinds_of_goods
from synth_assets.world.offers import offers_by_kind

_BROKEN_LINES = 3  # per cent of descriptions with a line break, so that readers are tested


class RawProducts(Entity):
    """Goods of the shop's catalogue, drafts included."""

    about = About(domain="bronze", name="raw_products", grain="one product", key="product_id", rules=RULES)

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return lookups_of(dataset).products(at)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (
            inserted(ProductAppears),
            updated(PriceChanges),
            updated(ProductDiscontinued),
            deleted(DraftDropped),
        )

    product_id = column(INT64, "number of the product, by appearance", key())

    @column(STRING, "stock keeping unit: prefix of the category and product number", unique=True, since=2)
    def sku(self) -> pl.Series:
        return sku_of(self.dataset, self.rows)

    @column(STRING, "brand, a fitting adjective and what it is", since=2)
    def name(self) -> pl.Series:
        kinds = kinds_of_goods()
        adjective = kinds.adjectives.text(self.bits("name"), self._category)
        frame = pl.DataFrame({"b": self.brand.series(), "a": adjective.series(), "n": kinds.nouns.series(self._kind)})
        return frame.select(pl.concat_str("b", "a", "n", separator=" ")).to_series()

    @column(
        STRING, "one to two sentences, the first on what such goods have to offer; a few have a line break", since=2
    )
    def description(self) -> pl.Series:
        offers, sentences = offers_by_kind(), kinds_of_goods().sentences
        words, rare = self.bits("description"), self.bits("description", "form")
        frame = pl.DataFrame(
            {
                "first": offers.pool.series(offers.codes(words, self._kind)),
                "second": sentences.pool.series(sentences.codes(words << np.uint64(32), self._category)),
                "two": chance(rare, 75, 100),
                "broken": chance(rare << np.uint64(32), _BROKEN_LINES, 100),
            }
        )
        gap = pl.when("broken").then(pl.lit("\n")).otherwise(pl.lit(" "))
        text = pl.when("two").then(pl.concat_str("first", gap, "second")).otherwise("first")
        return frame.select(text).to_series()

    @column(STRING, "one of eight categories", since=2)
    def category(self) -> Text:
        return Text(kinds_of_goods().category_pool, self._category)

    @column(STRING, "division of the category", since=2)
    def subcategory(self) -> Text:
        return Text(kinds_of_goods().subcategories, self._kind)

    brand = column(STRING, "brand, invented", phrases("brands.brand", by="category"), since=2)

    @column(MONEY, "price now", since=2)
    def price(self) -> I64Array:
        return self._prices.at(self.numbers, self._last_second)

    @column(MONEY, "what the shop pays; below any price the product ever has", since=2)
    def cost(self) -> I64Array:
        return self._prices.base(self.numbers) * between(self.bits("cost"), 420, 720) // 1_000

    currency = column(STRING, "currency of price and cost", constant("USD"), values=("USD",))

    @column(WEIGHT, "weight in kilograms", since=2)
    def weight_kg(self) -> I64Array:
        kinds = kinds_of_goods()
        return between(self.bits("weight_kg"), kinds.grams_low[self._kind], kinds.grams_high[self._kind])

    @column(STRING, "size; absent where goods have none", nullable=True, since=2)
    def size(self) -> Text:
        return kinds_of_goods().sizes.text(self.bits("size"), self._kind)

    @column(STRING, "color; absent where goods have none", nullable=True, since=2)
    def color(self) -> Text:
        return kinds_of_goods().colors.text(self.bits("color"), self._kind)

    @column(STRING, "length x width x height; absent where goods have none", nullable=True, since=2)
    def dimensions(self) -> Text:
        return kinds_of_goods().dimensions.text(self.bits("dimensions"), self._kind)

    @column(BOOLEAN, "whether it is on sale: neither a draft nor discontinued", since=2)
    def is_active(self) -> NDArray[np.bool_]:
        return ~self._strata.is_draft(self.numbers) & (self.discontinued >= self.at)

    created_at = column(TIMESTAMP_UTC, "time of appearance", moment("created"), since=2)

    @column(TIMESTAMP_UTC, "time of the last change of the row", since=2)
    def updated_at(self) -> I64Array:
        priced = self._prices.in_force(self.numbers, self._last_second).since
        ended = np.where(self.discontinued < self.at, self.discontinued, 0)
        return np.maximum(np.maximum(self.created, priced), ended) * MICROSECONDS

    # What columns, and other tables, are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        return (self.created < self.at) & (self._strata.deleted(self.numbers) >= self.at)

    @cached_property
    def created(self) -> I64Array:
        """Second of appearance."""
        return self._strata.clock.seconds(self.rows)

    @cached_property
    def discontinued(self) -> I64Array:
        """Second in which it is discontinued, or ``NEVER``."""
        return self._strata.discontinued(self.numbers)

    @property
    def _last_second(self) -> I64Array | int:
        """The last second the row could change in: the one before ``at``."""
        return self.at - 1

    @cached_property
    def _kind(self) -> I64Array:
        return kind_of(self.dataset, self.rows)

    @cached_property
    def _category(self) -> I64Array:
        return kinds_of_goods().category[self._kind]

    @property
    def _strata(self) -> ProductStrata:
        return lookups_of(self.dataset).product_strata

    @property
    def _prices(self) -> Prices:
        return lookups_of(self.dataset).prices
