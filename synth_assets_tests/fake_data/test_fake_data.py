"""Fake tables in a database for development: made together or not at all, only where APP_ENV is dev."""

import json
import logging
import sqlite3
import sys
from contextlib import closing

import duckdb
import polars as pl
import pytest

from synth_assets import fake_data, scan
from synth_assets.errors import DataError, OutputError, SynthError, UsageError

ROWS = {"fake_users": 1_000, "fake_orders": 5_000, "fake_analytics": 10_000, "fake_products": 500}
INVENTORY = {"partition_keys": ["warehouse"], "sort_keys": ["id"]}
OPERATIONS = [
    fake_data.check_fake_tables_exist,
    fake_data.create_fake_tables_and_data,
    fake_data.reset_fake_data,
    fake_data.get_fake_data_status,
    fake_data.create_db_and_tables,
]


def generate_fake_inventory_data():
    return pl.DataFrame({"id": [3, 1, 2], "warehouse": ["b", "b", "a"], "stock": [7, None, 0]})


def broken():
    raise RuntimeError("no rows today")


@pytest.fixture(autouse=True)
def _dev(monkeypatch):
    monkeypatch.setenv("APP_ENV", "dev")


@pytest.fixture
def config(monkeypatch):
    """The configuration in use, with tables that are quickly made; it is as it was afterwards."""
    small = {
        name: {**entry, "generator": lambda make=entry["generator"]: make(rows=20)}
        for name, entry in fake_data.get_fake_tables_config().items()
        if name != "fake_analytics"
    }
    monkeypatch.setattr(fake_data, "_CONFIG", small)
    return small


@pytest.fixture
def database(tmp_path):
    return tmp_path / "new" / "dev.duckdb"


def asked(database, query):
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.sql(query).fetchall()


def tables(database):
    return sorted(name for (name,) in asked(database, "SELECT table_name FROM duckdb_tables()"))


@pytest.mark.parametrize("name", ROWS)
def test_a_generator_gives_the_table_of_the_dataset(name):
    made = getattr(fake_data, f"generate_{name}_data")
    assert made(rows=30).equals(made(rows=30))
    assert made(rows=7, seed=5).equals(
        scan(
            f"devdata/{name}", seed=5, volumes={name.replace("analytics", "events").removeprefix("fake_"): 7}
        ).collect()
    )
    assert fake_data.get_fake_tables_config()[name]["generator"] is made


def test_the_keys_of_the_configuration_are_those_of_the_dataset():
    from synth_assets.project.project import Project

    delivery, config = Project.here().domain("devdata").delivery, fake_data.get_fake_tables_config()
    assert {name: tuple(one["partition_keys"]) for name, one in config.items()} == delivery.partition_by
    assert {name: tuple(one["sort_keys"]) for name, one in config.items()} == delivery.sort_by


def test_tables_are_created_once_kept_and_reset(config, database):
    assert not fake_data.check_fake_tables_exist(database)
    assert fake_data.create_fake_tables_and_data(database) == dict.fromkeys(config, 20)
    assert fake_data.check_fake_tables_exist(database)
    with duckdb.connect(str(database)) as connection:
        connection.sql("DELETE FROM fake_users WHERE id > 5")
        connection.sql("CREATE TABLE mine AS SELECT 1 AS id")
        connection.sql("DROP TABLE fake_orders")
    assert fake_data.create_fake_tables_and_data(database) == {"fake_orders": 20}
    assert asked(database, "SELECT count(*) FROM fake_users") == [(5,)]
    assert fake_data.create_db_and_tables(database) == {}
    assert fake_data.reset_fake_data(database) == dict.fromkeys(config, 20)
    assert asked(database, "SELECT count(*) FROM fake_users") == [(20,)]
    assert tables(database) == [*sorted(config), "mine"]


def test_a_servers_start_creates_all_or_keeps_what_there_is(config, database):
    assert fake_data.create_db_and_tables(database) == dict.fromkeys(config, 20)
    with duckdb.connect(str(database)) as connection:
        connection.sql("DROP TABLE fake_orders")
    assert fake_data.create_db_and_tables(database) == {}
    assert "fake_orders" not in tables(database)


