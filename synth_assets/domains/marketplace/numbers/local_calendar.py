"""A calendar whose hours, weekdays and days of the year are those of a place."""

import numpy as np

from synth_assets.kernel.clock import Busy, Calendar
from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.keys import StreamKey


class LocalCalendar(Calendar):
    """A calendar of a place that is some hours ahead of UTC, asked and answering in UTC."""

    def __init__(self, key: StreamKey, start: int, hours: int, *, busy: Busy, ahead: int) -> None:
        """Lay out the hours.

        Args:
            key: names the noise of the hours.
            start: the first second in UTC, on a whole hour.
            hours: for how many the table is made at once.
            busy: when there is how much traffic, by the clocks of the place.
            ahead: seconds that these are ahead of UTC, whole hours.
        """
        super().__init__(key, start + ahead, hours, busy=busy)
        self._ahead = ahead

    def second_at(self, mass: I64Array) -> I64Array:
        """As :meth:`Calendar.second_at`, in UTC."""
        return super().second_at(mass) - self._ahead

    def mass_before(self, seconds: I64Array) -> I64Array:
        """As :meth:`Calendar.mass_before`, of seconds in UTC."""
        return super().mass_before(seconds + np.int64(self._ahead))
