"""Paces: when ticks come, every so many seconds or at the beginnings of months of the calendar."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from synth_assets.kernel.counter import I64Array


class Pace(Protocol):
    """When ticks come, which are numbered from 0."""

    def at(self, ticks: I64Array) -> I64Array:
        """The second of each tick, shape (n,)."""
        ...

    def before(self, seconds: I64Array) -> I64Array:
        """How many ticks have a time < each of ``seconds``, shape (n,)."""
        ...


@dataclass(frozen=True)
class Steady:
    """Every so many seconds.

    Attributes:
        start: second of the first tick.
        step: seconds from tick to tick.
    """

    start: int
    step: int

    def at(self, ticks: I64Array) -> I64Array:
        """See :class:`Pace`."""
        return ticks * self.step + self.start

    def before(self, seconds: I64Array) -> I64Array:
        """See :class:`Pace`."""
        return np.maximum(-((self.start - seconds) // self.step), 0)


@dataclass(frozen=True)
class Monthly:
    """At the beginning of every so many months, in UTC.

    Attributes:
        first: the month of the first tick, counted from January 1970.
        step: months from tick to tick.
    """

    first: int
    step: int

    def at(self, ticks: I64Array) -> I64Array:
        """See :class:`Pace`."""
        months = (ticks * self.step + self.first).astype("datetime64[M]")
        return months.astype("datetime64[s]").astype(np.int64)

    def before(self, seconds: I64Array) -> I64Array:
        """See :class:`Pace`."""
        return np.maximum((_months_of(seconds - 1) - self.first) // self.step + 1, 0)


@dataclass(frozen=True)
class Months:
    """So many months of the calendar; those of three begin in January, April, July and October.

    Attributes:
        count: how many.
    """

    count: int

    @property
    def told(self) -> str:
        """In words, after *every*."""
        name, length = next((name, length) for name, length in _LENGTHS.items() if self.count % length == 0)
        return f"{self.count // length:,} {name}s" if self.count > length else name

    def since(self, second: int) -> Monthly:
        """Ticks of which the first is not before a second."""
        return Monthly(-(-(_month_of(second - 1) + 1) // self.count) * self.count, self.count)

    def until(self, second: int, ticks: int) -> Monthly:
        """Ticks of which so many come before the last one that is not after a second."""
        return Monthly(_month_of(second) // self.count * self.count - ticks * self.count, self.count)


_LENGTHS = {"year": 12, "quarter": 3, "month": 1}

CALENDAR = {f"{name}s": length for name, length in _LENGTHS.items()}
"""Units of the calendar that declarations know, in months."""


def _months_of(seconds: I64Array) -> I64Array:
    return seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def _month_of(second: int) -> int:
    return int(_months_of(np.array([second], dtype=np.int64))[0])
