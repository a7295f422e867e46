"""When what happened at a time is to happen again: at the same pace, or so many times as fast."""

import time
from collections.abc import Callable

_LATE = 5.0
"""Seconds behind from which it is told."""

_TELL_EVERY = 60.0


class EventTime:
    """Holds events back until they are due: as far from the first one as they were, but so many times sooner.

    An event that is late isn't held, so that those after it catch up, and nothing is added up.

    Args:
        speed: how many times as fast as it was; ``None`` for no waiting at all.
        told: told that it is late, and how much, now and then.
        clock: seconds from anywhere.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        speed: float | None,
        told: Callable[[str], None] = lambda _text: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._speed = speed
        self._told = told
        self._clock = clock
        self._sleep = sleep
        self._first: tuple[float, float] | None = None
        self._said = float("-inf")

    def hold(self, second: float, before: Callable[[], None] = lambda: None) -> None:
        """Wait until an event is due.

        Args:
            second: when it was, in seconds from anywhere; not before the last one.
            before: done before it waits, if it does.
        """
        if self._speed is None:
            return
        now = self._clock()
        if self._first is None:
            self._first = second, now
        due = self._first[1] + (second - self._first[0]) / self._speed
        if due > now:
            before()
            self._sleep(max(due - self._clock(), 0.0))
        elif now - due > _LATE and now - self._said > _TELL_EVERY:
            self._said = now
            self._told(
                f"The server takes less than {self._speed:g}x asks for: {now - due:,.0f} s behind. Nothing is left out."
            )
