"""Manifests: what is stored of one table of one dataset, or of all its tables in a folder that they share."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_text
from synth_assets.documents.strict_json import shown
from synth_assets.errors import AGAIN, DataError, forbidden
from synth_assets.model.layout import MANIFEST_FILE


@dataclass(frozen=True)
class PartFile:
    """A part file as it was written.

    Attributes:
        path: in the manifest's folder: a bare name, below ``COLUMN=VALUE/`` where files are kept apart.
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
        told: of what the others say, the SHA-256 as the file has it; empty where a note apart from it has that.
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
    told: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of what it says, but for :attr:`told`: whoever changes something changes this."""
        return hashlib.sha256(replace(self, told="").to_json().encode(errors="surrogatepass")).hexdigest()

    def sealed(self) -> "Manifest":
        """The same, with its own digest."""
        return replace(self, told=self.digest)

    def values(self) -> dict[str, Any]:
        """As plain JSON values, in the order of the attributes."""
        values = asdict(self)
        return values if self.told else {name: value for name, value in values.items() if name != "told"}

    def to_json(self) -> str:
        """As text: two spaces of indentation, a final line break."""
        return json.dumps(self.values(), indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str, where: str) -> "Manifest":
        """Read :meth:`to_json`'s text.

        Raises:
            DataError: names ``where``, the first thing that is wrong, and what to do.
        """
        with _reading(where):
            return _manifest(strict_json.loads(text), "the manifest")


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
        entries = [{"format": one.format, **one.manifest.values()} for one in self.tables]
        return json.dumps({"tables": entries}, indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str, where: str) -> "FolderManifest":
        """Read :meth:`to_json`'s text.

        Raises:
            DataError: as for :meth:`Manifest.from_json`.
        """
        with _reading(where):
            return FolderManifest(_listed(strict_json.loads(text)))


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder of part files of one table.

    Raises:
        DataError: it is missing, unreadable or damaged.
        UnjudgedError: the system doesn't let it be read.
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
        return regular_text(path, _BYTES)
    except FileNotFoundError as error:
        raise DataError(
            f"{folder} is no dataset: it has no {MANIFEST_FILE}.\n"
            "  Name a folder that holds one, or generate the dataset."
        ) from error
    except PermissionError as error:
        raise forbidden(path) from error
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}.\n  {AGAIN}") from error


@contextmanager
def _reading(where: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise DataError(f"{where}: damaged manifest: {error}.\n  {AGAIN}") from error


def _listed(values: Any) -> tuple[Listed, ...]:
    entries = values.get("tables") if isinstance(values, dict) else None
    if not isinstance(entries, list) or list(cast("dict[str, Any]", values)) != ["tables"]:
        raise ValueError("it is no list of tables")
    listed = tuple(_table(entry, f"tables[{at}]") for at, entry in enumerate(cast("list[Any]", entries)))
    _unlike([" ".join(one.name) for one in listed], "tables")
    return listed


def _table(entry: Any, where: str) -> Listed:
    values = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    form = values.get("format")
    if not isinstance(form, str):
        raise ValueError(f"{where} has no format")  # noqa: TRY004 - one kind of error for the caller
    return Listed(form, _manifest({name: value for name, value in values.items() if name != "format"}, where))


def _manifest(found: Any, where: str) -> Manifest:
    values = _object(found, Manifest, where)
    values["columns"] = _items(values["columns"], ManifestColumn, "columns")
    _unlike(
        [file["path"] for file in values["files"] if isinstance(file, dict) and isinstance(file.get("path"), str)],
        "files",
    )
    values["files"] = _items(values["files"], PartFile, "files")
    manifest = Manifest(**values)
    _unlike([column.name for column in manifest.columns], "columns")
    for file in manifest.files:
        _check_path(file.path)
        _check_counts(f"files, {file.path}", rows=file.rows, bytes=file.bytes)
        _check_digest(f"files, {file.path}", "sha256", file.sha256)
    for column in manifest.columns:
        _check_digest(f"columns, {column.name}", "hash", column.hash)
    _check_counts(where, rows=manifest.rows, contract=manifest.contract)
    _check_digest(where, "content_hash", manifest.content_hash)
    if not _VERSION.fullmatch(manifest.version):
        raise ValueError(f"'version' of {where} is {shown(manifest.version)}, not the version of a program")
    return manifest


def _check_path(path: str) -> None:
    """A file's word isn't believed: nothing outside the folder is a part of it."""
    *folders, name = path.split("/")
    if not (_NAME.fullmatch(name) and name.strip(".") and all(_FOLDER.fullmatch(one) for one in folders)):
        raise ValueError(f"'path' of a file is {shown(path)}, which is no name in the manifest's folder")


def _check_counts(where: str, **counts: int) -> None:
    for name, count in counts.items():
        if not 0 <= count < _LARGEST:
            raise ValueError(f"{name!r} of {where} is {shown(count)}, which no dataset has")


def _check_digest(where: str, name: str, digest: str) -> None:
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"{name!r} of {where} is {shown(digest)}, not 64 hexadecimal digits")


def _unlike(names: Sequence[str], where: str) -> None:
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if twice is not None:
        raise ValueError(f"{where} has {shown(twice)} twice")


_BYTES = 256_000_000
"""Of a manifest, at the most: a million part files."""

_VERSION = re.compile(r"\d[0-9A-Za-z.+-]{0,63}")
_PLAIN = r"/\\\x00-\x1f\x7f\ud800-\udfff"
_NAME = re.compile(f"[^{_PLAIN}]+")
_FOLDER = re.compile(f"[^={_PLAIN}]+=[^{_PLAIN}]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**63

_JSON_TYPES: dict[Any, tuple[type, str]] = {
    str: (str, "text"),
    int: (int, "a whole number"),
    Mapping[str, Any]: (dict, "an object"),
    tuple[ManifestColumn, ...]: (list, "a list"),
    tuple[PartFile, ...]: (list, "a list"),
}


@lru_cache
def _fields(cls: type) -> tuple[list[str], dict[str, tuple[type, str]]]:
    """Fields that must be there, and what each is in JSON; found once, as a folder has many thousands of files."""
    needed = [f.name for f in fields(cls) if f.default is MISSING]
    return needed, {f.name: _JSON_TYPES[f.type] for f in fields(cls)}


def _object(value: Any, cls: type, where: str) -> dict[str, Any]:
    """``value`` if it has exactly the fields of ``cls`` with their types, else ``ValueError``."""
    if not isinstance(value, dict):
        raise ValueError(f"{where} is not an object")  # noqa: TRY004 - one kind of error for the caller
    values = cast("dict[str, Any]", value)
    needed, expected = _fields(cls)
    for name in needed:
        if name not in values:
            raise ValueError(f"{where} has no {name!r}")
    for name, found in values.items():
        if name not in expected:
            raise ValueError(f"{where} has an unknown {shown(name)}")
        json_type, called = expected[name]
        if not isinstance(found, json_type) or isinstance(found, bool):
            raise ValueError(f"{name!r} of {where} is {shown(found)}, not {called}")  # noqa: TRY004 - likewise
    return values


def _items(values: list[Any], cls: type, where: str) -> tuple[Any, ...]:
    return tuple(cls(**_object(value, cls, f"{where}[{at}]")) for at, value in enumerate(values))
