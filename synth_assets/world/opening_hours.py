"""Hours at which something is open: from a time to the seconds it has been open for, and back."""

from dataclasses import dataclass

import numpy as np

from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array

_MONDAY = 4 * DAY  # 1970-01-05
_WEEK = 7 * DAY


@dataclass(frozen=True)
class OpeningHours:
    """The same hours on the first days of each week, in local time, which runs on as if it were UTC.

    Attributes:
        opens: seconds after midnight.
        closes: seconds after midnight, later.
        days: so many days of the week from Monday on, 1 to 7.
    """

    opens: int
    closes: int
    days: int = 7

    def spent(self, seconds: I64Array) -> I64Array:
        """Seconds that it has been open before each time, from some Monday on; shape (n,)."""
        since = seconds - _MONDAY
        week = since // _WEEK
        since -= week * _WEEK
        day = since // DAY
        since -= day * DAY
        since -= self.opens
        width = self.closes - self.opens
        np.clip(since, 0, width, out=since)
        since += np.minimum(day, self.days) * width
        if self.days < 7:
            np.minimum(since, self.days * width, out=since)
        since += week * (self.days * width)
        return since

    def at(self, spent: I64Array) -> I64Array:
        """The second in which it has been open for so long, while it is open; shape (n,)."""
        width = self.closes - self.opens
        day = spent // width
        week = day // self.days
        time = spent - day * width
        time += (day - week * self.days) * DAY + week * _WEEK + (self.opens + _MONDAY)
        return time


WAREHOUSE = OpeningHours(7 * HOUR, 19 * HOUR, days=6)
"""When goods leave and come back: Monday to Saturday."""

AWAKE = OpeningHours(7 * HOUR + HOUR // 2, 23 * HOUR)
"""When people do what can wait."""
