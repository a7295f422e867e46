"""DuckDB files that are looked at: whether one works, and what a query finds in it. Nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from synth_assets.errors import UsageError, first_line, shortened
from synth_assets.sinks.databases.duckdb import reading

_EXAMPLE = "For example: SELECT count(*) FROM users"


def works(path: Path) -> bool:
    """Whether a database can be opened, and answers; it always does, or an error says why not.

    Raises:
        DataError: there is no such file, or it is no DuckDB database.
        UnjudgedError: another process writes to it, or the system doesn't let it be read.
    """
    with reading(path) as connection:
        return bool(connection.execute("SELECT true").fetchone())


def found_rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds; views in the database may read files.

    Args:
        path: the database.
        query: one statement that only reads.

    Raises:
        UsageError: the query writes, is more than one statement, or DuckDB doesn't understand it.
        DataError: as :func:`works`.
        UnjudgedError: likewise.
    """
    with _refused(path, query):
        kinds = [one.type for one in duckdb.extract_statements(query)]
    if kinds != [duckdb.StatementType.SELECT]:
        what = "no statement" if not kinds else "more than one statement" if len(kinds) > 1 else "no SELECT"
        raise UsageError(f"query={shortened(query)!r} is not allowed: it is {what}.\n  {_EXAMPLE}")
    with reading(path, others=True) as connection, _refused(path, query):
        return connection.execute(query).fetchall()


@contextmanager
def _refused(path: Path, query: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise UsageError(f"{path}: DuckDB refused {shortened(query)}: {first_line(error)}.\n  {_EXAMPLE}") from error
