"""A candidate in PostgreSQL; what may be said of its address is decided in a module of its own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import polars as pl

from synth_assets.extras import need
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
from synth_assets.grading.candidates.postgres_address import Address
from synth_assets.model.table import Table
from synth_assets.sinks.postgres.address import reason

_CONNECT_SECONDS = 10

_SIZE = "SELECT pg_database_size(current_database())"

_TABLES = """
    SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""

_COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position
"""


@contextmanager
def open_postgres(location: str, table: Table, ours: Sequence[str], patience: Patience) -> Iterator[Candidate]:
    """Open a table or view; rows come through a cursor on the server, some at a time.

    Args:
        location: an address with ``::schema.table`` behind it.
        table: the columns that it should have.
        ours: the names of the domain's tables.
        patience: how long it may take.

    Raises:
        UsageError: the address is none, the table's name is unknown, or columns are missing.
        DataError: the table isn't there, but others of the domain are.
        UnjudgedError: it can't be reached or read, or takes too long.
    """
    need("postgres", "a candidate in PostgreSQL", "psycopg")
    import psycopg

    address = Address.of(location)
    where = f"{address.shown}::{address.table}"
    secrets = [*address.secrets]

    def told(error: Exception) -> str:
        return _told(error, secrets)

    connecting = min(_CONNECT_SECONDS, max(int(patience.left), 2))  # the driver takes less for 2
    with reading(where, (psycopg.Error, UnicodeError), reason), patience.within(lambda: None):
        connection = psycopg.connect(address.conninfo, connect_timeout=connecting)
    stop = hanging_up(connection.fileno())
    try:
        with reading(where, (psycopg.Error, UnicodeError), told):
            secrets.append(connection.info.password)
            with patience.within(stop):
                patience.allow(_prepared(connection, patience))
                rows = connection.execute(_TABLES).fetchall()
                schema, relation = chosen(address.shown, address.table, rows, table, ours)
                types = dict(connection.execute(_COLUMNS, (schema, relation)).fetchall())
        extra = extra_columns(where, list(types), table, VIEW)
        query = _postgres_query(schema, relation, types, table)

        def frames() -> Iterator[pl.DataFrame]:
            with reading(where, (psycopg.Error, UnicodeError), told):
                connection.execute(_limit(patience))
                cursor = connection.cursor(name="synth_score")
                try:
                    with patience.within(stop):
                        cursor.execute(query)
                    yield from patience.frames(texts(cursor, table), stop)
                finally:
                    with suppress(psycopg.Error):
                        cursor.close()

        yield Candidate(where, extra, frames)
    finally:
        with suppress(psycopg.Error):
            connection.close()


def _prepared(connection: Any, patience: Patience) -> int:
    """Set what texts of values depend on, and what protects the server; the size of the database, in bytes."""
    connection.execute(_limit(patience))
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET DateStyle TO ISO")
    connection.execute("SET extra_float_digits = 1")
    connection.execute("SET bytea_output = 'hex'")
    connection.execute("SET TRANSACTION READ ONLY")
    return int(connection.execute(_SIZE).fetchone()[0])


def _limit(patience: Patience) -> Any:
    """A statement that bounds the server's work on each of those that follow."""
    from psycopg import sql

    return sql.SQL("SET statement_timeout = {}").format(max(int(patience.left * 1000), 1))


def _told(error: Exception, secrets: Sequence[str]) -> str:
    """What the server says about a query; of the driver's own words only what is known of them."""
    said = getattr(getattr(error, "diag", None), "message_primary", None)
    if not said:
        return reason(error)
    for secret in filter(None, secrets):
        said = said.replace(secret, "…")
    return said


def _postgres_query(schema: str, relation: str, types: Mapping[str, str], table: Table) -> Any:
    from psycopg import sql

    # A cell that is too long for any of ours is as wrong without its end.
    cell, of_array = sql.SQL("left({}::text, {})"), sql.SQL("left(to_json({})::text, {})")
    columns = sql.SQL(", ").join(
        (of_array if types[name] == "ARRAY" else cell).format(sql.Identifier(name), LONGEST + 1)
        for name in table.column_names
    )
    query = sql.SQL("SELECT {} FROM {} AS t").format(columns, sql.Identifier(schema, relation))
    if not table.key.is_integer:
        return query
    name = table.key.columns[0]
    key = sql.Identifier("t", name)  # the table's: the result has a text of the same name
    numeric = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
    whole = sql.SQL("CASE WHEN {}::text ~ {} THEN {}::text::numeric END")
    order = key if types[name] in numeric else whole.format(key, sql.Literal(WHOLE), key)
    return sql.SQL("{} ORDER BY {} NULLS FIRST").format(query, order)
