"""How long it is from one record of a stream to the next."""

from collections.abc import Iterator

from synth_assets.kernel.choice import between
from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive

_CONTRACT = 1
_MILLI = 1_000
_MICROSECONDS = 1_000_000


def intervals(seed: int, first: int, count: int, least: float, most: float) -> Iterator[int]:
    """Microseconds after each record, so that between ``least`` and ``most`` of them are in a second.

    Args:
        seed: of the stream.
        first: number of the first record.
        count: how many.
        least: records a second, from 0.001 to 1,000,000.
        most: likewise, not less.

    Example:
        >>> all(100_000 <= one <= 200_000 for one in intervals(42, 0, 100, 5, 10))
        True
    """
    key = derive(_CONTRACT, seed, "rand_engine", "pace")
    speeds = between(bits(key, Span(first, count)), round(least * _MILLI), round(most * _MILLI))
    yield from (_MICROSECONDS * _MILLI // speeds).tolist()
