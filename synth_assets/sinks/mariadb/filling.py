"""Rows on their way into an empty table of MariaDB, in the transaction of the caller: inserts of many rows each."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from synth_assets.model.table import Table
from synth_assets.sinks.mariadb.cells import literal_cells
from synth_assets.sinks.mariadb.connection import MariaConnection
from synth_assets.sinks.server import BATCH_ROWS, Filling
from synth_assets.sinks.sql import BACKTICKS

_STATEMENT = 1_000_000
"""Characters of a statement, more or less."""


class _Inserting:
    """Rows that are inserted as they come."""

    def __init__(self, connection: MariaConnection, name: str, table: Table, batch_rows: int) -> None:
        self._connection = connection
        self._table = table
        self._batch_rows = batch_rows
        self._begins = f"INSERT INTO {name} ({BACKTICKS.listed(table.column_names)}) VALUES "  # noqa: S608 - names of a declaration
        self._cells = pl.concat_str(pl.lit("("), pl.concat_str(literal_cells(table), separator=", "), pl.lit(")"))
        self._most = min(_STATEMENT, connection.most_bytes // 5)
        self.added = 0

    def write(self, frame: pl.DataFrame) -> None:
        for batch in frame.iter_slices(self._batch_rows):
            waiting, length = [], 0
            for row in batch.select(self._cells.alias("row")).to_series():
                waiting.append(row)
                length += len(row)
                if length > self._most:
                    self._send(waiting)
                    waiting, length = [], 0
            self._send(waiting)

    def _send(self, rows: list[str]) -> None:
        if rows:
            statement = self._begins + ",\n".join(rows)
            self._connection.check_length(statement, self._table.path)
            self.added += self._connection.execute(statement).rowcount


@contextmanager
def maria_copying(
    connection: MariaConnection, name: str, table: Table, batch_rows: int = BATCH_ROWS, *, new: bool = True
) -> Iterator[Filling]:
    """Fill a table that is empty.

    Args:
        connection: in a transaction.
        name: of the table, with its database, as SQL has it.
        table: what its columns are.
        batch_rows: rows that are made statements of at a time.
        new: whether it was made just now; it is filled the same.
    """
    del new
    yield _Inserting(connection, name, table, batch_rows)
