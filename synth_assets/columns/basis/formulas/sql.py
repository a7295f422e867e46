"""An expression as DuckDB's SQL, for what is checked in stored data."""

from decimal import Decimal
from typing import Any

from synth_assets.columns.basis.formulas.functions import TIME
from synth_assets.columns.basis.formulas.kinds import Resolve, known
from synth_assets.columns.basis.formulas.syntax import Call, ExpressionError, Literal, MomentLiteral, Name, Tree

_SMALL, _CAPITALS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INFIX = {"+", "-", "*", "=", "<>", "<", "<=", ">", ">=", "and", "or"}
_SHAPES = {
    "negative": "(-{0})",
    "not": "(NOT {0})",
    "is null": "({0} IS NULL)",
    "joined": "({0} || {1})",
    "%": "({0} % nullif({1}, 0))",
    "mod": "({0} % nullif({1}, 0))",
    "if": "(CASE WHEN {0} THEN {1} ELSE {2} END)",
    "lower": f"translate({{0}}, '{_CAPITALS}', '{_SMALL}')",
    "upper": f"translate({{0}}, '{_SMALL}', '{_CAPITALS}')",
    "lpad": "(CASE WHEN length({0}) >= {1} THEN {0} ELSE lpad({0}, {1}, {2}) END)",
    "weekday": "isodow({0})",
    "day_of_year": "dayofyear({0})",
    "second": "CAST(floor(second({0})) AS BIGINT)",
    "second_of_day": "(CAST(floor(epoch({0})) AS BIGINT) - CAST(epoch(CAST({0} AS DATE)) AS BIGINT))",
    "to_date": "CAST({0} AS DATE)",
    "month_start": "CAST(date_trunc('month', {0}) AS DATE)",
    "month_end": "last_day(CAST({0} AS DATE))",
    "hour_start": "date_trunc('hour', {0})",
    "add_minutes": "({0} + to_minutes(CAST({1} AS BIGINT)))",
    "add_hours": "({0} + to_hours(CAST({1} AS BIGINT)))",
    "minutes_between": "date_sub('minute', {0}, {1})",
    "hours_between": "date_sub('hour', {0}, {1})",
    "months_between": "date_sub('month', {0}, {1})",
    "years_between": "date_sub('year', {0}, {1})",
    "add_seconds": "({0} + to_seconds(CAST({1} AS BIGINT)))",
    "days_between": "date_diff('day', CAST({0} AS DATE), CAST({1} AS DATE))",
    # Floored whole, as `cells` does it: `//` of DuckDB goes towards 0.
    "seconds_between": "((epoch_us({1}) - epoch_us({0})"
    " - ((epoch_us({1}) - epoch_us({0})) % 1000000 + 1000000) % 1000000) // 1000000)",
}
"""What isn't written in SQL as it is here."""

_OF_TIMES = {
    ("text", True): "strftime({0}, '%Y-%m-%d %H:%M:%S')",
    ("text", False): "CAST({0} AS VARCHAR)",
    ("add_days", True): "({0} + to_days(CAST({1} AS INTEGER)))",
    ("add_months", True): "({0} + to_months(CAST({1} AS INTEGER)))",
    ("add_months", False): "CAST({0} + to_months(CAST({1} AS INTEGER)) AS DATE)",
    ("add_days", False): "({0} + CAST({1} AS INTEGER))",
}
"""Likewise, of times and of the rest."""


def sql_of(tree: Tree, of: Resolve) -> str:
    """A tree in SQL.

    Args:
        tree: over columns of one table.
        of: what is known of them.

    Raises:
        ExpressionError: a division, which DuckDB makes of floats.
    """
    if isinstance(tree, Literal):
        return _literal(tree.value)
    if isinstance(tree, MomentLiteral):
        return _moment(tree)
    if isinstance(tree, Name):
        return '"' + tree.name.replace('"', '""') + '"'
    return _call(tree, [sql_of(one, of) for one in tree.of], of)


def _call(tree: Call, parts: list[str], of: Resolve) -> str:
    name = tree.name
    if name == "/":
        more = "Multiply the other side. For example: amount = price * pieces"
        raise ExpressionError(f"/ isn't exact in a rule.\n  {more}")
    if name in _INFIX:
        return f"({f' {name.upper()} '.join(parts)})"
    if name == "in":
        return f"({parts[0]} IN ({', '.join(parts[1:])}))"
    if name == "case":
        pairs = "".join(f" WHEN {when} THEN {then}" for when, then in zip(parts[:-1:2], parts[1::2], strict=False))
        return f"(CASE{pairs} ELSE {parts[-1]} END)"
    is_time = bool(tree.of) and known(tree.of[0], of).kind == TIME
    shape = _SHAPES.get(name) or _OF_TIMES.get((name, is_time))
    return shape.format(*parts) if shape else f"{name}({', '.join(parts)})"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return str(value)
    return "'" + value.replace("'", "''") + "'"


def _moment(tree: MomentLiteral) -> str:
    from datetime import datetime, timedelta

    moment = datetime(1970, 1, 1) + timedelta(**{"days" if tree.kind == "date" else "seconds": tree.value})  # noqa: DTZ001
    return f"DATE '{moment:%Y-%m-%d}'" if tree.kind == "date" else f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}'"
