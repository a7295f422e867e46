"""The manifest of one table of one dataset: what is stored, from which parameters, with which hashes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

from synth_assets.errors import DataError
from synth_assets.model.layout import MANIFEST_FILE


@dataclass(frozen=True)
class PartFile:
    """A part file as it was written.

    Attributes:
        path: relative to the manifest's folder.
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
            raise DataError(
                f"{where}: damaged manifest: {error}.\n"
                "  Generate the dataset again; files that are not its own are kept."
            ) from error
        return Manifest(**values)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder of part files.

    Raises:
        DataError: it is missing, unreadable or damaged.
    """
    path = folder / MANIFEST_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DataError(
            f"{folder} is no dataset: it has no {MANIFEST_FILE}.\n"
            "  Name a folder that holds one, or generate the dataset."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} can't be read: {error}.\n  Generate the dataset again.") from error
    return Manifest.from_json(text, str(path))


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
