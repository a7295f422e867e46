"""A job: rows, and where they go. Whoever does it gets the same bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

import polars as pl

from synth_assets.engine.memory import keep_freed_memory
from synth_assets.model.table import Table
from synth_assets.produce.parts import Destination, TableWriter, Written
from synth_assets.produce.sources import RowSource


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
        keep_freed_memory()
        table = self.rows.table
        watcher = None if self.watch is None else self.watch(table)
        with TableWriter(table, self.destinations, self.first_part, self.rows_per_file) as writer:
            for portion in self.rows.portions():
                if portion.write:
                    writer.write(portion.frame)
                    if watcher is not None:
                        watcher.see(portion.frame)
                    done(portion.positions)
                if portion.hash:
                    writer.hash(portion.frame, portion.words, portion.numbers)
            return Done(writer.finish(), watcher)
