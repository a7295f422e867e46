"""What rows suggest as keys and references: names propose, rows decide."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from synth_assets.schemas.schema import ColumnGroup, Link, SourceColumn
from synth_assets.schemas.stored.profile import ProfiledTable
from synth_assets.schemas.stored.rows import StoredRows

_IDENTIFYING = re.compile(r"(.*_)?(id|key|code|uuid|guid|number|no|nr|sku|isbn|email|pk|sk)|.*id", re.IGNORECASE)
_REFERRING = re.compile(r"(.*_)(id|key|uuid|guid|fk|ref)")
_WITHIN = re.compile(
    r"(.*_)?(line|position|seq|sequence|ordinal|number|no|date|day|at|on|version)(_.*)?", re.IGNORECASE
)
_UPWARDS = re.compile(r"(parent|manager|boss|reports_?to|supervisor|previous|replaced|referred).*", re.IGNORECASE)
_KEYED = ("int", "uint", "string", "uuid", "date")
_NEARLY = Decimal("0.9")
"""The share of different values among rows from which on it is worth counting them exactly."""

_MOST_TRIED = 12
_MANY = 10
"""Different texts or UUIDs that another table has all of: that is no accident."""


def candidate_key(rows: StoredRows, table: ProfiledTable) -> tuple[ColumnGroup | None, tuple[ColumnGroup, ...]]:
    """The column, or the columns, that rows suggest as key, and others that no two rows share."""
    if not table.rows:
        return None, ()
    alone = [one.name for one in table.columns if _may_identify(table, one) and _is_unique(rows, table, (one.name,))]
    alone.sort(key=lambda name: _rank(table, name))
    if alone:
        others = tuple(ColumnGroup((one,)) for one in alone[1:])
        return ColumnGroup((alone[0],)), others
    parts = [one.name for one in table.columns if not one.nullable and _is_part(one)]
    tries = [group for size in (2, 3) for group in combinations(parts, size)]
    found = (group for group in tries[:_MOST_TRIED] if _is_unique(rows, table, group))
    group = next(found, None)
    return (ColumnGroup(group) if group else None), ()


def candidate_links(
    rows: StoredRows, table: ProfiledTable, tables: Mapping[str, ProfiledTable], keys: Mapping[str, ColumnGroup]
) -> tuple[list[Link], list[str]]:
    """What rows and names together suggest as references, and columns of which only rows do, each in words."""
    found: list[Link] = []
    open_points: list[str] = []
    own = keys.get(table.name)
    for name, key in keys.items():
        if name != table.name and len(key.columns) > 1 and key != own:
            found += _several(rows, table, name, key)
    linked = {column for link in found for column in link.columns}
    for column in table.columns:
        if column.name in linked or not _is_keyed(column) or (own and own.columns == (column.name,)):
            continue
        wanted = [(name, key) for name, key in keys.items() if len(key.columns) == 1]
        fitting = [(name, key) for name, key in wanted if _fits(table, column, tables[name], key)]
        named = [one for one in fitting if _is_named(column.name, *one, own=table.name)]
        kept = next((one for one in named if rows.is_within(table.name, [column.name], one[0], one[1].columns)), None)
        if kept is not None:
            found.append(Link((column.name,), kept[0], kept[1].columns))
        elif not named and _REFERRING.fullmatch(_words(column.name)):
            open_points += _perhaps(rows, table, column, fitting)
    return found, open_points


def measured_links(rows: StoredRows, table: ProfiledTable, links: Iterable[Link]) -> tuple[SourceColumn, ...]:
    """The table's columns; those that refer with how often the most common one comes."""
    alone = {link.columns[0] for link in links if len(link.columns) == 1}
    return tuple(_measured(rows, table, one) if one.name in alone else one for one in table.columns)


def _measured(rows: StoredRows, table: ProfiledTable, column: SourceColumn) -> SourceColumn:
    known = column.statistics
    if known is None or known.shares or known.nulls is None or known.nulls == 1:
        return column
    there = table.rows * (1 - known.nulls)
    share = round(Decimal(rows.most_often(table.name, column.name)) / there, 6)
    return replace(column, statistics=replace(known, shares=(share,), common=()))


def _several(rows: StoredRows, table: ProfiledTable, name: str, key: ColumnGroup) -> Iterable[Link]:
    known = {one.name for one in table.columns}
    if set(key.columns) <= known and rows.is_within(table.name, key.columns, name, key.columns):
        yield Link(key.columns, name, key.columns)


def _perhaps(
    rows: StoredRows, table: ProfiledTable, column: SourceColumn, fitting: Sequence[tuple[str, ColumnGroup]]
) -> Iterable[str]:
    within = [name for name, key in fitting if rows.is_within(table.name, [column.name], name, key.columns)]
    if within:
        yield f"{table.name}.{column.name}: may refer to {' or '.join(within)}, but its name doesn't say so"


def _fits(table: ProfiledTable, column: SourceColumn, other: ProfiledTable, key: ColumnGroup) -> bool:
    """Whether a column may refer to a key, by type and by how many values there are."""
    target = other.column(key.columns[0])
    same = _kind(column) == _kind(target)
    return same and 0 < table.distinct[column.name] <= Decimal(other.rows) / _NEARLY


def _is_named(column: str, other: str, key: ColumnGroup, *, own: str) -> bool:
    """Whether a column is called like a key of another table, or upwards of its own."""
    name, target = _words(column), _words(key.columns[0])
    one = _one_of(_words(other.rpartition(".")[2]))
    if other == own:
        return _UPWARDS.fullmatch(name) is not None
    generic = target in {"id", "key", "code", "uuid", "number"}
    full = {f"{one}_{target}", f"{_words(other)}_{target}", one, f"{one}_id"}
    return any(name == it or name.endswith(f"_{it}") for it in full) or (
        not generic and (name == target or name.endswith(f"_{target}"))
    )


def _may_identify(table: ProfiledTable, column: SourceColumn) -> bool:
    if column.nullable or not _is_keyed(column) or table.distinct[column.name] < table.rows * _NEARLY:
        return False
    is_first = column.name == table.columns[0].name
    return is_first or _IDENTIFYING.fullmatch(_words(column.name)) is not None


def _is_unique(rows: StoredRows, table: ProfiledTable, group: Sequence[str]) -> bool:
    return rows.distinct(table.name, group) == table.rows


def _rank(table: ProfiledTable, name: str) -> tuple[bool, bool, int]:
    """The likelier the key, the less: called like the table's, or the first column."""
    one = _one_of(_words(table.name))
    words = _words(name)
    place = [column.name for column in table.columns].index(name)
    return words not in {"id", f"{one}_id", f"{one}_key"}, not words.endswith(("id", "key")), place


def _is_part(column: SourceColumn) -> bool:
    words = _words(column.name)
    return _is_keyed(column) and bool(_IDENTIFYING.fullmatch(words) or _WITHIN.fullmatch(words))


def _is_keyed(column: SourceColumn) -> bool:
    return column.type.name.startswith(_KEYED)


def _kind(column: SourceColumn) -> str:
    return "whole" if column.type.name.startswith(("int", "uint")) else column.type.name


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _one_of(name: str) -> str:
    """A table's name for one of its rows."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith(("sses", "xes", "ches")):
        return name[:-2]
    return name.removesuffix("s") if not name.endswith("ss") else name
