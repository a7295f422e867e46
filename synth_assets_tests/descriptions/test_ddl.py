"""PostgreSQL, SQLite and DuckDB take our DDL, and then the rows of every domain, with all constraints on."""

import sqlite3

import duckdb
import polars as pl
import pytest
from polars import selectors

from synth_assets.sinks.databases import sqlite
from synth_assets.sinks.sql import qualified, quoted
from synth_assets.usecases.descriptions import describe_as
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS, whole
from synth_assets_tests.parity.pg_server import pg_server

NAMES = [name for name in DOMAINS if name != "declared workshop"]


@pytest.fixture(scope="module")
def server():
    with pg_server() as started:
        yield started


def ddl(name, dialect, tmp_path):
    return describe_as(f"ddl:{dialect}", DOMAINS[name], DATASETS[name], tmp_path)


def physical(table, frame):
    """Rows as databases have them: lengths of time are numbers there."""
    return frame.with_columns(pl.col(c.name).to_physical() for c in table.columns if c.type.kind == "duration")


def copied(column, cells):
    """Cells for PostgreSQL's COPY: arrays and bytes as Python has them, all else as text."""
    if column.type.sql("postgresql").endswith("[]") or column.type.kind == "binary":
        return cells.to_list()
    return cells.to_frame().select(column.type.as_text(pl.col(column.name)).cast(pl.String)).to_series().to_list()


def load(connection, table, frame):
    cells = zip(*(copied(one, frame[one.name]) for one in table.columns), strict=True)
    with connection.cursor().copy(f"COPY {qualified(table.domain, table.name)} FROM STDIN") as copy:
        for row in cells:
            copy.write_row(row)


def rows_of(name):
    """Each table of a domain with its rows, parents first."""
    return [(table, whole(name, one).frame) for one, table in DOMAINS[name].tables.items()]


@pytest.mark.parametrize("name", NAMES)
def test_postgres_takes_the_tables_and_all_rows(name, server, tmp_path):
    with server.database() as connection:
        connection.execute(ddl(name, "postgres", tmp_path))
        with connection.transaction():
            for table, frame in rows_of(name):
                load(connection, table, frame)
        for table, frame in rows_of(name):
            query = f"SELECT count(*) FROM {qualified(table.domain, table.name)}"
            assert connection.execute(query).fetchone() == (frame.height,)


@pytest.mark.parametrize("name", NAMES)
def test_sqlite_takes_the_tables_and_all_rows(name, tmp_path):
    connection = sqlite3.connect(":memory:")
    connection.executescript("PRAGMA foreign_keys = ON;" + ddl(name, "sqlite", tmp_path))
    with connection:
        for table, frame in rows_of(name):
            frame = frame.with_columns(selectors.float().fill_nan(0))  # noqa: PLW2901 - which SQLite takes for null
            cells = zip(*(sqlite._stored(one, frame[one.name]) for one in table.columns), strict=True)
            places = ", ".join("?" * len(table.columns))
            connection.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({places})", cells)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    for table, frame in rows_of(name):
        assert connection.execute(f"SELECT count(*) FROM {quoted(table.name)}").fetchone() == (frame.height,)
    connection.close()


@pytest.mark.parametrize("name", NAMES)
def test_duckdb_takes_the_tables_and_all_rows(name, tmp_path):
    with duckdb.connect() as connection:
        connection.execute(ddl(name, "duckdb", tmp_path)).fetchall()
        for table, frame in rows_of(name):
            where = qualified(table.domain, table.name)
            connection.register("coming", physical(table, frame).to_arrow())
            connection.execute(f"INSERT INTO {where} SELECT * FROM coming").fetchall()
            connection.unregister("coming")
            assert connection.execute(f"SELECT count(*) FROM {where}").fetchall() == [(frame.height,)]
