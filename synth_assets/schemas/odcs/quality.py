"""Quality rules of a contract: those that say something of cells, and those that nobody can read but their engine."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from synth_assets.schemas.odcs.contract import ContractPart
from synth_assets.schemas.sql.told import columns_counted_twice

_MISSING = frozenset({"nullValues", "missingValues", "nullCheck", "nullCount", "missingCount", "missing"})
_TWICE = frozenset({"duplicateValues", "duplicateCount", "uniqueCheck", "duplicates"})
_OTHERS = frozenset({"invalidValues", "validValues", "invalidCount"})
_COUNT = frozenset({"rowCount"})
_UNDER = ("mustBeLessThan", "mustBeLessOrEqualTo", "mustBeLessThanOrEqualTo")
_OVER = ("mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeGreaterThanOrEqualTo")

Unread = tuple[str, ContractPart]


@dataclass
class ColumnQuality:
    """What rules say of a property.

    Attributes:
        is_there: no cell is missing.
        is_unique: no two cells are the same.
        values: the closed set of its values.
        patterns: regular expressions that its texts fit.
        nulls: the share of cells that may be missing, if it is bounded.
        unread: rules that weren't understood, each with where it stands.
    """

    is_there: bool = False
    is_unique: bool = False
    values: list[Any] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    nulls: Decimal | None = None
    unread: list[Unread] = field(default_factory=list)


@dataclass
class TableQuality:
    """What rules say of an object.

    Attributes:
        unique: groups of columns that no two rows share.
        rows: how many rows there are to be, if that is said.
        unread: see :class:`ColumnQuality`.
    """

    unique: list[tuple[str, ...]] = field(default_factory=list)
    rows: int | None = None
    unread: list[Unread] = field(default_factory=list)


def column_quality(part: ContractPart) -> ColumnQuality:
    """What the rules of a property say."""
    found = ColumnQuality()
    for rule in part.parts("quality"):
        taken = _OF_COLUMNS.get(_metric(rule))
        if taken is None or not taken(found, rule):
            found.unread.append((_unread(rule), rule))
    return found


def table_quality(part: ContractPart, columns: Collection[str]) -> TableQuality:
    """What the rules of an object say.

    Args:
        part: the object.
        columns: that it has.
    """
    found = TableQuality()
    for rule in part.parts("quality"):
        metric = _metric(rule)
        named: Any = rule.part("arguments").values.get("properties") or rule.values.get("columns") or []
        names = tuple(map(str, cast("list[Any]", named))) if isinstance(named, list) else ()
        if metric in _COUNT and (rows := _rows_wanted(rule)) is not None:
            found.rows = rows
        elif (twice := _counted_twice(rule)) and set(twice) <= set(columns):
            found.unique.append(twice)
        elif metric in _TWICE and _is_none(rule) and names and set(names) <= set(columns):
            found.unique.append(names)
        else:
            found.unread.append((_unread(rule), rule))
    return found


def _counted_twice(rule: ContractPart) -> tuple[str, ...]:
    """The columns of which a query of SQL finds what comes twice, if nothing may be found."""
    is_query = rule.text("type") == "sql" and rule.values.get("mustBe") == 0
    return tuple(columns_counted_twice(rule.text("query"))) if is_query else ()


def _metric(rule: ContractPart) -> str:
    kind = rule.text("type") or "library"
    return (rule.text("metric") or rule.text("rule")) if kind == "library" else ""


def _unread(rule: ContractPart) -> str:
    kind = rule.text("type") or "library"
    said = rule.text("metric") or rule.text("rule") or rule.text("query") or rule.text("description") or "no metric"
    return f"a quality rule wasn't read ({kind}: {said})"


def _is_none(rule: ContractPart) -> bool:
    """Whether nothing may be found: that is so where no bound is said, too."""
    bounds = {word: value for word, value in rule.values.items() if word.startswith("mustBe")}
    return all(word == "mustBe" and value == 0 for word, value in bounds.items())


def _take_missing(found: ColumnQuality, rule: ContractPart) -> bool:
    if _is_none(rule):
        found.is_there = True
        return True
    most = next((rule.values[word] for word in _UNDER if isinstance(rule.values.get(word), int | float)), None)
    if most is None or rule.text("unit") != "percent":
        return False
    found.nulls = Decimal(str(most)) / 200  # half of what there may be, so that chance keeps below it
    return True


def _take_twice(found: ColumnQuality, rule: ContractPart) -> bool:
    found.is_unique = found.is_unique or _is_none(rule)
    return _is_none(rule)


def _take_others(found: ColumnQuality, rule: ContractPart) -> bool:
    arguments = rule.part("arguments")
    values: Any = arguments.values.get("validValues") or rule.values.get("validValues") or []
    pattern = arguments.text("pattern")
    if not _is_none(rule) or not isinstance(values, list) or not (values or pattern):
        return False
    found.values += cast("list[Any]", values)
    found.patterns += [pattern] if pattern else []
    return True


def _rows_wanted(rule: ContractPart) -> int | None:
    """A number of rows with which a rule holds."""
    exact: Any = rule.values.get("mustBe")
    between: Any = rule.values.get("mustBeBetween")
    over = next((rule.values[word] for word in _OVER if isinstance(rule.values.get(word), int)), None)
    if rule.text("unit") not in {"", "rows"}:
        return None
    if isinstance(exact, int):
        return exact
    if isinstance(between, list) and all(isinstance(one, int) for one in cast("list[Any]", between)):
        return sum(cast("list[int]", between)) // 2
    return over + 1 if over is not None else None


_OF_COLUMNS: dict[str, Callable[[ColumnQuality, ContractPart], bool]] = {
    **dict.fromkeys(_MISSING, _take_missing),
    **dict.fromkeys(_TWICE, _take_twice),
    **dict.fromkeys(_OTHERS, _take_others),
}
"""Metrics of v3.1 and rules of v3.0 that say something of cells."""
