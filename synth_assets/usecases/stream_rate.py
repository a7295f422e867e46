"""How many records of a stream are due: a steady number a second, or one that wanders within a range."""

import math
import re

from synth_assets.errors import UsageError, shortened
from synth_assets.kernel.choice import between
from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.spoken import option

_CONTRACT = 1
_MILLI = 1_000
_LEAST, _MOST = 0.001, 1_000_000
_SECONDS = 256
"""Seconds of which the speed is drawn at a time."""

_NUMBER = r"\d{1,7}(?:\.\d{1,3})?"
_RATE = re.compile(rf"({_NUMBER})(?:\.\.({_NUMBER}))?", re.ASCII)


class StreamRate:
    """Records a second, as a function of the time since the start.

    Within a range, the speed at each whole second is drawn from the seed, and goes evenly from one to the next.

    Args:
        least: records a second, at least.
        most: likewise, at the most.
        seed: what a range's speeds follow from.

    Example:
        >>> StreamRate(50, 50).due(60)
        3000
    """

    def __init__(self, least: float, most: float, seed: int = 0) -> None:
        self._ends = round(least * _MILLI), round(most * _MILLI)
        self._key = derive(_CONTRACT, seed, "stream", "rate")
        self._speeds: list[float] = []
        self._before = [0.0]

    @property
    def steady(self) -> float | None:
        """Records a second, if they are always as many."""
        return self._ends[0] / _MILLI if self._ends[0] == self._ends[1] else None

    def at(self, seconds: float) -> float:
        """Records a second at a time."""
        second = int(seconds)
        self._draw(second)
        return self._speeds[second] + (self._speeds[second + 1] - self._speeds[second]) * (seconds - second)

    def due(self, seconds: float) -> int:
        """How many records are due in so many seconds, the first of them at once."""
        if self.steady is not None:
            return math.ceil(seconds * self._ends[0] / _MILLI - 1e-9)
        second = int(seconds)
        self._draw(second)
        part = seconds - second
        half_way = (self._speeds[second] + self.at(seconds)) / 2
        return math.ceil(self._before[second] + half_way * part - 1e-9)

    def _draw(self, second: int) -> None:
        while len(self._speeds) < second + 2:
            drawn = between(bits(self._key, Span(len(self._speeds), _SECONDS)), *self._ends)
            self._speeds += [one / _MILLI for one in drawn.tolist()]
        while len(self._before) < second + 1:
            at = len(self._before)
            self._before.append(self._before[-1] + (self._speeds[at - 1] + self._speeds[at]) / 2)


def stream_rate(text: str, seed: int = 0) -> StreamRate:
    """Read a rate: ``50``, or ``10..50``.

    Args:
        text: as somebody wrote it.
        seed: what a range's speeds follow from.

    Raises:
        UsageError: it is none.
    """
    found = _RATE.fullmatch(text.strip())
    least = float(found[1]) if found else 0.0
    most = float(found[2]) if found and found[2] else least
    if not (_LEAST <= least <= _MOST and _LEAST <= most <= _MOST):
        raise UsageError(
            f"{option('rate')} {shortened(text) or repr('')} is not allowed; it is records a second, a number from"
            f" {_LEAST} to {_MOST:,} or a range of them.\n  For example: {option('rate', '10..50')}"
        )
    if least > most:
        raise UsageError(
            f"{option('rate')} {text} runs backwards.\n  For example: {option('rate', f'{found[2]}..{found[1]}')}"  # type: ignore[index]
        )
    return StreamRate(least, most, seed)
