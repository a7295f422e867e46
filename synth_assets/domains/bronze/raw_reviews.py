"""Reviews that buyers leave: at most one per line of an order that was shipped."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.domains.bronze.acts import ReviewTakenDown, ReviewWritten, orders_between
from synth_assets.domains.bronze.lifecycle import LONGEST_TO_DELIVER
from synth_assets.domains.bronze.params import BronzeParams
from synth_assets.domains.bronze.raw_order_items import RawOrderItems
from synth_assets.domains.bronze.rules.raw_reviews import RULES
from synth_assets.domains.bronze.shop import shop_of
from synth_assets.kernel.choice import below, between, chance, pick, squared_below, weight_table
from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.timeline import Members, Part, deleted, follows, inserted
from synth_assets.model.types import BOOLEAN, INT8, INT16, INT64, STRING, TIMESTAMP_UTC
from synth_assets.model.values import Text
from synth_assets.world.phrases import review_phrases

_WRITTEN = 34  # per cent of shipped lines that get a review
_EARLY = 80  # per mille of the base dataset's reviews that are written before delivery
_EARLY_LAG, _LATE_LAG = 4, 9  # mean days from the order to a review before, and after, delivery
_TAKEN_DOWN = 2  # per cent of reviews that are taken down, after as_of only
_AT_ONCE = 40  # per cent of those that moderation takes down within hours: they come and go in one daily batch
_LATEST = 30 * DAY  # after delivery
_LATEST_DOWN = 60 * DAY  # after writing

# Weights of ratings 1 to 5, for goods that were kept and for goods that came back.
_KEPT = weight_table((5, 5, 10, 29, 51))
_SENT_BACK = weight_table((38, 30, 20, 8, 4))

_BROKEN_LINES = 4  # per cent of texts with a line break, so that readers are tested


class Moments(NamedTuple):
    """When each review is written, and whether that is before delivery."""

    written: I64Array
    early: NDArray[np.bool_]


def written_between(dataset: Dataset, since: int, until: int) -> tuple[I64Array, I64Array, I64Array]:
    """Reviews written in a span of time: seconds, order lines and customers, shapes (n,); erasures not heeded."""
    lines = _lines_between(dataset, since - LONGEST_TO_DELIVER - _LATEST, until)
    reviews = RawReviews(dataset, lines[_is_written(dataset, lines)], until)
    return _within(reviews, reviews.moments.written, since, until)


def taken_down_between(dataset: Dataset, since: int, until: int) -> tuple[I64Array, I64Array, I64Array]:
    """Reviews taken down in a span of time, as in :func:`written_between`."""
    lines = _lines_between(dataset, since - LONGEST_TO_DELIVER - _LATEST - _LATEST_DOWN, until)
    lines = lines[_is_written(dataset, lines)]
    words = bits(dataset.key("raw_reviews", "taken_down"), lines)
    reviews = RawReviews(dataset, lines[chance(words, _TAKEN_DOWN, 100)], until)
    return _within(reviews, reviews.taken_down, since, until)


def _lines_between(dataset: Dataset, since: int, until: int) -> I64Array:
    shop = shop_of(dataset)
    orders = orders_between(shop, since, until)
    _, edges = shop.baskets.lines_of(np.array([orders.start, orders.stop], dtype=np.int64))
    return np.arange(*edges.tolist(), dtype=np.int64)


def _within(reviews: "RawReviews", seconds: I64Array, since: int, until: int) -> tuple[I64Array, I64Array, I64Array]:
    chosen = np.flatnonzero((seconds >= since) & (seconds < until))
    return seconds[chosen], reviews.numbers[chosen], reviews.customer[chosen]


def _is_written(dataset: Dataset, lines: I64Array) -> NDArray[np.bool_]:
    return chance(bits(dataset.key("raw_reviews", "review_id"), lines), _WRITTEN, 100)


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
        shape="sparse",
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return RawOrderItems.positions(dataset, at)

    @classmethod
    def life(cls) -> tuple[Part, ...]:
        return (
            inserted(ReviewWritten),
            deleted(ReviewTakenDown),
            *follows(RawOrderItems, "delete", _of_lines),
        )

    @column(INT64, "number of the review: that of the order line, so there are gaps")
    def review_id(self) -> I64Array:
        return self.numbers + 1

    @column(INT64, "the product", references="raw_products")
    def product_id(self) -> I64Array:
        return self.line.product_id

    @column(INT64, "who wrote it: the buyer", references="raw_customers")
    def customer_id(self) -> I64Array:
        return self.customer + 1

    @column(INT64, "the order in which the product was bought", references="raw_orders")
    def order_id(self) -> I64Array:
        return self.line.order_id

    @column(INT8, "1 to 5 stars, mostly high")
    def rating(self) -> I64Array:
        words = self.bits("rating")
        returned = self.line.parents.outcome.is_returned[self.line.index]
        return np.where(returned, pick(words, _SENT_BACK), pick(words, _KEPT)).astype(np.int64) + 1

    @column(STRING, "title that fits the rating")
    def title(self) -> Text:
        return review_phrases().titles.text(self.bits("title"), self.rating - 1)

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
        return ~self.moments.early

    @column(INT16, "how many readers found it helpful")
    def helpful_votes(self) -> I64Array:
        words = self.bits("helpful_votes")
        return squared_below(words, 1 + squared_below(words << np.uint64(32), 60))

    @column(TIMESTAMP_UTC, "time of writing")
    def reviewed_at(self) -> I64Array:
        return self.moments.written * MICROSECONDS

    # What columns are made of

    def exists(self) -> NDArray[np.bool_]:
        there = _is_written(self.dataset, self.numbers) & (self.moments.written < self.at)
        if self.lived:
            there &= self.line.exists() & (self.taken_down >= self.at)
        return there

    @property
    def customer(self) -> I64Array:
        """Number of the buyer."""
        return self.line.parents.customer[self.line.index]

    @cached_property
    def line(self) -> RawOrderItems:
        """The order line of each review."""
        return RawOrderItems(self.dataset, self.rows, self.at)

    @cached_property
    def moments(self) -> Moments:
        """When each is written; ``NEVER`` or later where nothing is shipped."""
        life = self.line.parents.lifecycle
        shipped, delivered = life.shipped[self.line.index], life.delivered[self.line.index]
        words = self.bits("reviewed_at")
        early = chance(words, _early_permille(self.dataset), 1_000)
        on_the_way = shipped + HOUR + _share(words, delivered - shipped - 2 * HOUR)
        within = 1 + squared_below(self.bits("reviewed_at", "within"), _LATEST - HOUR - 1)
        at_home = delivered + HOUR + squared_below(words << np.uint64(32), within)
        return Moments(np.where(early, on_the_way, at_home), early)

    @cached_property
    def taken_down(self) -> I64Array:
        """Second in which a review is taken down; long past the end of time for nearly all."""
        words = self.bits("taken_down")
        haste = self.bits("taken_down", "haste")
        days_later = between(words << np.uint64(32), 2 * DAY, _LATEST_DOWN)
        hours_later = between(haste << np.uint64(32), HOUR // 12, 6 * HOUR)
        moment = self.moments.written + np.where(chance(haste, _AT_ONCE, 100), hours_later, days_later)
        # Deletes start after `as_of`: one that would have come before doesn't come.
        comes = chance(words, _TAKEN_DOWN, 100) & (moment > self.dataset.as_of_second)
        return np.where(comes, moment, moment + (np.int64(1) << 61))


def _early_permille(dataset: Dataset) -> int:
    """Chance of an early review, such that the base has the share it should.

    Early ones come sooner, so a short window cuts off fewer of them than of the others.
    """
    params = dataset.params
    assert isinstance(params, BronzeParams)  # noqa: S101 — for the type checker
    early = _EARLY * max(params.days - _LATE_LAG, 1)
    late = (1_000 - _EARLY) * max(params.days - _EARLY_LAG, 1)
    return 1_000 * early // (early + late)


def _share(words: U64Array, width: I64Array) -> I64Array:
    """A second within a span; the span of what never happens is of no account."""
    return below(words << np.uint64(32), np.clip(width, 1, 30 * DAY))
