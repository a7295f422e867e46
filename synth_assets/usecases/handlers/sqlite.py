"""SQLite: a file, or a database in memory."""

import sqlite3
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from synth_assets.extras import need
from synth_assets.model.table import Column
from synth_assets.model.types.frames import frame_type
from synth_assets.model.types.times import Timestamp
from synth_assets.sinks.sql import quoted
from synth_assets.usecases.handlers.base import MEMORY, BaseDBHandler

if TYPE_CHECKING:
    import pandas as pd

_FRAME_ROWS = 16_384
"""Rows that are Python's own values for a moment."""

_WAIT_SECONDS = 10.0
"""For another connection that writes."""


class SQLiteHandler(BaseDBHandler):
    """A SQLite database; see :class:`BaseDBHandler`.

    Days and times become text as ISO 8601 has it, decimals numbers, lists and structs JSON.

    Example:
        >>> db = SQLiteHandler(":memory:handler_example")
        >>> db.create_table("users", "user_id VARCHAR(10) PRIMARY KEY")
        >>> db.insert_df("users", pl.DataFrame({"user_id": ["a", "b", "a"], "age": [1, 2, 3]}), pk_cols=["user_id"])
        >>> db.list_tables(), len(db.select_all("users"))
        (['users'], 2)
        >>> db.close()
    """

    _called = "SQLite"
    _dialect = "sqlite"
    _errors = (sqlite3.Error, sqlite3.Warning, OverflowError)

    _lock: ClassVar = threading.Lock()
    _kept: ClassVar[dict[str, sqlite3.Connection]] = {}
    """A connection to each database in memory, which would be gone with its last one."""

    _rounds: ClassVar[int] = 0
    """How often all were let go. SQLite may keep what a closed connection had; so names are new ones then."""

    def _names(self) -> list[str]:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        return [name for (name,) in self.conn.execute(query).fetchall()]

    @classmethod
    def _let_go(cls) -> None:
        with cls._lock:
            for connection in cls._kept.values():
                connection.close()
            cls._kept.clear()
            cls._rounds += 1

    def _left(self, place: str) -> None:
        """Nothing is shared but what stays."""

    def _check_single(self, statement: str) -> None:
        """The driver does so itself."""

    def _connect(self, place: str) -> sqlite3.Connection:
        if not self.is_memory:
            connection = _opened(place, is_uri=False)
            try:
                connection.execute("SELECT 1 FROM sqlite_master").fetchall()  # whether it is a database at all
            except BaseException:
                connection.close()
                raise
            return connection
        name = "".join(f"{byte:02x}" for byte in place.removeprefix(MEMORY).encode())
        with self._lock:
            uri = f"file:synth_assets_{self._rounds}_{name}?mode=memory&cache=shared"
            if place not in self._kept:
                self._kept[place] = _opened(uri, is_uri=True)
            return _opened(uri, is_uri=True)

    def types_of(self, table: str) -> dict[str, str]:
        """The types of a table's columns as they were declared, in order; none if there is no such table."""
        return {row[1]: row[2] for row in self.conn.execute(f"PRAGMA table_info({quoted(table)})").fetchall()}

    def _fill(self, table: str, rows: pl.DataFrame) -> None:
        places = ", ".join("?" * rows.width)
        kept = rows.select(_kept(rows[name]) for name in rows.columns)
        for some in kept.iter_slices(_FRAME_ROWS):
            self.conn.executemany(f"INSERT INTO {quoted(table)} VALUES ({places})", some.rows())  # noqa: S608

    def _told(self, column: Column) -> pl.Expr:
        """As everywhere; times as text with the digits that their type has."""
        cell = pl.col(column.name)
        return column.type.as_text(cell).alias(column.name) if isinstance(column.type, Timestamp) else cell

    def _found(self, query: str, params: Any) -> "pd.DataFrame":
        need("pandas", "query()", "pandas")
        import pandas as pd

        cursor = self.conn.execute(query, () if params is None else params)
        rows = cursor.fetchall()
        return pd.DataFrame(rows, columns=pd.Index([column[0] for column in cursor.description or ()]))

    def frame_of(self, query: str) -> pl.DataFrame:
        """What a query finds, as a frame of polars."""
        cursor = self.conn.execute(query)
        names = [column[0] for column in cursor.description or ()]
        return pl.DataFrame(cursor.fetchall(), schema=names, orient="row", infer_schema_length=None)


def _opened(place: str, *, is_uri: bool) -> sqlite3.Connection:
    # Whoever streams in a thread uses the same handler there.
    return sqlite3.connect(place, uri=is_uri, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)


def _kept(cells: pl.Series) -> pl.Expr:
    """Cells as the values that SQLite has."""
    cell, dtype = pl.col(cells.name), cells.dtype
    if dtype.is_integer() or dtype.is_float() or dtype in {pl.String, pl.Binary, pl.Boolean}:
        return cell
    if isinstance(dtype, pl.Datetime):
        cell = cell.cast(pl.Datetime("us", dtype.time_zone))  # finer ones have zeros only, as pandas makes them
        dtype = pl.Datetime("us", dtype.time_zone)
    if dtype.is_decimal():
        return cell.cast(pl.Float64)
    if dtype == pl.Date:
        return cell.cast(pl.String)  # Python's own way to text is going to go
    of = frame_type(dtype)
    return cell.cast(pl.String) if of is None else of.as_text(cell)
