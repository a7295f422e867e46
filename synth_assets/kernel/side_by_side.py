"""Clocks side by side: as many as there are rows of another table, each with a span and a pace of its own.

A :class:`~synth_assets.kernel.clock.Clock` is an object with a table of hours. Where a thousand of them stand beside
each other, one a tenant, they share the tables: each clock is a few numbers in arrays, and a question about rows of
many clocks is one about arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth_assets.kernel.clock import HOUR, Calendar
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.distinct import places_of_each
from synth_assets.kernel.keys import StreamKey

_ROW_BITS = 40  # of a row's number within its clock; what is left names the clock


@dataclass(frozen=True)
class Spans:
    """What clocks without seasons are laid out over; shapes (n,), or one for all.

    Attributes:
        which: the number of each clock, which its jitter goes by.
        rows: rows in the span, at least 1.
        start: first second of the span.
        length: seconds of the span, at least 1.
    """

    which: I64Array
    rows: I64Array | int
    start: I64Array | int
    length: I64Array | int


class EvenClocks:
    """Clocks that are never busy: row n falls at a random place in the n-th of so many equal shares of its span.

    Rows past the last of the span go on at its pace. :class:`~synth_assets.kernel.clocks.EvenClock` is one alone.
    """

    def __init__(self, key: StreamKey, *, eighths: int = 8) -> None:
        """Lay out the jitter.

        Args:
            key: names it.
            eighths: rows fall into the first so many eighths of their share: with fewer than 8, two of a clock are
                apart by an eighth of a share at least.
        """
        self._key, self._eighths = key, eighths

    def seconds(self, spans: Spans, rows: I64Array) -> I64Array:
        """The time of a row of each clock, shape (n,); never decreasing with the row's number."""
        place = rows * spans.length + self._jitter(spans, rows)
        return place // spans.rows + spans.start

    def count_before(self, spans: Spans, seconds: I64Array | int) -> I64Array:
        """How many rows of each clock have a time before its second, shape (n,): the inverse."""
        since = np.maximum(seconds - spans.start, 0) * spans.rows
        edge = since // spans.length  # only the row at the edge needs its jitter
        earlier = edge * spans.length + self._jitter(spans, edge) < since
        return np.where(seconds > spans.start, edge + earlier, 0)

    def _jitter(self, spans: Spans, rows: I64Array) -> I64Array:
        return _jitter(self._key, spans.which, rows, spans.length * self._eighths // 8)


class BusyClocks:
    """Clocks with seasons, each by one of a few calendars that they share."""

    def __init__(
        self,
        key: StreamKey,
        calendars: Sequence[Calendar],
        calendar: I64Array,
        rows: int,
        start: I64Array,
        end: int,
    ) -> None:
        """Spread ``rows`` rows of m clocks each over ``[start, end)``; later ones go on at the same pace.

        Args:
            key: names the jitter.
            calendars: the calendars.
            calendar: which of them each clock goes by, shape (m,).
            rows: of each clock; where there are none, none come after the span either.
            start: first second of each clock's span, on a whole hour, shape (m,).
            end: the second after the last, on a whole hour.

        Raises:
            OverflowError: rows × mass of a span passes 2^62.
        """
        self._key, self._calendars, self._calendar = key, calendars, calendar
        self._rows, self._start = rows, start
        self._begin = self._mass_before(np.arange(len(start)), start)
        self._mass = self._mass_before(np.arange(len(start)), np.full(len(start), end)) - self._begin
        if rows * int(self._mass.max(initial=0)) >= 1 << 62:
            msg = f"{rows} rows over {(end - int(start.min())) // HOUR} hours are more than 64-bit arithmetic can place"
            raise OverflowError(msg)

    def seconds(self, which: I64Array, rows: I64Array) -> I64Array:
        """The time of a row of each clock, shape (n,); never decreasing with the row's number."""
        mass = self._mass[which]
        place = (rows * mass + _jitter(self._key, which, rows, mass)) // max(self._rows, 1) + self._begin[which]
        seconds = np.empty(len(rows), dtype=np.int64)
        for number, of in self._by_calendar(which):
            seconds[of] = self._calendars[number].second_at(place[of])
        return seconds

    def count_before(self, which: I64Array, seconds: I64Array) -> I64Array:
        """How many rows of each clock have a time before its second, shape (n,): the inverse."""
        if not self._rows:
            return np.zeros(len(which), dtype=np.int64)
        mass = self._mass[which]
        since = np.maximum(self._mass_before(which, seconds) - self._begin[which], 0) * self._rows
        edge = since // mass
        earlier = edge * mass + _jitter(self._key, which, edge, mass) < since
        return np.where(seconds > self._start[which], edge + earlier, 0)

    def _mass_before(self, which: I64Array, seconds: I64Array) -> I64Array:
        mass = np.empty(len(which), dtype=np.int64)
        for number, of in self._by_calendar(which):
            mass[of] = self._calendars[number].mass_before(seconds[of])
        return mass

    def _by_calendar(self, which: I64Array) -> "list[tuple[int, I64Array]]":
        """The rows of each calendar that occurs."""
        return places_of_each(self._calendar[which])


def _jitter(key: StreamKey, which: I64Array, rows: I64Array, length: I64Array | int) -> I64Array:
    words = bits(key, (which << _ROW_BITS) + rows)
    return (words >> np.uint64(11)).view(np.int64) % length
