"""Rows on their way into a table of PostgreSQL: straight in where it is new, else beside it, and then what is missing.

Everything happens in the transaction of the caller.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl

from synth_assets.model.table import Table
from synth_assets.sinks.postgres.cells import csv_of
from synth_assets.sinks.server import BATCH_ROWS, Filling
from synth_assets.sinks.sql import listed, quoted

_STAGING = "_synth_staging"


class _Straight:
    """Rows of a ``COPY`` that lasts as long as there are rows."""

    def __init__(self, table: Table, send: Callable[[bytes], None], batch_rows: int) -> None:
        self._table = table
        self._send = send
        self._batch_rows = batch_rows
        self.added = 0

    def write(self, frame: pl.DataFrame) -> None:
        for batch in frame.iter_slices(self._batch_rows):
            self._send(csv_of(self._table, batch))
            self.added += batch.height


class _Beside:
    """Rows that go beside a table, some at a time, and from there those into it that it hasn't."""

    def __init__(self, connection: Any, name: str, table: Table, batch_rows: int) -> None:
        self._connection = connection
        self._table = table
        self._batch_rows = batch_rows
        self._waiting: list[pl.DataFrame] = []
        self._rows = 0
        columns = listed(table.column_names)
        self._copy = f"COPY {quoted(_STAGING)} ({columns}) FROM STDIN (FORMAT csv)"
        self._move = f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {quoted(_STAGING)} ON CONFLICT DO NOTHING"  # noqa: S608
        self.added = 0
        connection.execute(
            f"CREATE TEMPORARY TABLE {quoted(_STAGING)} ON COMMIT DROP AS SELECT {columns} FROM {name} LIMIT 0"  # noqa: S608
        )

    def write(self, frame: pl.DataFrame) -> None:
        for batch in frame.iter_slices(self._batch_rows):
            self._waiting.append(batch)
            self._rows += batch.height
            if self._rows >= self._batch_rows:
                self.flush()

    def flush(self) -> None:
        """Take in what has come."""
        if not self._rows:
            return
        with sending(self._connection, self._copy) as send:
            for one in self._waiting:
                send(csv_of(self._table, one))
        self._waiting, self._rows = [], 0
        self.added += max(self._connection.execute(self._move).rowcount, 0)
        self._connection.execute(f"TRUNCATE {quoted(_STAGING)}")

    def close(self) -> None:
        """Take in the rest."""
        self.flush()
        self._connection.execute(f"DROP TABLE {quoted(_STAGING)}")


@contextmanager
def copying(
    connection: Any, name: str, table: Table, batch_rows: int = BATCH_ROWS, *, new: bool = True
) -> Iterator[Filling]:
    """Fill a table that nobody else sees yet, or that is empty.

    Args:
        connection: in a transaction.
        name: of the table, with its schema, as SQL has it.
        table: what its columns are.
        batch_rows: rows that are sent at a time.
        new: whether it was made in this transaction: its rows are then written as those of the past.
    """
    how = "FORMAT csv, FREEZE" if new else "FORMAT csv"
    with sending(connection, f"COPY {name} ({listed(table.column_names)}) FROM STDIN ({how})") as send:
        yield _Straight(table, send, batch_rows)


@contextmanager
def merging(connection: Any, name: str, table: Table, batch_rows: int = BATCH_ROWS) -> Iterator[Filling]:
    """Fill a table with those rows that it hasn't, as its keys tell them; arguments as for :func:`copying`."""
    filling = _Beside(connection, name, table, batch_rows)
    yield filling
    filling.close()


@contextmanager
def sending(connection: Any, copy: str) -> Iterator[Callable[[bytes], None]]:
    """Run a ``COPY … FROM STDIN``: what is sent goes out in a thread, while the next rows are made."""
    from psycopg.copy import QueuedLibpqWriter

    with connection.cursor() as cursor, cursor.copy(copy, writer=QueuedLibpqWriter(cursor)) as running:
        yield running.write
