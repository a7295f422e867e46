"""A consumer's table, wherever it lies, as frames in the order of its key; nothing in it is changed."""

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import duckdb
import polars as pl

from synth_assets.errors import DataError, SynthError, UsageError, unknown
from synth_assets.model.table import Table

_ROWS = 65_536
"""In a frame: some 20 MB for a wide table."""

_SETTINGS = """
    SET python_enable_replacements = false;
    SET autoinstall_known_extensions = false;
    SET autoload_known_extensions = false;
    SET TimeZone = 'UTC';
    SET memory_limit = '300MB';
    SET preserve_insertion_order = false;
"""
"""A table of any size is sorted within the limit; what exceeds it goes to a temporary folder."""

_FORMS = """a Parquet or CSV file, a folder or glob of them,
  path.duckdb::schema.table, path.sqlite::table or postgresql://user@host/database::schema.table"""

_SQLITE_MAGIC, _DUCKDB_MAGIC = b"SQLite format 3\0", b"DUCK"
_DATABASE_SUFFIXES = (".duckdb", ".ddb", ".sqlite", ".sqlite3", ".db")
_READ_AS_THEY_ARE = re.compile(
    r"U?(TINYINT|SMALLINT|INTEGER)|BIGINT|BOOLEAN|VARCHAR|DATE|TIMESTAMP(_S|_MS|_NS)?|"
    r"TIMESTAMP WITH TIME ZONE|DECIMAL\(\d+,\d+\)"
)
_WHOLE = r"^\s*\+?(-?[0-9]+)(?:\.0*)?\s*$"
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Candidate:
    """An opened table.

    Attributes:
        name: what to call it in messages; no password.
        extra: its columns that the true table doesn't have, in its order.
        frames: the true table's columns, of whatever types, ascending by key where that is a whole number;
            can be called once.
    """

    name: str
    extra: tuple[str, ...]
    frames: Callable[[], Iterator[pl.DataFrame]]


@contextmanager
def opened(location: str, table: Table) -> Iterator[Candidate]:
    """Open a consumer's table.

    Args:
        location: a Parquet or CSV file, folder or glob, or ``database::table``.
        table: the columns that it should have.

    Raises:
        UsageError: nothing there, no such table, or a column is missing.
        DataError: it can't be read.
    """
    database, separator, name = location.rpartition("::")
    name = name if separator else ""
    if location.startswith(("postgresql://", "postgres://")):
        is_name = separator and "/" not in name and "]" not in name
        url, name = (database, name) if is_name else (location, "")
        with _postgres(url, name, table) as candidate:
            yield candidate
        return
    path = Path(database if separator else location).expanduser()
    if not separator and path.suffix not in _DATABASE_SUFFIXES:
        with _files(location, table) as candidate:
            yield candidate
        return
    reader = _sqlite if _magic(path) == "sqlite" else _duckdb
    with reader(path, name, table) as candidate:
        yield candidate


# Files


@contextmanager
def _files(location: str, table: Table) -> Iterator[Candidate]:
    paths, form = _found(location)
    if form == "csv":
        delimiter = _delimiter(paths[0], table)
        more = (
            "union_by_name = true, all_varchar = true, header = true, quote = '\"', escape = '\"',"
            f" nullstr = ['', '\\N'], delim = '{delimiter}'"
        )
    else:
        more = "union_by_name = true, hive_types_autocast = false"
    names = ", ".join(_literal(str(path)) for path in paths)
    with _connection() as connection:
        with _reading(location):
            source = connection.sql(f"FROM read_{form}([{names}], hive_partitioning = false, {more})")
            if not set(table.column_names) <= set(source.columns) and _in_folder_names(paths, table):
                source = connection.sql(f"FROM read_{form}([{names}], hive_partitioning = true, {more})")
            candidate = _of_relation(location, connection, source, table, "Rename them in what your consumer writes.")
        yield candidate


