"""A candidate in SQLite, where each value has its own type."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from synth_assets.grading.candidates.opening import (
    LONGEST,
    VIEW,
    Candidate,
    chosen,
    extra_columns,
    reading,
    texts,
)
from synth_assets.grading.candidates.patience import Patience
from synth_assets.model.table import Table
from synth_assets.sinks.sql import quoted

_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
"""What a view may do: everything else, such as to attach a file, it may not."""

_FORBIDDEN = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "randomblob", "zeroblob"}
"""Functions that reach files or programs, where a shell or a build of SQLite has them, or fill memory."""

_LONGEST_VALUE = 64_000_000
"""Bytes of a value or a statement; SQLite's own bound is a thousand million."""


@contextmanager
def open_sqlite(path: Path, name: str, table: Table, ours: Sequence[str], patience: Patience) -> Iterator[Candidate]:
    """Open a table or view of a database, which is only read.

    Args:
        path: of the database.
        name: of the table.
        table: the columns that it should have.
        ours: the names of the domain's tables.
        patience: how long it may take.

    Raises:
        UsageError: the table's name is unknown, or columns are missing.
        DataError: the table isn't there, but others of the domain are.
        UnjudgedError: it can't be read, or takes too long.
    """
    where = f"{path}::{name}"
    with reading(where):
        waits = min(patience.left, 5.0)
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=waits)
    try:
        with reading(where), patience.within(connection.interrupt):
            connection.text_factory = lambda raw: raw.decode(errors="replace")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
            connection.execute("PRAGMA trusted_schema = OFF")
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
            _, relation = chosen(str(path), name, [("main", str(t)) for (t,) in rows], table, ours)
            columns = _columns(connection, relation)
            connection.set_authorizer(_authorized)
        extra = extra_columns(where, columns, table, VIEW)
        names = ", ".join(map(_cell, table.column_names))
        query = f"SELECT {names} FROM {quoted(relation)}"  # noqa: S608
        if table.key.is_integer:
            # Each value may have its own type: what is no number sorts as 0 and is found out later.
            query += f" ORDER BY CAST({quoted(table.key.columns[0])} AS INTEGER)"

        def frames() -> Iterator[pl.DataFrame]:
            with reading(where):
                with patience.within(connection.interrupt):
                    cursor = connection.execute(query)
                yield from patience.frames(texts(cursor, table), connection.interrupt)

        yield Candidate(where, extra, frames)
    finally:
        connection.close()


def _columns(connection: sqlite3.Connection, relation: str) -> list[str]:
    """The columns of a table or view, generated ones with them."""
    return [row[1] for row in connection.execute(f"PRAGMA table_xinfo({quoted(relation)})") if row[6] != 1]


def _cell(name: str) -> str:
    """SQL for a column. A text that is too long for any of ours is as wrong without its end."""
    column = quoted(name)
    return f"CASE WHEN length({column}) > {LONGEST} THEN substr({column}, 1, {LONGEST + 1}) ELSE {column} END"


def _authorized(action: int, _first: str | None, second: str | None, *_others: str | None) -> int:
    """What SQLite asks for each thing that a query would do."""
    forbidden = action not in _ALLOWED or (action == sqlite3.SQLITE_FUNCTION and second in _FORBIDDEN)
    return sqlite3.SQLITE_DENY if forbidden else sqlite3.SQLITE_OK
