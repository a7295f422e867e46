"""Write rows into one file, or several; see :mod:`synth_assets.usecases.plain_files`."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import polars as pl

from synth_assets.errors import DataError, OutputError, first_line
from synth_assets.model.table import Table
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import force, make_folder
from synth_assets.sinks.interface import FileFormat, FileOptions
from synth_assets.sinks.locks import try_lock
from synth_assets.sinks.part_reader import read_parts
from synth_assets.usecases.plain_files.places import PartFolder, Place

OVERWRITE, APPEND, ERROR, IGNORE = "overwrite", "append", "error", "ignore"
MODES = {OVERWRITE: OVERWRITE, APPEND: APPEND, ERROR: ERROR, "errorifexists": ERROR, IGNORE: IGNORE}
"""What is done about rows that are there, by all its names."""

_DRAFTS = ".drafts"

Frames = Callable[[int, int], Iterator[pl.DataFrame]]
"""Makes rows: the first one's number, and how many."""


@dataclass(frozen=True)
class Files:
    """What is written, as what, and where.

    Attributes:
        table: describes the rows.
        form: the format.
        options: how it is written.
        place: where to.
        count: how many files.
        mode: one of :data:`OVERWRITE`, :data:`APPEND`, :data:`ERROR` and :data:`IGNORE`.
        unappendable: why rows can't be added to files that are there; empty if they can.
    """

    table: Table
    form: FileFormat
    options: FileOptions
    place: Place
    count: int = 1
    mode: str = OVERWRITE
    unappendable: str = ""

    def check(self) -> None:
        """Look whether all of it can be done, before a row is made.

        Raises:
            UsageError: the format hasn't that compression.
            DataError: it can't hold one of the columns.
            OutputError: something is in the way, or in mode error rows are there.
        """
        self.form.encoding(self.options)
        with writing(self.place.folder):
            self._check_place()
        for column, problem in self.form.capabilities.unfit(self.table):
            raise DataError(
                f"{self.form.name} can't hold column {column!r}: it has {problem}.\n"
                "  Choose another format, or rename the column."
            )

    def _check_place(self) -> None:
        self.place.check()
        if self.mode == ERROR and self.place.existing():
            raise OutputError(
                f"{self.place.existing()[0]} is there already, and mode {ERROR!r} keeps it.\n"
                f"  Choose another path, or .mode({OVERWRITE!r}) or .mode({APPEND!r})."
            )
        if self.mode == APPEND and self.unappendable and self.place.existing():
            raise OutputError(
                f"{self.place.existing()[0]} can't be added to: {self.unappendable}.\n  Choose another path or mode."
            )


def rows_before(files: Files) -> int:
    """How many rows are there already that others are to follow: none, unless the mode is append.

    Raises:
        OutputError: they are of another format, or have other columns.
    """
    return _rows_of(files, files.place.existing()) if files.mode == APPEND else 0


def save(
    files: Files, rows: int, frames: Frames, ready: Callable[[], None] = lambda: None, before: int | None = None
) -> list[Path]:
    """Write rows; each file appears whole.

    Rows are split evenly, in their order: a row's values are the same whatever the number of files. In mode append
    they are those that follow the rows that are there.

    Args:
        files: as what, and where.
        rows: how many.
        frames: makes them.
        ready: called when all is written and nothing is there yet; what it raises stops it.
        before: the number of the first row; without, that of the one that follows those that are there.

    Returns:
        the files that were written.

    Raises:
        OutputError: one can't be written; those that were there are whole.
        DataError: the format can't hold a cell, or rows that are there have other columns.
    """
    there = files.place.existing()
    if files.mode == IGNORE and there:
        return []
    is_folder = isinstance(files.place, PartFolder)
    before = rows_before(files) if before is None else before
    first = 1 + max((int(path.name[5:].partition(".")[0]) for path in there), default=-1) if is_folder else 0
    targets = files.place.files(files.count, first if files.mode == APPEND else 0)
    adds = files.mode == APPEND and not is_folder
    kept = read_parts(there, files.table, None, files.form.scan) if adds else iter(())
    ranges = [(rows * i // files.count, rows * (i + 1) // files.count) for i in range(files.count)]
    with drafts_for(files.place.folder) as drafts:
        for target, (start, stop) in zip(targets, ranges, strict=True):
            made = frames(before + start, stop - start)
            _write(files, drafts / target.name, chain(kept, made))
        ready()
        stale = [path for path in there if path not in targets] if is_folder and files.mode != APPEND else []
        _publish(drafts, files.place.folder, targets, stale)
    return targets


def _rows_of(files: Files, there: Sequence[Path]) -> int:
    """How many rows files that are there have."""
    place = files.place
    if isinstance(place, PartFolder) and (other := [one for one in there if _ending(one) != place.ending]):
        raise OutputError(
            f"{other[0]} isn't a file of {place.ending}, as what is to be added.\n  Choose another folder."
        )
    first = files.table.column_names[:1]
    try:
        return sum(frame.height for frame in read_parts(there, files.table, first, files.form.scan))
    except DataError as error:
        raise OutputError(
            f"rows can't be added to what is there: {first_line(error)}.\n  Choose another path, or mode {OVERWRITE!r}."
        ) from error


def _ending(path: Path) -> str:
    return path.name[path.name.index(".") :]


def _write(files: Files, path: Path, frames: Iterator[pl.DataFrame]) -> None:
    with files.form.open_part(path, files.table, files.options) as part:
        for frame in frames:
            part.write(frame)
        part.close()
    with writing(path):
        force(path)


@contextmanager
def drafts_for(folder: Path) -> Iterator[Path]:
    """A folder for drafts, on the filesystem where they shall be; at the end it is gone, as are those of dead runs."""
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    name = f".{folder.name or 'files'}"
    with writing(folder):
        _sweep(nearest, name)
        drafts, lock = _claim(nearest, name)
    try:
        yield drafts
    finally:
        with suppress(OSError):
            shutil.rmtree(drafts)
        os.close(lock)


def _claim(folder: Path, name: str) -> tuple[Path, int]:
    """A new folder with a lock that is held."""
    while True:
        drafts = folder / f"{name}.{secrets.token_hex(6)}{_DRAFTS}"
        drafts.mkdir()
        with suppress(FileNotFoundError):  # swept before it was locked
            lock = os.open(drafts, os.O_RDONLY)
            if try_lock(lock) and drafts.exists():
                return drafts, lock
            os.close(lock)


def _sweep(folder: Path, name: str) -> None:
    """Remove drafts of runs that are dead: the system has dropped their locks."""
    for path in folder.iterdir():
        if path.name.startswith(f"{name}.") and path.name.endswith(_DRAFTS):
            with suppress(OSError):
                lock = os.open(path, os.O_RDONLY)
                try:
                    if try_lock(lock):
                        shutil.rmtree(path)
                finally:
                    os.close(lock)


def _publish(drafts: Path, folder: Path, targets: Sequence[Path], stale: Sequence[Path]) -> None:
    with writing(folder):
        if not folder.exists():
            make_folder(folder.parent)
            if len(targets) > 1:  # a new folder is there with all its files at once
                force(drafts)
                with suppress(OSError):  # somebody made it meanwhile
                    drafts.rename(folder)
                    force(folder.parent)
                    return
            make_folder(folder)
        for target in targets:
            (drafts / target.name).replace(target)
        for path in stale:
            path.unlink(missing_ok=True)
        force(folder)
