"""Lock files, by which processes take turns. A lock ends with its process, however that ends."""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synth_assets.errors import OutputError
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import make_folder

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.05
_QUIET_SECONDS = 1.0


def try_lock(file: int) -> bool:
    """Take the lock of an open file if nobody holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def locked(path: Path, busy: str) -> int:
    """Take the lock file ``path``, which is created, its folder too, and stays; who closes the file lets it go.

    Args:
        path: the file.
        busy: what to say if another process holds it.

    Raises:
        OutputError: another process does, or the file can't be written.
    """
    with writing(path):
        make_folder(path.parent)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    if not try_lock(file):
        os.close(file)
        raise OutputError(busy)
    return file


@contextmanager
def exclusive(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock file ``path``, which is created and stays; after a second of waiting, say so.

    Raises:
        OutputError: another process held it for ``seconds``, or the file can't be written.
    """
    with writing(path):
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _wait(path, file, seconds)
        yield
    finally:
        os.close(file)


def _wait(path: Path, file: int, seconds: float) -> None:
    start = time.monotonic()
    said = False
    while not try_lock(file):
        waited = time.monotonic() - start
        if waited > seconds:
            raise OutputError(
                f"{path} has been held by another process for {seconds:g} s.\n"
                "  Wait until it is done and try again; nothing was changed."
            )
        if waited > _QUIET_SECONDS and not said:
            _log.warning("waiting for another process that writes here: %s", path)
            said = True
        time.sleep(_POLL_SECONDS)
