"""How a command ends that didn't end well: a message and an exit status for whatever may come up."""

import errno
import os
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from synth_assets.documents.shown import in_line
from synth_assets.errors import SynthError, UsageError

FAULT_STATUS = 70
"""A fault of synth itself, as sysexits.h calls it; never one of the statuses that say something about data."""

_STOPPED = ("SIGTERM", "SIGHUP")
_LONGEST = 200
_LOOK = "See what is there, and try again."
_RIGHT = "Ask for the right to read it, or run as somebody who has it."
_NEXT_STEPS = {
    errno.EACCES: _RIGHT,
    errno.EPERM: _RIGHT,
    errno.EMFILE: "Allow the process more open files: ulimit -n.",
    errno.ENOSPC: "Make room there; what was stored before is still whole.",
}


class Stopped(KeyboardInterrupt):
    """The system asked the process to end; it ends as after Ctrl-C, and leaves nothing behind.

    Attributes:
        number: the signal's.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM and SIGHUP be exceptions, unless somebody ignores them, as `nohup` does."""
    before = {
        number: signal.getsignal(number)
        for name in _STOPPED
        if (number := getattr(signal, name, None)) is not None and signal.getsignal(number) == signal.SIG_DFL
    }
    try:
        for number in before:
            signal.signal(number, _stop)
    except ValueError:  # not in the main thread, where only the main thread's signals count
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _: FrameType | None) -> None:
    raise Stopped(number)


@contextmanager
def asked_to_stop() -> Iterator[threading.Event]:
    """Let Ctrl-C and SIGTERM ask what is under way to end in good order, and a second one insist.

    Yields:
        an event that is set once somebody asks.

    Raises:
        KeyboardInterrupt: somebody did; after what is under way has ended.
    """
    stop, by = threading.Event(), list[int]()

    def ask(number: int, frame: FrameType | None) -> None:
        if by:
            _insist(number, frame)
        by.append(number)
        stop.set()

    before = {number: signal.getsignal(number) for number in _asking() if signal.getsignal(number) != signal.SIG_IGN}
    try:
        for number in before:
            signal.signal(number, ask)
    except ValueError:  # not in the main thread
        before = {}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if by:
        _insist(by[0], None)


def _asking() -> list[int]:
    found = [getattr(signal, name, None) for name in ("SIGINT", *_STOPPED)]
    return [number for number in found if number is not None]


def _insist(number: int, _: FrameType | None) -> None:
    raise KeyboardInterrupt if number == signal.SIGINT else Stopped(number)


def refused(error: BaseException) -> SynthError | None:
    """What the machine refused, as an error of ours; ``None`` if it isn't of that kind."""
    if isinstance(error, MemoryError):
        return SynthError("There is too little memory.\n  Use fewer --workers, or allow the process more.")
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return SynthError(f"{where}{error.strerror or error}.\n  {_NEXT_STEPS.get(error.errno or 0, _LOOK)}")
    if isinstance(error, RecursionError):
        return SynthError("What was read is nested too deeply.\n  Make it flatter.")
    if isinstance(error, UnicodeEncodeError):
        return UsageError(
            f"'{in_line(error.object[:_LONGEST])}' holds what can't be written as {error.encoding}.\n"
            "  Name it otherwise, or set PYTHONUTF8=1."
        )
    return None


def fault(error: BaseException) -> str:
    """The message about a fault of synth: how to report it, the trace, and in its last line what it was."""
    from synth_assets.version import __version__

    said = str(error).strip() or "no message"
    variables = sorted(name for name in os.environ if name.startswith(("POLARS_", "DUCKDB_", "PYTHON")))
    return (
        f"{''.join(traceback.format_exception(error)).rstrip()}\n\n"
        f"This is a fault of synth {__version__}, not yours: {type(error).__name__}: {said}\n"
        + (f"  Try again without the variables {', '.join(variables)}.\n" if variables else "")
        + "  Please report it to those who maintain it, with the command and all of the above."
    )
