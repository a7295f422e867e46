"""Apache Iceberg: tables of a catalog, which SQLite keeps in a file of the lake's folder, by ``pyiceberg``.

::

    data/iceberg/bronze/small-42.iceberg/catalog.sqlite        the catalog; the domain is the namespace
    data/iceberg/bronze/small-42.iceberg/bronze/raw_orders/    a table's files

Iceberg's documents name files by whole paths: a lake that is moved can't be read. A batch is one snapshot, with a tag.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import polars as pl

from synth_assets.errors import AGAIN, DataError, OutputError, first_line
from synth_assets.model.table import Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.base import FAR_TIMES, NANOSECONDS, ODD_FIELDS
from synth_assets.model.types.lists import ListOf
from synth_assets.model.types.structs import Struct
from synth_assets.sinks.capabilities import ALIKE, LAKELESS, MISSING_LISTS, NAMELESS, REPEATED_BYTES, Capabilities
from synth_assets.sinks.filesystem import force
from synth_assets.sinks.lake import BATCH, NOTED, Lake, LakeVersion, TableChange, physical

if TYPE_CHECKING:  # an extra
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.table import Table as IcebergTable
    from pyiceberg.table import Transaction
    from pyiceberg.table.snapshots import Snapshot

CATALOG = "catalog.sqlite"
_CALLED = "synth"
"""The catalog's name inside the file, by which readers ask for it."""

_NAMES = {
    "int8": "int", "int16": "int", "int32": "int", "int64": "long", "float32": "float", "float64": "double",
    "boolean": "boolean", "binary": "binary", "date": "date",
}  # fmt: skip


