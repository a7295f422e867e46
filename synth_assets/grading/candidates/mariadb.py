"""A candidate in MariaDB: its address is a URL, with the table's name behind ``::``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import polars as pl

from synth_assets.errors import OutputError, UnjudgedError
from synth_assets.grading.candidates.opening import (
    LONGEST,
    VIEW,
    WHOLE,
    Candidate,
    chosen,
    extra_columns,
    reading,
    texts,
)
from synth_assets.grading.candidates.patience import Patience, hanging_up
from synth_assets.model.table import Table
from synth_assets.sinks.mariadb.address import MariaAddress, maria_address
from synth_assets.sinks.mariadb.connection import open_driver, why
from synth_assets.sinks.mariadb.words import maria_text
from synth_assets.sinks.sql import BACKTICKS

_SIZE = "SELECT COALESCE(SUM(data_length), 0) FROM information_schema.tables WHERE table_schema = %s"

_TABLES = """
    SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY 1, 2
"""

_COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position
"""

_NUMBERS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double"})
_BYTES = frozenset({"tinyblob", "blob", "mediumblob", "longblob", "binary", "varbinary"})


def split_location(location: str) -> tuple[MariaAddress, str, str]:
    """An address, its text, and the table's name behind it, if there is one.

    Raises:
        MissingExtraError: the driver isn't installed.
        UsageError: it is no address; the message quotes none of it.
    """
    url, separator, table = location.rpartition("::")
    if not separator or "@" in table:  # what stands before an @ may be a part of a password
        url, table = location, ""
    return maria_address(url, "the address of the candidate's MariaDB database"), url, table


@contextmanager
def open_mariadb(location: str, table: Table, ours: Sequence[str], patience: Patience) -> Iterator[Candidate]:
    """Open a table or view; rows come as the server finds them, some at a time.

    Args:
        location: an address with ``::database.table`` behind it.
        table: the columns that it should have.
        ours: the names of the domain's tables.
        patience: how long it may take.

    Raises:
        UsageError: the address is none, the table's name is unknown, or columns are missing.
        DataError: the table isn't there, but others of the domain are.
        UnjudgedError: it can't be reached or read, or takes too long.
    """
    address, _, name = split_location(location)
    import pymysql
    from pymysql.cursors import SSCursor

    where, kinds = f"{address.shown}::{name}", (pymysql.Error, UnicodeError)

    def told(error: Exception) -> str:
        if isinstance(error, pymysql.Error) and len(error.args) > 1 and error.args[0] not in (2006, 2013):
            return address.redacted(str(error.args[1]))
        return why(error)

    with patience.within(lambda: None):
        driver = _opened(address)
    stop = hanging_up(driver._sock.fileno())  # noqa: SLF001 - the driver tells it nowhere else
    try:
        with reading(where, kinds, told), patience.within(stop):
            cursor = driver.cursor()
            cursor.execute(_limit(patience))
            cursor.execute("SET time_zone = '+00:00', sql_mode = ''")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            cursor.execute(_TABLES)
            schema, relation = chosen(address.shown, name, list(cursor.fetchall()), table, ours)
            cursor.execute(_SIZE, (schema,))
            patience.allow(int(cursor.fetchone()[0]))
            cursor.execute(_COLUMNS, (schema, relation))
            types = dict(cursor.fetchall())
        extra = extra_columns(where, list(types), table, VIEW)
        query = _query(schema, relation, types, table)

        def frames() -> Iterator[pl.DataFrame]:
            with reading(where, kinds, told):
                driver.cursor().execute(_limit(patience))
                rows = driver.cursor(SSCursor)
                try:
                    with patience.within(stop):
                        rows.execute(query)
                    yield from patience.frames(texts(rows, table), stop)
                except BaseException:
                    stop()  # else the driver would read what nobody wants
                    raise
                finally:
                    with suppress(pymysql.Error, OSError):
                        rows.close()

        yield Candidate(where, extra, frames)
    finally:
        with suppress(pymysql.Error, OSError):
            driver.close()


def _opened(address: MariaAddress) -> Any:
    try:
        return open_driver(address, "synth changes score")
    except OutputError as error:
        (line, *_) = str(error).splitlines()
        raise UnjudgedError(
            f"{line}\n  So it isn't known whether it is right. Check the address and the server."
        ) from None


def _limit(patience: Patience) -> str:
    """A statement that bounds the server's work on each of those that follow, in seconds."""
    return f"SET max_statement_time = {max(patience.left, 0.001):.3f}"


def _query(schema: str, relation: str, types: Mapping[str, str], table: Table) -> str:
    columns = ", ".join(_cell(name, types[name]) for name in table.column_names)
    query = f"SELECT {columns} FROM {BACKTICKS.qualified(schema, relation)} AS t"  # noqa: S608 - names, quoted
    if not table.key.is_integer:
        return query
    name = table.key.columns[0]
    key = f"t.{BACKTICKS.quoted(name)}"
    whole = f"CASE WHEN {key} REGEXP {maria_text(WHOLE)} THEN CAST({key} AS DECIMAL(65)) END"
    return f"{query} ORDER BY {key if types[name] in _NUMBERS else whole}"  # what is missing comes first


def _cell(name: str, kind: str) -> str:
    """A cell as text; one that is too long for any of ours is as wrong without its end."""
    cell = f"t.{BACKTICKS.quoted(name)}"
    if kind in _BYTES:
        return f"LEFT(REPLACE(TO_BASE64({cell}), '\\n', ''), {LONGEST + 1})"
    if kind == "float":  # which is shown with six digits
        cell = f"CAST({cell} AS DOUBLE)"
    elif kind == "bit":
        cell = f"({cell} + 0)"
    return f"LEFT(CONVERT({cell} USING utf8mb4), {LONGEST + 1})"
