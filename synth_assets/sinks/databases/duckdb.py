"""DuckDB: one portable file a dataset; the domain is the schema, a table is a table."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import duckdb
import polars as pl

from synth_assets.errors import AGAIN, DataError, OutputError, UsageError, first_line, forbidden, in_use
from synth_assets.model.layout import MANIFEST_TABLE
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.model.types.base import NANOSECONDS, ODD_FIELDS
from synth_assets.sinks.capabilities import ALIKE, NAMELESS, REPEATED_BYTES, ROW_NUMBER, Capabilities
from synth_assets.sinks.database import MOST_TABLES, Database, SpooledTable, check_stored, manifests_of, taking_in
from synth_assets.sinks.failures import cannot_write, writing
from synth_assets.sinks.formats.parquet import rows_of_parquet
from synth_assets.sinks.sql import listed, parquet_rows, qualified, quoted

WRITER_SECONDS = 600.0
"""How long to wait for another writer: it may be loading a large dataset, at some 500 ns a row."""

_READER_SECONDS = 3.0
"""How long to wait for a reader in another process to close the database."""

_WRITING_SECONDS = 10.0
"""How long a reader waits for a writer in another process."""

_STORAGE = "v1.0.0"
"""How new a DuckDB must be to open a new database: dbt, JDBC drivers and BI tools bring older ones than ours."""

_NO_PATH = ("?", "\\")
"""What follows ``?`` is options, and a backslash stands between folders, also where the system knows neither."""

_MANIFEST_COLUMNS = {"entity": "VARCHAR", "manifest": "VARCHAR"}
_FRAME_ROWS = 131_072
_KEYS = 65_536

# What a Python variable or the network could lend a query is not part of a dataset. One thread: with
# two, 8 million rows of 7 columns took the same 0.5 µs a row, but 741 MB instead of 244 and a file
# twice as large. Without a limit it keeps the blocks it has seen: 660 MB after 24 million rows.
_SETTINGS = """
    SET python_enable_replacements = false;
    SET autoinstall_known_extensions = false;
    SET autoload_known_extensions = false;
    SET TimeZone = 'UTC';
    SET threads = 1;
    SET memory_limit = '300MB';
