"""What the operating system says when something can't be written, as a message with a next step."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synth_assets.errors import OutputError

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
# Libraries in Rust put the number into the text only.
_RUST_ERROR = re.compile(r"\(os error (\d+)\)")


def cannot_write(path: Path, error: BaseException) -> OutputError:
    """The error for ``path``, from what the system or a library said."""
    number = getattr(error, "errno", None)
    if number is None and (match := _RUST_ERROR.search(str(error))):
        number = int(match[1])
    if number is None:
        return OutputError(f"{path} can't be written: {str(error).rstrip('.')}.\n  {_ELSEWHERE}")
    at = getattr(error, "filename", None) or path
    step = _NEXT_STEPS.get(number, _ELSEWHERE)
    if number in {errno.ENOTDIR, errno.EEXIST}:
        at = next((p for p in (Path(at), *Path(at).parents) if p.is_file()), at)
        return OutputError(f"{at} is a file where a folder is needed.\n  {step}")
    return OutputError(f"{at} can't be written: {os.strerror(number).lower()}.\n  {step}")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` inside into an :class:`OutputError` about ``path``."""
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error) from error
