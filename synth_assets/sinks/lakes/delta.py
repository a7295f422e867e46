"""Delta Lake: a folder a table, Parquet files and a log of commits beside them.

What is written is a function of the rows alone: the log is written here, a JSON document a commit, each put in its
place in one step that fails where another has taken it. Ids, names and times come from the data, so that the same table
is the same bytes; times of files are set to those of the commits, by which readers travel. All reading of logs is
``deltalake``'s: whoever compacts a table, restores or vacuums it, or lets a checkpoint stand for old commits, is
understood.
"""

import json
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import polars as pl

from synth_assets.errors import AGAIN, DataError, OutputError, first_line
from synth_assets.model.manifest import PartFile
from synth_assets.model.table import Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.base import NANOSECONDS, ODD_FIELDS
from synth_assets.model.types.lists import ListOf
from synth_assets.model.types.structs import Struct
from synth_assets.sinks.capabilities import ALIKE, LAKELESS, NAMELESS, Capabilities
from synth_assets.sinks.filesystem import force, make_folder
from synth_assets.sinks.lake import NOTED, Lake, LakeVersion, TableChange
from synth_assets.version import __version__

if TYPE_CHECKING:  # an extra
    from deltalake import DeltaTable

_LOG = "_delta_log"
_NAMESPACE = uuid.UUID("6f1dc1e5-5d49-5d0c-8a2c-0f4c1c0f6b7e")
"""Of the ids of tables, which are made of their names."""

_NAMES = {
    "int8": "byte", "int16": "short", "int32": "integer", "int64": "long", "float32": "float", "float64": "double",
    "boolean": "boolean", "binary": "binary", "date": "date",
}  # fmt: skip

_FEATURES = ["timestampNtz"]
_WRITERS = ["timestampNtz", "appendOnly", "invariants", "changeDataFeed"]

_SETTINGS = {
    "delta.enableChangeDataFeed": "true",
    # The past is what the table is for: it goes when somebody vacuums, not by the age that the data tells of.
    "delta.enableExpiredLogCleanup": "false",
}


