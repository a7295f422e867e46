"""Objects of a contract → tables."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from synth_assets.schemas.described.columns import (
    bound,
    cells_told,
    closed_set,
    length_bound,
    type_in_words,
)
from synth_assets.schemas.odcs.contract import ContractPart
from synth_assets.schemas.odcs.quality import ColumnQuality, column_quality, table_quality
from synth_assets.schemas.schema import (
    ColumnGroup,
    ColumnStatistics,
    Condition,
    Link,
    Passage,
    SourceColumn,
    SourceTable,
    SourceType,
)

_LOGICAL = {
    "string": "string",
    "integer": "int64",
    "number": "decimal(18,4)",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp(s)",
    "time": "time",
    "object": "json",
}
_FORMATS = {"uuid": "uuid", "date": "date", "date-time": "timestamp(s)"}
_NUMBERS = {"i32": "int32", "i64": "int64", "u32": "uint32", "u64": "uint64", "f32": "float32", "f64": "float64"}
_BOUNDS = (
    ("minimum", ">="),
    ("maximum", "<="),
    ("exclusiveMinimum", ">"),
    ("exclusiveMaximum", "<"),
)
_PLAIN_REFERENCE = re.compile(r"([^./]+(?:\.[^./]+)*)\.([^./]+)")


class ContractTables:
    """Tables of a contract.

    Args:
        contract: the document's parts.
        dialect: in which physical types are told; empty if that isn't known.

    Attributes:
        passed_over: what could not be read.
    """

    def __init__(self, contract: ContractPart, dialect: str) -> None:
        self._objects, self._dialect = contract.parts("schema"), dialect
        self._names = [one.name() for one in self._objects]
        self._ids = {one.text("id") or name: name for one, name in zip(self._objects, self._names, strict=True)}
        self._ids |= {
            one.text("physicalName"): name
            for one, name in zip(self._objects, self._names, strict=True)
            if one.text("physicalName") not in self._ids
        }
        self.passed_over: list[Passage] = []

    def read(self) -> tuple[SourceTable, ...]:
        """All of them."""
        return tuple(self._table(one, name) for one, name in zip(self._objects, self._names, strict=True))

    def _pass(self, text: str, part: ContractPart) -> None:
        self.passed_over.append(Passage(text, part.place))

    def _table(self, part: ContractPart, name: str) -> SourceTable:
        properties = part.parts("properties")
        columns, conditions, unique = list[SourceColumn](), list[Condition](), list[ColumnGroup]()
        for one in properties:
            column, more = self._column(one, name)
            columns.append(column)
            conditions += more
        known = {column.name for column in columns}
        quality = table_quality(part, known)
        for text, where in quality.unread:
            self._pass(f"{name}: {text}", where)
        unique += [ColumnGroup((one.name(),), one.place) for one in properties if self._is_unique(one)]
        unique += [ColumnGroup(one, part.place) for one in quality.unique]
        key = _key(properties, part)
        columns = [
            replace(one, nullable=False) if key is not None and one.name in key.columns else one for one in columns
        ]
        links = tuple(self._links(part, name, properties, known))
        return SourceTable(
            name, tuple(columns), key, tuple(unique), links, tuple(conditions), part.text("description"), part.place,
            quality.rows,
        )  # fmt: skip

    @staticmethod
    def _is_unique(part: ContractPart) -> bool:
        return part.flag("unique") or column_quality(part).is_unique

    def _column(self, part: ContractPart, table: str) -> tuple[SourceColumn, list[Condition]]:
        name, quality = part.name(), column_quality(part)
        for text, where in quality.unread:
            self._pass(f"{table}.{name}: {text}", where)
        of_type = self._type(part, table)
        column = SourceColumn(
            name,
            of_type,
            nullable=not (part.flag("required") or quality.is_there),
            doc=part.text("description") or part.text("businessName"),
            place=part.place,
            statistics=_statistics(quality),
        )
        cells = cells_told((*_enumeration(part), *quality.values))
        column, conditions = closed_set(column, cells, part.place) if cells else (column, [])
        return column, [*conditions, *self._bounds(part, column, quality, table)]

    def _type(self, part: ContractPart, table: str) -> SourceType:
        options = part.part("logicalTypeOptions")
        logical, told = part.text("logicalType").lower(), part.text("physicalType")
        physical = type_in_words(told, self._dialect) if told else SourceType("", "")
        if not physical.name:
            physical = self._logical(part, logical, told, options)
        elif options.text("format") == "uuid" and physical.name == "string":
            physical = replace(physical, name="uuid", length=None)
        if part.values.get("properties") and physical.name == "json":
            self._pass(f"{table}.{part.text('name')}: what its fields hold isn't said", part)
        longest = options.number("maxLength")
        if physical.name == "string" and longest is not None:
            physical = replace(physical, length=min(longest, physical.length or longest))
        return physical

    def _logical(self, part: ContractPart, logical: str, told: str, options: ContractPart) -> SourceType:
        shape = options.text("format")
        if logical == "array":
            within = self._logical(part.part("items"), part.part("items").text("logicalType").lower(), "", options)
            return SourceType(told or "array", f"list({within.name})" if within.name else "")
        if logical == "string":
            return SourceType(told, _FORMATS.get(shape, "string"))
        if logical in {"integer", "number"}:
            return SourceType(told, _NUMBERS.get(shape, _LOGICAL[logical]))
        if logical == "date" and re.search("[Hh]", shape):
            return SourceType(told, "timestamp(s)")  # of v3.0, which has no other type for times
        if logical == "timestamp" and options.text("timezone").lower() == "true":
            return SourceType(told, "timestamp(s, UTC)")
        return SourceType(told or logical, _LOGICAL.get(logical, "" if told or logical else "string"))

    def _bounds(
        self, part: ContractPart, column: SourceColumn, quality: ColumnQuality, table: str
    ) -> Iterable[Condition]:
        options = part.part("logicalTypeOptions")
        for word, sign in _BOUNDS:
            value: Any = options.values.get(word)
            if value is not None and not isinstance(value, bool):
                yield bound(column, sign, value, part.place)
        shortest = options.number("minLength")
        if shortest and column.type.name == "string":
            yield length_bound(column, ">=", shortest, part.place)
        for pattern in filter(None, (options.text("pattern"), *quality.patterns)):
            yield Condition(pattern, patterns=((column.name, _whole(pattern)),), place=part.place)
        if options.values.get("multipleOf") is not None:
            self._pass(f"{table}.{column.name}: multiples of {options.values['multipleOf']} aren't said", part)

    def _links(
        self, part: ContractPart, table: str, properties: Sequence[ContractPart], known: set[str]
    ) -> Iterable[Link]:
        for one in properties:
            for relation in one.parts("relationships"):
                yield from self._link(relation, table, (one.name(),), relation.values.get("to"))
        for relation in part.parts("relationships"):
            ours = [found for said in _several(relation.values.get("from")) for found in self._end(said, table)]
            columns = tuple(column for _, column in ours)
            if not columns or not set(columns) <= known:
                self._pass(f"{table}: a relationship is from no columns of it, and was passed over", relation)
                continue
            yield from self._link(relation, table, columns, relation.values.get("to"))

    def _link(self, part: ContractPart, table: str, columns: tuple[str, ...], said: Any) -> Iterable[Link]:
        ends = [end for one in _several(said) for end in self._end(one, "")]
        others = {other for other, _ in ends}
        if part.text("type") not in {"", "foreignKey"}:
            self._pass(f"{table}: a relationship of the type {part.text('type')} was passed over", part)
        elif len(others) != 1 or len(ends) != len(columns):
            text = f"{table}: {', '.join(columns)} refers to {said}, which isn't there"
            self._pass(text, part)
        else:
            yield Link(columns, others.pop(), tuple(column for _, column in ends), place=part.place)

    def _end(self, said: str, own: str) -> Iterable[tuple[str, str]]:
        """The table and the column of ``customers.id``, or of ``schema/customers/properties/id``."""
        parts = said.strip("/").split("/")
        if len(parts) == 4 and (parts[0], parts[2]) == ("schema", "properties"):
            table, column = self._ids.get(parts[1], ""), parts[3]
        elif (found := _PLAIN_REFERENCE.fullmatch(said)) is not None:
            table, column = self._ids.get(found[1], found[1]), found[2]
        else:
            table, column = own, said
        if table in self._names:
            yield table, self._property(table, column)

    def _property(self, table: str, said: str) -> str:
        """The name of a property that is called by its name or id."""
        part = self._objects[self._names.index(table)]
        return next((one.text("name") for one in part.parts("properties") if one.text("id") == said), said)


def _key(properties: Sequence[ContractPart], part: ContractPart) -> ColumnGroup | None:
    found = [one for one in properties if one.flag("primaryKey")]
    places = {id(one): one.number("primaryKeyPosition") or 0 for one in found}
    found.sort(key=lambda one: places[id(one)])
    return ColumnGroup(tuple(one.text("name") for one in found), part.place) if found else None


def _enumeration(part: ContractPart) -> list[Any]:
    """A closed set, wherever contracts say one."""
    options: Any = part.part("logicalTypeOptions").values.get("enum")
    own: Any = part.values.get("enum")
    custom = [one.values.get("value") for one in part.parts("customProperties") if one.text("property") == "enum"]
    for said in (options, own, *custom):
        if isinstance(said, list):
            values = cast("list[Any]", said)
            return [one.get("value") if isinstance(one, dict) else one for one in cast("list[dict[str, Any]]", values)]
    return []


def _statistics(quality: ColumnQuality) -> ColumnStatistics | None:
    return ColumnStatistics(nulls=quality.nulls) if quality.nulls is not None else None


def _several(said: Any) -> list[str]:
    if isinstance(said, list):
        return [str(one) for one in cast("list[Any]", said)]
    return [str(said)] if said else []


def _whole(pattern: str) -> str:
    """A regular expression for the whole text."""
    return pattern.removeprefix("^").removesuffix("$") if not pattern.endswith("\\$") else pattern.removeprefix("^")


def database_types(servers: Iterable[Mapping[str, Any]]) -> str:
    """The dialect of the first server that has one; empty for none."""
    known = (_DIALECTS.get(str(one.get("type")).lower(), "") for one in servers)
    return next(filter(None, known), "")


_DIALECTS = {
    **{
        name: name for name in ("snowflake", "bigquery", "databricks", "redshift", "mysql", "oracle", "duckdb", "trino")
    },
    "athena": "athena",
    "postgres": "postgres",
    "postgresql": "postgres",
    "sqlserver": "tsql",
    "presto": "presto",
    "clickhouse": "clickhouse",
    "synapse": "tsql",
    "hive": "hive",
}
