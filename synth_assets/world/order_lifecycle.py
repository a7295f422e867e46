"""What becomes of an order: its outcome and the moments of its life, all bounded."""

import functools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from synth_assets.kernel.choice import below, between, cubed_below, pick, weight_table
from synth_assets.kernel.clock import DAY, HOUR, NEVER
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.world.local_time import seconds_ahead
from synth_assets.world.opening_hours import AWAKE, WAREHOUSE
from synth_assets.world.places import places

_KEPT, _RETURNED, _CHANGED_MIND, _PAYMENT_FAILED = range(4)
_OUTCOMES = weight_table((76, 17, 4, 3))

_REACH = {
    "paid": np.array([True, True, True, False]),
    "shipped": np.array([True, True, False, False]),
    "delivered": np.array([True, True, False, False]),
    "cancelled": np.array([False, False, True, True]),
    "returned": np.array([False, True, False, False]),
}
"""By step, which outcomes come to it."""

_CITY = "Kansas City"
"""Where the warehouse is."""

# Hours of work within which an order is shipped, and a return comes in, from when it can be on; whatever the weekday,
# the longest times below leave room for so many. And waking hours within which an order is cancelled.
_SHIPPING, _RETURNING, _CANCELLING = 17 * HOUR, 180 * HOUR, 12 * HOUR
_DAYS_ON_THE_WAY = weight_table((0, 0, 20, 30, 25, 15, 10))
_DELIVERING = (9 * HOUR + HOUR // 2, 18 * HOUR + HOUR // 2)  # hours of a day

LONGEST_TO_SHIP = 71 * HOUR
"""After the session's end; so within three days of the order, which is up to an hour earlier."""

_LONGEST_ON_THE_WAY = 6 * DAY + 20 * HOUR

LONGEST_TO_DELIVER = LONGEST_TO_SHIP + _LONGEST_ON_THE_WAY
"""After the session's end."""

LONGEST_TO_RETURN = 30 * DAY - HOUR
"""After the session's end."""

LONGEST = {
    "paid": 2 * HOUR,
    "shipped": LONGEST_TO_SHIP,
    "delivered": LONGEST_TO_DELIVER,
    "cancelled": 24 * HOUR,
    "returned": LONGEST_TO_RETURN,
}
"""The longest time of each step after the session's end."""


class OrderMoments(NamedTuple):
    """Seconds of each step, ``NEVER`` for those that don't come; in the order in which they overrule the status."""

    paid: I64Array
    shipped: I64Array
    delivered: I64Array
    cancelled: I64Array
    returned: I64Array


@dataclass(frozen=True)
class Outcome:
    """How orders end: kept, returned, cancelled by the customer, or cancelled for want of payment."""

    kind: I64Array

    @classmethod
    def draw(cls, words: U64Array) -> "Outcome":
        """An outcome for each word."""
        return cls(pick(words, _OUTCOMES).astype(np.int64))

    @property
    def is_returned(self) -> np.ndarray:
        """Which orders come back."""
        return self.kind == _RETURNED

    def reaches(self, step: str) -> np.ndarray:
        """Which orders ever come to a step of :class:`OrderMoments`, shape (n,)."""
        return _REACH[step][self.kind]

    def moments(self, placed: I64Array, words: U64Array, ahead: int | I64Array = 0) -> OrderMoments:
        """The moments of each order's life.

        Args:
            placed: shape (n,), the second in which the order becomes visible: its session's end.
            words: shape (n,), uniform words; each moment takes 12 bits, so steps of about a minute.
            ahead: seconds that clocks where the buyer lives are ahead of UTC, of all or shape (n,).
        """
        paid = placed + 30 + cubed_below(_part(words, 0), LONGEST["paid"] - 29)
        shipped = _shipped(placed, words)
        delivered = _delivered(shipped, words, ahead)
        cancelled = AWAKE.at(AWAKE.spent(placed + (ahead + 3 * HOUR)) + below(_part(words, 48), _CANCELLING)) - ahead
        steps = OrderMoments(paid, shipped, delivered, cancelled, _returned(delivered, words))
        return OrderMoments(*(self._reached(step, moment) for step, moment in zip(steps._fields, steps, strict=True)))

    def shipped(self, placed: I64Array, words: U64Array) -> I64Array:
        """One of :meth:`moments`, for which nobody has to know where the buyer lives."""
        return self._reached("shipped", _shipped(placed, words))

    def _reached(self, step: str, moment: I64Array) -> I64Array:
        return np.where(self.reaches(step), moment, NEVER)


def _shipped(placed: I64Array, words: U64Array) -> I64Array:
    """Once it has been packed, while the warehouse works."""
    ready = placed + 5 * HOUR
    spent = WAREHOUSE.spent(ready + _warehouse_ahead(ready)) + below(_part(words, 12), _SHIPPING)
    return _warehouse_utc(WAREHOUSE.at(spent))


def _delivered(shipped: I64Array, words: U64Array, ahead: int | I64Array) -> I64Array:
    """Some days later, by day where the buyer lives, and on Saturday what would come on Sunday."""
    part = _part(words, 24)
    day = (shipped + ahead) // DAY + pick(part, _DAYS_ON_THE_WAY)
    day -= (day + 4) % 7 == 0
    return day * DAY + between(part << np.uint64(16), *_DELIVERING) - ahead


def _returned(delivered: I64Array, words: U64Array) -> I64Array:
    """Between the delivery, ten days after the order at the latest, and a month after it, while the warehouse works."""
    sent = delivered + DAY
    spent = WAREHOUSE.spent(sent + _warehouse_ahead(sent)) + below(_part(words, 36), _RETURNING)
    return _warehouse_utc(WAREHOUSE.at(spent))


def _warehouse_ahead(seconds: I64Array) -> I64Array:
    """Seconds that the warehouse's clocks are ahead of UTC, shape (n,)."""
    return seconds_ahead(_warehouse(), seconds)


def _warehouse_utc(local: I64Array) -> I64Array:
    """From what the warehouse's clocks show to UTC; its clocks never change while it works."""
    return local - seconds_ahead(_warehouse(), local - int(places().offset_minutes[_warehouse()]) * 60)


@functools.cache
def _warehouse() -> int:
    """The place of the warehouse."""
    return places().cities.texts.to_list().index(_CITY)


def _part(words: U64Array, shift: int) -> U64Array:
    """Uniform words of 12 bits of each word, the minute from there, the seconds from the whole word."""
    coarse = words << np.uint64(52 - shift) & np.uint64(0xFFF << 52)
    return coarse | (words * np.uint64(0x9E3779B97F4A7C15 + 2 * shift)) >> np.uint64(12)
