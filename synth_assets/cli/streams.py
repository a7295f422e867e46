"""Where `synth` prints: results to stdout, everything else to stderr, whatever those are connected to.

A stream may be closed, full, a pipe whose reader has gone, or unable to write a letter. Results that can't be shown are
an error. What is said besides them, progress above all, never stops the work.
"""

import io
import logging
import os
import sys
from contextlib import suppress
from typing import Any, TextIO

from synth_assets.documents.shown import visible
from synth_assets.errors import OutputError
from synth_assets.object_paths import with_addresses


def prepare() -> None:
    """Make the process's streams usable: to be called once, before anything is opened.

    A number of a closed stream would go to the next file that is opened, and what is printed into that file.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 — for good
    logging.lastResort = _Log(logging.WARNING)


def adapt() -> None:
    """Let no letter fail: a file's or pipe's bytes are UTF-8, a terminal is shown escapes for what it can't write."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def say(text: str, *, nl: bool = True) -> None:
    """Print a result to stdout. A reader that has gone has all it wanted, e.g. `head`.

    Raises:
        OutputError: it can't be printed.
    """
    try:
        _print(sys.stdout, text + ("\n" if nl else ""))
    except BrokenPipeError:
        _give_up_stdout()
    except OSError as error:
        _give_up_stdout()
        raise OutputError(
            f"The results can't be printed to standard output: {(error.strerror or str(error)).lower()}.\n"
            "  Print them elsewhere. What was to be stored is stored."
        ) from error


def tell(text: str) -> None:
    """Print to stderr what isn't a result; if that can't be, it isn't said."""
    with suppress(OSError, ValueError):
        _print(sys.stderr, text + "\n")


def _print(stream: TextIO | None, text: str) -> None:
    if stream is not None:
        stream.write(visible(with_addresses(text)))
        stream.flush()


def _give_up_stdout() -> None:
    """Python prints what is left once more on its way out: give it somewhere to."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with suppress(OSError, ValueError):
        sys.stdout.flush()


class _Log(logging.Handler):
    """What the layers below warn of, said as everything else."""

    def emit(self, record: logging.LogRecord) -> None:
        tell(record.getMessage())


class Deaf:
    """A stream that what can't be written to it doesn't trouble, e.g. a terminal that was closed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write it, if that can be."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, if that can be."""
        with suppress(OSError, ValueError):
            self._stream.flush()
