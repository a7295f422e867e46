"""DuckDB: a file, or a database in memory."""

import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import duckdb
import polars as pl

from synth_assets.errors import UsageError
from synth_assets.extras import need
from synth_assets.sinks.database_files import other_database
from synth_assets.sinks.sql import listed, quoted
from synth_assets.usecases.handlers.base import MEMORY, BaseDBHandler

if TYPE_CHECKING:
    import pandas as pd

_FRAME = "frame_of_rows"


class DuckDBHandler(BaseDBHandler):
    """A DuckDB database; see :class:`BaseDBHandler`.

    Example:
        >>> db = DuckDBHandler(":memory:handler_example")
        >>> db.create_table("users", "user_id VARCHAR(10) PRIMARY KEY")
        >>> db.insert_df("users", pl.DataFrame({"user_id": ["a", "b", "a"], "age": [1, 2, 3]}), pk_cols=["user_id"])
        >>> db.list_tables(), len(db.select_all("users"))
        (['users'], 2)
        >>> db.close()
    """

    _called = "DuckDB"
    _dialect = "duckdb"
    _errors = (duckdb.Error,)

    _lock: ClassVar = threading.Lock()
    _open: ClassVar[dict[str, tuple[duckdb.DuckDBPyConnection, int]]] = {}
    """What this process has open: one instance a place, and how many handlers have it."""

    def _names(self) -> list[str]:
        query = (
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
            " AND NOT internal AND NOT temporary"
        )
        return [name for (name,) in self.conn.execute(query).fetchall()]

    @classmethod
    def _let_go(cls) -> None:
        with cls._lock:
            for connection, _ in cls._open.values():
                connection.close()
            cls._open.clear()

    def _connect(self, place: str) -> duckdb.DuckDBPyConnection:
        with self._lock:
            connection, count = self._open.get(place, (None, 0))
            if connection is None:
                name = place.removeprefix(MEMORY)
                if not self.is_memory and other_database(Path(place), self._dialect):
                    # DuckDB would look for an extension that reads it, in the net.
                    raise duckdb.IOException("it is of another database")
                connection = duckdb.connect(place if not self.is_memory else f":memory:{_inside(name)}")
            self._open[place] = connection, count + 1
            return connection.cursor()

    def _left(self, place: str) -> None:
        with self._lock:
            if place not in self._open:
                return
            connection, count = self._open[place]
            if count > 1 or self.is_memory:
                self._open[place] = connection, count - 1
            else:
                connection.close()
                del self._open[place]

    def types_of(self, table: str) -> dict[str, str]:
        """The types of a table's columns as they were declared, in order; none if there is no such table."""
        query = (
            "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database()"
            " AND schema_name = current_schema() AND lower(table_name) = lower(?) ORDER BY column_index"
        )
        return dict(self.conn.execute(query, [table]).fetchall())

    def _fill(self, table: str, rows: pl.DataFrame) -> None:
        self.conn.register(_FRAME, rows.to_arrow())
        try:
            names = listed(rows.columns)
            self.conn.execute(f"INSERT INTO {quoted(table)} ({names}) SELECT {names} FROM {quoted(_FRAME)}")  # noqa: S608
        finally:
            with suppress(duckdb.Error):  # what failed in a transaction leaves nothing to do but to end it
                self.conn.unregister(_FRAME)

    def _found(self, query: str, params: Any) -> "pd.DataFrame":
        need("pandas", "query()", "pandas")
        return self.conn.execute(query, params).df()

    def frame_of(self, query: str) -> pl.DataFrame:
        """What a query finds, as a frame of polars."""
        return pl.DataFrame(pl.from_arrow(self.conn.sql(query).to_arrow_table()))

    def _check_single(self, statement: str) -> None:
        if len(duckdb.extract_statements(statement)) != 1:
            raise UsageError(f"{statement!r} is more than one statement.\n  Name columns and their types alone.")


def _inside(name: str) -> str:
    """What DuckDB calls a database in memory of ours, so that it isn't anybody else's."""
    return f"synth_assets_{name}"
