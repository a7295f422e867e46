"""Steps that a crash can't tear: forcing to disk, swapping two folders, moving over what isn't ours."""

import ctypes
import errno
import os
import shutil
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_SUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


def force(path: Path) -> None:
    """Wait until a file's contents, or a folder's entries, are on disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def make_folder(path: Path) -> None:
    """Create a folder and those above it, each one's entry forced to disk."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        force(path.parent)


def exchange(one: Path, other: Path) -> bool:
    """Swap two existing paths in one step.

    Returns:
        False if the system or the filesystem can't; nothing has happened then.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    if renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_SUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def carry_over(source: Path, target: Path) -> None:
    """Let what ``source`` is appear as ``target`` too, unless something is there; ``source`` stays.

    Files become hard links, so that no moment exists in which one is nowhere or half there; copies where
    the filesystem has no links. Folders are made anew, symbolic links point where they did.
    """
    if source.is_dir() and not source.is_symlink():
        target.mkdir(exist_ok=True)
        for entry in source.iterdir():
            carry_over(entry, target / entry.name)
        shutil.copystat(source, target)
    elif not os.path.lexists(target):
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:
            shutil.copy2(source, target, follow_symlinks=False)
            if not target.is_symlink():
                force(target)
