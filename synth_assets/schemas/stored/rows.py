"""Questions to the rows of stored tables, in a database within this process that keeps to little memory."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from synth_assets.errors import UsageError, first_line
from synth_assets.schemas.stored.tables import TableFiles

_MEMORY = "1GB"
_SAMPLED = 50_000_000
"""Bytes of CSV up to which all rows tell the types."""


class StoredRows:
    """Rows of stored tables.

    Args:
        connection: of the database.
        tables: by name.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, TableFiles]) -> None:
        self._connection, self._tables = connection, tables

    def types(self, name: str) -> dict[str, str]:
        """Columns of a table, each with its type in words."""
        query = f"DESCRIBE SELECT * FROM {self._rows(name)}"  # noqa: S608 - names are quoted, here and below
        return {row[0]: row[1] for row in self._asked(query)}

    def one(self, name: str, expressions: Sequence[str]) -> tuple[Any, ...]:
        """What expressions over all rows of a table come to."""
        return self._asked(f"SELECT {', '.join(expressions)} FROM {self._rows(name)}")[0]  # noqa: S608

    def common(self, name: str, column: str, most: int) -> list[tuple[str, int]]:
        """The most common values of a column, as text, each with how often it comes."""
        cell = quoted_column(column)
        return self._asked(
            f"SELECT {cell}::VARCHAR, count(*) FROM {self._rows(name)} WHERE {cell} IS NOT NULL"  # noqa: S608
            f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}"
        )

    def distinct(self, name: str, columns: Sequence[str]) -> int:
        """How many different rows of some columns there are."""
        cells = ", ".join(map(quoted_column, columns))
        query = f"SELECT count(*) FROM (SELECT DISTINCT {cells} FROM {self._rows(name)})"  # noqa: S608
        return self._asked(query)[0][0]

    def most_often(self, name: str, column: str) -> int:
        """How often the most common value of a column comes."""
        found = self.common(name, column, 1)
        return found[0][1] if found else 0

    def is_within(self, name: str, columns: Sequence[str], other: str, target: Sequence[str]) -> bool:
        """Whether what some columns have, where all are there, is found in columns of another table."""
        ours, theirs = ", ".join(map(quoted_column, columns)), ", ".join(map(quoted_column, target))
        there = " AND ".join(f"{quoted_column(one)} IS NOT NULL" for one in columns)
        same = " AND ".join(
            f"a.{quoted_column(one)} = b.{quoted_column(of)}" for one, of in zip(columns, target, strict=True)
        )
        query = (
            f"SELECT 1 FROM (SELECT DISTINCT {ours} FROM {self._rows(name)} WHERE {there}) AS a"  # noqa: S608
            f" ANTI JOIN (SELECT {theirs} FROM {self._rows(other)}) AS b ON {same} LIMIT 1"
        )
        return not self._asked(query)

    def _asked(self, query: str) -> list[Any]:
        return self._connection.execute(query).fetchall()

    def _rows(self, name: str) -> str:
        return _reading(self._tables[name])


@contextmanager
def stored_rows(tables: Sequence[TableFiles]) -> Iterator[StoredRows]:
    """Rows of tables, all of whose files can be read.

    Raises:
        UsageError: some files can't be; names them all.
    """
    with tempfile.TemporaryDirectory(prefix="synth-spec-") as folder, duckdb.connect() as connection:
        settings = {"memory_limit": _MEMORY, "temp_directory": folder, "TimeZone": "UTC"}
        for name, value in settings.items():
            connection.execute(f"SET {name} = {_text(value)}")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        wrong = [line for table in tables for line in _unreadable(connection, table)]
        if wrong:
            raise UsageError(
                "Some files can't be read:\n"
                + "\n".join(wrong)
                + "\n  Write them again, or take them out of the folder."
            )
        yield StoredRows(connection, {one.name: one for one in tables})


def _unreadable(connection: duckdb.DuckDBPyConnection, table: TableFiles) -> list[str]:
    """What is wrong with files of a table."""
    try:
        connection.execute(f"SELECT count(COLUMNS(*)) FROM {_reading(table)}").fetchall()  # noqa: S608
    except duckdb.Error as error:
        alone = [TableFiles(table.name, table.kind, (file,), table.is_partitioned, table.above) for file in table.files]
        found = [line for one in alone for line in _unreadable(connection, one)] if len(alone) > 1 else []
        return found or [f"  {table.files[0]}: {first_line(error)}"]
    return []


def _reading(table: TableFiles) -> str:
    files = "[" + ", ".join(_text(_escaped(str(file))) for file in table.files) + "]"
    hive = "true" if table.is_partitioned else "false"
    size = sum(file.stat().st_size for file in table.files)
    sample = f", sample_size = {-1 if size <= _SAMPLED else 200_000}" if table.kind == "csv" else ""
    read = f"read_{table.kind}({files}, hive_partitioning = {hive}, union_by_name = true{sample})"
    if not table.above or not table.is_partitioned:
        return read
    return f"(SELECT COLUMNS(lambda c: NOT list_contains([{', '.join(map(_text, table.above))}], c)) FROM {read})"  # noqa: S608


def quoted_column(name: str) -> str:
    """A column's name within SQL."""
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _escaped(path: str) -> str:
    """A path in which nothing stands for other paths."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path)
