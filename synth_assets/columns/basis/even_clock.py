"""A clock without seasons: rows spread evenly over a span of time."""

import numpy as np

from synth_assets.kernel.counter import I64Array, Rows, bits, numbers_of
from synth_assets.kernel.keys import StreamKey


class EvenClock:
    """A monotone map between row numbers and seconds; as :class:`~synth_assets.kernel.clock.Clock`, and never busy.

    Row n falls at a random place in the n-th of ``rows`` equal shares of the span; later rows go on at that pace.
    """

    def __init__(self, key: StreamKey, rows: int, start: int, end: int, *, founders: int = 0) -> None:
        """Spread ``rows`` rows over ``[start, end)``; the first ``founders`` of them all fall on ``start``."""
        self._key, self._rows, self._start, self._founders = key, max(rows, 1), start, founders
        self._is_empty, self._span = rows == 0, end - start

    def seconds(self, rows: Rows) -> I64Array:
        """The time of each row, shape (n,), never decreasing with the row number."""
        numbers = numbers_of(rows)
        seconds = (numbers * self._span + self._jitter(rows)) // self._rows + self._start
        return np.where(numbers < self._founders, self._start, seconds) if self._founders else seconds

    def count_before(self, seconds: I64Array) -> I64Array:
        """How many rows have a time < each of ``seconds``, shape (n,): the inverse of :meth:`seconds`."""
        if self._is_empty:
            return np.zeros(len(seconds), dtype=np.int64)
        since = np.maximum(seconds - self._start, 0) * self._rows
        edge = since // self._span  # only the row at the edge needs its jitter
        earlier = edge * self._span + self._jitter(edge) < since
        return np.where(seconds > self._start, np.maximum(edge + earlier, self._founders), 0)

    def _jitter(self, rows: Rows) -> I64Array:
        return (bits(self._key, rows) >> np.uint64(11)).view(np.int64) % self._span
