"""Rows of catalogs → tables."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from synth_assets.schemas.postgres.catalogs import Catalogs, Row
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
from synth_assets.schemas.sql.told import computed_told, condition_told
from synth_assets.schemas.sql.types import type_told

_DIALECT = "postgres"
_ENUMERABLE = 40
"""Different values of a column whose most common ones are told, if values may be."""

_RANGES = re.compile(r"u?int|decimal|float|date|timestamp")
"""Types of columns whose least and greatest values are told, if values may be."""


class CatalogTables:
    """Tables of a database.

    Args:
        catalogs: of it.
        schemas: whose tables are asked for.
        values: whether values may be told.

    Attributes:
        passed_over: what could not be read.
    """

    def __init__(self, catalogs: Catalogs, schemas: Sequence[str], *, values: bool) -> None:
        self._tables = catalogs.tables(schemas)
        ids = [row["id"] for row in self._tables]
        self._names = {row["id"]: f"{row['schema']}.{row['name']}" for row in self._tables}
        if set(schemas) == {"public"}:
            self._names = {row["id"]: row["name"] for row in self._tables}
        self._types = catalogs.types()
        self._columns = _by_table(catalogs.columns(ids))
        self._constraints = _by_table(catalogs.constraints(ids))
        self._indexes = _by_table(catalogs.indexes(ids))
        self._statistics = {(row["id"], row["name"]): row for row in catalogs.statistics(ids)}
        self._values = {(row["id"], row["name"]): row for row in catalogs.values(ids)} if values else {}
        self.passed_over: list[Passage] = []

    def read(self) -> tuple[SourceTable, ...]:
        """All of them, in the order in which they were made."""
        found = tuple(map(self._table, self._tables))
        if found and not any(one.rows for one in found):
            self._pass("no table has statistics: numbers of rows are usual ones; run ANALYZE to have the database's")
        return found

    def _pass(self, text: str) -> None:
        self.passed_over.append(Passage(text))

    def _table(self, row: Row) -> SourceTable:
        columns, own = tuple(self._column(one) for one in self._columns[row["id"]]), self._constraints[row["id"]]
        types = {one.name: one.type.name for one in columns}
        columns = tuple(_computed(one, types) for one in columns)
        keys = [ColumnGroup(tuple(one["columns"])) for one in own if one["kind"] == "p"]
        unique = [ColumnGroup(tuple(one["columns"])) for one in own if one["kind"] == "u"]
        unique += [group for one in self._indexes[row["id"]] for group in self._of_index(row, one, types)]
        for one in own:
            if one["kind"] == "x":
                self._pass(f"{self._names[row['id']]}: {one['name']}, which excludes rows, was passed over")
        return SourceTable(
            self._names[row["id"]],
            columns,
            keys[0] if keys else None,
            tuple(unique),
            tuple(self._links(row, own)),
            (*self._checks(own, types), *self._domain_checks(row, types)),
            row["doc"] or "",
            rows=row["rows"] if row["rows"] and row["rows"] > 0 else None,
        )

    def _column(self, row: Row) -> SourceColumn:
        of_type, labels, is_there = self._type(row)
        expression = row["expression"] or ""
        return SourceColumn(
            row["name"],
            of_type,
            nullable=not (row["is_there"] or is_there),
            default="" if row["is_computed"] else expression,
            computed=expression if row["is_computed"] else None,
            numbered=row["is_identity"] or "nextval(" in expression,
            doc=row["doc"] or "",
            enumeration=tuple(labels),
            statistics=self._known(row, of_type.name, labels),
        )

    def _type(self, row: Row) -> tuple[SourceType, tuple[str, ...], bool]:
        """A column's type, the labels of its enumeration, and whether its domain says that it is there."""
        told, is_there, known = row["told"], False, self._types.get(row["type"])
        while known is not None and known["kind"] == "d":
            told, is_there = known["told"], is_there or known["is_there"]
            known = self._types.get(known["base"])
        labels = tuple(known["labels"] or ()) if known is not None else ()
        of_type = type_told("text" if labels else told, _DIALECT)
        return replace(of_type, told=row["told"]), labels, is_there

    def _links(self, row: Row, own: Iterable[Row]) -> Iterable[Link]:
        for one in own:
            if one["kind"] != "f":
                continue
            columns = tuple(one["columns"])
            if one["other"] in self._names:
                yield Link(columns, self._names[one["other"]], tuple(one["target"]), one["is_deferrable"])
            else:
                self._pass(
                    f"{self._names[row['id']]}: {', '.join(columns)} refers to {one['other_name']}, whose schema wasn't"
                    " asked for; --schema asks for it too"
                )

    @staticmethod
    def _checks(own: Iterable[Row], types: Mapping[str, str]) -> list[Condition]:
        checks = [one for one in own if one["kind"] == "c"]
        return [condition_told(one["condition"], _DIALECT, types, name=one["name"]) for one in checks]

    def _domain_checks(self, row: Row, types: Mapping[str, str]) -> Iterable[Condition]:
        for one in self._columns[row["id"]]:
            known = self._types.get(one["type"])
            while known is not None and known["kind"] == "d":
                for text in known["conditions"] or ():
                    yield condition_told(text, _DIALECT, types, column=one["name"])
                known = self._types.get(known["base"])

    def _of_index(self, row: Row, index: Row, types: Mapping[str, str]) -> Iterable[ColumnGroup]:
        columns = tuple(
            name or _folded(part, types) for name, part in zip(index["columns"], index["parts"], strict=True)
        )
        table = self._names[row["id"]]
        if not all(columns):
            self._pass(f"{table}: {index['name']}, a unique index over an expression, was passed over")
            return
        if index["is_partial"]:
            self._pass(f"{table}: {', '.join(columns)} is unique in some rows; it was taken to be in all")
        yield ColumnGroup(columns)

    def _known(self, row: Row, kind: str, labels: Sequence[str]) -> ColumnStatistics | None:
        known = self._statistics.get((row["id"], row["name"]))
        if known is None:
            return None
        rows = next(one["rows"] for one in self._tables if one["id"] == row["id"]) or 0
        nulls = Decimal(str(round(known["nulls"], 6)))
        distinct = known["distinct_values"]
        count = round(distinct if distinct >= 0 else -distinct * max(rows, 0)) or None
        shares = tuple(_share(one, nulls) for one in known["shares"] or ())
        low, high, common = None, None, tuple[str, ...]()
        values = self._values.get((row["id"], row["name"]))
        if values is not None and shares and (labels or (count is not None and count <= _ENUMERABLE)):
            common = tuple(values["common"] or ())
        if values is not None and _RANGES.match(kind):
            low, high = _ends([*(values["bounds"] or ()), *(values["common"] or ())], kind)
        return ColumnStatistics(nulls, count, low, high, shares, common if len(common) == len(shares) else ())


def _share(share: float, nulls: Decimal) -> Decimal:
    """Of all rows → of those that have a value."""
    return round(Decimal(str(share)) / (1 - nulls), 6) if nulls < 1 else Decimal(0)


def _ends(values: Sequence[str], kind: str) -> tuple[str, str] | tuple[None, None]:
    """The least and the greatest of some values; days and times go up as their texts do."""
    try:
        ordered = sorted(values) if kind.startswith(("date", "timestamp")) else sorted(values, key=Decimal)
    except InvalidOperation:
        return None, None
    return (ordered[0], ordered[-1]) if ordered else (None, None)


def _computed(column: SourceColumn, types: Mapping[str, str]) -> SourceColumn:
    if not column.computed:
        return column
    return replace(column, computed=computed_told(column.computed, _DIALECT, types))


def _folded(part: str, types: Mapping[str, str]) -> str:
    """The column within ``lower(…)``; empty for other expressions."""
    found = re.match(r'(?:lower|upper)\(\(?"?(\w+)"?\)?(?:::text)?\)', part)
    return found[1] if found and found[1] in types else ""


def _by_table(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["id"]].append(row)
    return found
