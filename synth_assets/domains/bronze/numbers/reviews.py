"""Reviews by number, which is that of their order line: whether there is one, when it is written and taken down."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.purchases import OrderLines
from synth_assets.domains.bronze.numbers.rows import NumberedRows
from synth_assets.kernel.choice import below, between, chance, squared_below, weight_table
from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.selection import selected
from synth_assets.model.dataset import Dataset
from synth_assets.world.opening_hours import AWAKE
from synth_assets.world.order_lifecycle import LONGEST_TO_DELIVER

_WRITTEN = 34  # per cent of shipped lines that get a review
_EARLY = 80  # per mille of the base dataset's reviews that are written before delivery
_EARLY_LAG, _LATE_LAG = 4, 9  # mean days from the order to a review before, and after, delivery
# How many of a thousand or so are written in which hour of the writer's day; after a parcel that came by half past six.
_HOURS = weight_table((6, 2, 1, 0, 0, 1, 4, 10, 20, 32, 42, 46, 50, 48, 46, 46, 48, 54, 66, 86, 106, 112, 84, 40))
_LATE_HOURS = weight_table((0,) * 20 + (40, 40, 25, 10))
_SLEPT_ON_IT = 75  # per cent of those who would write on the day itself and do so on the next one
_TAKEN_DOWN = 2  # per cent of reviews that are taken down, after as_of only
_AT_ONCE = 40  # per cent of those that moderation takes down within hours: they come and go in one daily batch
_LATEST = 30 * DAY  # after delivery
_LATEST_DOWN = 60 * DAY  # after writing


class Moments(NamedTuple):
    """When each review is written, and whether that is before delivery."""

    written: I64Array
    early: NDArray[np.bool_]


class Found(NamedTuple):
    """Reviews to which something happens, and when; shapes (n,)."""

    seconds: I64Array
    lines: I64Array
    customers: I64Array


class Reviews(NumberedRows):
    """The reviews that order lines have or might have."""

    table = "raw_reviews"

    def __init__(self, lines: OrderLines) -> None:
        super().__init__(lines.dataset, lines.rows)
        self.lines = lines

    @property
    def customer(self) -> I64Array:
        """Number of the buyer, who writes."""
        return self.lines.orders.customer[self.lines.index]

    @cached_property
    def is_meant(self) -> NDArray[np.bool_]:
        """Which lines get a review if they are shipped."""
        return _is_meant(self.dataset, self.numbers)

    @cached_property
    def moments(self) -> Moments:
        """When each is written; ``NEVER`` or later where nothing is shipped."""
        life = self.lines.orders.lifecycle
        shipped, delivered = life.shipped[self.lines.index], life.delivered[self.lines.index]
        words = self.bits("reviewed_at")
        early = chance(words, self._early_permille, 1_000)
        ahead = self.lines.orders.ahead[self.lines.index]
        since = AWAKE.spent(shipped + (ahead + HOUR))
        on_the_way = AWAKE.at(since + _share(words, AWAKE.spent(delivered + (ahead - HOUR)) - since)) - ahead
        within = 1 + squared_below(self.bits("reviewed_at", "within"), _LATEST - HOUR - 1)
        lag = squared_below(words << np.uint64(32), within)
        at_home = _at_home(delivered + ahead, lag // DAY, self.bits("reviewed_at", "hour")) - ahead
        return Moments(selected(early, on_the_way, at_home), early)

    @cached_property
    def taken_down(self) -> I64Array:
        """Second in which a review is taken down; long past the end of time for nearly all."""
        words = self.bits("taken_down")
        haste = self.bits("taken_down", "haste")
        days_later = between(words << np.uint64(32), 2 * DAY, _LATEST_DOWN)
        hours_later = between(haste << np.uint64(32), HOUR // 12, 6 * HOUR)
        moment = self.moments.written + selected(chance(haste, _AT_ONCE, 100), hours_later, days_later)
        # Deletes start after `as_of`: one that would have come before doesn't come.
        comes = chance(words, _TAKEN_DOWN, 100) & (moment > self.dataset.as_of_second)
        return np.where(comes, moment, moment + (np.int64(1) << 61))

    @property
    def _early_permille(self) -> int:
        """Chance of an early review, such that the base has the share it should.

        Early ones come sooner, so a short window cuts off fewer of them than of the others.
        """
        days = self.lookups.params.days
        early = _EARLY * max(days - _LATE_LAG, 1)
        late = (1_000 - _EARLY) * max(days - _EARLY_LAG, 1)
        return 1_000 * early // (early + late)


def written_between(dataset: Dataset, since: int, until: int) -> Found:
    """Reviews written in ``[since, until)``; erasures not heeded."""
    found: list[Found] = []
    for lines in _lines_between(dataset, since - LONGEST_TO_DELIVER - _LATEST, until):
        reviews = Reviews(OrderLines.at(dataset, lines[_is_meant(dataset, lines)]))
        found.append(_within(reviews, reviews.moments.written, since, until))
    return _joined(found)


def taken_down_between(dataset: Dataset, since: int, until: int) -> Found:
    """Reviews taken down in ``[since, until)``; erasures not heeded."""
    found: list[Found] = []
    for every in _lines_between(dataset, since - LONGEST_TO_DELIVER - _LATEST - _LATEST_DOWN, until):
        lines = every[_is_meant(dataset, every)]
        words = bits(dataset.key("raw_reviews", "taken_down"), lines)
        reviews = Reviews(OrderLines.at(dataset, lines[chance(words, _TAKEN_DOWN, 100)]))
        found.append(_within(reviews, reviews.taken_down, since, until))
    return _joined(found)


def _lines_between(dataset: Dataset, since: int, until: int) -> Iterator[I64Array]:
    """The lines of orders placed in ``[since, until)``, some at a time."""
    for some in lookups_of(dataset).lines_between(since, until).pieces():
        yield some.array()


def _joined(parts: Sequence[Found]) -> Found:
    return Found(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def _within(reviews: Reviews, seconds: I64Array, since: int, until: int) -> Found:
    chosen = np.flatnonzero((seconds >= since) & (seconds < until))
    return Found(seconds[chosen], reviews.numbers[chosen], reviews.customer[chosen])


def _is_meant(dataset: Dataset, lines: I64Array) -> NDArray[np.bool_]:
    return chance(bits(dataset.key("raw_reviews", "review_id"), lines), _WRITTEN, 100)


def _at_home(delivered: I64Array, later: I64Array, words: U64Array) -> I64Array:
    """The local second of writing: so many days after the delivery, mostly in the evening; on its day, at night."""
    later = np.maximum(later, chance(words << np.uint64(32), _SLEPT_ON_IT, 100))
    hour = np.where(later == 0, _LATE_HOURS.slots[words >> np.uint64(48)], _HOURS.slots[words >> np.uint64(48)])
    return (delivered // DAY + later) * DAY + hour.astype(np.int64) * HOUR + below(words << np.uint64(16), HOUR)


def _share(words: U64Array, width: I64Array) -> I64Array:
    """A second within a span; the span of what never happens is of no account."""
    return below(words << np.uint64(32), np.clip(width, 1, 30 * DAY))
