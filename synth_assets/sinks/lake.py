"""What a lake is: tables of Parquet files whose past can be asked for, each change of them one commit.

::

    data/delta/bronze/small-42.delta/                        the lake of a dataset
    data/delta/bronze/small-42.delta/raw_orders/             a table
    data/delta/bronze/current/small-42-day.delta/raw_orders/ a table that lives: version k is the snapshot after batch k
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import polars as pl

from synth_assets.errors import AGAIN, DataError, OutputError, UnjudgedError, UsageError
from synth_assets.extras import MissingExtraError, need
from synth_assets.model.layout import database_file
from synth_assets.model.manifest import Manifest, PartFile
from synth_assets.model.table import Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.times import Timestamp, moment
from synth_assets.sinks.capabilities import Capabilities, TypeMapper
from synth_assets.sinks.database import SpooledTable, check_stored
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import make_folder
from synth_assets.sinks.formats.parquet import FORMAT as PARQUET
from synth_assets.sinks.formats.parquet import rows_of_parquet
from synth_assets.sinks.interface import FileOptions
from synth_assets.sinks.locks import exclusive
from synth_assets.version import __version__

NOTED = "synth."
"""What the names of our own notes begin with, in commits and tables."""

MANIFEST, BATCH, DATASET, IDENTITY = f"{NOTED}manifest", f"{NOTED}batch", f"{NOTED}dataset", f"{NOTED}identity"
"""Notes: a table's manifest, the batch and dataset of a commit, and whose change data a table holds."""

FILE_ROWS = 262_144
"""Rows of a file: who changes a row writes its file anew."""

_WRITER_SECONDS = 600.0
"""How long to wait for another writer, as for a database."""

_FRAME_ROWS = 131_072


@dataclass(frozen=True)
class TableChange:
    """A change of a table.

    Attributes:
        added: new files, by their paths in the table's folder.
        removed: paths of files that the table has no longer.
        feed: files that say what became of each row, for a lake that has a change feed; the files say it without.
        notes: what the commit says of itself.
        second: when it is, in seconds since 1970.
        operation: what the lake calls it.
    """

    added: tuple[PartFile, ...]
    removed: tuple[Path, ...]
    feed: tuple[PartFile, ...]
    notes: Mapping[str, str]
    second: int
    operation: str


@dataclass(frozen=True)
class LakeVersion:
    """A state of a table that can be asked for.

    Attributes:
        number: as its commits are counted, from 0.
        called: what a reader asks for it by: a version's number, a snapshot's.
        notes: what its commit says of itself; empty of somebody else's.
    """

    number: int
    called: str
    notes: Mapping[str, str]

    @property
    def batch(self) -> int | None:
        """The batch that it is the end of, 0 for the base; ``None`` if it isn't one of ours."""
        text = self.notes.get(BATCH, "")
        return int(text) if text.isdecimal() else None


class LakeTable(Protocol):
    """A table of a lake, perhaps not there yet."""

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        ...

    @property
    def is_there(self) -> bool:
        """Whether it has been made."""
        ...

    def notes(self) -> Mapping[str, str]:
        """What the table says of itself.

        Raises:
            DataError: it is damaged.
        """
        ...

    def columns(self) -> Mapping[str, str]:
        """Its columns, each with its type as the lake's :attr:`Lake.type_name` says it, in order.

        Raises:
            DataError: it is damaged.
        """
        ...

    def versions(self) -> list[LakeVersion]:
        """Its states that the lake knows, ascending.

        Raises:
            DataError: it is damaged.
        """
        ...

    def files(self, version: LakeVersion | None = None) -> list[Path]:
        """The files of a state, of the last one without, in the order of their paths.

        Raises:
            DataError: it is damaged.
        """
        ...

    def frames(self, columns: Sequence[str], version: LakeVersion | None = None) -> Iterator[pl.DataFrame]:
        """The rows of a state as the lake's own reader gives them, file by file in the order of their paths.

        Raises:
            DataError: it is damaged, or its files are gone.
        """
        ...

    def create(self, table: Table, notes: Mapping[str, str], first: TableChange) -> None:
        """Make it; nobody sees it before its first files."""
        ...

    def replace(self, table: Table, notes: Mapping[str, str], change: TableChange) -> None:
        """Let another take its place, in one step.

        Args:
            table: what it is from now on, perhaps with other columns.
            notes: what it says of itself from now on.
            change: what becomes of its files.

        Raises:
            OutputError: somebody else changed it meanwhile.
        """
        ...

    def change(self, change: TableChange) -> None:
        """Change it, in one step.

        Raises:
            OutputError: somebody else changed it meanwhile.
        """
        ...


