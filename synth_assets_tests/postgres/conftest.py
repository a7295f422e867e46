"""A PostgreSQL server for all tests of this folder, and a new database for each that asks."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from synth_assets_tests.parity.pg_server import pg_server


@pytest.fixture(scope="session")
def server():
    with pg_server() as found:
        yield found


class Database:
    """A database, and what a test looks at in it."""

    def __init__(self, url, connection):
        self.url = url
        self.connection = connection

    def rows(self, query, *values):
        return self.connection.execute(query, values or None).fetchall()

    def count(self, table):
        return self.rows(f"SELECT count(*) FROM {table}")[0][0]

    def tables(self, schema):
        found = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", schema)
        return [name for (name,) in found]


@pytest.fixture
def database(server):
    with server.database() as connection:
        name = connection.info.dbname
        yield Database(make_conninfo(server.url, dbname=name), connection)


@pytest.fixture
def another_session(database):
    with psycopg.connect(database.url) as connection:
        yield connection
