"""Manifests: what is stored of one table of one dataset, or of all its tables in a folder that they share."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

from synth_assets.errors import AGAIN, DataError
from synth_assets.model.layout import MANIFEST_FILE


@dataclass(frozen=True)
class PartFile:
    """A part file as it was written.

    Attributes:
        path: relative to the manifest's folder, with ``/`` between folders.
        rows: its rows.
        bytes: its size.
        sha256: of its bytes, 64 hexadecimal digits.
    """

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ManifestColumn:
    """A column's name, type name and hash; see :mod:`synth_assets.engine.content_hash`."""

    name: str
    type: str
    hash: str


@dataclass(frozen=True)
class Manifest:
    """What was written.

    Attributes:
        domain: the table's domain.
        entity: the table's name.
        parameters: all that the values depend on, as plain JSON values.
        rows: of the whole table.
        content_hash: of the whole table.
        columns: in table order.
        files: in key order; none for a table in a database.
        contract: the version of the domain's values.
        version: of the program that wrote it.
    """

    domain: str
    entity: str
    parameters: Mapping[str, Any]
    rows: int
    content_hash: str
    columns: tuple[ManifestColumn, ...]
    files: tuple[PartFile, ...]
    contract: int
    version: str

    def to_json(self) -> str:
        """As text: keys in the order of the attributes, two spaces of indentation, a final line break."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str, where: str) -> "Manifest":
        """Read :meth:`to_json`'s text.

        Raises:
            DataError: names ``where``, the first thing that is wrong, and what to do.
        """
        try:
            values = _object(json.loads(text), Manifest, "the manifest")
            values["columns"] = _items(values["columns"], ManifestColumn, "columns")
            values["files"] = _items(values["files"], PartFile, "files")
        except ValueError as error:
            raise _damaged(where, error) from error
        return Manifest(**values)


@dataclass(frozen=True)
class Listed:
    """A table in a folder that it shares with others.

    Attributes:
        format: of its part files.
        manifest: its own.
    """

    format: str
    manifest: Manifest

    @property
    def name(self) -> tuple[str, str, str]:
        """Format, domain and table: no two of a folder have the same."""
        return self.format, self.manifest.domain, self.manifest.entity


@dataclass(frozen=True)
class FolderManifest:
    """What lies in a folder that tables share: a manifest each.

    Attributes:
        tables: in the order of their names and formats, once they are published.
    """

    tables: tuple[Listed, ...]

    @property
    def files(self) -> tuple[PartFile, ...]:
        """Those of all tables."""
        return tuple(file for one in self.tables for file in one.manifest.files)

    def of(self, form: str, domain: str, entity: str) -> Manifest | None:
        """A table's manifest in a format; ``None`` if it isn't there."""
        return next((one.manifest for one in self.tables if one.name == (form, domain, entity)), None)

    def to_json(self) -> str:
        """As text; each table's entry is its manifest with the format before."""
        entries = [{"format": one.format, **asdict(one.manifest)} for one in self.tables]
        return json.dumps({"tables": entries}, indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str, where: str) -> "FolderManifest":
        """Read :meth:`to_json`'s text.

        Raises:
            DataError: as for :meth:`Manifest.from_json`.
        """
        try:
            entries: Any = json.loads(text)["tables"]
            listed = [(entry.pop("format"), json.dumps(entry)) for entry in entries]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(where, "it has no list of tables with their formats") from error
        return FolderManifest(tuple(Listed(form, Manifest.from_json(one, where)) for form, one in listed))


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder of part files of one table.

    Raises:
        DataError: it is missing, unreadable or damaged.
    """
    return Manifest.from_json(_text(folder), str(folder / MANIFEST_FILE))


def read_shared_manifest(folder: Path) -> FolderManifest | None:
    """Read the manifest of a folder that tables share; ``None`` if it is one table's.

    Raises:
        DataError: as for :func:`read_manifest`.
    """
    text = _text(folder)
    # A table's own begins with its domain.
    shared = text.lstrip("{ \r\n").startswith('"tables"')
    return FolderManifest.from_json(text, str(folder / MANIFEST_FILE)) if shared else None


def _text(folder: Path) -> str:
    path = folder / MANIFEST_FILE
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DataError(
            f"{folder} is no dataset: it has no {MANIFEST_FILE}.\n"
            "  Name a folder that holds one, or generate the dataset."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} can't be read: {error}.\n  {AGAIN}") from error


def _damaged(where: str, problem: object) -> DataError:
    return DataError(f"{where}: damaged manifest: {problem}.\n  {AGAIN}")


_JSON_TYPES: dict[Any, tuple[type, str]] = {
    str: (str, "text"),
    int: (int, "a whole number"),
    Mapping[str, Any]: (dict, "an object"),
    tuple[ManifestColumn, ...]: (list, "a list"),
    tuple[PartFile, ...]: (list, "a list"),
}


def _object(value: Any, cls: type, where: str) -> dict[str, Any]:
    """``value`` if it has exactly the fields of ``cls`` with their types, else ``ValueError``."""
    if not isinstance(value, dict):
        raise ValueError(f"{where} is not an object")  # noqa: TRY004 - one kind of error for the caller
    values = cast("dict[str, Any]", value)
    expected = {f.name: f.type for f in fields(cls)}
    for name in expected:
        if name not in values:
            raise ValueError(f"{where} has no {name!r}")
    for name, found in values.items():
        if name not in expected:
            raise ValueError(f"{where} has an unknown {name!r}")
        json_type, called = _JSON_TYPES[expected[name]]
        if not isinstance(found, json_type) or isinstance(found, bool):
            raise ValueError(f"{name!r} of {where} is {found!r}, not {called}")  # noqa: TRY004 - likewise
    return values


def _items(values: list[Any], cls: type, where: str) -> tuple[Any, ...]:
    return tuple(cls(**_object(value, cls, f"{where}[{at}]")) for at, value in enumerate(values))