@dataclass(frozen=True)
class Lake:
    """A format of lakes; a :class:`~synth_assets.sinks.interface.Format`.

    Attributes:
        name: its name, its folder under the data root, and the suffix of its folders.
        capabilities: what it can do.
        type_name: what it calls a type.
        needs: modules of the extra ``lakes`` that it takes.
        open: a table in a lake's folder.
        names: the tables in a lake's folder, of a domain, sorted.
        versions_are: what its people call the states of a table.
        has_feed: whether its tables tell what became of each row, from version to version.
        no_path: characters that no path of it may have.
        look: Python that shows some rows; ``{place}`` stands for the lake's folder.
        dagster_kind: what Dagster calls it on an asset.
        in_duckdb: see :class:`~synth_assets.sinks.interface.Format`; none has any.
    """

    name: str
    capabilities: Capabilities
    type_name: TypeMapper
    needs: tuple[str, ...]
    open: Callable[[Path, str, str], AbstractContextManager[LakeTable]]
    names: Callable[[Path, str], list[str]]
    versions_are: str
    has_feed: bool
    no_path: str = ""
    look: str = ""
    dagster_kind: str = ""
    in_duckdb: str = ""

    def place(self, root: Path, table: str, label: str, seed: int) -> Path:
        """The folder of a dataset's tables; ``table`` is ``domain/name``."""
        return database_file(root, self.name, table.partition("/")[0], label, seed)

    def check_place(self, path: Path) -> None:
        """Refuse a place that the lake's driver would take for another one, or a driver that isn't installed.

        Raises:
            UsageError: it is.
        """
        need("lakes", self.name, *self.needs)
        wrong = [mark for mark in self.no_path if mark in str(path.absolute())]
        if wrong:
            raise UsageError(
                f"{path.parent} can't hold tables of {self.name}, whose library gives"
                f" {' and '.join(map(repr, wrong))} in a path a meaning.\n"
                "  Choose another output folder, or other formats."
            )

    def holds(self, location: Path, table: Table) -> bool:
        """Whether the table is stored there.

        Raises:
            DataError: what is there is damaged.
        """
        return location.is_dir() and table.name in self.tables(location, table.domain)

    def tables(self, location: Path, domain: str = "") -> list[str]:
        """The names of a domain's tables, sorted; of that which the folder above is called after without a word.

        Raises:
            DataError: what is there is damaged.
            UnjudgedError: what it takes to look isn't installed.
        """
        try:
            need("lakes", self.name, *self.needs)
        except MissingExtraError as error:
            raise UnjudgedError(f"{location}: {error}") from error
        return self.names(location, domain or location.absolute().parent.name)

    @contextmanager
    def kept_open(self, location: Path, /) -> Iterator[None]:  # noqa: ARG002 — as a database's
        """A folder isn't opened."""
        yield

    def part_folder(self, location: Path) -> Path | None:  # noqa: ARG002 — as a file format's
        """There is none: which files are the table's, the lake says."""
        return None

    def check(self, location: Path, table: Table, /) -> None:
        """See :class:`~synth_assets.sinks.interface.Format`."""
        with self.opened(location, table):
            pass

    def read(self, location: Path, table: Table, columns: Sequence[str] | None = None, /) -> Iterator[pl.DataFrame]:
        """See :class:`~synth_assets.sinks.interface.Format`: in key order, as the files of a dataset at rest are."""
        names = table.column_names if columns is None else list(columns)
        with self.opened(location, table) as found:
            for frame in found.frames(names):
                yield as_described(frame, table)

    def read_manifest(self, location: Path, table: Table, /) -> Manifest:
        """The manifest of a table.

        Raises:
            DataError: no such table, or a damaged manifest.
        """
        with self.open(location, table.domain, table.name) as found:
            text = found.notes().get(MANIFEST) if found.is_there else None
            if text is None:
                raise DataError(f"{found.folder} has no manifest of {table.path}.\n  {AGAIN}")
            return Manifest.from_json(text, f"{found.folder}, {MANIFEST}")

    @contextmanager
    def opened(self, location: Path, table: Table) -> Iterator[LakeTable]:
        """A table that has to be there, with its columns and types.

        Raises:
            DataError: it isn't, or has others.
        """
        with self.open(location, table.domain, table.name) as found:
            there = found.columns() if found.is_there else {}
            check_stored(location, f"{table.domain}.{table.name}", table, there, self.type_name)
            yield found

    def ingest(self, path: Path, tables: Iterable[SpooledTable]) -> None:
        """Take tables and their manifests in, replacing those of the same names, a commit each.

        Raises:
            OutputError: another process writes and doesn't stop, a table of that name isn't ours, or it can't be
                written. Each table is what it was, or whole.
            DataError: a cell that the lake can't hold; likewise.
        """
        for spooled in tables:
            table = spooled.table
            with self.written(path), self.open(path, table.domain, table.name) as lake:
                if lake.is_there and MANIFEST not in lake.notes():
                    raise OutputError(
                        f"{lake.folder} has a table without a manifest, so it is not ours to replace.\n"
                        "  Move it away, or choose another output folder."
                    )
                before = lake.versions()[-1].number + 1 if lake.is_there else 0
                second = _second(spooled.manifest) + before  # later than what was
                added = write_files(lake.folder, table, _spooled_rows(spooled), self.capabilities, f"part-{before:05d}")
                notes = {MANIFEST: spooled.manifest.to_json()}
                said = {DATASET: spooled.manifest.content_hash, f"{NOTED}version": __version__}
                if lake.is_there:
                    lake.replace(table, notes, TableChange(added, tuple(lake.files()), (), said, second, "WRITE"))
                else:
                    lake.create(table, notes, TableChange(added, (), (), said, second, "CREATE TABLE AS SELECT"))

    @contextmanager
    def written(self, place: Path) -> Iterator[None]:
        """Make a lake's folder, and keep others from writing there.

        Raises:
            OutputError: another process writes and doesn't stop, or it can't be written.
        """
        with writing(place):
            make_folder(place)
        with exclusive(place / ".lock", _WRITER_SECONDS), writing(place):
            yield


