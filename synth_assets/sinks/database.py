"""What a database is: tables of one dataset in one file, taken in from Parquet in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from synth_assets.errors import AGAIN, DataError
from synth_assets.model.layout import database_file
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.sinks.capabilities import Capabilities, TypeMapper
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import force, make_folder
from synth_assets.sinks.locks import exclusive
from synth_assets.sinks.part_reader import check_columns

MOST_TABLES = 10_000
"""In a database of ours."""


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
        tables: the names of the tables of a domain that have a manifest, sorted; without a word of the domain, of that
            which the file's folder is called after.
        check: looks whether a table is stored with its columns and types; see
            :meth:`synth_assets.sinks.interface.Format.check`.
        kept_open: opens it; what is asked inside is asked of what is open.
        check_place: refuses a place that the database's driver would take for another one, by ``UsageError``.
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
    tables: Callable[..., list[str]]
    check: Callable[[Path, Table], None]
    kept_open: Callable[[Path], AbstractContextManager[object]] = nullcontext
    check_place: Callable[[Path], None] = lambda _path: None
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
        return location.exists() and table.name in self.tables(location, table.domain)

    def part_folder(self, location: Path) -> Path | None:  # noqa: ARG002 — as a file format's
        """There is none."""
        return None


@contextmanager
def taking_in(path: Path, seconds: float, remove: Callable[[Path], None]) -> Iterator[Path]:
    """The file to write to, by one writer at a time: the database, or one beside it that takes its place when whole.

    Args:
        path: the database.
        seconds: how long to wait for another writer.
        remove: removes a database and what belongs to it, if they are there.

    Raises:
        OutputError: another process writes and doesn't stop, or the folder can't be written.
    """
    with writing(path):
        make_folder(path.parent)
    with exclusive(path.with_name(path.name + ".lock"), seconds):
        if path.exists():
            yield path
            return
        with made_beside(path, remove) as fresh:
            yield fresh


@contextmanager
def made_beside(path: Path, remove: Callable[[Path], None]) -> Iterator[Path]:
    """A file beside a database's place, which appears there when all that is done inside is done.

    The caller holds its lock.

    Args:
        path: where the database will be.
        remove: removes a database and what belongs to it, if they are there.

    Raises:
        OutputError: it can't be put there; there is none then.
    """
    fresh = path.with_name(f".{path.name}.new")
    remove(fresh)  # a dead process left it: the lock is the caller's
    try:
        yield fresh
        with writing(path):
            force(fresh)
            fresh.rename(path)
            force(path.parent)
    finally:
        remove(fresh)


def check_stored(path: Path, called: str, table: Table, found: Mapping[str, str], type_name: TypeMapper) -> None:
    """Look whether a table in a database has the columns and types that it should have.

    Args:
        path: the database.
        called: what the table is called there.
        table: what it should be.
        found: column → type, as the database names it, in order; empty if there is no such table.
        type_name: what the database calls a type.

    Raises:
        DataError: it hasn't, or isn't there.
    """
    if not found:
        raise DataError(f"{path} has no table {called}.\n  Generate it.")
    where = f"{path}, {called}"
    check_columns(Path(where), table, list(found))
    expected = {column.name: type_name(column.type) for column in table.columns}
    wrong = [f"{n} is {found[n]}, not {sql}" for n, sql in expected.items() if _unquoted(found[n]) != _unquoted(sql)]
    if wrong:
        raise DataError(f"{where}: column {'; '.join(wrong)}.\n  {AGAIN}")


def _unquoted(type_name: str) -> str:
    """A type's name without the quotes that a database puts around the fields of a struct only where it has to."""
    return type_name.replace('"', "")


def manifests_of(path: Path, called: str, rows: Sequence[tuple[object, ...]] | None) -> dict[str, str]:
    """Table name → manifest text, from the rows of a database's table of manifests.

    Args:
        path: the database.
        called: what the table is called there.
        rows: what it holds; ``None`` if its columns are others.

    Raises:
        DataError: they aren't a table's name and a text each, or a name is there twice.
    """
    found: dict[str, str] = {}
    for row in rows or ():
        match row:
            case (str(name), str(text)) if name not in found:
                found[name] = text
            case _:
                rows = None
    if rows is None or len(rows) > MOST_TABLES:
        raise DataError(f"{path}: {called} doesn't hold a manifest for each table.\n  {AGAIN}")
    return found