class _IcebergTable:
    """A table; see :class:`~synth_assets.sinks.lake.LakeTable`."""

    def __init__(self, place: Path, domain: str, name: str, catalog: "SqlCatalog | None") -> None:
        self._place, self._name, self._catalog = place, (domain, name), catalog
        self._folder = place / domain / name

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def is_there(self) -> bool:
        return self._catalog is not None and self._catalog.table_exists(self._name)

    def notes(self) -> Mapping[str, str]:
        with _reading(self._folder):
            return {name: text for name, text in self._open().properties.items() if name.startswith(NOTED)}

    def columns(self) -> Mapping[str, str]:
        with _reading(self._folder):
            return {field.name: _told(field.field_type) for field in self._open().schema().fields}

    def versions(self) -> list[LakeVersion]:
        with _reading(self._folder):
            found = self._open()
            line = list(_line(found))
        told = [_notes(one) for one in line]
        # Whoever expires snapshots shortens the line; those that are left keep their numbers.
        first = next((int(one[BATCH]) - at for at, one in enumerate(told) if BATCH in one), 0)
        return [
            LakeVersion(first + at, str(one.snapshot_id), notes)
            for at, (one, notes) in enumerate(zip(line, told, strict=True))
        ]

    def files(self, version: LakeVersion | None = None) -> list[Path]:
        with _reading(self._folder):
            tasks = list(self._scanned((), version).plan_files())
            if any(task.delete_files for task in tasks):
                raise DataError(
                    f"{self._folder} has deletes that lie beside its files, as another engine writes them.\n"
                    "  Compact the table, or make it again."
                )
            return sorted(_path(task.file.file_path) for task in tasks)

    def frames(self, columns: Sequence[str], version: LakeVersion | None = None) -> Iterator[pl.DataFrame]:
        from pyiceberg.io.pyarrow import ArrowScan

        with _reading(self._folder):
            found, scan = self._open(), self._scanned(columns, version)
            projected = scan.projection()
            reader = ArrowScan(found.metadata, found.io, projected, scan.row_filter)
            for task in sorted(scan.plan_files(), key=lambda one: one.file.file_path):
                for batch in reader.to_record_batches([task]):
                    yield pl.DataFrame(pl.from_arrow(batch)).select(columns)

    def create(self, table: Table, notes: Mapping[str, str], first: TableChange) -> None:
        """Make it: the catalog has it once its first snapshot is."""
        catalog = self._catalog
        assert catalog is not None  # noqa: S101 - whoever writes has made the lake's folder
        catalog.create_namespace_if_not_exists(self._name[0])
        schema = physical(table).schema.to_frame().to_arrow().schema
        with _changing(self._folder):
            change = catalog.create_table_transaction(
                self._name, schema=schema, location=f"file://{self._folder}", properties=dict(notes)
            )
            self._change(change, first)
            change.commit_transaction()

    def replace(self, table: Table, notes: Mapping[str, str], change: TableChange) -> None:
        """Let another take its place, by one snapshot; one of other columns goes before."""
        if self.columns() != {one.name: _type_name(one.type) for one in table.columns}:
            assert self._catalog is not None  # noqa: S101 - it is there
            self._catalog.drop_table(self._name)
            self.create(table, notes, dataclasses.replace(change, removed=()))
            return
        with _changing(self._folder):
            transaction = self._open().transaction()
            transaction.set_properties(dict(notes))
            self._change(transaction, change)
            transaction.commit_transaction()

    def change(self, change: TableChange) -> None:
        """Change it, by one snapshot."""
        with _changing(self._folder):
            transaction = self._open().transaction()
            self._change(transaction, change)
            transaction.commit_transaction()

    def _change(self, transaction: "Transaction", change: TableChange) -> None:
        from pyiceberg.io.pyarrow import parquet_file_to_data_file
        from pyiceberg.table import TableProperties

        for file in change.added:
            force(self._folder / file.path)
        if transaction.table_metadata.name_mapping() is None:
            mapping = transaction.table_metadata.schema().name_mapping.model_dump_json()
            transaction.set_properties({TableProperties.DEFAULT_NAME_MAPPING: mapping})
        io, going = transaction._table.io, set(change.removed)  # noqa: SLF001 - as its own writers do
        with transaction.update_snapshot(snapshot_properties=dict(change.notes)).overwrite() as snapshot:
            for file in change.added:
                path = f"file://{self._folder / file.path}"
                snapshot.append_data_file(parquet_file_to_data_file(io, transaction.table_metadata, path))
            for task in transaction._scan().plan_files() if going else ():  # noqa: SLF001 - likewise
                if _path(task.file.file_path) in going:
                    snapshot.delete_data_file(task.file)
        if (batch := change.notes.get(BATCH)) is not None:
            made = transaction.table_metadata.current_snapshot()
            assert made is not None  # noqa: S101 - it has just been made
            _tag(transaction, made.snapshot_id, f"batch-{int(batch):05d}")

    def _open(self) -> "IcebergTable":
        from pyiceberg.exceptions import NoSuchTableError

        if self._catalog is None:
            raise NoSuchTableError(f"{self._place} has no {CATALOG}")
        found = self._catalog.load_table(self._name)
        if _path(found.location()) != self._folder:
            # A copy's documents lead to the original, which whoever writes to the copy would change.
            raise DataError(
                f"{self._place} was moved or copied from elsewhere: its documents lead to {_path(found.location())}.\n"
                f"  Name that place, or make the lake again here."
            )
        return found

    def _scanned(self, columns: Sequence[str], version: LakeVersion | None) -> Any:
        fields = tuple(columns) or ("*",)
        return self._open().scan(selected_fields=fields, snapshot_id=None if version is None else int(version.called))


def _line(table: "IcebergTable") -> Iterator["Snapshot"]:
    """The snapshots that lead to the one that is, the first before the others; not those that were taken back."""
    found: list[Snapshot] = []
    one = table.current_snapshot()
    while one is not None:
        found.append(one)
        one = None if one.parent_snapshot_id is None else table.snapshot_by_id(one.parent_snapshot_id)
    yield from reversed(found)


def _notes(snapshot: "Snapshot") -> dict[str, str]:
    told = {} if snapshot.summary is None else snapshot.summary.additional_properties
    return {name: text for name, text in told.items() if name.startswith(NOTED)}


