"""Numbers that say whether a dataset looks like life at a glance, each with the range in which it should lie."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from synth_assets_tests.oracles.rule import render


@dataclass(frozen=True, slots=True)
class Finding:
    """One measured number and the range it should lie in; ``None`` is no limit."""

    name: str
    value: float
    low: float | None
    high: float | None
    ok: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A query for one number, judged where ``table`` has enough rows and days."""

    name: str
    sql: str
    low: float | None
    high: float | None
    table: str
    rows: int
    days: int = 0


def measured(
    connection: duckdb.DuckDBPyConnection, measures: Iterable[Measure], values: Mapping[str, str]
) -> list[Finding]:
    """Take every measure whose table has enough rows; a number that there is none of is out of range."""
    sizes: dict[str, int] = {}
    findings = []
    for measure in measures:
        if measure.table not in sizes:
            sizes[measure.table] = int(_number(connection, f"SELECT count(*) FROM {measure.table}") or 0)
        if sizes[measure.table] < measure.rows:
            continue
        value = _number(connection, render(measure.sql, values))
        if value is None:
            findings.append(Finding(measure.name, float("nan"), measure.low, measure.high, ok=False))
            continue
        ok = (measure.low is None or value >= measure.low) and (measure.high is None or value <= measure.high)
        findings.append(Finding(measure.name, value, measure.low, measure.high, ok))
    return findings


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> float | None:
    row = connection.execute(sql).fetchone()
    return None if row is None or row[0] is None else float(row[0])


def share(table: str, condition: str) -> str:
    """Share of a table's rows for which a condition holds."""
    return f"SELECT avg(CASE WHEN {condition} THEN 1.0 ELSE 0.0 END) FROM {table}"


def top_share(table: str, column: str) -> str:
    """Share of the rows that belong to the top tenth of the values that occur."""
    return f"""
        WITH counts AS (SELECT {column}, count(*) AS n FROM {table} GROUP BY {column}),
        ranked AS (SELECT n, row_number() OVER (ORDER BY n DESC) AS place,
                          count(*) OVER () AS members FROM counts)
        SELECT sum(n) FILTER (place <= ceil(members / 10.0)) / sum(n) FROM ranked
    """