def _found(location: str) -> tuple[list[Path], str]:
    """The files that a location means, in order, and which format they are."""
    path = Path(location).expanduser()
    if path.is_dir():
        for marker, kind in (("_delta_log", "Delta"), ("metadata", "Iceberg")):
            if (path / marker).is_dir():
                raise UsageError(
                    f"{location} is a {kind} table: its folder holds files of earlier versions too.\n"
                    "  Write its current rows to Parquet first, and name that."
                )
        # As Spark and others do, files and folders that begin with _ or . are not data.
        paths = [p for p in sorted(path.rglob("*")) if p.is_file() and not _hidden(p.relative_to(path))]
    elif path.is_file():
        paths = [path]
    else:
        base = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else str(path)
        paths = [p for p in sorted(base.glob(pattern)) if p.is_file()]
    by_form = {form: [p for p in paths if _form(p) == form] for form in ("parquet", "csv")}
    forms = [form for form, files in by_form.items() if files]
    if len(forms) == 1:
        return by_form[forms[0]], forms[0]
    if forms:
        raise UsageError(f"{location} holds Parquet and CSV files.\n  Say which: a glob such as {location}/*.parquet")
    if paths or path.is_dir():
        raise UsageError(f"{location}: no .parquet or .csv file there.\n  A candidate is {_FORMS}.")
    raise UsageError(f"{location} doesn't exist.\n  A candidate is {_FORMS}.")


def _hidden(path: Path) -> bool:
    return any(part.startswith(("_", ".")) for part in path.parts)


def _form(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    return "parquet" if name.endswith((".parquet", ".pq")) else "csv" if name.endswith((".csv", ".tsv")) else ""


def _in_folder_names(paths: Sequence[Path], table: Table) -> bool:
    return any(part.partition("=")[0] in table.column_names for part in paths[0].parts if "=" in part)


def _delimiter(path: Path, table: Table) -> str:
    """The one that the header's names are found with."""
    with _connection() as connection, _reading(str(path)):
        line = connection.execute(
            f"FROM read_csv({_literal(str(path))}, delim = '\x1f', quote = '', escape = '', header = false,"
            " columns = {'line': 'VARCHAR'}, auto_detect = false, strict_mode = false) LIMIT 1"
        ).fetchone()
    header = str(line[0]) if line else ""

    def known(delimiter: str) -> int:
        return sum(name.strip().strip('"\ufeff') in table.column_names for name in header.split(delimiter))

    return max(_DELIMITERS, key=known)


# DuckDB


@contextmanager
def _duckdb(path: Path, name: str, table: Table) -> Iterator[Candidate]:
    where = f"{path}::{name}"
    with _connection() as connection:
        with _reading(str(path)):
            connection.execute(f"ATTACH {_literal(str(path))} AS candidate (READ_ONLY)")
            rows = connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_catalog = 'candidate' ORDER BY ALL"
            ).fetchall()
            schema, relation = _chosen(str(path), name, [(str(s), str(t)) for s, t in rows], table)
            source = connection.sql(f"FROM candidate.{_quoted(schema)}.{_quoted(relation)}")
            candidate = _of_relation(where, connection, source, table, _VIEW)
        yield candidate


_VIEW = "Rename them, or score a view with the right names."


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory(prefix="synth-score-") as spill:
        connection = duckdb.connect()
        try:
            connection.execute(_SETTINGS)
            connection.execute(f"SET temp_directory = '{spill}'")
            yield connection
        finally:
            connection.close()


def _of_relation(
    where: str, connection: duckdb.DuckDBPyConnection, source: duckdb.DuckDBPyRelation, table: Table, step: str
) -> Candidate:
    extra = _extra(where, source.columns, table, step)
    types = dict(zip(source.columns, map(str, source.types), strict=True))
    columns = ", ".join(f"{_read(name, types[name])} AS {_quoted(name)}" for name in table.column_names)
    source.create_view("scored")
    query = f"SELECT {columns} FROM scored ORDER BY {_key_order(table.key, types[table.key])} NULLS FIRST"  # noqa: S608

    def frames() -> Iterator[pl.DataFrame]:
        with _reading(where):
            for batch in connection.sql(query).to_arrow_reader(_ROWS):
                yield pl.DataFrame(pl.from_arrow(batch))

    return Candidate(where, extra, frames)


