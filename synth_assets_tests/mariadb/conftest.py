"""A MariaDB server for all tests of this folder that ask for one, and a database that isn't there for each of them."""

import pytest

from synth_assets_tests.parity.mariadb_server import mariadb_server


@pytest.fixture(scope="session")
def server():
    with mariadb_server("--innodb-flush-log-at-trx-commit=2") as found:
        yield found


class Database:
    """A database, and what a test looks at in it."""

    def __init__(self, server, name, connection):
        self.server = server
        self.name = name
        self.url = server.url(name)
        self.connection = connection

    def rows(self, query, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return list(cursor.fetchall())

    def tables(self):
        query = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s ORDER BY 1"
        return [name for (name,) in self.rows(query, self.name)]

    def ledger(self):
        return self.rows(f"SELECT tx_id, batch FROM `{self.name}`._synth_transactions ORDER BY tx_id")


@pytest.fixture
def database(server):
    with server.database() as name, server.connect() as connection:
        yield Database(server, name, connection)