def write_files(
    folder: Path, table: Table, frames: Iterable[pl.DataFrame], capabilities: Capabilities, name: str
) -> tuple[PartFile, ...]:
    """Write rows to files that no table has yet; one that a dead run left under their names is written over.

    Args:
        folder: the table's.
        table: what the rows are.
        frames: the rows.
        capabilities: of the lake.
        name: what the files' names begin with.

    Raises:
        OutputError: they can't be written.
        DataError: a cell that the lake can't hold.
    """
    make_folder(folder)
    stored, files = physical(table), list[PartFile]()
    waiting = stored.schema.to_frame()
    for frame in frames:
        capabilities.check_cells(frame, table)
        waiting = pl.concat([waiting, frame.cast(stored.schema)])  # type: ignore[arg-type]
        while waiting.height >= FILE_ROWS:
            files.append(_file(folder, stored, waiting[:FILE_ROWS], f"{name}-{len(files):05d}"))
            waiting = waiting[FILE_ROWS:]
    if waiting.height:
        files.append(_file(folder, stored, waiting, f"{name}-{len(files):05d}"))
    return tuple(files)


def _second(manifest: Manifest) -> int:
    """The moment of the dataset that a table is of, or 1970 if its manifest says none."""
    try:
        return int(datetime.fromisoformat(f"{manifest.parameters.get('as_of')}T00:00:00+00:00").timestamp())
    except ValueError:
        return 0


def _file(folder: Path, table: Table, rows: pl.DataFrame, name: str) -> PartFile:
    with PARQUET.open_part(folder / f"{name}.parquet", table, FileOptions()) as writer:
        writer.write(rows.rechunk())
        return writer.close()


def _spooled_rows(spooled: SpooledTable) -> Iterator[pl.DataFrame]:
    for part in spooled.parts:
        yield from rows_of_parquet(part, spooled.table).collect_batches(chunk_size=_FRAME_ROWS, maintain_order=True)


def physical(table: Table) -> Table:
    """The table as its files in a lake have it: no lake counts nanoseconds."""

    def stored(of: ColumnType) -> ColumnType:
        return moment("us", of.zone) if isinstance(of, Timestamp) and of.unit == "ns" else of

    return replace(table, columns=tuple(replace(one, type=stored(one.type)) for one in table.columns))


def as_described(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows of a lake with the types that the table has here."""
    return frame.cast({name: table.schema[name] for name in frame.columns})  # type: ignore[arg-type]
