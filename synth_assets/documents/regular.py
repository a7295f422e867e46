r"""The one way to read a file that anybody may have put there: a regular one, of a size that is known to be enough.

A pipe that nobody writes to would be waited for without an end, a device has no end, and a file of gigabytes takes
the machine's memory. All of it is an ``OSError`` here, so that whoever reads words one kind of error::

    try:
        text = regular_text(path, limit=1_000_000)
    except FileNotFoundError: ...
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}.\n  {AGAIN}") from error
"""

import errno
import os
import stat
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

_PIECE = 1 << 20
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY  # a pipe is opened at once, and seen to be one
_KINDS = (
    (stat.S_ISDIR, errno.EISDIR, "a folder"),
    (stat.S_ISFIFO, errno.EINVAL, "a pipe"),
    (stat.S_ISSOCK, errno.EINVAL, "a socket"),
    (stat.S_ISCHR, errno.EINVAL, "a device"),
    (stat.S_ISBLK, errno.EINVAL, "a device"),
)


def open_regular(path: Path) -> BufferedReader:
    """A regular file, open for reading.

    Args:
        path: of the file; links are followed.

    Raises:
        OSError: it is missing, can't be read or is no regular file; ``strerror`` says so without the path.
    """
    try:
        _check(os.stat(path), path)  # noqa: PTH116 — before it is opened: to open some devices does something
        handle = os.open(path, _OPEN)
    except ValueError as error:  # a zero byte, or half a character
        raise OSError(errno.EINVAL, "no file can be called so", os.fspath(path)) from error
    stream = os.fdopen(handle, "rb")
    try:
        _check(os.fstat(handle), path)  # what was opened, whatever has that name by now
    except OSError:
        stream.close()
        raise
    return stream


def regular_bytes(path: Path, limit: int) -> bytes:
    """The bytes of a regular file.

    Args:
        path: of the file; links are followed.
        limit: how many bytes it may have.

    Raises:
        OSError: it is missing, can't be read, is no regular file or is larger; ``strerror`` says so without the path.
    """
    with open_regular(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > limit:
            raise _too_large(path, f"it has {size:,} bytes", limit)
        content = b"".join(_pieces(stream.fileno(), limit + 1))
    if len(content) > limit:
        raise _too_large(path, "it is larger", limit)
    return content


def regular_text(path: Path, limit: int) -> str:
    """The text of a regular file of UTF-8; a byte order mark at its beginning is left out.

    Args:
        path: of the file; links are followed.
        limit: how many bytes it may have.

    Raises:
        OSError: as for :func:`regular_bytes`, and if it is no UTF-8.
    """
    content = regular_bytes(path, limit)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise OSError(errno.EILSEQ, f"it is no UTF-8 text, in line {line}", os.fspath(path)) from error


def _check(found: os.stat_result, path: Path) -> None:
    for is_it, number, name in _KINDS:
        if is_it(found.st_mode):
            raise OSError(number, f"it is {name}, not a file", os.fspath(path))


def _pieces(handle: int, most: int) -> Iterator[bytes]:
    """What can be read, up to ``most`` bytes: some files of the system say that they have none."""
    while most > 0 and (piece := os.read(handle, min(most, _PIECE))):
        most -= len(piece)
        yield piece


def _too_large(path: Path, problem: str, limit: int) -> OSError:
    return OSError(errno.EFBIG, f"{problem}; at most {limit:,} are read", os.fspath(path))