class _DeltaTable:
    """A table; see :class:`~synth_assets.sinks.lake.LakeTable`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def is_there(self) -> bool:
        return _is_table(self._folder)

    def notes(self) -> Mapping[str, str]:
        with _reading(self._folder):
            settings = self._open().metadata().configuration
            return {name: text for name, text in settings.items() if name.startswith(NOTED)}

    def columns(self) -> Mapping[str, str]:
        with _reading(self._folder):
            fields = json.loads(self._open().schema().to_json())["fields"]
            return {one["name"]: _told(one["type"]) for one in fields}

    def versions(self) -> list[LakeVersion]:
        with _reading(self._folder):
            commits = self._open().history()
        return sorted((_version(one) for one in commits), key=lambda one: one.number)

    def files(self, version: LakeVersion | None = None) -> list[Path]:
        with _reading(self._folder):
            return sorted(Path(unquote(uri.removeprefix("file://"))) for uri in self._open(version).file_uris())

    def frames(self, columns: Sequence[str], version: LakeVersion | None = None) -> Iterator[pl.DataFrame]:
        with _reading(self._folder):
            dataset = self._open(version).to_pyarrow_dataset()
            for fragment in sorted(dataset.get_fragments(), key=lambda one: one.path):
                for batch in fragment.to_batches(schema=dataset.schema, columns=list(columns)):
                    yield pl.DataFrame(pl.from_arrow(batch))

    def create(self, table: Table, notes: Mapping[str, str], first: TableChange) -> None:
        """Make it; a table is there once its first commit is."""
        self._put(0, first, [_protocol(table), _metadata(table, notes, first.second)])

    def replace(self, table: Table, notes: Mapping[str, str], change: TableChange) -> None:
        """Let another take its place, by the commit that comes next."""
        self._put(self._next, change, [_protocol(table), _metadata(table, notes, change.second)])

    def change(self, change: TableChange) -> None:
        """Change it by the commit that comes next."""
        self._put(self._next, change, [])

    @property
    def _next(self) -> int:
        with _reading(self._folder):
            return self._open().version() + 1

    def _open(self, version: LakeVersion | None = None) -> "DeltaTable":
        from deltalake import DeltaTable

        return DeltaTable(str(self._folder.absolute()), version=None if version is None else version.number)

    def _put(self, number: int, change: TableChange, first: Sequence[Mapping[str, Any]]) -> None:
        """Write a commit: files are forced to disk before, and it is there or not."""
        milliseconds = change.second * 1000
        for file in (*change.added, *change.feed):
            force(self._folder / file.path)
        about = {
            "timestamp": milliseconds,
            "operation": change.operation,
            "operationParameters": {},
            "isBlindAppend": not change.removed,
            "engineInfo": f"synth-assets/{__version__}",
            **change.notes,
        }
        told = [
            {"commitInfo": about},
            *first,
            *({"remove": self._removed(path, milliseconds)} for path in change.removed),
            *({"add": _added(file, milliseconds)} for file in change.added),
            *({"cdc": _fed(file)} for file in change.feed),
        ]
        log = self._folder / _LOG
        make_folder(log)
        place, draft = log / f"{number:020d}.json", log / f".{number:020d}.new"
        draft.write_text("".join(_json(one) + "\n" for one in told), encoding="utf-8")
        os.utime(draft, (change.second, change.second))
        force(draft)
        try:
            os.link(draft, place)  # unlike a rename, it fails where there is one
        except FileExistsError as error:
            raise OutputError(
                f"{self._folder} was changed by somebody else meanwhile.\n  Try again; nothing was changed."
            ) from error
        finally:
            with suppress(OSError):
                draft.unlink()
        force(log)

    def _removed(self, path: Path, milliseconds: int) -> dict[str, Any]:
        told = {"path": path.relative_to(self._folder.absolute()).as_posix(), "deletionTimestamp": milliseconds}
        size = path.stat().st_size if path.is_file() else 0  # somebody may have taken it away
        return {**told, "dataChange": True, "extendedFileMetadata": True, "partitionValues": {}, "size": size}


def _protocol(table: Table) -> dict[str, Any]:
    """What readers and writers have to know."""
    has_local_times = any(getattr(part, "zone", "") is None for one in table.columns for part in one.type.parts)
    told: dict[str, Any] = {"minReaderVersion": 1, "minWriterVersion": 4}
    if has_local_times:
        told = {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": _FEATURES, "writerFeatures": _WRITERS}
    return {"protocol": told}


def _metadata(table: Table, notes: Mapping[str, str], second: int) -> dict[str, Any]:
    """What the table is."""
    fields = [_field(one.name, one.type, one.doc) for one in table.columns]
    told = {
        "id": str(uuid.uuid5(_NAMESPACE, f"{table.path} {notes}")),
        "name": table.name,
        "description": table.doc,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": _json({"type": "struct", "fields": fields}),
        "partitionColumns": [],
        "configuration": {**_SETTINGS, **notes},
        "createdTime": second * 1000,
    }
    return {"metaData": told}


def _added(file: PartFile, milliseconds: int) -> dict[str, Any]:
    told = {"path": file.path, "partitionValues": {}, "size": file.bytes, "modificationTime": milliseconds}
    return {**told, "dataChange": True, "stats": _json({"numRecords": file.rows})}


def _fed(file: PartFile) -> dict[str, Any]:
    return {"path": file.path, "partitionValues": {}, "size": file.bytes, "dataChange": False}


def _version(told: Mapping[str, Any]) -> LakeVersion:
    notes = {name: str(text) for name, text in told.items() if name.startswith(NOTED)}
    return LakeVersion(int(told["version"]), str(told["version"]), notes)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _field(name: str, of: ColumnType, doc: str = "") -> dict[str, Any]:
    metadata = {"comment": doc} if doc else {}
    return {"name": name, "type": _type(of), "nullable": True, "metadata": metadata}


def _type(of: ColumnType) -> Any:
    if isinstance(of, ListOf):
        return {"type": "array", "elementType": _type(of.of), "containsNull": True}
    if isinstance(of, Struct):
        return {"type": "struct", "fields": [_field(name, inner) for name, inner in of.fields]}
    if of.kind == "timestamp":
        return "timestamp_ntz" if getattr(of, "zone", None) is None else "timestamp"
    if of.kind == "decimal":
        return of.name
    return _NAMES.get(of.name, "string")


def _type_name(of: ColumnType) -> str:
    return _told(_type(of))


def _told(of: Any) -> str:
    """A type of a table's schema, as text."""
    if isinstance(of, str):
        return of
    if of["type"] == "array":
        return f"array<{_told(of['elementType'])}>"
    if of["type"] == "struct":
        return "struct<" + ", ".join(f"{one['name']}: {_told(one['type'])}" for one in of["fields"]) + ">"
    return str(of["type"])


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    import pyarrow as pa
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (DeltaError, pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder} can't be read: {first_line(error)}.\n  {AGAIN}") from error


def _is_table(folder: Path) -> bool:
    log = folder / _LOG
    return log.is_dir() and any(path.name[:20].isdecimal() for path in log.iterdir())


@contextmanager
def _opened(place: Path, _domain: str, name: str) -> Iterator[_DeltaTable]:
    yield _DeltaTable(place.absolute() / name)


def _names_in(place: Path, _domain: str) -> list[str]:
    return sorted(path.name for path in place.iterdir() if _is_table(path)) if place.is_dir() else []


LAKE = Lake(
    name="delta",
    capabilities=Capabilities(
        idempotent_by="the table in the dataset's folder, replaced in one commit",
        lacks={
            NANOSECONDS: "where Delta counts microseconds",
            NAMELESS: "which SQL can't say",
            ALIKE: "which are one to Delta",
            ODD_FIELDS: "which are one to Delta",
            LAKELESS: "which Delta has no type for",
        },
    ),
    type_name=_type_name,
    needs=("deltalake",),
    open=_opened,
    names=_names_in,
    versions_are="version",
    has_feed=True,
    no_path="?#\n\r\t",
    look="import polars; print(*polars.read_delta({place} + '/{table}').head().rows(), sep=chr(10))",
    dagster_kind="deltalake",
)
