"""Write one table's rows into part files of several formats at once, and hash them on the way."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import polars as pl

from synth_assets.engine.content_hash import BlockHasher, TableDigest
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.manifest import PartFile
from synth_assets.model.table import Table
from synth_assets.model.values import Text
from synth_assets.sinks import catalog, layout
from synth_assets.sinks.interface import FileOptions
from synth_assets.sinks.layout import Spot
from synth_assets.sinks.part_writer import PartWriter
from synth_assets.sinks.store import Depot


class Destination(NamedTuple):
    """A file format and the staging folder its part files grow in.

    Attributes:
        format: the format's name.
        folder: the folder.
        options: how to write.
        spot: what the files are called after.
        layout: the name of the layout that calls them.
        called: what tells it from other destinations of the same rows; the format's name without.
        depot: where files that are made on another machine are sent; without, all machines share the folder.
        is_needed_here: whether they are brought from there, since something is made from them.
    """

    format: str
    folder: Path
    options: FileOptions
    spot: Spot = Spot()
    layout: str = layout.HIVE
    called: str = ""
    depot: Depot | None = None
    is_needed_here: bool = False

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return self.called or self.format

    def path(self, part: int) -> Path:
        """The part file of a number."""
        ending = catalog.load_file(self.format).ending(self.options)
        number = None if self.spot.part is None else part
        return self.folder / layout.load(self.layout).file(self.spot._replace(part=number, ending=ending))


class Written(NamedTuple):
    """What was written: the digest of the rows, and the part files in order, by destination."""

    digest: TableDigest
    files: dict[str, tuple[PartFile, ...]]

    @property
    def rows(self) -> int:
        """How many rows were written; a part's digest may be of some more or less."""
        return sum(file.rows for file in next(iter(self.files.values()), ()))


class HashThread:
    """Hashes rows in a thread of its own, some at a time, while the next ones are made.

    Making rows is most of what a process does in one thread, and files are written by others.

    Args:
        hasher: what they go into.
    """

    def __init__(self, hasher: BlockHasher) -> None:
        self._hasher = hasher
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="hash")
        self._last: Future[None] | None = None

    def update(self, frame: pl.DataFrame, words: Mapping[str, U64Array] | None, numbers: I64Array | None) -> None:
        """Wait for the rows before, and begin with these.

        Raises:
            DataError: the rows before were wrong.
        """
        self._wait()
        self._last = self._pool.submit(self._hasher.update, frame, words, numbers)

    def finish(self) -> TableDigest:
        """The digest of all rows.

        Raises:
            DataError: the last ones were wrong.
        """
        self._wait()
        self.end()
        return self._hasher.finish()

    def end(self) -> None:
        """No thread is left."""
        self._pool.shutdown(cancel_futures=True)

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()


@dataclass
class TableWriter:
    """Fans rows out to all formats: what is made once is written everywhere.

    A context manager; leaving it without :meth:`finish` removes the files.

    Args:
        table: whose rows these are.
        destinations: where they go.
        first_part: number of the first part file.
        rows_per_file: rows in each part file but the last; ``None`` for a single one.
    """

    table: Table
    destinations: tuple[Destination, ...]
    first_part: int = 0
    rows_per_file: int | None = None
    _writers: list[PartWriter] = field(default_factory=list)
    _files: dict[str, list[PartFile]] = field(default_factory=dict)
    _in_file: int = 0
    _part: int = 0

    def __post_init__(self) -> None:
        self._hashing = HashThread(BlockHasher(self.table))
        self._part = self.first_part
        self._files = {destination.name: [] for destination in self.destinations}

    def __enter__(self) -> Self:
        self._open()
        return self

    def write(self, frame: pl.DataFrame, coded: Mapping[str, Text] | None = None) -> None:
        """Add rows to the part files.

        Args:
            frame: the rows.
            coded: cells of text columns by code, for formats that have dictionaries.

        Raises:
            OutputError: a file can't be written.
            DataError: a cell that a format can't hold.
        """
        first, coded = 0, coded or {}
        while self.rows_per_file is not None and self._in_file + frame.height - first > self.rows_per_file:
            stop = first + self.rows_per_file - self._in_file
            if stop > first:
                self._pass_on(frame[first:stop], {name: cells.cut(first, stop) for name, cells in coded.items()})
            first = stop
            self._close()
            self._open()
        rest = coded if first == 0 else {name: cells.cut(first, frame.height) for name, cells in coded.items()}
        self._pass_on(frame[first:], rest)

    def hash(
        self, frame: pl.DataFrame, words: Mapping[str, U64Array] | None = None, numbers: I64Array | None = None
    ) -> None:
        """Take rows into the digest, beside whatever comes next; none of the arrays may change any more.

        Raises:
            DataError: these rows, or those before, are wrong; see
                :meth:`synth_assets.engine.content_hash.BlockHasher.update`.
        """
        self._hashing.update(frame, words, numbers)

    def end(self) -> None:
        """No more rows come: files get ready while nobody waits for them."""
        for writer in self._writers:
            writer.end()

    def finish(self) -> Written:
        """Close all files."""
        self._close()
        files = {name: tuple(parts) for name, parts in self._files.items()}
        return Written(self._hashing.finish(), files)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ExitStack() as stack:
            stack.callback(self._hashing.end)
            for writer in self._writers:
                stack.callback(writer.abort)

    def _pass_on(self, frame: pl.DataFrame, coded: Mapping[str, Text]) -> None:
        for writer in self._writers:
            writer.write(frame, coded)
        self._in_file += frame.height

    def _open(self) -> None:
        for destination in self.destinations:
            form = catalog.load_file(destination.format)
            self._writers.append(form.open_part(destination.path(self._part), self.table, destination.options))
        self._in_file = 0
        self._part += 1

    def _close(self) -> None:
        for destination, writer in zip(self.destinations, self._writers, strict=True):
            self._files[destination.name].append(writer.close())
        self._writers.clear()
