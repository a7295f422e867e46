"""A rule of a domain as a plain SQL query that returns the offending rows, and what queries of rules are built of.

Written from the specification alone, sharing no code with the generator. A rule holds when its query returns no
rows. Placeholders in the SQL are written ``{{name}}``.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of the specification and the query that finds where it fails.

    Attributes:
        name: ``table.subject``, unique.
        doc: the sentence.
        tables: the tables that the query reads.
        sql: a query that returns the offending rows; no rows means the rule holds.
    """

    name: str
    doc: str
    tables: tuple[str, ...]
    sql: str


def broken(
    connection: duckdb.DuckDBPyConnection,
    rules: Iterable[Rule],
    values: Mapping[str, str],
    sample: int,
    tables: Collection[str],
) -> dict[str, list]:
    """Run the rules that read one of ``tables``; return those broken with up to ``sample`` offending rows.

    A rule that cannot run, because a table or column is missing, counts as broken;
    its one row then holds the database's message under ``error``.
    """
    found: dict[str, list] = {}
    for rule in rules:
        if not set(rule.tables) & set(tables):
            continue
        try:
            offending = connection.execute(f"SELECT * FROM ({render(rule.sql, values)}) LIMIT {int(sample)}")
            names = [column[0] for column in offending.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in offending.fetchall()]
        except duckdb.Error as error:
            rows = [{"error": str(error)}]
        if rows:
            found[rule.name] = rows
    return found


def render(sql: str, values: Mapping[str, str]) -> str:
    """Replace every ``{{name}}`` in ``sql``."""
    for name, value in values.items():
        sql = sql.replace("{{" + name + "}}", value)
    return sql


def quoted(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def listed(texts: Iterable[str]) -> str:
    """Texts as a list of SQL."""
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def one_of(texts: Iterable[str]) -> str:
    """Texts as what stands after IN."""
    return "(" + ", ".join(quoted(text) for text in texts) + ")"


def pairs_of(pairs: Mapping[str, str]) -> str:
    """Pairs as what stands after VALUES."""
    return ", ".join(f"({quoted(name)}, {quoted(value)})" for name, value in pairs.items())


def rows_where(table: str, condition: str) -> str:
    """All columns of the rows of a table where a condition holds."""
    return f"SELECT * FROM {table} WHERE {condition}"
