"""Reviews that buyers leave: at most one per line of an order that was shipped."""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.moment import moment
from synth_assets.columns.phrases import phrases
from synth_assets.columns.property_of import property_of
from synth_assets.domains.bronze.acts import ReviewTakenDown, ReviewWritten
from synth_assets.domains.bronze.numbers.reviews import Reviews
from synth_assets.domains.bronze.tables.raw_order_items import RawOrderItems
from synth_assets.domains.bronze.tables.rules.raw_reviews import RULES
from synth_assets.kernel.choice import between, chance, pick, squared_below, weight_table
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.shapes import Sparse
from synth_assets.model.timeline import Effect, Members, deleted, follows, inserted
from synth_assets.model.types import BOOLEAN, INT8, INT16, INT64, STRING, TIMESTAMP_UTC
from synth_assets.world.phrases import review_phrases

# Weights of ratings 1 to 5, for goods that were kept and for goods that came back.
_KEPT = weight_table((5, 5, 10, 29, 51))
_SENT_BACK = weight_table((38, 30, 20, 8, 4))

_BROKEN_LINES = 4  # per cent of texts with a line break, so that readers are tested


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

    review_id = column(INT64, "number of the review: that of the order line, so there are gaps", key())
    product_id = column(INT64, "the product", property_of("items.product_id"), references="raw_products")
    customer_id = column(INT64, "who wrote it: the buyer", key_of("reviews.customer"), references="raw_customers")
    order_id = column(
        INT64, "the order in which the product was bought", property_of("items.order_id"), references="raw_orders"
    )

    @column(INT8, "1 to 5 stars, mostly high")
    def rating(self) -> I64Array:
        words = self.bits("rating")
        returned = self.reviews.lines.orders.outcome.is_returned[self.reviews.lines.index]
        return np.where(returned, pick(words, _SENT_BACK), pick(words, _KEPT)).astype(np.int64) + 1

    title = column(STRING, "title that fits the rating", phrases("review_titles.title", by="rating"))

    @column(STRING, "one to three sentences that fit the rating; a few have a line break")
    def review_text(self) -> pl.Series:
        sentences = review_phrases().sentences
        words = self.bits("review_text")
        mood = self.rating - 1
        codes = [sentences.codes(words << np.uint64(shift), mood) for shift in (0, 20, 40)]
        form = self.bits("review_text", "form")
        length = between(form, 1, 3)
        frame = pl.DataFrame(
            {
                **{f"s{number}": sentences.pool.series(code) for number, code in enumerate(codes)},
                "second": (length > 1) & (codes[1] != codes[0]),
                "third": (length > 2) & (codes[2] != codes[0]) & (codes[2] != codes[1]),
                "broken": chance(form << np.uint64(32), _BROKEN_LINES, 100),
            }
        )
        gap = pl.when("broken").then(pl.lit("\n")).otherwise(pl.lit(" "))
        second = pl.when("second").then(pl.concat_str(gap, "s1")).otherwise(pl.lit(""))
        third = pl.when("third").then(pl.concat_str(pl.lit(" "), "s2")).otherwise(pl.lit(""))
        return frame.select(pl.concat_str("s0", second, third)).to_series()

    @column(BOOLEAN, "whether the goods had been delivered when it was written")
    def is_verified_purchase(self) -> NDArray[np.bool_]:
        return ~self.reviews.moments.early

    @column(INT16, "how many readers found it helpful")
    def helpful_votes(self) -> I64Array:
        words = self.bits("helpful_votes")
        return squared_below(words, 1 + squared_below(words << np.uint64(32), 60))

    reviewed_at = column(TIMESTAMP_UTC, "time of writing", moment("reviews.moments.written"))

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
    def items(self) -> RawOrderItems:
        """The order line of each review."""
        return RawOrderItems(self.dataset, self.rows, self.at)
