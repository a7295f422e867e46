"""Open Data Contract Standard 3.2: tables, keys, references, enumerations and rules, and where the tables lie.

https://bitol-io.github.io/open-data-contract-standard
"""

import re
from collections.abc import Iterator
from typing import Any

from synth_assets.descriptions.described import Described, StoredCopy
from synth_assets.descriptions.kind import Kind
from synth_assets.descriptions.yaml_written import without_nothing, written_yaml
from synth_assets.model.table import Column, Reference, Table
from synth_assets.model.types.base import ColumnType
from synth_assets.model.types.lists import ListOf
from synth_assets.model.types.structs import Struct
from synth_assets.model.types.times import Timestamp
from synth_assets.model.types.unsigned import Unsigned
from synth_assets.sinks.sql import listed, quoted

VERSION = "v3.2.0"

_LOGICAL = {
    "integer": "integer",
    "unsigned": "integer",
    "duration": "integer",
    "decimal": "number",
    "float": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "time": "time",
    "list": "array",
    "struct": "object",
}
"""Kind of type → logical type; what isn't here is a string."""

_PLAIN = {"integer", "decimal", "float", "boolean", "date", "time", "string", "binary"}
"""Kinds of types with a name that tools of any system take."""

_MOST_BITS = 32
"""Of an unsigned number that a signed one of 64 bits is said to hold."""

_FORMATS = {"uuid": "uuid", "binary": "binary", "json": "json"}
_REFERABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Names that relationships can be told of."""


def text(of: Described, _argument: str = "") -> str:
    """The contract as YAML."""
    dataset = of.dataset
    contract = {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": f"{dataset.domain}-{dataset.name}",
        "name": dataset.domain,
        "version": f"{dataset.contract}.0.0",
        "status": "active",
        "domain": dataset.domain,
        "description": {"purpose": of.doc or None, "usage": f"synth generate {' '.join([of.called, *of.arguments])}"},
        "servers": list(_servers(of)),
        "schema": [_schema(of, table) for table in of.tables.values()],
        "customProperties": _properties(
            {"seed": dataset.seed, "preset": dataset.label, **dataset.parameters, **dataset.said_only}
        ),
    }
    return written_yaml(without_nothing(contract))


KIND = Kind("odcs", text, file="contract.odcs.yaml")


def _properties(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": name, "value": value} for name, value in values.items()]


def _servers(of: Described) -> Iterator[dict[str, Any]]:
    """Where tables lie: a server a format, or several where one pattern doesn't fit all tables."""
    for form in of.formats:
        copies = of.of_format(form)
        first = next(iter(copies.values()))
        if first.is_database:
            schema = of.domain.name if form != "sqlite" else None
            kind = form if form == "duckdb" else "custom"
            yield {"server": form, "type": kind, "database": str(first.place), "schema": schema}
            continue
        deep = any(copy.kept_apart for copy in copies.values())
        patterns = list(dict.fromkeys(_model_pattern(name, copy, deep=deep) for name, copy in copies.items()))
        for number, pattern in enumerate(patterns, 1):
            name = form if number == 1 else f"{form}-{number}"
            yield {"server": name, "type": "local", "path": pattern, "format": _format(form)}


def _format(form: str) -> str:
    """What tools call a format of files."""
    return "json" if form == "ndjson" else form


def _model_pattern(name: str, copy: StoredCopy, *, deep: bool) -> str:
    """The pattern of a table's files, in which ``{model}`` stands for the table: its lowest folder, or in a name.

    Args:
        name: the table's.
        copy: where it lies.
        deep: whether files may lie in folders of their place, and not all tables' in as many.
    """
    *above, last = copy.pattern.parts
    if deep:
        # The pattern's own wildcards are folders of cells.
        above = [*above[: len(copy.place.parts)], "**"]
    if name in above:
        at = len(above) - 1 - above[::-1].index(name)
        return "/".join([*above[:at], "{model}", *above[at + 1 :], last])
    return "/".join([*above, last.replace(name, "{model}", 1)])


