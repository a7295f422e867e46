"""SQLite: one portable file a dataset, which every language reads; a table is a table, without its domain's name.

SQLite has five kinds of values. Whole numbers and booleans are INTEGER, binary fractions REAL, bytes BLOB. Decimals
of up to 15 digits are numbers, as what is declared DECIMAL can be added up: the nearest double, which gives the
decimal back. All else is text as its type says (:meth:`~synth_assets.model.types.ColumnType.as_text`): times and
dates in the form that SQLite's own functions for them take, lists and structs as JSON.
"""

import errno
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from synth_assets.errors import AGAIN, DataError, OutputError, first_line, in_use
from synth_assets.model.layout import MANIFEST_TABLE
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Column, Table
from synth_assets.model.types import FLOAT64, ColumnType
from synth_assets.model.types.base import FAR_TIMES, FINER_TIMES, NESTED_NOT_FINITE, NOT_A_NUMBER, UNTOLD_INSIDE
from synth_assets.model.types.decimals import Decimal
from synth_assets.sinks.capabilities import ALIKE, NAMELESS, ROW_NUMBER, THOUSANDS, Capabilities
from synth_assets.sinks.database import MOST_TABLES, Database, SpooledTable, check_stored, manifests_of, taking_in
from synth_assets.sinks.failures import cannot_write, writing
from synth_assets.sinks.formats.parquet import rows_of_parquet
from synth_assets.sinks.sql import quoted

_WRITER_SECONDS = 600.0
"""How long to wait for another writer: it may be loading a large dataset, at some µs a cell."""

_OTHERS_SECONDS = 3.0
"""How long to wait for somebody else, in this process or another, to finish with the database."""

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

_CELL_BYTES = 100_000_000
"""Of a cell, at the most: whoever damages one may make it any size."""

_FRAME_ROWS = 16_384
"""Rows that are Python's own values for a moment: some 10 MB."""


def ingest(path: Path, tables: Iterable[SpooledTable]) -> None:
    """Take tables and their manifests in, replacing those of the same names, in one transaction.

    A new database is built beside its place and renamed when it is whole.

    Raises:
        OutputError: another process writes or reads the database and doesn't stop, it is no SQLite database, a
            table of that name isn't ours, or it can't be written. It is what it was.
        DataError: a cell that SQLite can't hold; likewise.
    """
    with taking_in(path, _WRITER_SECONDS, _remove) as file:
        _fill(path, file, tables)


