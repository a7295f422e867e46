"""A PostgreSQL server for all tests of this folder that need one, and files made of schemas."""

import pytest

from synth_assets_tests.parity.pg_server import pg_server


@pytest.fixture(scope="session")
def server():
    with pg_server() as found:
        yield found


@pytest.fixture
def written(tmp_path):
    """Write a schema, and give its path."""

    def write(sql, name="schema.sql"):
        path = tmp_path / name
        path.write_text(sql, encoding="utf-8")
        return path

    return write
