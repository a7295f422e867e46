"""A candidate in files of a format that says how somebody else's are read: one, a folder, a glob."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from synth_assets.errors import UnjudgedError, UsageError
from synth_assets.grading.candidates.duckdb import connected, of_relation
from synth_assets.grading.candidates.file_tables import joined
from synth_assets.grading.candidates.opening import FORMS, Candidate, reading
from synth_assets.grading.candidates.patience import Patience
from synth_assets.grading.candidates.unpacked import unpacked
from synth_assets.model.table import Table
from synth_assets.sinks import catalog
from synth_assets.sinks.compressions import SUFFIXES
from synth_assets.sinks.interface import Foreign

_OF_OTHERS = (("_delta_log", "Delta"), ("metadata", "Iceberg"), (".hoodie", "Hudi"))
_WILDCARDS = frozenset("*?[")
_NO_NAME = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)

_UNPACKED = 10
"""What files may be compressed to, in part of their size."""


@dataclass(frozen=True)
class Files:
    """What a location means.

    Attributes:
        location: as it was given.
        paths: its files, in order.
        base: the folder below which folders' names may be columns; ``None`` for a single file.
    """

    location: str
    paths: Sequence[Path]
    base: Path | None


@contextmanager
def open_files(files: Files, table: Table, patience: Patience) -> Iterator[Candidate]:
    """Open files as one table; a column may be in the folders' names below the location (``status=paid/``).

    Raises:
        UsageError: the files are of no format or of several, or columns are missing.
        UnjudgedError: they can't be read, or it takes too long.
    """
    form, paths = _format(files)
    where = files.location
    for path in paths:
        if form.too_wide(path):
            raise UnjudgedError(f"{path} has cells of millions of characters.\n  Grade a table without such cells.")
    with connected() as (connection, spool):
        with reading(where):
            patience.allow(_UNPACKED * sum(path.stat().st_size for path in paths))
            contents = unpacked(paths, spool, patience)
            with patience.within(connection.interrupt):
                source, names = joined(connection, spool, form, contents, files.base, table)
        step = "Rename them in what your consumer writes."
        yield of_relation(where, connection, source, names, table, step, patience)


def files_of(location: str, path: Path, patience: Patience) -> Files:
    """The files that an existing path means.

    Raises:
        UsageError: it is a pipe, a device or another system's table.
        UnjudgedError: it can't be read, or it takes too long to look for files in it.
    """
    if is_regular(path):
        return Files(location, [path], None)
    if not path.is_dir():
        raise UsageError(f"{location} is a pipe, a socket or a device, not a file.\n  A candidate is {FORMS}.")
    for marker, kind in _OF_OTHERS:
        if (path / marker).is_dir():
            raise UsageError(
                f"{location} is a {kind} table: its folder holds files of earlier versions too.\n"
                "  Write its current rows to Parquet first, and name that."
            )
    with reading(location):
        # As Spark and others do, files and folders that begin with _ or . are not data.
        paths = [p for p in _in_time(path.rglob("*"), patience) if not _hidden(p.relative_to(path)) and is_regular(p)]
    return Files(location, sorted(paths), path)


def matching(location: str, path: Path, patience: Patience) -> Files | None:
    """The files that a glob means; ``None`` if it is none, or no file fits it."""
    parts = path.parts[1:] if path.is_absolute() else path.parts
    at = next((at for at, part in enumerate(parts) if _WILDCARDS & set(part)), None)
    if at is None:
        return None
    base = Path(path.anchor, *parts[:at])
    hidden = any(part.startswith(("_", ".")) for part in parts[at:])
    try:
        found = list(_in_time(base.glob("/".join(parts[at:])), patience))
    except (ValueError, OSError):  # ** in the middle of a name; what no file can be called
        return None
    paths = [p for p in found if (hidden or not _hidden(p.relative_to(base))) and is_regular(p)]
    return Files(location, sorted(paths), base) if found else None


def is_regular(path: Path) -> bool:
    """Whether a file is there, links followed, that has an end.

    Raises:
        UnjudgedError: the system doesn't say.
    """
    found = _status(path)
    return found is not None and stat.S_ISREG(found.st_mode)


def is_there(path: Path) -> bool:
    """Whether anything is there.

    Raises:
        UnjudgedError: the system doesn't say.
    """
    return _status(path) is not None


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except OSError as error:
        if error.errno in _NO_NAME:
            return None
        raise UnjudgedError(f"{path} can't be read: {error.strerror}.") from error


def _format(files: Files) -> tuple[Foreign, list[Path]]:
    """The one format that there are files of, and those."""
    location, paths = files.location, files.paths
    known = [form for name in catalog.files() if (form := catalog.load_file(name).foreign) is not None]
    found = [(form, some) for form in known if (some := [p for p in paths if _bare(p).endswith(form.endings)])]
    # Beside tables in files, JSON is mostly somebody's notes about them.
    found = [one for one in found if not one[0].are_notes] or found
    if len(found) == 1:
        return found[0]
    if found:
        called = " and ".join(form.called for form, _ in found)
        glob = f"{location}/*{found[-1][0].endings[0]}"
        raise UsageError(f"{location} holds {called} files.\n  Say which: a glob such as {glob}")
    *endings, last = (form.endings[0] for form in known)
    raise UsageError(f"{location}: no {', '.join(endings)} or {last} file there.\n  A candidate is {FORMS}.")


def _in_time(paths: Iterator[Path], patience: Patience) -> Iterator[Path]:
    with patience.within(lambda: None):
        for path in paths:
            patience.check()
            yield path


def _hidden(path: Path) -> bool:
    return any(part.startswith(("_", ".")) for part in path.parts)


def _bare(path: Path) -> str:
    """A file's name without its compression's ending."""
    name = path.name.lower()
    return next((name.removesuffix(ending) for ending in SUFFIXES if name.endswith(ending)), name)