def _schema(of: Described, table: Table) -> dict[str, Any]:
    copies = of.copies.get(table.name, ())
    manifest = copies[0].manifest if copies else None
    single = {one.columns[0]: one for one in of.foreign_keys(table) if len(one.columns) == 1}
    return {
        "name": table.name,
        "logicalType": "object",
        "physicalType": "table",
        "physicalName": table.name,
        "description": table.doc or None,
        "dataGranularityDescription": table.grain or None,
        "properties": [_property(of, table, column, single.get(column.name)) for column in table.columns],
        "relationships": [
            _relationship(of, table, one) for one in of.foreign_keys(table) if len(one.columns) > 1 and _told(of, one)
        ],
        "quality": list(_quality(of, table)),
        "customProperties": _properties({"contentHash": manifest.content_hash, "rows": manifest.rows})
        if manifest
        else [],
    }


def _property(of: Described, table: Table, column: Column, reference: Reference | None) -> dict[str, Any]:
    key = table.key.columns
    apart = next((copy.kept_apart for copy in of.copies.get(table.name, ()) if copy.kept_apart), ())
    to = f"{reference.table}.{of.target_of(reference)[0]}" if reference and _told(of, reference) else None
    return {
        "name": column.name,
        **_typed(column.type),
        "description": column.doc or None,
        "primaryKey": True if column.name in key else None,
        "primaryKeyPosition": key.index(column.name) + 1 if column.name in key else None,
        "required": not column.nullable,
        "unique": True if table.is_unique(column.name) else None,
        "partitioned": True if column.name in apart else None,
        "partitionKeyPosition": apart.index(column.name) + 1 if column.name in apart else None,
        "enum": [{"value": value} for value in column.values],
        "relationships": [{"type": "foreignKey", "to": to}] if to else [],
    }


def _typed(kind: ColumnType) -> dict[str, Any]:
    """A type's logical and physical name, and what it has inside."""
    told: dict[str, Any] = {"logicalType": _LOGICAL.get(kind.kind, "string"), "physicalType": _physical(kind)}
    if kind.kind in _FORMATS:
        told["logicalTypeOptions"] = {"format": _FORMATS[kind.kind]}
    if isinstance(kind, ListOf):
        told["items"] = _typed(kind.of)
    if isinstance(kind, Struct):
        told["properties"] = [{"name": name, **_typed(inner)} for name, inner in kind.fields]
    return told


def _physical(kind: ColumnType) -> str | None:
    """A type's name; ``None`` where tools don't agree on one, and the logical type has to do."""
    if kind.kind in _PLAIN:
        return kind.sql("duckdb")
    if isinstance(kind, Timestamp):
        return "TIMESTAMP_NTZ" if kind.zone is None else "TIMESTAMP_TZ"
    if isinstance(kind, Unsigned):
        return "BIGINT" if kind.bits <= _MOST_BITS else "DECIMAL(20,0)"
    return "BIGINT" if kind.kind == "duration" else None


def _told(of: Described, reference: Reference) -> bool:
    """Whether the standard has a way to say a reference: it takes plain names only."""
    names = (*reference.columns, reference.table, *of.target_of(reference))
    return all(_REFERABLE.fullmatch(name) for name in names)


def _relationship(of: Described, table: Table, reference: Reference) -> dict[str, Any]:
    return {
        "type": "foreignKey",
        "from": [f"{table.name}.{name}" for name in reference.columns],
        "to": [f"{reference.table}.{name}" for name in of.target_of(reference)],
    }


def _quality(of: Described, table: Table) -> Iterator[dict[str, Any]]:
    """Groups of columns that are unique, and the table's own rules, as queries that find no row."""
    groups = [group for group in [table.key.columns, *of.unique_groups(table)] if len(group) > 1]
    for group in groups:
        there = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in group)
        twice = f"SELECT 1 FROM {quoted(table.name)} WHERE {there} GROUP BY {listed(group)} HAVING count(*) > 1"  # noqa: S608
        yield _none_of(f"unique_{'_'.join(group)}", f"No two rows share {', '.join(group)}.", twice)
    for rule in table.rules:
        if all(name in of.tables for name in rule.tables):
            yield _none_of(rule.name, rule.doc, rule.sql.strip().rstrip(";"))


def _none_of(name: str, doc: str, sql: str) -> dict[str, Any]:
    query = f"SELECT count(*) FROM ({sql}) AS broken"  # noqa: S608
    return {"type": "sql", "name": name, "description": doc or None, "query": query, "mustBe": 0}