"""


def check_place(path: Path) -> None:
    """Refuse a place that DuckDB would take for another one.

    Raises:
        UsageError: a character in a folder's name means something to it.
    """
    wrong = [mark for mark in _NO_PATH if mark in str(path.absolute())]
    if wrong:
        raise UsageError(
            f"{path.parent} can't hold a DuckDB database: DuckDB gives {' and '.join(wrong)} in a path a meaning.\n"
            "  Choose another output folder, or other formats."
        )


def ingest(path: Path, tables: Iterable[SpooledTable]) -> None:
    """Take tables and their manifests in, replacing those of the same names, in one transaction.

    A new database is built beside its place and renamed when it is whole.

    Raises:
        OutputError: another process writes or reads the database and doesn't stop, it is no DuckDB
            database, a table of that name isn't ours, or it can't be written. It is what it was.
    """
    with taking_in(path, WRITER_SECONDS, remove) as file:
        _fill(path, file, tables)


def read(path: Path, table: Table, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """The stored frames of a table in key order; memory is two frames.

    DuckDB gives results whole, and sorts whole tables. So a range of keys at a time is asked for.

    Raises:
        DataError: no such database or table, other columns or types, or a damaged file.
    """
    names = table.column_names if columns is None else list(columns)
    with reading(path) as connection:
        _check(path, connection, table)
        key, source = _key(table), qualified(table.domain, table.name)
        dtypes = {name: table.schema[name] for name in names}
        for low, high in _key_ranges(path, connection, table):
            query = f"SELECT {listed(names)} FROM {source} WHERE {key} BETWEEN ? AND ? ORDER BY {key}"  # noqa: S608
            result = connection.sql(query, params=[low, high]).to_arrow_table()
            frame = pl.DataFrame(pl.from_arrow(result))
            yield frame.cast(dtypes)  # type: ignore[arg-type]


def read_manifest(path: Path, table: Table) -> Manifest:
    """The manifest of a table.

    Raises:
        DataError: no such database or table, or a damaged manifest.
    """
    with reading(path) as connection:
        text = _manifests(path, connection, table.domain).get(table.name)
    if text is None:
        raise DataError(f"{path} has no manifest of {table.path}.\n  {AGAIN}")
    return Manifest.from_json(text, f"{path}, table {table.domain}.{MANIFEST_TABLE}, {table.name}")


def check(path: Path, table: Table) -> None:
    """Look whether a table has its columns and types; see :meth:`synth_assets.sinks.interface.Format.check`."""
    with reading(path) as connection:
        _check(path, connection, table)


def tables(path: Path, domain: str = "") -> list[str]:
    """The names of a domain's tables that have a manifest, sorted.

    Args:
        path: the database.
        domain: the domain's name; that of the file's folder without.

    Raises:
        DataError: no such database, or a damaged file.
    """
    with reading(path) as connection:
        return sorted(_manifests(path, connection, domain or path.absolute().parent.name))


def kept_open(path: Path) -> AbstractContextManager[object]:
    """Connected to; further connections of this process then share what takes 12 ms to set up."""
    return reading(path)


DATABASE = Database(
    name="duckdb",
    capabilities=Capabilities(
        idempotent_by="the table in the dataset's file, replaced in one transaction",
        lacks={
            REPEATED_BYTES: "as DuckDB lays a file out differently each time",
            NANOSECONDS: "which DuckDB would cut",
            NAMELESS: "which SQL can't say",
            ALIKE: "which are one to DuckDB",
            ROW_NUMBER: "which DuckDB calls its own number of a row",
            ODD_FIELDS: "which DuckDB can't have in a struct",
        },
    ),
    type_name=lambda of: of.sql("duckdb"),
    ingest=ingest,
    read=read,
    read_manifest=read_manifest,
    tables=tables,
    check=check,
    kept_open=kept_open,
    check_place=check_place,
    look="import duckdb; duckdb.connect({place}, read_only=True).table('{domain}.{table}').limit(5).show()",
    dagster_kind="duckdb",
    in_duckdb="ATTACH IF NOT EXISTS {place} AS {name} (READ_ONLY)",
)


def _fill(path: Path, file: Path, tables: Iterable[SpooledTable]) -> None:
    """Take tables in into ``file``, which is ``path`` or shall become it."""
    try:
        connection = open_for_writing(file)
        try:
            connection.execute("BEGIN")
            for spooled in tables:
                _replace(path, connection, spooled)
            connection.execute("COMMIT")
            # With a connection of this process still reading, the log is folded in when that one closes.
            with suppress(duckdb.TransactionException):
                connection.execute("CHECKPOINT")
        finally:
            connection.close()
    except (duckdb.Error, OSError) as error:
        raise output_error(path, error) from error


def open_for_writing(path: Path) -> duckdb.DuckDBPyConnection:
    """Connect to a database that is to be written; waits a little for readers in other processes."""
    deadline = time.monotonic() + _READER_SECONDS
    while True:
        try:
            connection = duckdb.connect(str(path.absolute()), config={"storage_compatibility_version": _STORAGE})
        except duckdb.IOException as error:
            if not _is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            connection.execute(_SETTINGS)
            return connection


def _replace(path: Path, connection: duckdb.DuckDBPyConnection, spooled: SpooledTable) -> None:
    table = spooled.table
    schema, target = quoted(table.domain), qualified(table.domain, table.name)
    manifests = qualified(table.domain, MANIFEST_TABLE)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    if columns_of(connection, table.domain, table.name) and table.name not in _manifests(
        path, connection, table.domain
    ):
        raise OutputError(
            f"{path} has a table {table.domain}.{table.name} without a manifest, so it is not ours to "
            "replace.\n  Rename it, or choose another output folder."
        )
    connection.execute(f"CREATE OR REPLACE TABLE {target} ({definitions(table)})")
    for part in spooled.parts:
        _check_cells(part, table)
        source = parquet_rows([part])
        connection.execute(f"INSERT INTO {target} SELECT {listed(table.column_names)} FROM {source}")  # noqa: S608
    connection.execute(f"CREATE TABLE IF NOT EXISTS {manifests} (entity VARCHAR, manifest VARCHAR)")
    connection.execute(f"DELETE FROM {manifests} WHERE entity = ?", [table.name])  # noqa: S608
    connection.execute(f"INSERT INTO {manifests} VALUES (?, ?)", [table.name, spooled.manifest.to_json()])  # noqa: S608


def _check_cells(part: Path, table: Table) -> None:
    """Look for cells that DuckDB would change; few tables can have any."""
    lacks = DATABASE.capabilities.lacks
    if any(name in lacks for column in table.columns for name in column.type.peculiar):
        for frame in rows_of_parquet(part, table).collect_batches(chunk_size=_FRAME_ROWS, maintain_order=True):
            DATABASE.capabilities.check_cells(frame, table)


def output_error(path: Path, error: Exception) -> OutputError:
    """What to say when a database can't be written."""
    text = first_line(error)
    if isinstance(error, duckdb.Error) and _is_locked(error):
        return OutputError(
            f"{path} is open in another process: {text}\n"
            "  Close it there (a notebook, a DuckDB shell) and try again; nothing was changed."
        )
    if "not a valid DuckDB database" in text:
        return OutputError(f"{path} is no DuckDB database.\n  Move it away, or choose another output folder.")
    return cannot_write(path, error)


