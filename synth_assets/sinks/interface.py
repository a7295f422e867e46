"""What a format is: the two kinds, and what a front end may ask of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

import polars as pl

from synth_assets.errors import DataError, UsageError, unknown
from synth_assets.model.layout import part_name
from synth_assets.model.manifest import Manifest, read_manifest
from synth_assets.model.table import Table
from synth_assets.sinks.part_reader import Scan, read_parts
from synth_assets.sinks.part_writer import PartWriter


@dataclass(frozen=True)
class Codec:
    """A compression of a file format.

    Attributes:
        levels: the levels it knows, or ``None`` if it has none.
        default_level: used when no level is asked for.
        suffix: what it appends to a file's name.
    """

    levels: range | None = None
    default_level: int | None = None
    suffix: str = ""


TEXT_CODECS = {
    "none": Codec(),
    "gzip": Codec(range(10), default_level=6, suffix=".gz"),
    "zstd": Codec(range(1, 23), default_level=3, suffix=".zst"),
}
"""Those of formats that are lines of text."""


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


def check_cells(frame: pl.DataFrame, table: Table, refused: Mapping[str, str]) -> None:
    """Look for cells that a sink can't hold.

    Args:
        frame: rows of the table.
        table: the table.
        refused: what the cells are called, and why they can't be held.

    Raises:
        DataError: there is one.
    """
    for column in table.columns:
        for name, occurs in column.type.peculiar.items():
            if name in refused and occurs(frame[column.name]):
                raise DataError(
                    f"{table.path}: column {column.name}, {column.type.name}, has {name}, {refused[name]}.\n"
                    "  Choose another format, or make the column nullable and such cells missing."
                )


@dataclass(frozen=True)
class FileFormat:
    """A format of part files.

    Attributes:
        name: its name and its folder under the data root.
        suffix: of its files, before the codec's.
        codecs: by name; the first is the default.
        sink: writes a lazy frame of the table to an open file.
        scan: reads a part file back lazily; see :data:`~synth_assets.sinks.part_reader.Scan`.
        look: Python that shows some rows; ``{place}`` stands for the part files, ``{domain}`` and ``{table}`` for
            what they hold. Empty if there is nothing that every reader has.
        dagster_kind: what Dagster calls it on an asset, where it has a picture of it.
        refuses: peculiar cells (:attr:`~synth_assets.model.types.ColumnType.peculiar`) that it can't hold, and why.
    """

    name: str
    suffix: str
    codecs: Mapping[str, Codec]
    sink: Callable[[pl.LazyFrame, BinaryIO, Table, Encoding], None]
    scan: Scan
    look: str = ""
    dagster_kind: str = ""
    refuses: Mapping[str, str] = field(default_factory=dict)

    def encoding(self, options: FileOptions) -> Encoding:
        """Check the options and fill in the defaults.

        Raises:
            UsageError: the format doesn't know the compression, or the compression the level.
        """
        name = options.compression or next(iter(self.codecs))
        if name not in self.codecs:
            first = next(iter(self.codecs))
            raise unknown(f"compression of {self.name}", name, self.codecs, f"For example: --compress={first}")
        codec = self.codecs[name]
        if options.level is not None and options.level not in (codec.levels or ()):
            levels = f"its levels are {codec.levels[0]} to {codec.levels[-1]}" if codec.levels else "it has none"
            raise UsageError(f"level {options.level} of compression {name!r} is not allowed; {levels}.")
        level = codec.default_level if options.level is None else options.level
        return Encoding(name, level, options.row_group_rows)

    def part_name(self, part: int, options: FileOptions) -> str:
        """The file name of a part, counted from 0, e.g. ``part-00000.csv.gz``."""
        return part_name(part, self.suffix + self.codecs[self.encoding(options).compression].suffix)

    def open_part(self, path: Path, table: Table, options: FileOptions) -> PartWriter:
        """Begin a part file; see :class:`~synth_assets.sinks.part_writer.PartWriter`."""
        encoding = self.encoding(options)
        return PartWriter(
            path,
            table,
            sink=lambda frames, to: self.sink(frames, to, table, encoding),
            check=lambda frame: check_cells(frame, table, self.refuses),
        )

    def read(self, location: Path, table: Table, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """The stored frames of a table, in the order of its part files; memory is a few row groups.

        Args:
            location: the folder of part files.
            table: what it should hold; the frames have its exact types.
            columns: only these, in this order; all by default.

        Raises:
            DataError: part files are missing, damaged, or have other columns or types.
        """
        endings = tuple(dict.fromkeys(self.suffix + codec.suffix for codec in self.codecs.values()))
        return read_parts(location, table, columns, endings, self.scan)

    def read_manifest(self, location: Path, table: Table) -> Manifest:  # noqa: ARG002 - as a database's
        """The manifest of a folder of part files.

        Raises:
            DataError: it is missing or damaged.
        """
        return read_manifest(location)


@dataclass(frozen=True)
class SpooledTable:
    """A table on its way into a database: Parquet part files that stay until it is taken in."""

    table: Table
    parts: tuple[Path, ...]
    manifest: Manifest


class Read(Protocol):
    """Reads a stored table; see :meth:`FileFormat.read`."""

    def __call__(self, location: Path, table: Table, columns: Sequence[str] | None = None, /) -> Iterator[pl.DataFrame]:
        """The stored frames."""
        ...


@dataclass(frozen=True)
class DatabaseFormat:
    """A database in one file.

    Attributes:
        name: its name, its folder under the data root, and its files' suffix.
        ingest: takes tables in, in one transaction, replacing those of the same names.
        read: like :meth:`FileFormat.read`, with the database file as location, in key order.
        read_manifest: like :meth:`FileFormat.read_manifest`.
        tables: the names of the tables that have a manifest, sorted.
        look: like :attr:`FileFormat.look`; ``{place}`` is the database.
        dagster_kind: like :attr:`FileFormat.dagster_kind`.
    """

    name: str
    ingest: Callable[[Path, Iterable[SpooledTable]], None]
    read: "Read"
    read_manifest: Callable[[Path, Table], Manifest]
    tables: Callable[[Path], list[str]]
    look: str = ""
    dagster_kind: str = ""


Format = FileFormat | DatabaseFormat
