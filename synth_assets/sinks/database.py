"""What a database is: tables of one dataset in one file, taken in from Parquet in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from synth_assets.model.layout import database_file
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.sinks.capabilities import Capabilities, TypeMapper


@dataclass(frozen=True)
class SpooledTable:
    """A table on its way into a database: Parquet part files that stay until it is taken in."""

    table: Table
    parts: tuple[Path, ...]
    manifest: Manifest


class Read(Protocol):
    """Reads a stored table; see :meth:`synth_assets.sinks.interface.Format.read`."""

    def __call__(self, location: Path, table: Table, columns: Sequence[str] | None = None, /) -> Iterator[pl.DataFrame]:
        """The stored frames, in key order."""
        ...


@dataclass(frozen=True)
class Database:
    """A kind of database; a :class:`~synth_assets.sinks.interface.Format`.

    Attributes:
        name: its name, its folder under the data root, and its files' suffix.
        capabilities: what it can do.
        type_name: what it calls a type.
        ingest: takes tables in, in one transaction, replacing those of the same names.
        read: the rows of a table.
        read_manifest: the manifest of a table.
        tables: the names of the tables that have a manifest, sorted.
        look: Python that shows some rows; ``{place}`` stands for the database.
        dagster_kind: what Dagster calls it on an asset, where it has a picture of it.
        in_duckdb: the statement by which DuckDB attaches it; empty if there is none.
    """

    name: str
    capabilities: Capabilities
    type_name: TypeMapper
    ingest: Callable[[Path, Iterable[SpooledTable]], None]
    read: Read
    read_manifest: Callable[[Path, Table], Manifest]
    tables: Callable[[Path], list[str]]
    look: str = ""
    dagster_kind: str = ""
    in_duckdb: str = ""

    def place(self, root: Path, table: str, label: str, seed: int) -> Path:
        """The file of a dataset's tables; ``table`` is ``domain/name``."""
        return database_file(root, self.name, table.partition("/")[0], label, seed)

    def holds(self, location: Path, table: Table) -> bool:
        """Whether the table is stored there.

        Raises:
            DataError: the file is damaged.
        """
        return location.exists() and table.name in self.tables(location)

    def part_folder(self, location: Path) -> Path | None:  # noqa: ARG002 — as a file format's
        """There is none."""
        return None
