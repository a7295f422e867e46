"""What becomes of an order: its outcome and the moments of its life, all bounded."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from synth_assets.kernel.choice import between, pick, weight_table
from synth_assets.kernel.clock import DAY, HOUR, NEVER
from synth_assets.kernel.counter import I64Array, U64Array

_KEPT, _RETURNED, _CHANGED_MIND, _PAYMENT_FAILED = range(4)
_OUTCOMES = weight_table((85, 8, 4, 3))

_REACH = {
    "paid": np.array([True, True, True, False]),
    "shipped": np.array([True, True, False, False]),
    "delivered": np.array([True, True, False, False]),
    "cancelled": np.array([False, False, True, True]),
    "returned": np.array([False, True, False, False]),
}
"""By step, which outcomes come to it."""

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

    def moments(self, placed: I64Array, words: U64Array) -> OrderMoments:
        """The moments of each order's life.

        Args:
            placed: shape (n,), the second in which the order becomes visible: its session's end.
            words: shape (n,), uniform words; each moment takes 12 bits, so steps of about a minute.
        """
        paid = placed + _delay(words, 0, 30, LONGEST["paid"])
        shipped = placed + _delay(words, 12, 5 * HOUR, LONGEST_TO_SHIP)
        delivered = shipped + _delay(words, 24, 18 * HOUR, _LONGEST_ON_THE_WAY)
        # Between the delivery, ten days after the order at the latest, and a month after the order.
        returned = delivered + _delay(words, 36, DAY, 20 * DAY - HOUR)
        cancelled = placed + _delay(words, 48, 3 * HOUR, LONGEST["cancelled"])
        steps = OrderMoments(paid, shipped, delivered, cancelled, returned)
        return OrderMoments(
            *(np.where(self.reaches(step), moment, NEVER) for step, moment in zip(steps._fields, steps, strict=True))
        )


def _delay(words: U64Array, shift: int, low: int, high: int) -> I64Array:
    """Seconds in [low, high] from 12 bits of each word, the minute from there, the seconds from the whole word."""
    coarse = words << np.uint64(52 - shift) & np.uint64(0xFFF << 52)
    fine = (words * np.uint64(0x9E3779B97F4A7C15 + 2 * shift)) >> np.uint64(12)
    return between(coarse | fine, low, high)
