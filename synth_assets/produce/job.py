"""A job: rows, and where they go. Whoever does it gets the same bytes."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

import polars as pl

from synth_assets.engine.memory import keep_freed_memory
from synth_assets.model.table import Table
from synth_assets.produce.parts import Destination, TableWriter, Written
from synth_assets.produce.sources import RowSource
from synth_assets.sinks.failures import writing


class Watcher(Protocol):
    """Looks at rows on their way to storage, and travels back from another process with what it has seen."""

    def see(self, frame: pl.DataFrame) -> None:
        """Look at the next rows that are written."""
        ...

    def joined(self, later: Self) -> Self:
        """What this one and the one of the rows after its own have seen."""
        ...


Watch = Callable[[Table], Watcher]
"""Begins to watch a table; a class, or a function at the top of a module, so that it can be pickled."""


@dataclass(frozen=True)
class Done:
    """What came of a job, or of all jobs of a table.

    Attributes:
        written: the files, and the digest of the rows.
        watched: what the watcher saw, if there was one.
    """

    written: Written
    watched: Watcher | None = None


@dataclass(frozen=True)
class JobEnding:
    """A job whose last rows are being written; see :class:`~synth_assets.produce.runner.Ending`."""

    _writer: TableWriter
    _watched: Watcher | None
    _open: ExitStack

    def result(self) -> Done:
        """Wait for the files.

        Raises:
            OutputError, DataError: one can't be written; all of them are removed.
        """
        with self._open:
            return Done(self._writer.finish(), self._watched)

    def give_up(self) -> None:
        """Remove the files, unless there was a result."""
        self._open.close()


@dataclass(frozen=True)
class Job:
    """Rows that become whole part files, in each format.

    Attributes:
        rows: where they come from.
        destinations: where they go; with none, they are only hashed.
        first_part: number of the first part file.
        rows_per_file: rows in each part file but the last; ``None`` for a single one.
        watch: what looks at them on the way.
    """

    rows: RowSource
    destinations: tuple[Destination, ...] = ()
    first_part: int = 0
    rows_per_file: int | None = None
    watch: Watch | None = None

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return self.rows.table.path

    @property
    def size(self) -> int:
        """The sum of all progress."""
        return self.rows.positions

    def do(self, done: Callable[[int], None]) -> Done:
        """Make the rows, write and hash them.

        Args:
            done: told how many more positions are done.

        Raises:
            OutputError: a file can't be written.
            DataError: keys out of order, or a cell that a format can't hold.
        """
        ending = self.begin(done)
        try:
            return ending.result()
        finally:
            ending.give_up()

    def begin(self, done: Callable[[int], None]) -> "JobEnding":
        """Make the rows and hash them; the last ones are still being written then.

        Args:
            done: told how many more positions are done.

        Raises:
            OutputError, DataError: as for :meth:`do`.
        """
        keep_freed_memory()
        table = self.rows.table
        watcher = None if self.watch is None else self.watch(table)
        with ExitStack() as stack:
            writer = stack.enter_context(TableWriter(table, self.destinations, self.first_part, self.rows_per_file))
            for portion in self.rows.portions():
                if portion.write:
                    writer.write(portion.frame, portion.coded)
                    if watcher is not None:
                        watcher.see(portion.frame)
                    done(portion.positions)
                if portion.hash:
                    writer.hash(portion.frame, portion.words, portion.numbers)
            writer.end()
            return JobEnding(writer, watcher, stack.pop_all())

    def attempt(self, mark: str) -> Done:
        """Do it in folders of its own, beside those where the files belong; or send the files to where they do.

        Raises:
            OutputError, DataError: as for :meth:`do`; or the folders can't be made, or are there.
        """
        with ExitStack() as stack:
            folders: dict[Path, Path] = {}
            for one in self.destinations:
                if one.folder not in folders:
                    folders[one.folder] = _sent_from(stack) if one.depot else _made(_beside(one.folder, mark))
            apart = tuple(one._replace(folder=folders[one.folder]) for one in self.destinations)
            result = replace(self, destinations=apart).do(lambda _: None)
            files = dict(result.written.files)
            for one in apart:
                if one.depot is not None:
                    files[one.name] = one.depot.put(one.folder, files[one.name])
            return replace(result, written=result.written._replace(files=files))

    def settle(self, mark: str, result: Done) -> None:
        """Move the files of an attempt to where they belong, each by a rename, or bring those that are needed here.

        Raises:
            OutputError: they can't be moved, or brought.
        """
        beside: set[Path] = set()
        for one in self.destinations:
            files = result.written.files[one.name]
            if one.depot is not None:
                if one.is_needed_here:
                    one.depot.bring(files, one.folder)
                continue
            folder = _beside(one.folder, mark)
            beside.add(folder)
            for file in files:
                with writing(one.folder / file.path):
                    (folder / file.path).replace(one.folder / file.path)
        for folder in beside:
            with writing(folder):
                folder.rmdir()


def _sent_from(stack: ExitStack) -> Path:
    """A folder of this machine's, for as long as the stack is open."""
    with writing(Path(tempfile.gettempdir())):
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="synth-")))


def _made(folder: Path) -> Path:
    with writing(folder):
        # Without parents: where the staging folder is gone, nobody waits for the rows any more.
        folder.mkdir()
    return folder


def _beside(folder: Path, mark: str) -> Path:
    """Never inside: what lies there is published."""
    return folder.with_name(f".{folder.name}.{mark}")
