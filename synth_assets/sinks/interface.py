"""What a format is, what a front end may ask of it, and what a format of files is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Protocol

import polars as pl

from synth_assets.errors import DataError, UsageError, unknown
from synth_assets.model.layout import MANIFEST_FILE, part_name, partition_folder
from synth_assets.model.manifest import FolderManifest, Manifest, PartFile, read_manifest, read_shared_manifest
from synth_assets.model.table import Table
from synth_assets.model.wide_rows import fitting_rows
from synth_assets.sinks.arranged import read_arranged
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.compressions import CODECS, Codec
from synth_assets.sinks.database import Read
from synth_assets.sinks.part_reader import Scan, check_regular, part_files, read_parts, reading
from synth_assets.sinks.part_writer import PartWriter
from synth_assets.spoken import option

_SLACK, _PACKED = 1_000_000, 50
"""Bytes, and times its size, that a damaged file may have when unpacked."""

BY_FOLDER = "the folder of the dataset's table, replaced whole"
"""What file formats are idempotent by."""


@dataclass(frozen=True)
class FileOptions:
    """How to write part files.

    Attributes:
        compression: a codec of the format, or ``None`` for its default.
        level: a level of the codec, or ``None`` for its default.
        row_group_rows: rows in a row group, for formats that have row groups.
    """

    compression: str | None = None
    level: int | None = None
    row_group_rows: int = 131_072


@dataclass(frozen=True)
class Encoding:
    """Options, checked and complete, as a format's ``sink`` gets them."""

    compression: str
    level: int | None
    row_group_rows: int

    def fitting(self, size: float) -> "Encoding":
        """The same, with smaller row groups where rows have so many bytes that they are wide."""
        return replace(self, row_group_rows=fitting_rows(size, self.row_group_rows))


@dataclass(frozen=True)
class Foreign:
    """How DuckDB reads files of a format that somebody else wrote, cell by cell as they are.

    Attributes:
        called: what people call the format.
        endings: of the files' names, before a compression's.
        reader: a table function and its options; ``{files}`` stands for the files, ``{file}`` for what a last column is
            called that says which. Where the columns' names stand in the first line, ``{columns}`` stands for them, and
            ``{delimiter}`` for what stands between them; where they stand in each row, ``{keys}`` does.
        names: a query for the columns' names as they are in one file, in its order, each with the number of columns
            within it, after one of the whole; empty where the first line has them.
        are_notes: whether files beside those of another format are no table, but tell of it.
        too_wide: whether a file says of itself that it has cells of millions of characters, which no machine takes many
            of; never for formats whose files don't say.
    """

    called: str
    endings: tuple[str, ...]
    reader: str
    names: str = ""
    are_notes: bool = False
    too_wide: Callable[[Path], bool] = lambda _path: False


