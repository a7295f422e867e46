"""Looking at DuckDB files, and catalogs that the real duckalog accepts and builds."""

import duckalog
import duckdb
import pytest
import yaml
from loguru import logger

from synth_assets.data_generators import events, sales, timeseries, users
from synth_assets.duckalog import (
    check_duckalog_installed,
    run_sample_query,
    verify_duckdb,
    write_duckalog_catalog,
)
from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.extras import MissingExtraError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    logger.remove()
    return tmp_path


@pytest.fixture
def database():
    return users.generate(output_format="duckdb", output_path="data/starter.duckdb")


def test_duckalog_is_installed_here():
    assert check_duckalog_installed() is True


def test_without_duckalog_its_extra_is_named(monkeypatch):
    monkeypatch.setattr("synth_assets.extras.find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'synth-assets\[duckalog\]'"):
        check_duckalog_installed()


def test_a_database_works_and_is_asked_without_a_change(database):
    before = database.read_bytes()
    assert verify_duckdb(database) is True
    assert verify_duckdb("data/starter.duckdb") is True
    assert run_sample_query(str(database), "SELECT count(*), min(id) FROM users") == [(100, 1)]
    assert run_sample_query(database, "FROM users SELECT id WHERE id > 98 ORDER BY id") == [(99,), (100,)]
    assert run_sample_query(database, "SELECT 1 WHERE false") == []
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("DELETE FROM users", "it is no SELECT"),
        ("COPY users TO 'stolen.csv'", "it is no SELECT"),
        ("ATTACH 'other.duckdb'", "it is no SELECT"),
        ("SELECT 1; DROP TABLE users", "it is more than one statement"),
        ("-- nothing", "it is no statement"),
        ("SELEC 1", 'syntax error at or near "SELEC"'),
        ("SELECT * FROM customers", "Table with name customers does not exist"),
        (5, "query=5 is not allowed; it is text."),
    ],
)
def test_a_query_that_is_no_select_is_refused(database, folder, query, told):
    there = sorted(folder.rglob("*"))
    with pytest.raises(UsageError) as refused:
        run_sample_query(database, query)
    assert told in str(refused.value)
    assert sorted(folder.rglob("*")) == there
    assert run_sample_query(database, "SELECT count(*) FROM users") == [(100,)]


@pytest.mark.parametrize("content", [None, b"", b"id,name\n1,Ada\n", b"PAR1 and so on"])
def test_what_is_no_duckdb_database_is_told(folder, content):
    path = folder / "other.duckdb"
    if content is not None:
        path.write_bytes(content)
    for ask in (verify_duckdb, lambda where: run_sample_query(where, "SELECT 1")):
        with pytest.raises(DataError, match=r"other\.duckdb"):
            ask(path)
    assert (path.read_bytes() if content is not None else None) == content


def test_duckalog_builds_a_catalog_over_files_of_every_format(folder):
    paths = [
        users.generate(output_path="data [1]/users.parquet"),
        events.generate(output_format="ndjson", output_path="data/events.ndjson"),
        sales.generate(output_format="csv", output_path="it's/sales.csv.gz"),
        timeseries.generate(output_format="duckdb", output_path="data/metrics.duckdb"),
    ]
    catalog = write_duckalog_catalog(paths, "made/catalog.yaml")
    assert duckalog.validate_config(str(catalog)) is None
    duckalog.build_catalog(str(catalog))
    built = folder / "made" / "catalog.duckdb"
    assert verify_duckdb(built)
    counts = [run_sample_query(built, f"SELECT count(*) FROM {view}") for view in ("users", "events", "sales")]
    assert counts == [[(100,)], [(1_000,)], [(1_000,)]]
    joined = "SELECT count(*) FROM events JOIN users ON user_id = id JOIN sales ON customer_id = id"
    assert run_sample_query(built, joined)[0][0] > 1_000
    with duckdb.connect(str(built), read_only=True) as connection:
        attached = yaml.safe_load(catalog.read_text())["attachments"]["duckdb"][0]
        connection.execute(f"ATTACH '{attached['path']}' AS {attached['alias']} (READ_ONLY)")
        assert connection.execute("SELECT count(*) FROM timeseries").fetchone() == (1_825,)


def test_duckalog_takes_a_database_of_sqlite_with_all_its_tables():
    users.generate(output_format="sqlite", output_path="shop.db")
    sales.generate(output_format="sqlite", output_path="shop.db")
    catalog = write_duckalog_catalog({"shop": "shop.db"}, catalog_database="views.duckdb")
    sql = duckalog.generate_sql(str(catalog))
    assert 'CREATE OR REPLACE VIEW "sales" AS\nSELECT * FROM "shop_db"."sales";' in sql
    assert 'CREATE OR REPLACE VIEW "users" AS\nSELECT * FROM "shop_db"."users";' in sql
    assert yaml.safe_load(catalog.read_text())["duckdb"]["database"].endswith("/views.duckdb")


def test_a_catalog_is_replaced_and_a_file_of_somebody_else_s_is_not(folder):
    users.generate()
    first = write_duckalog_catalog(["data/users.parquet"])
    assert write_duckalog_catalog({"people": "data/users.parquet"}) == first
    assert [view["name"] for view in yaml.safe_load(first.read_text())["views"]] == ["people"]
    (folder / "own.yaml").write_text("version: 1\n")
    with pytest.raises(OutputError, match="no catalog that this wrote"):
        write_duckalog_catalog(["data/users.parquet"], "own.yaml")
    assert (folder / "own.yaml").read_text() == "version: 1\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "a catalog has a file at least"),
        (["none.parquet"], "none.parquet is no file"),
        (["notes.txt"], "notes.txt is none that a catalog can have"),
        (["none.parquet", "notes.txt"], "notes.txt is none that a catalog can have"),
        ({"a": "data/users.parquet", "A": "data/users.parquet"}, "two views would be called A"),
        (["data/users.parquet", "users.csv"], "two files are called users"),
        ({"my shop": "shop.duckdb"}, "a database can't be called 'my shop' in SQL"),
        (["catalog.duckdb"], "can't have views over itself"),
        (5, "files=5 is not allowed"),
        ({"": "data/users.parquet"}, "is not allowed; it is a mapping of names to paths"),
    ],
)
def test_files_that_a_catalog_can_not_have_are_told(folder, files, told):
    users.generate()
    for name in ("shop.duckdb", "catalog.duckdb"):
        users.generate(output_format="duckdb", output_path=name, rows=2)
    (folder / "notes.txt").write_text("nothing")
    with pytest.raises(UsageError) as refused:
        write_duckalog_catalog(files)
    assert told in str(refused.value)
    assert not (folder / "catalog.yaml").exists()
