"""Columns as Debezium's PostgreSQL connector tells them to Kafka Connect: schemas, cells, and what stands for none.

As it does with ``decimal.handling.mode=string`` and ``time.precision.mode=adaptive``, of columns whose types are those
of :meth:`~synth_assets.model.types.base.ColumnType.sql`: times have six digits, whatever the values show.
"""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl

from synth_assets.model.table import Column, Table
from synth_assets.model.types import ColumnType
from synth_assets.sinks.envelopes.cells import time_text

Schema = dict[str, Any]
"""A schema of Connect's, in the order in which its JSON converter writes it."""


class ConnectType(NamedTuple):
    """What Connect knows of a type.

    Attributes:
        type: Connect's own type.
        name: of what it stands for; empty where it is only itself.
        nothing: the JSON that stands for a cell which isn't known, of a column that can't be null.
    """

    type: str
    name: str
    nothing: str


def connect_type(of: ColumnType) -> ConnectType:  # noqa: PLR0911 - one kind after the other
    """What Connect knows of a column's type."""
    sql = of.sql("postgresql")
    if sql.endswith("[]"):
        return ConnectType("array", "", "[]")
    if sql == "JSON":
        return ConnectType("string", "io.debezium.data.Json", '""')
    match of.kind:
        case "date":
            return ConnectType("int32", "io.debezium.time.Date", "0")
        case "timestamp" if sql.endswith("ZONE"):
            return ConnectType("string", "io.debezium.time.ZonedTimestamp", '"1970-01-01T00:00:00Z"')
        case "timestamp":
            return ConnectType("int64", "io.debezium.time.MicroTimestamp", "0")
        case "uuid":
            return ConnectType("string", "io.debezium.data.Uuid", '""')
        case "decimal":
            return ConnectType("string", "", f'"{0:.{sql.removesuffix(")").rpartition(",")[2]}f}"')
        case "boolean":
            return ConnectType("boolean", "", "false")
        case "binary":
            return ConnectType("bytes", "", '""')
    return ConnectType(_NUMBERS[sql], "", "0.0" if of.kind == "float" else "0") if sql in _NUMBERS else _TEXT


_NUMBERS = {"SMALLINT": "int16", "INTEGER": "int32", "BIGINT": "int64", "REAL": "float", "DOUBLE PRECISION": "double"}
_TEXT = ConnectType("string", "", '""')


def column_schema(column: Column) -> Schema:
    """The schema of a column, as a field of its row."""
    return {**_schema(column.type, optional=column.nullable), "field": column.name}


def _schema(of: ColumnType, *, optional: bool) -> Schema:
    kind = connect_type(of)
    items = {"items": _schema(of.of, optional=True)} if kind.type == "array" else {}  # type: ignore[attr-defined]
    named = {"name": kind.name, "version": 1} if kind.name else {}
    return {"type": kind.type, **items, "optional": optional, **named}


def field(name: str, kind: str, *, optional: bool = False) -> Schema:
    """The schema of a field that has a type of Connect's own."""
    return {"type": kind, "optional": optional, "field": name}


def struct_schema(fields: Iterable[Schema], name: str, *, version: int | None = None, optional: bool = False) -> Schema:
    """The schema of an object."""
    versioned = {} if version is None else {"version": version}
    return {"type": "struct", "fields": list(fields), "optional": optional, "name": name, **versioned}


def with_schema(schema: Schema, payload: pl.Expr) -> pl.Expr:
    """JSON beside its schema, as Connect's converter writes it by default; missing where the JSON is."""
    text = json.dumps(schema, separators=(",", ":"), ensure_ascii=False)
    return pl.concat_str(pl.lit(f'{{"schema":{text},"payload":'), payload, pl.lit("}"))


def row_json(cells: Iterable[pl.Expr]) -> pl.Expr:
    """Cells, named like their columns, as an object."""
    return pl.struct(list(cells)).struct.json_encode()


def key_only(table: Table, prefix: str) -> pl.Expr:
    """A row of which nothing but the key is known, as an object.

    A column that may be null is null; of another one there is what its schema has for nothing: 0, ``""``, ``[]``.
    """
    parts: list[pl.Expr] = []
    for number, column in enumerate(table.columns):
        start = f"{'{' if not number else ','}{json.dumps(column.name, ensure_ascii=False)}:"
        if column.name in table.key.columns:
            of_key = row_json([connect_cell(column.type, pl.col(prefix + column.name)).alias("k")])
            # `{"k":…}` without its ends is the JSON of a cell.
            parts += [pl.lit(start), of_key.str.strip_prefix('{"k":').str.strip_suffix("}")]
        else:
            parts.append(pl.lit(start + ("null" if column.nullable else connect_type(column.type).nothing)))
    return pl.concat_str(*parts, pl.lit("}"))


def connect_cell(of: ColumnType, cell: pl.Expr) -> pl.Expr:
    """A cell as its row's object has it; decimals are texts there by themselves."""
    match of.kind:
        case "date":
            return cell.to_physical()  # io.debezium.time.Date: days
        case "timestamp" if connect_type(of).type == "string":
            return time_text(cell, "%Y-%m-%dT%H:%M:%S%.6fZ")  # io.debezium.time.ZonedTimestamp
        case "timestamp":
            return cell.dt.epoch("us")  # io.debezium.time.MicroTimestamp
        case "binary" | "struct":
            return of.as_text(cell)  # bytes in Base64; io.debezium.data.Json, of a column of JSON
        case "list" if connect_type(of).type == "string":
            return of.as_text(cell)  # a list of lists is a column of JSON, too
        case _:
            return cell