@contextmanager
def reading(path: Path, *, others: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that only reads, this database alone.

    Args:
        path: the database.
        others: whether views in it may read other files.

    Raises:
        DataError: there is no such file, or what is done inside fails.
        UnjudgedError: another process writes and doesn't stop, or the system doesn't let it be read.
    """
    if not path.is_file():
        raise DataError(f"{path} is no file.\n  Generate the dataset, or name its database.")
    try:
        connection = _open_for_reading(path)
        try:
            if not others:
                # Whatever is stored in it, a view for instance, reads nothing else of this machine.
                connection.execute("SET enable_external_access = false")
            connection.execute(_SETTINGS)
            yield connection
        finally:
            connection.close()
    except duckdb.Error as error:
        reason = first_line(error)
        if _is_locked(error):
            raise in_use(path, reason) from error
        if "Permission denied" in reason:
            raise forbidden(path) from error
        raise DataError(f"{path} can't be read: {reason}.\n  {AGAIN}") from error


def _open_for_reading(path: Path) -> duckdb.DuckDBPyConnection:
    """Connect; waits a little for a writer, who holds a database for as long as a table takes."""
    deadline = time.monotonic() + _WRITING_SECONDS
    while True:
        try:
            return duckdb.connect(str(path.absolute()), read_only=True)
        except duckdb.IOException as error:
            if not _is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _is_locked(error: duckdb.Error) -> bool:
    return "Could not set lock" in str(error) or "Conflicting lock" in str(error)


def _check(path: Path, connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    called = f"{table.domain}.{table.name}"
    check_stored(path, called, table, columns_of(connection, table.domain, table.name), DATABASE.type_name)


def columns_of(connection: duckdb.DuckDBPyConnection, domain: str, name: str) -> dict[str, str]:
    """Column name → SQL type, in order; empty if there is no such table. A view is none: it may say anything.

    Not by ``duckdb_columns()``, for which DuckDB binds all views of its own: that takes longer than all else here.
    """
    is_there = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = ? AND table_name = ?",
        [domain, name],
    ).fetchone()
    if is_there is None:
        return {}
    rows = connection.execute("SELECT name, type FROM pragma_table_info(?)", [qualified(domain, name)]).fetchall()
    return dict(rows)


def _manifests(path: Path, connection: duckdb.DuckDBPyConnection, domain: str) -> dict[str, str]:
    """Table name → manifest text.

    Raises:
        DataError: the table of manifests isn't one of texts.
    """
    columns = columns_of(connection, domain, MANIFEST_TABLE)
    if not columns:
        return {}
    query = f"SELECT entity, manifest FROM {qualified(domain, MANIFEST_TABLE)} LIMIT {MOST_TABLES + 1}"  # noqa: S608
    rows = connection.execute(query).fetchall() if columns == _MANIFEST_COLUMNS else None
    return manifests_of(path, f"{domain}.{MANIFEST_TABLE}", rows)


def _key_ranges(path: Path, connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[tuple[int, int]]:
    """Ranges of keys with few rows each, ascending, that cover all rows."""
    key = _key(table)
    query = (
        f"SELECT min({key}), max({key}), count(*) FROM {qualified(table.domain, table.name)} "  # noqa: S608
        f"GROUP BY {key} // {_KEYS} ORDER BY 1 NULLS FIRST"
    )
    rows, start, end = 0, None, None
    for low, high, count in connection.execute(query).fetchall():
        if low is None:
            raise DataError(f"{path}: {table.path} has {count} rows without a {table.key!s}.")
        if start is not None and end is not None and rows + count > _FRAME_ROWS:
            yield start, end
            rows, start = 0, None
        start = low if start is None else start
        end, rows = high, rows + count
    if start is not None and end is not None:
        yield start, end


def remove(database: Path) -> None:
    """Remove a database and its log, if they are there."""
    for path in (database, database.with_name(database.name + ".wal")):
        with writing(path):
            path.unlink(missing_ok=True)


def _key(table: Table) -> str:
    """A whole number that ascends as rows were stored: the key, or DuckDB's own number of the row."""
    return quoted(str(table.key)) if table.key.is_integer else "rowid"


def definitions(table: Table) -> str:
    """The columns of a table, as ``CREATE TABLE`` has them."""
    return ", ".join(
        f"{quoted(column.name)} {column.type.sql('duckdb')}{'' if column.nullable else ' NOT NULL'}"
        for column in table.columns
    )
