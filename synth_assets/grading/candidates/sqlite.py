"""A candidate in SQLite, where each value has its own type."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from synth_assets.grading.candidates.opening import (
    VIEW,
    Candidate,
    chosen,
    extra_columns,
    reading,
    texts,
)
from synth_assets.model.table import Table
from synth_assets.sinks.sql import quoted


@contextmanager
def open_sqlite(path: Path, name: str, table: Table) -> Iterator[Candidate]:
    """Open a table or view of a database, which is only read.

    Raises:
        UsageError: nothing there, no such table, or a column is missing.
        DataError: it can't be read.
    """
    where = f"{path}::{name}"
    with reading(where):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        with reading(where):
            connection.text_factory = lambda raw: raw.decode(errors="replace")
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
            _, relation = chosen(str(path), name, [("main", str(t)) for (t,) in rows], table)
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({quoted(relation)})")]
        extra = extra_columns(where, columns, table, VIEW)
        names = ", ".join(quoted(column) for column in table.column_names)
        query = f"SELECT {names} FROM {quoted(relation)}"  # noqa: S608
        if table.key.is_integer:
            # Each value may have its own type: what is no number sorts as 0 and is found out later.
            query += f" ORDER BY CAST({quoted(table.key.columns[0])} AS INTEGER)"

        def frames() -> Iterator[pl.DataFrame]:
            with reading(where):
                yield from texts(connection.execute(query), table)

        yield Candidate(where, extra, frames)
    finally:
        connection.close()