def _tag(transaction: "Transaction", snapshot: int, name: str) -> None:
    from pyiceberg.table.update.snapshot import ManageSnapshots

    tags = ManageSnapshots(transaction).create_tag(snapshot, name)
    transaction._apply(*tags._commit())  # noqa: SLF001 - in the commit of the snapshot, not in one after it


def _path(uri: str) -> Path:
    return Path(unquote(uri.removeprefix("file://")))


def _type_name(of: ColumnType) -> str:
    if isinstance(of, ListOf):
        return f"list<{_type_name(of.of)}>"
    if isinstance(of, Struct):
        return f"struct<{', '.join(f'{name}: {_type_name(inner)}' for name, inner in of.fields)}>"
    if of.kind == "timestamp":
        return "timestamp" if getattr(of, "zone", None) is None else "timestamptz"
    return of.name.replace(",", ", ") if of.kind == "decimal" else _NAMES.get(of.name, "string")


def _told(of: object) -> str:
    """A type of a table's schema, as text."""
    from pyiceberg.types import ListType, StructType

    if isinstance(of, ListType):
        return f"list<{_told(of.element_type)}>"
    if isinstance(of, StructType):
        return f"struct<{', '.join(f'{one.name}: {_told(one.field_type)}' for one in of.fields)}>"
    return str(of)


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    import pyarrow as pa
    from pyiceberg.exceptions import NoSuchIcebergTableError, NoSuchTableError, ValidationError
    from sqlalchemy.exc import SQLAlchemyError

    kinds = (NoSuchTableError, NoSuchIcebergTableError, ValidationError, SQLAlchemyError, pa.ArrowException)
    try:
        yield
    except (*kinds, OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder} can't be read: {first_line(error)}.\n  {AGAIN}") from error


@contextmanager
def _changing(folder: Path) -> Iterator[None]:
    from pyiceberg.exceptions import CommitFailedException, TableAlreadyExistsError

    try:
        yield
    except (CommitFailedException, TableAlreadyExistsError) as error:
        raise OutputError(
            f"{folder} was changed by somebody else meanwhile.\n  Try again; nothing was changed."
        ) from error


@contextmanager
def _opened(place: Path, domain: str, name: str) -> Iterator[_IcebergTable]:
    place = place.absolute()
    if not place.is_dir():
        yield _IcebergTable(place, domain, name, None)
        return
    with _catalog(place) as catalog:
        yield _IcebergTable(place, domain, name, catalog)


@contextmanager
def _catalog(place: Path) -> Iterator["SqlCatalog"]:
    from pyiceberg.catalog.sql import SqlCatalog

    with _reading(place):
        catalog = SqlCatalog(_CALLED, uri=f"sqlite:///{place / CATALOG}", warehouse=f"file://{place}")
    try:
        yield catalog
    finally:
        catalog.close()


def _names_in(place: Path, domain: str) -> list[str]:
    if not (place / CATALOG).is_file():
        return []
    with _catalog(place.absolute()) as catalog, _reading(place):
        return sorted(name for *_, name in catalog.list_tables(domain)) if catalog.namespace_exists(domain) else []


LAKE = Lake(
    name="iceberg",
    capabilities=Capabilities(
        idempotent_by="the table in the dataset's catalog, replaced by one snapshot",
        lacks={
            REPEATED_BYTES: "as Iceberg numbers snapshots by chance",
            FAR_TIMES: "which its statistics can't say",
            NANOSECONDS: "where Iceberg counts microseconds",
            NAMELESS: "which SQL can't say",
            ALIKE: "which are one to SQL",
            ODD_FIELDS: "which are one to SQL",
            MISSING_LISTS: "which pyiceberg gives back as empty ones",
            LAKELESS: "which Iceberg has no type for",
        },
    ),
    type_name=_type_name,
    needs=("pyiceberg", "sqlalchemy"),
    open=_opened,
    names=_names_in,
    versions_are="snapshot",
    has_feed=False,
    no_path="?%#\n",
    look="from pyiceberg.catalog.sql import SqlCatalog; print(SqlCatalog('synth', uri='sqlite:///' + {place} +"
    " '/catalog.sqlite').load_table('{domain}.{table}').scan(limit=5).to_arrow())",
)
