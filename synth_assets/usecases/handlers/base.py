"""What handlers of databases have in common: the methods, and the SQL that both databases understand.

A handler has a connection of its own. Databases in memory are shared within the process by name: ``":memory:"`` is one
for all, ``":memory:orders"`` another. They stay until :meth:`BaseDBHandler.close_all`; a file is let go when the last
handler of it is closed.
"""

import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self

import polars as pl

from synth_assets.errors import OutputError, UsageError, first_line, unknown
from synth_assets.model.table import Column, Table
from synth_assets.sinks.database_files import other_database
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import make_folder
from synth_assets.sinks.sql import listed, quoted
from synth_assets.usecases.handlers.frames import as_polars
from synth_assets.usecases.own_tables import conform, table_of

if TYPE_CHECKING:
    import pandas as pd

MEMORY = ":memory:"

_INCOMING = "incoming_rows"


class BaseDBHandler(ABC):
    """A database.

    Args:
        db_path: a file, which is made if there is none, with the folders above it; or ``":memory:"``, with a name
            behind it or without.

    Raises:
        UsageError: it is no path.
        OutputError: there is a file that is no such database, another process has it, or it can't be made.
    """

    _called: ClassVar[str]
    """What people call the database."""

    _dialect: ClassVar[str]
    """What types call its SQL."""

    _errors: ClassVar[tuple[type[Exception], ...]]
    """What its driver raises."""

    _handlers: ClassVar["weakref.WeakSet[BaseDBHandler]"]
    """Those that are open."""

    def __init_subclass__(cls) -> None:
        cls._handlers = weakref.WeakSet()

    def __init__(self, db_path: str | Path = MEMORY) -> None:
        if not isinstance(db_path, str | Path) or not str(db_path) or "\0" in str(db_path):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(
                f"db_path={db_path!r} is not allowed; it is the path of a file, or {MEMORY!r}.\n"
                f"  For example: {type(self).__name__}('dev_database.duckdb')"
            )
        self.db_path = str(db_path)
        self._place = self.db_path if self.is_memory else str(Path(self.db_path).expanduser().absolute())
        if not self.is_memory:
            with writing(Path(self._place)):
                make_folder(Path(self._place).parent)
        try:
            self._connection: Any = self._connect(self._place)
        except self._errors as error:
            raise OutputError(f"{self.db_path} {self._unopened(first_line(error))}") from error
        self._handlers.add(self)
        self._is_within = False

    def _unopened(self, reason: str) -> str:
        """What its file is that can't be opened, and the next step; ``reason`` is the driver's."""
        place = Path(self._place)
        if place.is_dir():
            return "is a folder, and a database is a file.\n  Name a file."
        if other := other_database(place, self._dialect):
            return f"is a database of {other}, not of {self._called}.\n  Name another file."
        return (
            f"can't be opened as a {self._called} database: {reason}.\n"
            "  Choose another file, or close it where it is open."
        )

    @property
    def is_memory(self) -> bool:
        """Whether nothing of it is in a file."""
        return self.db_path.startswith(MEMORY)

    @property
    def conn(self) -> Any:
        """The driver's connection.

        Raises:
            UsageError: it is closed.
        """
        if self._connection is None:
            raise UsageError(f"{self.db_path} is closed.\n  Open it again: {type(self).__name__}({self.db_path!r})")
        return self._connection

    # Tables

    def create_table(self, table_name: str, pk_def: str) -> None:
        """Create a table, unless there is one of this name.

        Args:
            table_name: its name.
            pk_def: its columns as SQL has them, ``"order_id VARCHAR(10) PRIMARY KEY, total DECIMAL(10,2)"``.

        Raises:
            UsageError: the database doesn't understand it.
        """
        name = _name("table_name", table_name)
        text = _text("pk_def", pk_def, "'order_id VARCHAR(10) PRIMARY KEY, total DECIMAL(10,2)'")
        # On a line of its own, what a comment in it hides is not the end.
        statement = f"CREATE TABLE IF NOT EXISTS {quoted(name)} (\n{text}\n)"
        with self._asked(f"create_table({name!r}, {text!r})"):
            self._check_single(statement)
            self.conn.execute(statement)

    def drop_table(self, table_name: str) -> None:
        """Remove a table; nothing happens if there is none of this name."""
        name = _name("table_name", table_name)
        with self._asked(f"drop_table({name!r})"):
            self.conn.execute(f"DROP TABLE IF EXISTS {quoted(name)}")

    def list_tables(self) -> list[str]:
        """The names of all tables, sorted."""
        with self._asked("list_tables()"):
            return sorted(self._names())

    # Rows

    def insert_df(self, table_name: str, df: Any, pk_cols: Sequence[str]) -> None:
        """Insert rows whose key isn't there yet, all or none.

        Of the frame's columns those are taken that the table has. Of rows with the same key the first one is taken.

        Args:
            table_name: a table that is there.
            df: a frame of pandas or polars, or a table of pyarrow.
            pk_cols: the columns that tell rows apart.

        Raises:
            UsageError: there is no such table or column, a key is missing, or the table doesn't take a row.
        """
        names = [pk_cols] if isinstance(pk_cols, str) else pk_cols
        self.insert_frame(_name("table_name", table_name), as_polars(df), names)

    def insert_frame(self, table: str, frame: pl.DataFrame, keys: Sequence[str]) -> None:
        """:meth:`insert_df` for a frame of polars."""
        own = {name.casefold(): name for name in self.types_of(table)}
        if len(own) == 0:
            raise unknown("table", table, self.list_tables(), f'Make it first: create_table("{table}", "…")')
        taken = {own[name.casefold()]: name for name in frame.columns if name.casefold() in own}
        key_names = _checked_keys(table, frame, list(keys), taken)
        rows = frame.select(pl.col(name).alias(ours) for ours, name in taken.items())
        with self._asked(f"insert_df({table!r}, …)"), self.transaction():
            self._put(table, rows, key_names)

    def create_filled(self, table: str, frame: pl.DataFrame) -> None:
        """Create a table with a frame's columns and types, and its rows in their order.

        Raises:
            DataError: a column is of a type that no database of ours has, or there is none.
            UsageError: there is such a table, or the database doesn't take it.
        """
        described = table_of("main", table, frame.schema)
        columns = ", ".join(f"{quoted(one.name)} {one.type.sql(self._dialect)}" for one in described.columns)
        with self._asked(f"table {table!r}"), self.transaction():
            self.conn.execute(f"CREATE TABLE {quoted(table)} ({columns})")
            self._fill(table, conform(frame, described))

    def _put(self, table: str, rows: pl.DataFrame, keys: Sequence[str]) -> None:
        incoming, names = quoted(_INCOMING), listed(rows.columns)
        self.conn.execute(f"CREATE TEMP TABLE {incoming} AS SELECT {names} FROM {quoted(table)} LIMIT 0")  # noqa: S608
        self._fill(_INCOMING, rows)
        same = " AND ".join(f"there.{quoted(key)} = new.{quoted(key)}" for key in keys)
        first = f"SELECT min(rowid) FROM {incoming} GROUP BY {listed(keys)}"  # noqa: S608
        new = ", ".join(f"new.{quoted(name)}" for name in rows.columns)
        self.conn.execute(
            f"INSERT INTO {quoted(table)} ({names}) SELECT {new} FROM {incoming} AS new"  # noqa: S608
            f" LEFT JOIN {quoted(table)} AS there ON {same}"
            f" WHERE there.{quoted(keys[0])} IS NULL AND new.rowid IN ({first}) ORDER BY new.rowid"
        )
        self.conn.execute(f"DROP TABLE {incoming}")

    def replace_frames(self, name: str, table: Table, frames: Iterable[pl.DataFrame]) -> None:
        """Put a table of these rows in place of the one of this name, if there is one, all or nothing.

        Args:
            name: what it is called.
            table: describes the rows.
            frames: the rows.

        Raises:
            UsageError: the database refuses it: a view has that name, or somebody else writes.
        """
        cells = ", ".join(
            f"{quoted(one.name)} {one.type.sql(self._dialect)}{'' if one.nullable else ' NOT NULL'}"
            for one in table.columns
        )
        with self._asked(f"to replace its table {name!r}"), self.transaction():
            self.conn.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
            self.conn.execute(f"CREATE TABLE {quoted(name)} ({cells})")
            for frame in frames:
                self._fill(name, frame.select(self._told(one) for one in table.columns))

    def query(self, query: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> "pd.DataFrame":
        """What a query finds, as a frame of pandas; empty for a statement that finds nothing.

        Args:
            query: SQL of the database.
            params: values for its parameters: by position, or by name.

        Raises:
            UsageError: the database doesn't understand it.
        """
        text = _text("query", query, "'SELECT count(*) AS total FROM customers'")
        with self._asked(text):
            return self._found(text, params)

    query_with_pandas = query
    """The same by its older name."""

    def select_all(self, table_name: str, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        """All rows of a table, as a frame of pandas.

        Args:
            table_name: a table that is there.
            columns: only these; all without.

        Raises:
            UsageError: there is no such table or column.
        """
        name = _name("table_name", table_name)
        there = list(self.types_of(name))
        if not there:
            raise unknown("table", name, self.list_tables())
        wanted = there if columns is None else [columns] if isinstance(columns, str) else list(columns)
        known = {one.casefold() for one in there}
        for column in wanted:
            if str(column).casefold() not in known:
                raise unknown(f"{name}: column", column, there)
        return self.query(f"SELECT {listed(wanted)} FROM {quoted(name)}")  # noqa: S608

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done inside happens, or none of it; one within another is a part of that."""
        if self._is_within:
            yield
            return
        with self._asked("BEGIN"):
            self.conn.execute("BEGIN")
        self._is_within = True
        try:
            yield
        except BaseException:
            with suppress(*self._errors):  # some failures have done so already
                self.conn.execute("ROLLBACK")
            raise
        finally:
            self._is_within = False
        with self._asked("COMMIT"):
            self.conn.execute("COMMIT")

    # The end

    def close(self) -> None:
        """Close the connection; nothing happens if it is closed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._handlers.discard(self)
            self._left(self._place)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @classmethod
    def close_all(cls) -> None:
        """Close all databases of this kind that this process has open; those in memory are gone."""
        for handler in list(cls._handlers):
            handler.close()
        cls._let_go()

    # What the databases do each in their own way

    @abstractmethod
    def _connect(self, place: str) -> Any:
        """A new connection to a file, or to a database in memory."""

    @abstractmethod
    def _left(self, place: str) -> None:
        """A connection to this place is closed."""

    @classmethod
    @abstractmethod
    def _let_go(cls) -> None:
        """Close what is kept open for databases in memory."""

    @abstractmethod
    def _names(self) -> list[str]:
        """The names of all tables."""

    @abstractmethod
    def types_of(self, table: str) -> dict[str, str]:
        """The types of a table's columns as they were declared, in order; none if there is no such table."""

    @abstractmethod
    def _fill(self, table: str, rows: pl.DataFrame) -> None:
        """Append rows to a table that has their columns in their order."""

    def _told(self, column: Column) -> pl.Expr:
        """Cells of a table's column, as a frame to be filled in has them."""
        return pl.col(column.name)

    @abstractmethod
    def frame_of(self, query: str) -> pl.DataFrame:
        """What a query finds, as a frame of polars."""

    @abstractmethod
    def _found(self, query: str, params: Any) -> "pd.DataFrame":
        """What a query finds."""

    @abstractmethod
    def _check_single(self, statement: str) -> None:
        """Refuse what is more than one statement."""

    @contextmanager
    def _asked(self, what: str) -> Iterator[None]:
        """What the driver says of a request, as an error of ours."""
        try:
            yield
        except self._errors as error:
            raise UsageError(f"{self.db_path}: {self._called} refused {what}: {first_line(error)}.") from error


def _checked_keys(table: str, frame: pl.DataFrame, keys: list[str], taken: Mapping[str, str]) -> list[str]:
    """The key's columns as the table calls them.

    Raises:
        UsageError: there are none, one isn't in the frame or the table, or a cell is missing.
    """
    if not keys:
        raise UsageError(f"insert_df({table!r}, …): pk_cols names no column.\n  For example: pk_cols=['order_id']")
    ours = {name.casefold(): name for name in taken}
    for key in keys:
        if str(key).casefold() not in ours:
            lacking = "frame" if str(key).casefold() not in map(str.casefold, frame.columns) else "table"
            raise unknown(
                f"insert_df({table!r}, …): the {lacking} has no such column: pk_cols",
                key,
                taken,
                f"The frame's columns are {', '.join(frame.columns)}.",
            )
    found = [ours[key.casefold()] for key in keys]
    for key in found:
        if missing := frame[taken[key]].null_count():
            raise UsageError(
                f"insert_df({table!r}, …): key column {key!r} has {missing:,} missing cells; a key has none.\n"
                "  Leave those rows out, or take another key."
            )
    return found


def _name(argument: str, value: object) -> str:
    return _text(argument, value, "'customers'")


def _text(argument: str, value: object, example: str) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise UsageError(f"{argument}={value!r} is not allowed; it is text.\n  For example: {argument}={example}")
    return value