def test_types_are_the_documents_and_rows_lie_by_their_keys(database):
    fake_data.create_fake_tables_and_data(database)
    types = {"Int64": "BIGINT", "Int32": "INTEGER", "Float64": "DOUBLE", "String": "VARCHAR", "Boolean": "BOOLEAN"}
    for name, entry in fake_data.get_fake_tables_config().items():
        found = asked(database, f"SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = '{name}'")
        frame = entry["generator"]()
        assert found == [(one, types.get(str(kind), "TIMESTAMP")) for one, kind in frame.schema.items()]
        keys = [*entry["partition_keys"], *entry["sort_keys"]]
        assert (
            asked(database, f"SELECT {', '.join(keys)} FROM {name} ORDER BY rowid")
            == frame.sort(keys).select(keys).rows()
        )


@pytest.mark.parametrize("value", [None, "", "DEV", "dev ", "development", "prod"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__)
def test_nothing_is_done_and_that_is_said_unless_it_is_dev(operation, value, database, monkeypatch, caplog):
    monkeypatch.delenv("APP_ENV") if value is None else monkeypatch.setenv("APP_ENV", value)
    with caplog.at_level(logging.WARNING):
        found = operation(database)
    assert not (found["tables"] if isinstance(found, dict) and found else found)
    assert not database.parent.exists()
    assert f"{operation.__name__}: nothing was done, as APP_ENV" in caplog.text
    assert "export APP_ENV=dev" in caplog.text


def test_looking_makes_no_file(database):
    assert not fake_data.check_fake_tables_exist(database)
    status = fake_data.get_fake_data_status(database)
    assert (status["enabled"], status["tables_exist"], status["total_rows"]) == (True, False, 0)
    assert set(status["tables"]) == set(ROWS)
    assert not database.parent.exists()


def test_the_status_tells_rows_and_statistics_in_plain_values(config, database):
    config["fake_inventory"] = {"generator": generate_fake_inventory_data, **INVENTORY}
    fake_data.create_fake_tables_and_data(database)
    status = json.loads(json.dumps(fake_data.get_fake_data_status(database)))
    assert (status["total_rows"], status["tables_exist"], status["app_env"]) == (63, True, "dev")
    found = status["tables"]["fake_inventory"]
    assert found["columns"] == {"id": "BIGINT", "warehouse": "VARCHAR", "stock": "BIGINT"}
    assert found["statistics"]["stock"] == {"distinct": 2, "missing": 1, "min": "0", "max": "7"}
    assert (found["row_count"], found["partition_keys"]) == (3, ["warehouse"])


@pytest.mark.usefixtures("config")
def test_a_users_module_adds_a_table_that_all_operations_take_up(database, tmp_path, monkeypatch):
    (tmp_path / "our_fake_tables.py").write_text(
        "import polars as pl\n"
        "from synth_assets.fake_data import get_fake_tables_config\n"
        "def generate_fake_inventory_data():\n"
        "    return pl.DataFrame({'id': [2, 1], 'warehouse': ['a', 'a']})\n"
        "get_fake_tables_config()['fake_inventory'] = {\n"
        "    'generator': generate_fake_inventory_data, 'partition_keys': ['warehouse'], 'sort_keys': ['id']}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    fake_data.create_fake_tables_and_data(database)
    __import__("our_fake_tables")
    monkeypatch.delitem(sys.modules, "our_fake_tables")
    assert fake_data.create_fake_tables_and_data(database) == {"fake_inventory": 2}
    assert fake_data.reset_fake_data(database)["fake_inventory"] == 2
    assert asked(database, "FROM fake_inventory ORDER BY rowid") == [(1, "a"), (2, "a")]
    assert fake_data.get_fake_data_status(database)["tables"]["fake_inventory"]["exists"]
    only = database.with_name("only.duckdb")
    with duckdb.connect(str(only)) as connection:
        connection.sql("CREATE TABLE fake_inventory AS SELECT 1 AS id")
    assert fake_data.check_fake_tables_exist(only)
    assert fake_data.create_db_and_tables(only) == {}


def test_a_generator_is_found_by_its_name_and_a_configuration_may_be_another_function(database, monkeypatch):
    monkeypatch.setattr(fake_data, "generate_fake_inventory_data", generate_fake_inventory_data, raising=False)
    monkeypatch.setattr(fake_data, "get_fake_tables_config", lambda: {"fake_inventory": INVENTORY})
    assert fake_data.create_db_and_tables(database) == {"fake_inventory": 3}
    assert tables(database) == ["fake_inventory"]


@pytest.mark.parametrize(
    ("entry", "said", "error"),
    [
        ({"generator": broken}, "no rows today", RuntimeError),
        ({"generator": lambda: [1, 2]}, "its generator gives a list; it is a frame of polars", UsageError),
        ({"generator": pl.DataFrame}, "has no columns", DataError),
        ({"generator": lambda: pl.DataFrame({"o": [object()]})}, "column 'o' is Object", DataError),
        ({"generator": generate_fake_inventory_data, "sort_keys": ["idd"]}, "did you mean 'id'", UsageError),
        ({"generator": lambda: pl.DataFrame({"a": [1], "A": [2]})}, "refused table 'fake_inventory'", UsageError),
    ],
)  # fmt: skip
@pytest.mark.parametrize("operation", [fake_data.reset_fake_data, fake_data.create_fake_tables_and_data])
def test_all_tables_are_made_or_none(operation, entry, said, error, config, database):
    fake_data.create_fake_tables_and_data(database)
    with duckdb.connect(str(database)) as connection:
        connection.sql("DROP TABLE fake_orders")
        connection.sql("DELETE FROM fake_users WHERE id > 5")
    config["fake_inventory"] = entry
    with pytest.raises(error, match=said):
        operation(database)
    assert tables(database) == ["fake_products", "fake_users"]
    assert asked(database, "SELECT count(*) FROM fake_users") == [(5,)]


def test_all_that_is_wrong_with_a_configuration_is_told_at_once(config, database):
    config |= {
        "inventory": {"generator": generate_fake_inventory_data},
        "fake_a": {"generatr": generate_fake_inventory_data},
        "fake_b": {},
        "fake_c": {"generator": generate_fake_inventory_data, "sort_keys": [1]},
        "fake_d": None,
        "fake_USERS": {"generator": generate_fake_inventory_data},
    }
    with pytest.raises(UsageError) as error:
        fake_data.create_fake_tables_and_data(database)
    told = str(error.value)
    for said in (
        "table 'inventory' is not allowed; its name begins with fake_",
        "fake_a: word 'generatr' is unknown; did you mean 'generator'",
        "fake_b: there is no generator",
        "fake_c: sort_keys is a list of columns",
        "fake_d: its entry is a mapping",
        "tables fake_users, fake_USERS are one to a database",
    ):
        assert said in told
    assert not database.parent.exists()


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__)
def test_a_place_that_is_no_database_is_refused_and_left_alone(operation, tmp_path):
    (tmp_path / "notes.duckdb").write_text("mine")
    for place, kind in (
        (tmp_path / "notes.duckdb", OutputError),
        (tmp_path, SynthError),
        (7, UsageError),
        ("", UsageError),
    ):
        with pytest.raises(kind):
            operation(place)
    assert (tmp_path / "notes.duckdb").read_text() == "mine"
    with closing(sqlite3.connect(tmp_path / "notes.db")) as connection:
        connection.execute("CREATE TABLE fake_users (a)")
    with pytest.raises(OutputError, match=r"notes\.db is a database of SQLite, not of DuckDB\.\n  Name another file\."):
        operation(tmp_path / "notes.db")
    with pytest.raises(OutputError, match=r"is a folder, and a database is a file\."):
        operation(tmp_path)


@pytest.mark.usefixtures("config")
def test_a_view_of_that_name_is_nobodys_to_drop(database):
    fake_data.create_fake_tables_and_data(database)
    with duckdb.connect(str(database)) as connection:
        connection.sql("DROP TABLE fake_products")
        connection.sql("CREATE VIEW fake_products AS SELECT 7 AS id")
        connection.sql("DELETE FROM fake_users WHERE id > 5")
    with pytest.raises(UsageError, match="fake_products"):
        fake_data.reset_fake_data(database)
    assert asked(database, "SELECT count(*) FROM fake_users") == [(5,)]
    assert asked(database, "FROM fake_products") == [(7,)]


def test_a_database_in_memory_will_do(config):
    from synth_assets.rand_engine.integrations import DuckDBHandler

    with DuckDBHandler(":memory:fake_data") as kept:
        assert fake_data.create_fake_tables_and_data(":memory:fake_data")
        assert fake_data.check_fake_tables_exist(":memory:fake_data")
        assert kept.list_tables() == sorted(config)
    DuckDBHandler.close_all()
