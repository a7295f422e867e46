"""Items at a rate: handed over as they get due, and no faster than they are taken."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, NamedTuple, TypeVar

from synth_assets.usecases.stream_rate import StreamRate

_TICK = 0.02
"""Seconds between two looks at what is due."""

_AT_ONCE = 2_048
"""Items handed over at a time, at most."""

_BEHIND = 0.5
"""Seconds' worth of items that are caught up with; what somebody slower than that leaves is not."""

_PART = 0.1
"""Seconds' worth of items that are handed over at a time, at most: between them somebody may ask for the end."""

_TELL = 1.0
"""Seconds between two reports."""

Item = TypeVar("Item")


class StreamProgress(NamedTuple):
    """How a stream goes.

    Attributes:
        sent: items handed over since it began.
        seconds: since it began.
        asked: items a second, over the last seconds; ``None`` for as many as are taken.
        reached: likewise, of those that were handed over.
    """

    sent: int
    seconds: float
    asked: float | None
    reached: float


class Paced(Generic[Item]):
    """Items that are handed over at a rate.

    What is late by half a second or more is not caught up with: a reader who was away gets no flood.

    Args:
        parts: items, some at a time; they are made in a thread, a part ahead.
        rate: how many a second; ``None`` for as many as are taken.
        limit: how many, at most.
        duration: for how many seconds, at most.
        stop: ends it, once set.
        told: called every second.
        clock: seconds from anywhere.
    """

    def __init__(
        self,
        parts: Iterator[Sequence[Item]],
        rate: StreamRate | None,
        limit: int | None,
        duration: float | None,
        stop: threading.Event,
        told: Callable[[StreamProgress], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._parts, self._rate, self._stop, self._told, self._clock = parts, rate, stop, told, clock
        self._limit = limit
        self._duration = duration
        self._missed = 0
        self.sent = 0
        self.seconds = 0.0
        self.is_whole = False
        """Whether all items there are were handed over."""

    def items(self) -> Iterator[Sequence[Item]]:
        """Those that are due, again and again; none at a moment in which none is."""
        made = _one_by_one(self._parts)
        waiting = list(itertools.islice(made, 1))  # before time runs
        made = itertools.chain(waiting, made)
        began = self._clock()
        said_at, said_sent, said_due = began, 0, 0
        is_last = False
        while not is_last and not self._stop.is_set():
            now = self._clock()
            self.seconds = now - began
            is_last = self._duration is not None and self.seconds >= self._duration
            due, left = self._due()
            some = list(itertools.islice(made, due))
            self.sent += len(some)
            self.is_whole = len(some) < due
            is_last = is_last or self.is_whole or (self._limit is not None and self.sent >= self._limit)
            yield some
            now = self._clock()
            self.seconds = now - began
            if now - said_at >= _TELL:
                whole = 0 if self._rate is None else self._rate.due(self.seconds)
                passed = now - said_at
                asked = None if self._rate is None else self._rate.steady or (whole - said_due) / passed
                self._told(StreamProgress(self.sent, self.seconds, asked, (self.sent - said_sent) / passed))
                said_at, said_sent, said_due = now, self.sent, whole
            if not left and not is_last:
                self._stop.wait(_TICK if self._rate else 0)

    def _due(self) -> tuple[int, bool]:
        """How many to hand over, and whether more than those are due."""
        most = _AT_ONCE if self._limit is None else min(_AT_ONCE, self._limit - self.sent)
        if self._rate is None:
            return most, True
        seconds = self.seconds if self._duration is None else min(self.seconds, self._duration)
        due = self._rate.due(seconds) - self._missed - self.sent
        speed = self._rate.at(seconds)
        allowed = max(1, int(speed * _BEHIND))
        if due > allowed:
            self._missed += due - allowed
            due = allowed
        most = min(most, max(1, int(speed * _PART)))
        return min(due, most), due > most


def _one_by_one(parts: Iterator[Sequence[Item]]) -> Iterator[Item]:
    """Items of parts, the next of which is made while those of one are handed over."""
    with ThreadPoolExecutor(1, "stream") as maker:
        coming = maker.submit(next, parts, None)
        while (some := coming.result()) is not None:
            coming = maker.submit(next, parts, None)
            yield from some