def _read(name: str, found: str) -> str:
    """SQL for a column: values of types that have an equal in polars, the text of all others."""
    column = _quoted(name)
    if _READ_AS_THEY_ARE.fullmatch(found):
        return column
    # Texts of old Parquet writers are bytes.
    return f"coalesce(TRY(decode({column})), {column}::VARCHAR)" if found == "BLOB" else f"{column}::VARCHAR"


def _key_order(key: str, found: str) -> str:
    """SQL for the number that a key is; what is none of them is found out later."""
    if found.startswith(("DOUBLE", "FLOAT", "DECIMAL", "HUGEINT", "U")) or found.endswith("INT"):
        return f"TRY_CAST({_quoted(key)} AS BIGINT)"
    return f"TRY_CAST(regexp_extract({_quoted(key)}::VARCHAR, '{_WHOLE}', 1) AS BIGINT)"


# SQLite


@contextmanager
def _sqlite(path: Path, name: str, table: Table) -> Iterator[Candidate]:
    where = f"{path}::{name}"
    with _reading(where):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        with _reading(where):
            connection.text_factory = lambda raw: raw.decode(errors="replace")
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
            _, relation = _chosen(str(path), name, [("main", str(t)) for (t,) in rows], table)
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(relation)})")]
        extra = _extra(where, columns, table, _VIEW)
        names = ", ".join(_quoted(column) for column in table.column_names)
        key = _quoted(table.key)
        # Each value may have its own type: what is no number sorts as 0 and is found out later.
        query = f"SELECT {names} FROM {_quoted(relation)} ORDER BY CAST({key} AS INTEGER)"  # noqa: S608

        def frames() -> Iterator[pl.DataFrame]:
            with _reading(where):
                yield from _texts(connection.execute(query), table)

        yield Candidate(where, extra, frames)
    finally:
        connection.close()


def _texts(cursor: Any, table: Table) -> Iterator[pl.DataFrame]:
    """The rows of a database cursor as text, frame by frame."""
    while rows := cursor.fetchmany(_ROWS):
        columns = zip(*rows, strict=True)
        yield pl.DataFrame(
            [
                pl.Series(n, [_as_text(v) for v in c], pl.String)
                for n, c in zip(table.column_names, columns, strict=True)
            ]
        )


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


# PostgreSQL


@contextmanager
def _postgres(url: str, name: str, table: Table) -> Iterator[Candidate]:
    try:
        import psycopg
    except ImportError as error:
        raise UsageError(
            "a candidate in PostgreSQL needs the driver psycopg, which isn't installed.\n"
            "  Install it: pip install 'synth-assets[postgres]'"
        ) from error
    address, secrets = _without_secrets(url)
    where = f"{address}::{name}"
    with _reading(where, (psycopg.Error,), secrets):
        connection = psycopg.connect(url, connect_timeout=10)
    try:
        with _reading(where, (psycopg.Error,), secrets):
            connection.execute("SET TIME ZONE 'UTC'")
            connection.execute("SET DateStyle TO ISO")
            connection.execute("SET TRANSACTION READ ONLY")
            rows = connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
            ).fetchall()
            schema, relation = _chosen(address, name, rows, table)
            found = connection.execute(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
                (schema, relation),
            ).fetchall()
        types = dict(found)
        extra = _extra(where, list(types), table, _VIEW)
        query = _postgres_query(schema, relation, types[table.key], table)

        def frames() -> Iterator[pl.DataFrame]:
            with _reading(where, (psycopg.Error,), secrets), connection.cursor(name="synth_score") as cursor:
                cursor.itersize = _ROWS
                cursor.execute(query)
                yield from _texts(cursor, table)

        yield Candidate(where, extra, frames)
    finally:
        connection.close()


def _postgres_query(schema: str, relation: str, key_type: str, table: Table) -> Any:
    from psycopg import sql

    key = sql.Identifier("t", table.key)  # the table's: the result has a text of the same name
    numeric = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
    whole = sql.SQL("CASE WHEN {}::text ~ {} THEN {}::text::numeric END")
    order = key if key_type in numeric else whole.format(key, sql.Literal(_WHOLE), key)
    columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in table.column_names)
    source = sql.Identifier(schema, relation)
    return sql.SQL("SELECT {} FROM {} AS t ORDER BY {} NULLS FIRST").format(columns, source, order)


