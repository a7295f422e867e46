"""What the rows of a table show of each column: its type, lengths, range, how many are missing and different."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from synth_assets.schemas.schema import ColumnStatistics, SourceColumn, SourceType
from synth_assets.schemas.sql.types import type_told
from synth_assets.schemas.stored.rows import StoredRows, quoted_column

FEW = 20
"""Different values of a column that is one of a few."""

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SIZES = (20, 50, 100, 255, 1000, 4000)
_FIXED = 10
_EXACT = 4
"""Characters of a text up to which its length is told exactly."""


@dataclass(frozen=True)
class ProfiledTable:
    """A table's columns as its rows show them.

    Attributes:
        name: of the table.
        rows: how many there are.
        columns: in order.
        distinct: for each column how many different values there are, about.
    """

    name: str
    rows: int
    columns: tuple[SourceColumn, ...]
    distinct: dict[str, int]

    def column(self, name: str) -> SourceColumn:
        """One of its columns."""
        return next(one for one in self.columns if one.name == name)


def profiled(rows: StoredRows, name: str, *, values: bool) -> ProfiledTable:
    """Look at all rows of a table.

    Args:
        rows: of all tables.
        name: of the table.
        values: whether common values may be told.
    """
    types = {column: type_told(told, "duckdb") for column, told in rows.types(name).items()}
    questions = ["count(*)"]
    for column, of_type in types.items():
        questions += _questions(column, of_type)
    answers = iter(rows.one(name, questions))
    count = next(answers)
    columns: list[SourceColumn] = []
    distinct: dict[str, int] = {}
    for column, of_type in types.items():
        there, different, low, high, is_uuid = (next(answers) for _ in range(5))
        distinct[column] = min(different, there)
        made = _column(column, of_type, count, there, distinct[column], (low, high, is_uuid))
        columns.append(_with_shares(rows, name, made, there, values=values))
    return ProfiledTable(name, count, tuple(columns), distinct)


def _questions(column: str, of_type: SourceType) -> Sequence[str]:
    cell = quoted_column(column)
    kind = of_type.name.partition("(")[0]
    ends = [f"min({cell})::VARCHAR", f"max({cell})::VARCHAR"] if kind in _RANGES else ["NULL", "NULL"]
    is_uuid = "false"
    if kind == "string":
        ends = [f"min(length({cell}))", f"max(length({cell}))"]
        is_uuid = f"bool_and(regexp_full_match({cell}, '{_UUID}'))"
    different = f"approx_count_distinct({cell})" if of_type.name and kind != "list" else "0"
    return [f"count({cell})", different, *ends, is_uuid]


_RANGES = frozenset(
    {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "decimal", "float32", "float64", "date",
     "timestamp"}
)  # fmt: skip


def _column(
    name: str, of_type: SourceType, rows: int, there: int, distinct: int, ends: tuple[Any, Any, Any]
) -> SourceColumn:
    low, high, is_uuid = ends
    nulls = Decimal(rows - there) / rows if rows else None
    if of_type.name == "string":
        kind = replace(of_type, name="uuid") if is_uuid else _as_long(of_type, low, high)
        low = high = None
        of_type = kind
    statistics = ColumnStatistics(nulls, distinct or None, low, high)
    return SourceColumn(name, of_type, nullable=not rows or there < rows, statistics=statistics)


def _as_long(of_type: SourceType, shortest: int | None, longest: int | None) -> SourceType:
    """A text's type with a length that its texts keep to: theirs if it is short, or always the same; else room."""
    if not longest:
        return of_type
    if longest <= _EXACT or (shortest == longest and longest <= _FIXED):
        return replace(of_type, length=longest, fixed=shortest == longest and longest <= _EXACT)
    return replace(of_type, length=next((size for size in _SIZES if 2 * size >= 3 * longest), None))


def _with_shares(rows: StoredRows, name: str, column: SourceColumn, there: int, *, values: bool) -> SourceColumn:
    """How often the values of a text of few come; the values themselves only if they may be told."""
    known = column.statistics
    is_few = known is not None and known.distinct is not None and known.distinct <= FEW and there > 2 * known.distinct
    if known is None or not is_few or column.type.name != "string":
        return column
    common = rows.common(name, column.name, 2 * FEW)
    shares = tuple(round(Decimal(count) / there, 6) for _, count in common)
    told = tuple(value for value, _ in common) if values else ()
    return replace(column, statistics=replace(known, distinct=len(common), shares=shares, common=told))
