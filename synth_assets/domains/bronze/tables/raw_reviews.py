"""Reviews that buyers leave: at most one per line of an order that was shipped."""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.moment import moment
from synth_assets.columns.property_of import property_of
from synth_assets.domains.bronze.acts import ReviewTakenDown, ReviewWritten
from synth_assets.domains.bronze.numbers.product_kinds import kind_of
from synth_assets.domains.bronze.numbers.reviews import Reviews
from synth_assets.domains.bronze.tables.raw_order_items import RawOrderItems
from synth_assets.domains.bronze.tables.raw_products import RawProducts
from synth_assets.domains.bronze.tables.rules.raw_reviews import RULES
from synth_assets.kernel.choice import pick, squared_below, weight_table
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.shapes import Sparse
from synth_assets.model.timeline import Effect, Members, deleted, follows, inserted
from synth_assets.model.types import BOOLEAN, INT8, INT16, INT64, STRING, TIMESTAMP_UTC
from synth_assets.world.reviews import Bought, review_words

# Weights of ratings 1 to 5: of goods that were kept, by quality of the product, and of those that came back.
_KEPT = ((2, 1, 3, 15, 79), (5, 3, 6, 20, 66), (14, 9, 13, 26, 38), (26, 12, 15, 22, 25))
_SENT_BACK = (34, 16, 14, 16, 20)
_QUALITIES = weight_table((30, 45, 18, 7))
_STARS = np.stack([weight_table(weights).slots for weights in (*_KEPT, _SENT_BACK)])

# How many readers may find a review helpful, by its sentences, and fourths of them by its stars.
_READERS = np.array([0, 12, 28, 52, 84], dtype=np.int64)
_HEARD = np.array([0, 6, 4, 2, 3, 4], dtype=np.int64)


def _of_lines(dataset: Dataset, lines: I64Array, seconds: I64Array) -> Members:
    """The review of each line that has one just before its second."""
    return Members.some(RawReviews(dataset, lines, seconds).exists(), lines)


class RawReviews(Entity):
    """Reviews of order lines; a review has the number of its line, so numbers have gaps."""

    about = About(
        domain="bronze",
        name="raw_reviews",
        grain="one review of one order line",
        key="review_id",
        shape=Sparse(),
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return RawOrderItems.positions(dataset, at)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (
            inserted(ReviewWritten),
            deleted(ReviewTakenDown),
            *follows(RawOrderItems, "delete", _of_lines),
        )

    review_id = column(INT64, "number of the review: that of the order line, so there are gaps", key(), since=2)
    product_id = column(INT64, "the product", property_of("items.product_id"), references="raw_products", since=2)
    customer_id = column(
        INT64, "who wrote it: the buyer", key_of("reviews.customer"), references="raw_customers", since=2
    )
    order_id = column(
        INT64,
        "the order in which the product was bought",
        property_of("items.order_id"),
        references="raw_orders",
        since=2,
    )

    @column(INT8, "1 to 5 stars, mostly high", since=2)
    def rating(self) -> I64Array:
        words = self.bits("rating")
        quality = pick(bits(self.dataset.key("raw_products", "quality"), self.items.lines.product), _QUALITIES)
        returned = self.reviews.lines.orders.outcome.is_returned[self.reviews.lines.index]
        table = np.where(returned, len(_KEPT), quality)
        return _STARS[table, words >> np.uint64(48)].astype(np.int64) + 1

    @column(STRING, "title that fits the rating, and mostly names what was bought", since=2)
    def title(self) -> pl.Series:
        return review_words().titles(self.bits("title"), self.bought, self.rating)

    @column(STRING, "one to four sentences on what was bought that fit the rating; a few have a line break", since=2)
    def review_text(self) -> pl.Series:
        return review_words().texts(self.bits("review_text"), self._form, self.bought, self.rating)

    @column(BOOLEAN, "whether the goods had been delivered when it was written", since=2)
    def is_verified_purchase(self) -> NDArray[np.bool_]:
        return ~self.reviews.moments.early

    @column(INT16, "how many readers found it helpful; more of long reviews, and of raves and rants", since=2)
    def helpful_votes(self) -> I64Array:
        words = self.bits("helpful_votes")
        readers = _READERS[review_words().sentences(self._form)] * _HEARD[self.rating] // 4
        return squared_below(words, 1 + squared_below(words << np.uint64(32), readers))

    reviewed_at = column(TIMESTAMP_UTC, "time of writing", moment("reviews.moments.written"), since=2)

    # What columns are made of

    def exists(self) -> NDArray[np.bool_]:
        there = self.reviews.is_meant & (self.reviews.moments.written < self.at)
        if self.lived:
            there &= self.items.exists() & (self.reviews.taken_down >= self.at)
        return there

    @cached_property
    def reviews(self) -> Reviews:
        """The reviews by number."""
        return Reviews(self.items.lines)

    @cached_property
    def bought(self) -> Bought:
        """What is reviewed."""
        products = RawProducts(self.dataset, self.items.lines.product)
        return Bought(kind_of(self.dataset, products.numbers), products.brand, products.color)

    @cached_property
    def _form(self) -> U64Array:
        return self.bits("review_text", "form")

    @cached_property
    def items(self) -> RawOrderItems:
        """The order line of each review."""
        return RawOrderItems(self.dataset, self.rows, self.at)
