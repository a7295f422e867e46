"""Tables of dbt → tables of a schema: what tests and constraints ask for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from synth_assets.schemas.dbt.described import DbtTable, DbtTest
from synth_assets.schemas.described.columns import (
    bound,
    cells_told,
    closed_set,
    type_in_words,
    type_of_name,
    typed_alike,
)
from synth_assets.schemas.schema import (
    ColumnGroup,
    Condition,
    Link,
    Passage,
    SourceColumn,
    SourceTable,
    SourceType,
)
from synth_assets.schemas.sql.told import columns_as_one, condition_told

_WHOLE = re.compile(r"-?\d+")


def schema_tables(tables: Sequence[DbtTable], dialect: str) -> tuple[tuple[SourceTable, ...], list[Passage]]:
    """Tables of a schema, and what could not be read.

    Args:
        tables: as dbt has them.
        dialect: of the database that they lie in; empty if it isn't known.
    """
    passed: list[Passage] = []
    known = {one.name: one for one in tables}
    drafts = [_Draft(one, known, dialect, passed) for one in tables]
    for draft in drafts:
        draft.take_tests()
    untold = {draft.table.name: draft.untold for draft in drafts}
    count = sum(map(len, untold.values()))
    if count:
        passed.append(Passage(f"{count} columns have no data_type: their names, tests and references tell one"))
    return typed_alike([draft.finished() for draft in drafts], untold), passed


@dataclass
class _Draft:
    """A table in the making."""

    table: DbtTable
    tables: Mapping[str, DbtTable]
    dialect: str
    passed: list[Passage]
    columns: dict[str, SourceColumn] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)
    key: ColumnGroup | None = None
    unique: list[ColumnGroup] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)

    def __post_init__(self) -> None:
        for one in self.table.columns.values():
            of_type = type_in_words(one.told, self.dialect) if one.told else type_of_name(one.name)
            self.columns[one.name] = SourceColumn(one.name, of_type, doc=one.doc, place=one.place)
            if not one.told:
                self.untold.add(one.name)

    def take_tests(self) -> None:
        """What tests and constraints ask for; of others it is told that they were passed over."""
        for test in map(_spelt_out, self.table.tests):
            taken = _TAKEN.get(test.name.removeprefix("dbt.").removeprefix("dbt_utils."))
            column = self.named(test.column)
            if taken is None or (test.column and column not in self.columns):
                self.pass_over(test, "was passed over")
                continue
            where = (test.arguments.get("config") or {}).get("where") or test.arguments.get("where")
            if where:
                self.pass_over(test, "is about some rows; it was taken to be about all")
            taken(self, replace(test, column=column))

    def finished(self) -> SourceTable:
        """The table."""
        if self.key is None:
            self._choose_key()
        unique = [one for one in self.unique if self.key is None or one.columns != self.key.columns]
        return SourceTable(
            self.table.name,
            tuple(self.columns.values()),
            self.key,
            tuple(unique),
            tuple(self.links),
            tuple(self.conditions),
            self.table.doc,
            self.table.place,
            self.table.rows,
        )

    def named(self, said: str) -> str:
        """The column that is called so, in whatever letters."""
        bare = said.strip('"`')
        return next((one for one in self.columns if one.lower() == bare.lower()), bare)

    def change(self, name: str, **words: Any) -> None:
        """Say something else of a column."""
        self.columns[name] = replace(self.columns[name], **words)

    def pass_over(self, test: DbtTest, text: str) -> None:
        """Note what was passed over."""
        about = f"{self.table.name}.{test.column}" if test.column else self.table.name
        self.passed.append(Passage(f"{about}: the test {test.name} {text}", test.place))

    def _choose_key(self) -> None:
        """What is unique and there is the key: that called like one, else the first of fewest columns."""
        there = [one for one in self.unique if not any(self.columns[name].nullable for name in one.columns)]
        own = self.table.name.rpartition(".")[2].lower()
        likely = ("id", f"{own}_id", f"{own.removesuffix('s')}_id", f"{own}_key")
        there.sort(key=lambda one: (len(one.columns), one.columns[0].lower() not in likely))
        self.key = there[0] if there else None


def _spelt_out(test: DbtTest) -> DbtTest:
    """A test of several columns that are taken for one value, as one that names them."""
    several = columns_as_one(test.column)
    return replace(test, column="", arguments={**test.arguments, "columns": several}) if several else test


def _not_null(draft: _Draft, test: DbtTest) -> None:
    for name in _columns(draft, test):
        draft.change(name, nullable=False)


def _unique(draft: _Draft, test: DbtTest) -> None:
    columns = _columns(draft, test)
    if columns:
        draft.unique.append(ColumnGroup(columns, test.place))
    else:
        draft.pass_over(test, "is about no column of the table: it was passed over")


def _primary(draft: _Draft, test: DbtTest) -> None:
    columns = _columns(draft, test)
    draft.key = ColumnGroup(columns, test.place) if columns else None
    for name in columns:
        draft.change(name, nullable=False)


def _accepted(draft: _Draft, test: DbtTest) -> None:
    values: Any = test.arguments.get("values") or []
    if not test.column or not isinstance(values, list):
        draft.pass_over(test, "was passed over")
        return
    cells = cells_told(values)
    column = draft.columns[test.column]
    if column.name in draft.untold:
        is_whole = bool(cells) and all(map(_WHOLE.fullmatch, cells)) and not any(isinstance(one, str) for one in values)
        column = replace(column, type=SourceType("", "int64" if is_whole else "string"))
    column, conditions = closed_set(column, cells, test.place)
    draft.columns[test.column] = column
    draft.conditions += conditions


def _relationship(draft: _Draft, test: DbtTest) -> None:
    said = str(test.arguments.get("to") or "")
    other = _table_said(said, draft.tables)
    target = str(test.arguments.get("field") or "")
    told: Any = test.arguments.get("to_columns") or columns_as_one(target) or ([target] if target else [])
    targets = tuple(str(one).strip('"`') for one in told)
    columns = _columns(draft, test)
    if not columns:
        draft.pass_over(test, "is about no column of the table: it was passed over")
        return
    if other is None:
        draft.pass_over(test, f"refers to {said or 'no table'}, which isn't there")
        return
    by_name = {one.lower(): one for one in other.columns}
    draft.links.append(
        Link(columns, other.name, tuple(by_name.get(one.lower(), one) for one in targets), place=test.place)
    )


def _range(draft: _Draft, test: DbtTest) -> None:
    column, inclusive = draft.columns[test.column], test.arguments.get("inclusive", True) is not False
    for word, sign in (("min_value", ">"), ("max_value", "<")):
        value = test.arguments.get(word)
        if value is not None:
            draft.conditions.append(bound(column, f"{sign}=" if inclusive else sign, value, test.place))


def _check(draft: _Draft, test: DbtTest) -> None:
    text = str(test.arguments.get("expression") or "")
    if test.column and not test.name.endswith("check"):
        text = f"{test.column} {text}"
    types = {one.name: one.type.name for one in draft.columns.values()}
    draft.conditions.append(condition_told(text, draft.dialect, types, place=test.place))


def _not_empty(draft: _Draft, test: DbtTest) -> None:
    column = draft.columns[test.column]
    draft.conditions.append(Condition(f"{column.name} <> ''", f"\"{column.name}\" <> ''", place=test.place))


def _columns(draft: _Draft, test: DbtTest) -> tuple[str, ...]:
    """The columns that a test is about; none if one of them isn't there."""
    said: Any = test.arguments.get("combination_of_columns") or test.arguments.get("columns")
    names = tuple(draft.named(str(one)) for one in said) if isinstance(said, list) and said else (test.column,)
    return names if all(one in draft.columns for one in names) else ()


def _table_said(said: str, tables: Mapping[str, DbtTable]) -> DbtTable | None:
    """The table of ``ref('orders')``, ``source('raw', 'orders')``, or a plain name."""
    names = re.findall(r"['\"]([^'\"]+)['\"]", said)
    wanted = ".".join(names[:2]) if "source(" in said else names[1 if len(names) > 1 else 0] if names else said.strip()
    return tables.get(wanted)


_TAKEN: Mapping[str, Callable[[_Draft, DbtTest], None]] = {
    "not_null": _not_null,
    "unique": _unique,
    "primary_key": _primary,
    "accepted_values": _accepted,
    "relationships": _relationship,
    "unique_combination_of_columns": _unique,
    "accepted_range": _range,
    "expression_is_true": _check,
    "check": _check,
    "not_empty_string": _not_empty,
}
"""Tests that say something of cells, without the packages they come from."""
