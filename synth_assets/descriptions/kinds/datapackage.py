"""Data Package, version 2: a resource a table, with its files, schema and keys.

https://datapackage.org. Of a table in several formats the one is told that most readers of packages read. Files that
can't be put together by appending them, as Parquet's, are resources of their own.
"""

import json
from collections.abc import Iterator
from typing import Any

from synth_assets.descriptions.described import Described, StoredCopy
from synth_assets.descriptions.kind import Kind
from synth_assets.descriptions.yaml_written import without_nothing
from synth_assets.errors import DataError
from synth_assets.model.manifest import PartFile
from synth_assets.model.table import Column, Reference, Table

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_FIRST = ("csv", "ndjson", "json", "parquet")
_APPENDED = (".csv", ".ndjson")
"""Endings of text whose files may be read as one."""

_MEDIA = {
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}

_TYPES = {
    "integer": "integer",
    "unsigned": "integer",
    "duration": "integer",
    "decimal": "number",
    "float": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "time": "time",
    "list": "array",
    "struct": "object",
}
"""Kind of type → type of a field; what isn't here is a string."""


def text(of: Described, _argument: str = "") -> str:
    """The package as JSON.

    Raises:
        DataError: nothing is stored in files.
    """
    chosen = {name: copy for name in of.tables if (copy := _chosen(of.copies.get(name, ())))}
    if not chosen:
        raise DataError(
            f"{of.domain.name} {of.dataset.partition} is stored in {', '.join(of.formats) or 'no format'} only:"
            " a data package tells of files.\n"
            f"  Make some: synth generate {' '.join([of.called, *of.arguments])} --format csv"
        )
    dataset = of.dataset
    package = {
        "$schema": PROFILE,
        "name": f"{dataset.domain}-{dataset.name}".lower(),
        "title": dataset.domain,
        "description": of.doc,
        "version": f"{dataset.contract}.0.0",
        "resources": [one for name, copy in chosen.items() for one in _resources(of, chosen, name, copy)],
        "synth": {"domain": dataset.domain, "preset": dataset.label, "parameters": dataset.manifest_parameters},
    }
    return json.dumps(without_nothing(package), indent=2, ensure_ascii=False) + "\n"


KIND = Kind("datapackage", text, needs_files=True, file="datapackage.json")


def _chosen(copies: tuple[StoredCopy, ...]) -> StoredCopy | None:
    """The copy in files that most readers read."""
    files = [copy for copy in copies if not copy.is_database]
    order = [*_FIRST, *(copy.format for copy in files)]
    return min(files, key=lambda copy: order.index(copy.format), default=None)


def _resources(of: Described, chosen: dict[str, StoredCopy], name: str, copy: StoredCopy) -> Iterator[dict[str, Any]]:
    table, files = of.tables[name], copy.manifest.files
    if len(files) == 1 or _is_one(copy):
        yield _resource(of, chosen, table, copy, files, name)
        return
    for number, file in enumerate(files):
        yield _resource(of, chosen, table, copy, [file], f"{name}.{number:05d}")


def _is_one(copy: StoredCopy) -> bool:
    """Whether readers of packages take a table's files for one."""
    return not copy.kept_apart and all(file.path.endswith(_APPENDED) for file in copy.manifest.files)


def _resource(
    of: Described,
    chosen: dict[str, StoredCopy],
    table: Table,
    copy: StoredCopy,
    files: "list[PartFile] | tuple[PartFile, ...]",
    name: str,
) -> dict[str, Any]:
    paths = [str(copy.place / file.path) for file in files]
    whole = len(files) == len(copy.manifest.files)
    told: dict[str, Any] = {
        "name": name,
        "type": "table",
        "description": table.doc,
        "path": paths[0] if len(paths) == 1 else paths,
        "format": copy.format,
        "mediatype": _MEDIA.get(copy.format),
        "encoding": None if copy.format == "parquet" else "utf-8",
        **({"bytes": files[0].bytes, "hash": f"sha256:{files[0].sha256}"} if len(files) == 1 else {}),
        "schema": _schema(of, chosen, copy.held(table), whole=whole),
        "synth": {"table": table.path, "rows": sum(one.rows for one in files)},
    }
    if whole:
        told["synth"]["contentHash"] = copy.manifest.content_hash
    return told


def _schema(of: Described, chosen: dict[str, StoredCopy], table: Table, *, whole: bool) -> dict[str, Any]:
    """The columns and keys of a table, or of one of its files: what holds of the whole doesn't fail there."""
    names = set(table.column_names)
    keys = [
        one for one in of.foreign_keys(table) if names >= {*one.columns} and _is_resource(chosen, one, table, whole)
    ]
    groups = [list(group) for group in of.unique_groups(table) if len(group) > 1 and names >= {*group}]
    return {
        "fields": [_field(table, column) for column in table.columns],
        "primaryKey": list(table.key.columns) if names >= {*table.key.columns} else None,
        "uniqueKeys": [group for group in groups if not any(table.column(name).nullable for name in group)],
        "foreignKeys": [_foreign_key(of, table, one) for one in keys],
    }


def _is_resource(chosen: dict[str, StoredCopy], reference: Reference, table: Table, whole: bool) -> bool:
    """Whether the table that a reference leads to is one resource."""
    if reference.table == table.name:
        return whole
    copy = chosen.get(reference.table)
    return copy is not None and (len(copy.manifest.files) == 1 or _is_one(copy))


def _foreign_key(of: Described, table: Table, reference: Reference) -> dict[str, Any]:
    to = "" if reference.table == table.name else reference.table
    return {
        "fields": list(reference.columns),
        "reference": {"resource": to, "fields": list(of.target_of(reference))},
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    kind = column.type.kind
    single = (column.name,) in table.unique
    return {
        "name": column.name,
        "type": _TYPES.get(kind, "string"),
        "format": "uuid" if kind == "uuid" else None,
        "description": column.doc,
        "constraints": {
            "required": None if column.nullable else True,
            "unique": True if single else None,
            "enum": list(column.values),
        },
    }
