"""How long a candidate may take: what is asked of somebody else's system may never end."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import polars as pl

from synth_assets.errors import UnjudgedError

LEAST_SECONDS = 30.0
"""For the smallest candidate: to connect, to find its table, to sort it."""

_BYTES_A_SECOND = 1_000_000
"""Taken for granted of a candidate: the slowest reader takes a tenth of that for what it reads."""

_AGAIN = 0.2


class Patience:
    """The seconds that a candidate may take, over all that is asked of it; the truth's own don't count.

    Args:
        seconds: how many; if ``None``, 30 and one more for each MB that :meth:`allow` is told of.

    Attributes:
        left: those that are left.
    """

    def __init__(self, seconds: float | None) -> None:
        self._asked = seconds
        self._all = self.left = LEAST_SECONDS if seconds is None else seconds

    def allow(self, size: int) -> None:
        """Take the size of the candidate, in bytes, into account."""
        if self._asked is None:
            more = size / _BYTES_A_SECOND
            self._all += more
            self.left += more

    @contextmanager
    def within(self, stop: Callable[[], object]) -> Iterator[None]:
        """Call ``stop`` once the time is over, from a thread and again and again, until what is inside has ended.

        Raises:
            UnjudgedError: the time is over.
        """
        begun, done, stopped = time.monotonic(), threading.Event(), threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done, stopped, stop), daemon=True)
        watcher.start()
        try:
            yield
        except Exception:
            if not stopped.is_set():
                raise
        finally:
            done.set()
            watcher.join()
            self.left = max(self.left - (time.monotonic() - begun), 0.0)
        if stopped.is_set():
            raise self.over()

    def check(self) -> None:
        """Raise :class:`UnjudgedError` if the time is over."""
        if self.left <= 0:
            raise self.over()

    def over(self) -> UnjudgedError:
        """The error for a candidate that takes too long."""
        return UnjudgedError(
            f"the candidate took longer than {self._all:,.0f} s and was given up.\n"
            "  If it needs more: --timeout SECONDS. A view without an end can't be graded."
        )

    def frames(self, frames: Iterator[pl.DataFrame], stop: Callable[[], object]) -> Iterator[pl.DataFrame]:
        """The same frames; each must come in time."""
        while True:
            with self.within(stop):
                frame = next(frames, None)
            if frame is None:
                return
            yield frame

    def _watch(self, done: threading.Event, stopped: threading.Event, stop: Callable[[], object]) -> None:
        if done.wait(self.left):
            return
        stopped.set()
        while not done.wait(_AGAIN):
            stop()


def hanging_up(line: int) -> Callable[[], None]:
    """Ends whatever waits for a server, which may have stopped to answer.

    Args:
        line: the number of the socket on which somebody waits.
    """

    def hang_up() -> None:
        with suppress(OSError), socket.socket(fileno=os.dup(line)) as end:
            end.shutdown(socket.SHUT_RDWR)

    return hang_up
