"""A candidate in PostgreSQL. Passwords stay out of every message."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.grading.candidates.opening import (
    ROWS,
    VIEW,
    WHOLE,
    Candidate,
    chosen,
    extra_columns,
    reading,
    texts,
)
from synth_assets.model.table import Table


@contextmanager
def open_postgres(url: str, name: str, table: Table) -> Iterator[Candidate]:
    """Open a table or view; rows come through a cursor on the server, a frame at a time.

    Raises:
        UsageError: nothing there, no such table, or a column is missing.
        DataError: it can't be read.
    """
    try:
        import psycopg
    except ImportError as error:
        raise UsageError(
            "a candidate in PostgreSQL needs the driver psycopg, which isn't installed.\n"
            "  Install it: pip install 'synth-assets[postgres]'"
        ) from error
    address, secrets = _without_secrets(url)
    where = f"{address}::{name}"
    with reading(where, (psycopg.Error,), secrets):
        connection = psycopg.connect(url, connect_timeout=10)
    try:
        with reading(where, (psycopg.Error,), secrets):
            connection.execute("SET TIME ZONE 'UTC'")
            connection.execute("SET DateStyle TO ISO")
            connection.execute("SET TRANSACTION READ ONLY")
            rows = connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
            ).fetchall()
            schema, relation = chosen(address, name, rows, table)
            found = connection.execute(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
                (schema, relation),
            ).fetchall()
        types = dict(found)
        extra = extra_columns(where, list(types), table, VIEW)
        query = _postgres_query(schema, relation, types, table)

        def frames() -> Iterator[pl.DataFrame]:
            with reading(where, (psycopg.Error,), secrets), connection.cursor(name="synth_score") as cursor:
                cursor.itersize = ROWS
                cursor.execute(query)
                yield from texts(cursor, table)

        yield Candidate(where, extra, frames)
    finally:
        connection.close()


def _postgres_query(schema: str, relation: str, types: Mapping[str, str], table: Table) -> Any:
    from psycopg import sql

    columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in table.column_names)
    query = sql.SQL("SELECT {} FROM {} AS t").format(columns, sql.Identifier(schema, relation))
    if not table.key.is_integer:
        return query
    name = table.key.columns[0]
    key = sql.Identifier("t", name)  # the table's: the result has a text of the same name
    numeric = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
    whole = sql.SQL("CASE WHEN {}::text ~ {} THEN {}::text::numeric END")
    order = key if types[name] in numeric else whole.format(key, sql.Literal(WHOLE), key)
    return sql.SQL("{} ORDER BY {} NULLS FIRST").format(query, order)


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