class Format(Protocol):
    """What every format is: somewhere tables are stored and read back from."""

    @property
    def name(self) -> str:
        """Its name, and its folder under the data root."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    @property
    def look(self) -> str:
        """Python that shows some rows, with ``{place}``, ``{domain}`` and ``{table}`` to fill in; or empty."""
        ...

    @property
    def dagster_kind(self) -> str:
        """What Dagster calls it on an asset, where it has a picture of it; else empty."""
        ...

    @property
    def in_duckdb(self) -> str:
        """SQL by which DuckDB has the tables as they are, each cell with its type; empty if there is none.

        ``{place}`` stands for the part files' paths, or for the database's, which it attaches as ``{name}``.
        """
        ...

    def place(self, root: Path, table: str, label: str, seed: int) -> Path:
        """Where a table of a dataset lies; ``table`` is ``domain/name``."""
        ...

    def holds(self, location: Path, table: Table) -> bool:
        """Whether the table is stored there.

        Raises:
            DataError: what is there is damaged.
        """
        ...

    def kept_open(self, location: Path, /) -> AbstractContextManager[object]:
        """Inside, what is asked of a location that exists needn't open it each time.

        Raises:
            DataError: what is there is damaged.
        """
        ...

    def part_folder(self, location: Path) -> Path | None:
        """Where the part files lie that the manifest lists; ``None`` if there are none."""
        ...

    def check(self, location: Path, table: Table, /) -> None:
        """Look whether what is stored has the table's columns and types; cells aren't read.

        Raises:
            DataError: it hasn't, or is damaged, as far as that can be seen.
        """
        ...

    @property
    def read(self) -> Read:
        """Reads the stored frames of a table; memory is a few frames."""
        ...

    def read_manifest(self, location: Path, table: Table, /) -> Manifest:
        """The manifest of a table."""
        ...


@dataclass(frozen=True)
class FileFormat:
    """A format of part files; a :class:`Format`.

    Attributes:
        name: its name and its folder under the data root.
        suffix: of its files, before the codec's.
        codecs: by name; the first is the default.
        sink: writes a lazy frame of the table to an open file.
        scan: reads a part file back lazily; see :data:`~synth_assets.sinks.part_reader.Scan`.
        capabilities: what it can do.
        look: Python that shows some rows; ``{place}`` stands for the part files, ``{domain}`` and ``{table}`` for
            what they hold. Empty if there is nothing that every reader has.
        look_opened: likewise, polars' ways with ``{file}``, which is open: for compressions that no reader knows.
        readers: what people read it with → the expression that does; ``{folder}`` stands for the part files' folder,
            ``{hadoop}`` for the same as Hadoop writes it, ``{files}`` for a pattern of their paths. What the folder is
            called must not become a column, nor the manifest be read.
        dagster_kind: what Dagster calls it on an asset, where it has a picture of it.
        said_by: how many rows, and bytes when unpacked, a file says it has; ``None`` where only reading tells.
        foreign: how somebody else's files are read, or ``None`` if they aren't.
        takes_codes: whether text may come as Enum, which its sink writes as the same text.
        regroup: cuts the rows of a table into other frames for the sink, or ``None`` if it takes any.
        in_duckdb: the table function by which DuckDB reads part files of ours as they are; empty if there is none.
    """

    name: str
    suffix: str
    codecs: Mapping[str, Codec]
    sink: Callable[[pl.LazyFrame, BinaryIO, Table, Encoding], None]
    scan: Scan
    capabilities: Capabilities
    look: str = ""
    look_opened: str = ""
    readers: Mapping[str, str] = field(default_factory=dict[str, str])
    dagster_kind: str = ""
    said_by: Callable[[Path], tuple[int, int]] | None = None
    foreign: Foreign | None = None
    takes_codes: bool = False
    regroup: Callable[[Iterator[pl.DataFrame], Table, Encoding], Iterator[pl.DataFrame]] | None = None
    in_duckdb: str = ""

    def grows(self, path: Path, rows: int, size: int) -> bool:
        """Whether a damaged file may hold far more than its bytes: it is compressed, or says so itself.

        Args:
            path: the file.
            rows: how many it should have.
            size: its bytes, as it should be.
        """
        if self.said_by is None:
            return not path.name.endswith(self.suffix)
        try:
            there, unpacked = self.said_by(path)
            return there > rows or unpacked > _SLACK + _PACKED * size
        except (OSError, ValueError, ArithmeticError):
            return False  # who reads it says what is wrong

    def encoding(self, options: FileOptions) -> Encoding:
        """Check the options and fill in the defaults.

        Raises:
            UsageError: the format doesn't know the compression, or the compression the level.
        """
        name = options.compression or next(iter(self.codecs))
        if name not in self.codecs:
            first = next(codec for codec in self.codecs if codec != "none" or len(self.codecs) == 1)
            example = f"For example: {option('compression', first)}"
            if name in CODECS:
                raise UsageError(
                    f"{self.name} has no compression {name!r}; it has {', '.join(self.codecs)}.\n  {example}"
                )
            raise unknown(f"compression of {self.name}", name, self.codecs, example)
        codec = self.codecs[name]
        if options.level is not None and options.level not in (codec.levels or ()):
            levels = f"its levels are {codec.levels[0]} to {codec.levels[-1]}" if codec.levels else "it has none"
            raise UsageError(f"level {options.level} of compression {name!r} is not allowed; {levels}.")
        level = codec.default_level if options.level is None else options.level
        return Encoding(name, level, options.row_group_rows)

    def ending(self, options: FileOptions) -> str:
        """What its files' names end with, e.g. ``.csv.gz``."""
        return self.suffix + self.codecs[self.encoding(options).compression].suffix

    def part_name(self, part: int, options: FileOptions) -> str:
        """The file name of a part, counted from 0, e.g. ``part-00000.csv.gz``."""
        return part_name(part, self.ending(options))

    def open_part(self, path: Path, table: Table, options: FileOptions) -> PartWriter:
        """Begin a part file; see :class:`~synth_assets.sinks.part_writer.PartWriter`."""
        return self.open_file(path, table, options, lambda frame: self.capabilities.check_cells(frame, table))

    def open_file(
        self, path: Path, table: Table, options: FileOptions, check: Callable[[pl.DataFrame], None]
    ) -> PartWriter:
        """:meth:`open_part`, with another check of frames."""
        encoding, regroup = self.encoding(options), self.regroup
        return PartWriter(
            path,
            table,
            sink=lambda frames, to, size: self.sink(frames, to, table, encoding.fitting(size)),
            check=check,
            takes_codes=self.takes_codes,
            regroup=None if regroup is None else lambda frames, size: regroup(frames, table, encoding.fitting(size)),
        )

    def read(
        self, location: Path, table: Table, columns: Sequence[str] | None = None, most: int | None = None
    ) -> Iterator[pl.DataFrame]:
        """The stored frames of a table, in the order of its part files; memory is a few row groups.

        Args:
            location: the folder of part files.
            table: what it should hold; the frames have its exact types.
            columns: only these, in this order; all by default.
            most: how many rows there should be: of more, one is read, and no memory taken for others.

        Raises:
            DataError: part files are missing, damaged, or have other columns or types.
        """
        files = self._keyed(location)
        if files:
            return read_arranged(location, files, table, columns, self._read_one)
        return read_parts(self._parts(location, table), table, columns, self.scan, most)

    def read_files(self, files: Sequence[Path], table: Table, most: int | None = None) -> Iterator[pl.DataFrame]:
        """The frames of some part files; the rest as for :meth:`read`."""
        return read_parts(files, table, None, self.scan, most)

    def check(self, location: Path, table: Table, /) -> None:
        """Look whether the part files are there, with the table's columns and types.

        Raises:
            DataError: one is missing, or has others; or the manifest is damaged.
        """
        for file in self.read_manifest(location, table).files:
            path = location / file.path
            check_regular(path)
            if "/" not in file.path:  # others lack the columns that their folders are called after
                with reading(path):
                    self.scan(path, table)

    def place(self, root: Path, table: str, label: str, seed: int) -> Path:
        """The folder of a table's part files; ``table`` is ``domain/name``."""
        return partition_folder(root, self.name, table, label, seed)

    def holds(self, location: Path, table: Table) -> bool:
        """Whether a table is stored there.

        Raises:
            DataError: a manifest that tables share is damaged.
        """
        if not (location / MANIFEST_FILE).exists():
            return False
        shared = self._shared(location)
        return shared is None or shared.of(self.name, table.domain, table.name) is not None

    def kept_open(self, location: Path, /) -> AbstractContextManager[object]:  # noqa: ARG002 — as a database's
        """A folder isn't opened."""
        return nullcontext()

    def part_folder(self, location: Path) -> Path | None:
        """The location itself."""
        return location

    def read_manifest(self, location: Path, table: Table) -> Manifest:
        """The manifest of a table: of its folder of part files, or its share of one for all tables there.

        Raises:
            DataError: it is missing or damaged.
        """
        shared = self._shared(location)
        if shared is None:
            return read_manifest(location)
        found = shared.of(self.name, table.domain, table.name)
        if found is None:
            raise DataError(
                f"{location} holds no {table.path} in {self.name}; its manifest has other tables.\n"
                "  Generate it, or name another folder."
            )
        return found

    def _parts(self, location: Path, table: Table) -> list[Path]:
        """A table's part files, in key order."""
        if self._shared(location) is not None:
            return [location / file.path for file in self.read_manifest(location, table).files]
        return part_files(location, tuple(dict.fromkeys(self.suffix + codec.suffix for codec in self.codecs.values())))

    def _keyed(self, location: Path) -> tuple[PartFile, ...]:
        """The part files of a table whose folders are called after values; none of one that lies otherwise."""
        if not (location / MANIFEST_FILE).exists() or self._shared(location) is not None:
            return ()
        files = read_manifest(location).files
        return files if any("/" in file.path for file in files) else ()

    def _read_one(self, path: Path, table: Table, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        return read_parts([path], table, columns, self.scan)

    @staticmethod
    def _shared(location: Path) -> FolderManifest | None:
        return read_shared_manifest(location) if (location / MANIFEST_FILE).exists() else None
