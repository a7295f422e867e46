"""Types and conditions of columns that a description tells in its own words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from synth_assets.schemas.schema import Condition, SourceColumn, SourceTable, SourceType
from synth_assets.schemas.sql.types import type_told

_BY_NAME = (
    (r"(.*_)?(is|has|can|was)_.*|.*_flag", "boolean"),
    (r".*_(at|time|timestamp|ts)|timestamp|.*_datetime", "timestamp(s)"),
    (r"(.*_)?(date|day)|.*_on", "date"),
    (r"(.*_)?id|.*_(key|sk|pk)", "int64"),
    (r"(.*_)?(quantity|qty|count|cents|year|month|age)|(num|number|n|count)_.*", "int64"),
    (r"(.*_)?(price|cost|amount|total|subtotal|fee|tax|revenue|balance|value|rate|discount)", "decimal(12,2)"),
)
"""Names of columns whose type nobody tells, with the one that they have most often."""


def type_of_name(name: str) -> SourceType:
    """The type that a column has most often that is called so; text for most names."""
    low = name.lower()
    return SourceType("", next((kind for names, kind in _BY_NAME if re.fullmatch(names, low)), "string"))


def type_in_words(text: str, dialect: str) -> SourceType:
    """The type that a text names, in a dialect of SQL or else in any."""
    found = type_told(text, dialect)
    return found if found.name or not dialect else replace(type_told(text, ""), told=text)


def cells_told(values: Iterable[Any]) -> tuple[str, ...]:
    """Values of a closed set as text; what is missing is none."""
    texts = (("true" if one else "false") if isinstance(one, bool) else str(one) for one in values if one is not None)
    return tuple(dict.fromkeys(texts))


def closed_set(column: SourceColumn, cells: Sequence[str], place: str = "") -> tuple[SourceColumn, list[Condition]]:
    """A column that has one of some values only: an enumeration of texts, or a condition."""
    if column.type.name in {"string", ""}:
        return replace(column, enumeration=tuple(cells)), []
    if column.type.name == "boolean" or not cells:
        return column, []
    literals = [constant_told(one, column.type.name) for one in cells]
    told = f"{column.name} IN ({', '.join(cells)})"
    holds = f"{_quoted(column.name)} in ({', '.join(literals)})" if all(literals) else ""
    return column, [Condition(told, holds, place=place)]


def bound(column: SourceColumn, sign: str, value: Any, place: str = "") -> Condition:
    """That a column is not less than a value, or is less, and so on."""
    literal = constant_told(str(value), column.type.name)
    holds = f"{_quoted(column.name)} {sign} {literal}" if literal else ""
    return Condition(f"{column.name} {sign} {value}", holds, place=place)


def length_bound(column: SourceColumn, sign: str, value: int, place: str = "") -> Condition:
    """That a text has so many characters at least, or at most."""
    return Condition(
        f"length({column.name}) {sign} {value}", f"length({_quoted(column.name)}) {sign} {value}", place=place
    )


def constant_told(text: str, kind: str) -> str:
    """A value beside a column of a type, as the language has it; empty if it can't stand there."""
    if re.match(r"u?int|decimal|float", kind):
        return text if re.fullmatch(r"\d+(\.\d+)?", text) else f"({text})" if _is_negative(text) else ""
    if kind == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", text):
        return f"date '{text[:10]}'"
    if kind.startswith("timestamp") and re.match(r"\d{4}-\d{2}-\d{2}", text):
        return f"timestamp '{text[:10]} {text[11:19] or '00:00:00'}'"
    return "'" + text.replace("'", "''") + "'" if kind == "string" else ""


def typed_alike(tables: Sequence[SourceTable], untold: Mapping[str, set[str]]) -> tuple[SourceTable, ...]:
    """Tables whose references have the types of what they refer to, where nobody told those of the references.

    Args:
        tables: all of them.
        untold: by table, the columns whose types nobody told.
    """
    by_name = {table.name: table for table in tables}
    for _ in range(_STEPS):
        by_name = {name: _alike(table, by_name, untold[name]) for name, table in by_name.items()}
    return tuple(by_name.values())


def _alike(table: SourceTable, tables: Mapping[str, SourceTable], untold: set[str]) -> SourceTable:
    types: dict[str, SourceType] = {}
    for link in table.links:
        other = tables.get(link.to)
        known = {one.name: one.type for one in other.columns} if other else {}
        target = link.target or (other.key.columns if other and other.key else ())
        types |= {ours: known[theirs] for ours, theirs in zip(link.columns, target, strict=False) if theirs in known}
    columns = tuple(
        replace(one, type=types[one.name]) if one.name in untold and one.name in types else one for one in table.columns
    )
    return replace(table, columns=columns)


_STEPS = 3
"""References on references whose types are carried on."""


def _is_negative(text: str) -> bool:
    return re.fullmatch(r"-\d+(\.\d+)?", text) is not None


def _quoted(name: str) -> str:
    return f'"{name}"'
