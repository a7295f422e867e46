"""What the operating system says when something can't be written, as a message with a next step."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synth_assets.errors import OutputError, first_line

_ELSEWHERE = "Choose another folder, or change its permissions."
_IN_THE_WAY = "Move it away, or choose another folder."
_ROOM = "Make room there, or choose another folder; what was stored before is still whole."
_NEXT_STEPS = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: _ROOM,
    errno.EACCES: _ELSEWHERE,
    errno.EPERM: _ELSEWHERE,
    errno.EROFS: _ELSEWHERE,
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
    errno.EISDIR: _IN_THE_WAY,
}
_RUST_ERROR = re.compile(r"\(os error (\d+)\)")


def cannot_write(path: Path, error: BaseException) -> OutputError:
    """The error for ``path``, from what the system or a library said."""
    number = _number(error)
    if number is None:
        reason = first_line(error)
        return OutputError(f"{path} can't be written: {reason}.\n  {_ELSEWHERE}")
    at = getattr(error, "filename", None) or path
    step = _NEXT_STEPS.get(number, _ELSEWHERE)
    if number in {errno.ENOTDIR, errno.EEXIST}:
        at = next((p for p in (Path(at), *Path(at).parents) if p.is_file()), at)
        return OutputError(f"{at} is a file where a folder is needed.\n  {step}")
    return OutputError(f"{at} can't be written: {os.strerror(number).lower()}.\n  {step}")


def _number(error: BaseException) -> int | None:
    """The system's number of an error; libraries in Rust and C++ have it in their text only."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    if match := _RUST_ERROR.search(str(error)):
        return int(match[1])
    return next((number for number in _NEXT_STEPS if os.strerror(number) in str(error)), None)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` inside into an :class:`OutputError` about ``path``."""
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error) from error
