"""How a server is treated, and what was sent to it."""

from array import array
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Manners:
    """How a server is treated.

    Attributes:
        concurrency: requests that are under way at a time, at most.
        stragglers: requests beyond that, whose answers are unusually late: they make room for others.
        retries: how often a request is sent again after a failure; one that is asked to come later doesn't count.
        timeout: seconds that an answer may take.
    """

    concurrency: int = 16
    stragglers: int = 16
    retries: int = 8
    timeout: float = 30.0


@dataclass
class Traffic:
    """What has been sent.

    Attributes:
        requests: that were taken.
        records: in those.
        again: requests that were sent again, by what the server had done.
        seconds: that it took.
        waits: seconds until the answer, of each request that was taken.
    """

    requests: int = 0
    records: int = 0
    again: Counter[str] = field(default_factory=Counter[str])
    seconds: float = 0.0
    waits: "array[float]" = field(default_factory=lambda: array("d"))

    def quantile(self, share: float) -> float | None:
        """Seconds within which this share of requests was answered; ``None`` if none was."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