def _without_secrets(url: str) -> tuple[str, tuple[str, ...]]:
    """The address without its password and options, and the passwords in it."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        user = parts.username
        secrets = [parts.password, *re.findall(r"password=([^&]*)", parts.query)]
    except ValueError:
        raise UsageError(
            "the address of a PostgreSQL database is not of the form postgresql://user@host/database."
        ) from None
    netloc = f"{user}@{host}" if user else host
    return urlunsplit((parts.scheme, netloc, parts.path, "", "")), tuple(
        form for secret in secrets if secret for form in (secret, unquote(secret))
    )


# What all have in common


def _magic(path: Path) -> str:
    """Which database a file is, by its first bytes; what it is called says nothing."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError:
        raise UsageError(f"{path} doesn't exist.\n  A candidate is {_FORMS}.") from None
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}.") from error
    if start == _SQLITE_MAGIC:
        return "sqlite"
    if start[8:12] == _DUCKDB_MAGIC:
        return "duckdb"
    raise DataError(f"{path} is no DuckDB or SQLite database.\n  A candidate is {_FORMS}.")


def _chosen(where: str, name: str, found: Sequence[tuple[str, str]], table: Table) -> tuple[str, str]:
    """The table that a name means, with or without its schema."""
    names = [f"{schema}.{relation}" for schema, relation in found]
    if not name:
        example = next((n for n in names if n.endswith(f".{table.name}")), names[0] if names else "schema.table")
        raise UsageError(
            f"{where}: which table? It has {', '.join(names) or 'none'}.\n  For example: {where}::{example}"
        )
    fits = [pair for pair, full in zip(found, names, strict=True) if name in (full, pair[1])]
    exact = [pair for pair in fits if name == f"{pair[0]}.{pair[1]}"]
    if len(exact or fits) == 1:
        return (exact or fits)[0]
    if fits:
        schemas = " or ".join(f"{schema}.{relation}" for schema, relation in fits)
        raise UsageError(f"{where}: {name} is in several schemas.\n  Say which: {schemas}")
    raise unknown(f"{where}: table", name, names, f"For example: {where}::{names[0]}" if names else "It is empty.")


def _extra(where: str, found: Sequence[str], table: Table, step: str) -> tuple[str, ...]:
    """The columns that don't count.

    Raises:
        UsageError: some that do are missing.
    """
    extra = tuple(name for name in found if name not in table.column_names)
    missing = [name for name in table.column_names if name not in found]
    if missing:
        raise UsageError("\n  ".join([*_complaints(where, missing, extra, table), step]))
    return extra


def _complaints(where: str, missing: Sequence[str], extra: Sequence[str], table: Table) -> list[str]:
    import difflib

    lines = [f"{where}: {len(missing)} of {len(table.columns)} columns of {table.path} are missing."]
    for name in missing[:10]:
        close = difflib.get_close_matches(name.lower(), [other.lower() for other in extra], n=1, cutoff=0.5)
        meant = next((other for other in extra if other.lower() == close[0]), "") if close else ""
        lines.append(f"no column {name!r}" + (f"; is it {meant!r}?" if meant else "."))
    if len(missing) > 10:
        lines.append(f"… and {', '.join(missing[10:])}.")
    lines.append(f"Columns that {table.path} doesn't have: {', '.join(extra) or 'none'}.")
    return lines


@contextmanager
def _reading(where: str, kinds: tuple[type[Exception], ...] = (), secrets: Sequence[str] = ()) -> Iterator[None]:
    """Turn what a reader raises over damage into one clear message."""
    try:
        yield
    except SynthError:
        raise
    except (duckdb.Error, sqlite3.Error, pl.exceptions.PolarsError, OSError, *kinds) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        for secret in secrets:
            reason = reason.replace(secret, "…")
        raise DataError(f"{where} can't be read: {reason}.") from None


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