def read(path: Path, table: Table, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """The stored frames of a table in key order; memory is a frame.

    Raises:
        DataError: no such database or table, other columns or types, a cell that is none of its type, or a damaged
            file.
    """
    chosen = [table.column(name) for name in (table.column_names if columns is None else columns)]
    with _reading(path) as connection:
        _check(path, connection, table)
        names = ", ".join(quoted(column.name) for column in chosen)
        rows = connection.execute(f"SELECT {names} FROM {quoted(table.name)} ORDER BY {_order(table)}")  # noqa: S608
        while some := rows.fetchmany(_FRAME_ROWS):
            cells = zip(*some, strict=True)
            yield pl.DataFrame([_restored(path, table, one, values) for one, values in zip(chosen, cells, strict=True)])


def read_manifest(path: Path, table: Table) -> Manifest:
    """The manifest of a table.

    Raises:
        DataError: no such database or table, or a damaged manifest.
    """
    with _reading(path) as connection:
        text = _manifests(path, connection).get(table.name)
    if text is None:
        raise DataError(f"{path} has no manifest of {table.path}.\n  {AGAIN}")
    return Manifest.from_json(text, f"{path}, table {MANIFEST_TABLE}, {table.name}")


def check(path: Path, table: Table) -> None:
    """Look whether a table has its columns and types; see :meth:`synth_assets.sinks.interface.Format.check`."""
    with _reading(path) as connection:
        _check(path, connection, table)


def tables(path: Path, domain: str = "") -> list[str]:
    """The names of the tables that have a manifest, sorted.

    Args:
        path: the database.
        domain: any; all tables of a file are one domain's.

    Raises:
        DataError: no such database, or a damaged file.
    """
    del domain
    with _reading(path) as connection:
        return sorted(_manifests(path, connection))


def _type_name(of: ColumnType) -> str:
    return of.sql("sqlite")


DATABASE = Database(
    name="sqlite",
    capabilities=Capabilities(
        idempotent_by="the table in the dataset's file, replaced in one transaction",
        lacks={
            NOT_A_NUMBER: "which SQLite takes for a missing cell",
            FAR_TIMES: "which no function of SQLite takes",
            FINER_TIMES: "which its text would cut",
            NESTED_NOT_FINITE: "which JSON hasn't",
            UNTOLD_INSIDE: "which is how SQLite holds lists and structs",
            NAMELESS: "which SQL can't say",
            ALIKE: "which are one to SQLite",
            ROW_NUMBER: "which SQLite calls its own number of a row",
            THOUSANDS: "which are the most that SQLite has",
        },
    ),
    type_name=_type_name,
    ingest=ingest,
    read=read,
    read_manifest=read_manifest,
    tables=tables,
    check=check,
    look="import sqlite3; print(*sqlite3.connect({place}).execute('SELECT * FROM {table} LIMIT 5'), sep='\\n')",
    dagster_kind="sqlite",
)


# Writing


def _fill(path: Path, file: Path, tables: Iterable[SpooledTable]) -> None:
    """Take tables in into ``file``, which is ``path`` or shall become it."""
    try:
        connection = _connect(file, "rwc")
        try:
            if file != path:
                # It isn't there for anybody before it is whole, and forced to disk then.
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("BEGIN IMMEDIATE")
            for spooled in tables:
                _replace(path, connection, spooled)
            connection.execute("COMMIT")
        finally:
            connection.close()  # what isn't committed is undone
    except (sqlite3.Error, OSError) as error:
        raise _output_error(path, error) from error
    except pl.exceptions.PolarsError as error:
        raise cannot_write(path, error) from error


def _replace(path: Path, connection: sqlite3.Connection, spooled: SpooledTable) -> None:
    table, target, manifests = spooled.table, quoted(spooled.table.name), quoted(MANIFEST_TABLE)
    if _columns(connection, table.name) and table.name not in _manifests(path, connection):
        raise OutputError(
            f"{path} has a table {table.name} without a manifest, so it is not ours to replace.\n"
            "  Rename it, or choose another output folder."
        )
    connection.execute(f"DROP TABLE IF EXISTS {target}")
    connection.execute(f"CREATE TABLE {target} ({_definitions(table)})")
    places = ", ".join("?" * len(table.columns))
    for part in spooled.parts:
        for frame in rows_of_parquet(part, table).collect_batches(chunk_size=_FRAME_ROWS, maintain_order=True):
            DATABASE.capabilities.check_cells(frame, table)
            kept = pl.DataFrame([_stored(column, frame[column.name]) for column in table.columns])
            connection.executemany(f"INSERT INTO {target} VALUES ({places})", kept.iter_rows())  # noqa: S608
    connection.execute(f"CREATE TABLE IF NOT EXISTS {manifests} (entity TEXT PRIMARY KEY, manifest TEXT NOT NULL)")
    manifest = table.name, spooled.manifest.to_json()
    connection.execute(f"INSERT OR REPLACE INTO {manifests} VALUES (?, ?)", manifest)  # noqa: S608


def _definitions(table: Table) -> str:
    lines = [f"{quoted(one.name)} {_type_name(one.type)}{_constraint(table, one)}" for one in table.columns]
    if table.key and not table.key.is_integer:
        lines.append(f"PRIMARY KEY ({', '.join(map(quoted, table.key.columns))})")
    return ", ".join(lines)


def _constraint(table: Table, column: Column) -> str:
    if table.key.is_integer and column.name in table.key.columns:
        return " NOT NULL PRIMARY KEY"  # and so the row's own number
    return "" if column.nullable else " NOT NULL"


def _output_error(path: Path, error: Exception) -> OutputError:
    code = getattr(error, "sqlite_errorcode", None)
    if code in _BUSY:
        return OutputError(
            f"{path} is open in another process: {error}.\n"
            "  Close it there (a notebook, a shell) and try again; nothing was changed."
        )
    if code == sqlite3.SQLITE_NOTADB:
        return OutputError(f"{path} is no SQLite database.\n  Move it away, or choose another output folder.")
    return cannot_write(path, OSError(errno.ENOSPC, "") if code == sqlite3.SQLITE_FULL else error)


def _remove(database: Path) -> None:
    for path in (database, database.with_name(database.name + "-journal")):
        with writing(path):
            path.unlink(missing_ok=True)


# Reading


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads, but may undo what a process that died has left half done.

    Raises:
        DataError: there is no such file, or what is done inside fails.
    """
    if not path.is_file():
        raise DataError(f"{path} is no file.\n  Generate the dataset, or name its database.")
    try:
        connection = _connect(path, "rw")
        try:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _CELL_BYTES)
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            yield connection
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeError) as error:
        reason = first_line(error)
        if getattr(error, "sqlite_errorcode", None) in _BUSY:
            raise in_use(path, reason) from error
        raise DataError(f"{path} can't be read: {reason}.\n  {AGAIN}") from error


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    # A lazy frame that is read in part is ended by polars, in a thread of its own.
    return sqlite3.connect(uri, uri=True, timeout=_OTHERS_SECONDS, isolation_level=None, check_same_thread=False)


def _check(path: Path, connection: sqlite3.Connection, table: Table) -> None:
    check_stored(path, table.name, table, _columns(connection, table.name), _type_name)


def _columns(connection: sqlite3.Connection, name: str) -> dict[str, str]:
    """Column name → declared type, in order; empty if there is no such table. A view is none: it may say anything."""
    is_table = "type = 'table' AND sql LIKE 'CREATE TABLE%' AND name = ? COLLATE NOCASE"
    if not connection.execute(f"SELECT 1 FROM sqlite_master WHERE {is_table}", [name]).fetchone():  # noqa: S608
        return {}
    return {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({quoted(name)})")}


def _manifests(path: Path, connection: sqlite3.Connection) -> dict[str, str]:
    """Table name → manifest text.

    Raises:
        DataError: the table of manifests isn't one of texts.
    """
    columns = _columns(connection, MANIFEST_TABLE)
    if not columns:
        return {}
    query = f"SELECT entity, manifest FROM {quoted(MANIFEST_TABLE)} LIMIT {MOST_TABLES + 1}"  # noqa: S608
    rows = connection.execute(query).fetchall() if list(columns) == ["entity", "manifest"] else None
    return manifests_of(path, MANIFEST_TABLE, rows)


def _order(table: Table) -> str:
    """A whole number that ascends as rows were stored: the key, or SQLite's own number of the row."""
    return quoted(str(table.key)) if table.key.is_integer else "rowid"


# Cells


def _stored(column: Column, cells: pl.Series) -> pl.Series:
    """Cells as the values that SQLite keeps."""
    of = column.type
    if isinstance(of, Decimal) and _is_number(of):
        # NumPy's division gives the double that is nearest; that of polars multiplies by the reciprocal.
        units = cells.to_physical().cast(pl.Int64).fill_null(0).to_numpy()
        return FLOAT64.series(column.name, units / 10**of.scale, cells.is_not_null().to_numpy())
    cell = pl.col(column.name)
    kept = (cell if _type_name(of) in _VALUES else of.as_text(cell)).cast(_kept_as(of))
    return cells.to_frame().select(kept.alias(column.name)).to_series()


def _restored(path: Path, table: Table, column: Column, values: Sequence[object]) -> pl.Series:
    """Values of SQLite as cells.

    Raises:
        DataError: one of them is no cell of the column's type.
    """
    of = column.type
    try:
        series = pl.Series(column.name, values, dtype=_kept_as(of), strict=True)
        if isinstance(of, Decimal) and _is_number(of):
            return _decimals(of, series)
        cell = pl.col(column.name)
        restored = cell if _type_name(of) in _VALUES else of.from_text(cell)
        return series.to_frame().select(restored.cast(of.polars, strict=True).alias(column.name)).to_series()
    except (pl.exceptions.PolarsError, TypeError, OverflowError, ValueError) as error:
        reason = first_line(error)
        raise DataError(
            f"{path}: {table.name} has a {column.name} that is no {of.name}: {reason}.\n  {AGAIN}"
        ) from error


def _decimals(of: Decimal, numbers: pl.Series) -> pl.Series:
    """The decimals that doubles are the nearest to; ``ValueError`` if one is none of the type."""
    doubles = numbers.fill_null(0.0).to_numpy()
    units = np.rint(doubles * 10**of.scale).astype(np.int64)
    if (units / 10**of.scale != doubles).any():
        raise ValueError("it has other digits")
    return of.series(numbers.name, units, numbers.is_not_null().to_numpy())


_VALUES = {"INTEGER": pl.Int64(), "BOOLEAN": pl.Int64(), "REAL": pl.Float64(), "BLOB": pl.Binary()}
"""Declared types whose values are SQLite's own, and what those are for polars; all others are text."""


def _is_number(of: ColumnType) -> bool:
    return _type_name(of).startswith("DECIMAL")


def _kept_as(of: ColumnType) -> pl.DataType:
    return pl.Float64() if _is_number(of) else _VALUES.get(_type_name(of), pl.String())
