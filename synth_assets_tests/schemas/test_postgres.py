"""A database that runs: its catalogs give the same tables as its SQL does, its statistics numbers; never a value."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from synth_assets.errors import UnjudgedError, UsageError
from synth_assets.schemas.sources import read_source
from synth_assets.usecases.spec_from import spec_from
from synth_assets_tests.schemas.loading import Made, into_postgres, statements
from synth_assets_tests.schemas.test_public_schemas import KINDS

DDL = Path(__file__).with_name("ddl")

SHOP = """
    CREATE SCHEMA shop;
    CREATE TYPE shop.mood AS ENUM ('glad', 'sad', 'other');
    CREATE DOMAIN shop.code AS varchar(6) NOT NULL CHECK (VALUE ~ '^[A-Z]{3}[0-9]{3}$');
    CREATE TABLE shop.customer (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood shop.mood NOT NULL, code shop.code, nick text,
        tier text NOT NULL, age int CHECK (age >= 0), tags text[], doubled int GENERATED ALWAYS AS (age * 2) STORED
    );
    COMMENT ON TABLE shop.customer IS 'Who buys.';
    COMMENT ON COLUMN shop.customer.nick IS 'What friends say.';
    CREATE UNIQUE INDEX ON shop.customer (lower(nick));
    CREATE TABLE shop.purchase (
        customer_id bigint NOT NULL REFERENCES shop.customer DEFERRABLE, number int NOT NULL, at date NOT NULL,
        PRIMARY KEY (customer_id, number)
    ) PARTITION BY RANGE (customer_id);
    CREATE TABLE shop.purchase_low PARTITION OF shop.purchase FOR VALUES FROM (0) TO (1000);
    CREATE TABLE shop.purchase_high PARTITION OF shop.purchase FOR VALUES FROM (1000) TO (100000);
    CREATE TABLE unseen (id int PRIMARY KEY);
"""
ROWS = """
    INSERT INTO shop.customer (mood, code, nick, tier, age)
    SELECT (CASE WHEN n % 10 < 8 THEN 'glad' ELSE 'sad' END)::shop.mood, 'ABC' || lpad((n % 1000)::text, 3, '0'),
           CASE WHEN n % 4 > 0 THEN 'secret' || n END, CASE WHEN n % 2 = 0 THEN 'hush' ELSE 'whisper' END, 20 + n % 50
    FROM generate_series(1, 2000) AS n;
    INSERT INTO shop.purchase SELECT 1 + n / 3, n % 3, date '2020-01-01' + n % 100 FROM generate_series(0, 5999) AS n;
    ANALYZE;
"""


def address(server, connection):
    return server.url.replace("/postgres?", f"/{connection.info.dbname}?")


@pytest.fixture(scope="module")
def shop(server):
    with server.database() as connection:
        connection.execute(SHOP)
        connection.execute(ROWS)
        yield address(server, connection)


def entities(text):
    return yaml.safe_load(text)["entities"]


@pytest.mark.parametrize(("name", "opened"), [("hard", ()), ("pagila", ("store.manager_staff_id",))])
def test_catalogs_say_as_much_as_the_sql_that_made_them(server, tmp_path, name, opened):
    sql = (DDL / f"{name}.sql").read_text(encoding="utf-8")
    with server.database() as connection:
        connection.execute(sql)
        made = Made(address(server, connection), tmp_path, opened=opened)
    with server.database() as connection:
        assert into_postgres(connection, [sql], made) == {table: len(rows) for table, rows in made.rows.items()}
    told = read_source(str(DDL / f"{name}.sql"), "ddl:postgres")
    by_name = {one.name.rpartition(".")[2]: one for one in told.tables}
    for table in made.schema.tables:
        other = by_name[table.name]
        assert [one.name for one in table.columns] == [one.name for one in other.columns]
        assert [one.type.name for one in table.columns] == [one.type.name for one in other.columns]
        assert [one.nullable for one in table.columns] == [one.nullable for one in other.columns]
        assert (table.key and table.key.columns) == (other.key and other.key.columns)
        assert {one.columns for one in table.unique} == {one.columns for one in other.unique}
        assert {one.columns for one in table.links} == {one.columns for one in other.links}


def test_tables_of_a_schema_have_their_types_keys_and_comments(shop):
    schema = read_source(shop, schemas=["shop"])
    customer, purchase = schema.tables
    assert [customer.name, purchase.name] == ["shop.customer", "shop.purchase"]
    assert customer.column("mood").enumeration == ("glad", "sad", "other")
    assert not customer.column("code").nullable
    assert customer.column("code").type.length == 6
    assert customer.column("doubled").computed == '("age" * 2)'
    assert customer.column("id").numbered
    assert (customer.doc, customer.column("nick").doc) == ("Who buys.", "What friends say.")
    assert [one.columns for one in customer.unique] == [("nick",)]
    assert any(one.patterns == (("code", "[A-Z]{3}[0-9]{3}"),) for one in customer.conditions)
    assert [(one.to, one.deferrable) for one in purchase.links] == [("shop.customer", True)]


def test_statistics_are_numbers_of_rows_and_shares(shop):
    customer, purchase = read_source(shop, schemas=["shop"]).tables
    assert (customer.rows, purchase.rows) == (2000, 6000)
    nick, tier = customer.column("nick").statistics, customer.column("tier").statistics
    assert nick.nulls == Decimal("0.25")
    assert (tier.distinct, tier.shares) == (2, (Decimal("0.5"), Decimal("0.5")))
    assert (tier.common, tier.low, customer.column("age").statistics.low) == ((), None, None)


def test_a_file_has_the_source_s_size_shares_and_not_one_of_its_values(shop, tmp_path):
    made = Made(shop, tmp_path, preset="as_source", schemas=["shop"], reading={"schemas": ["shop"]})
    assert not re.search("secret|hush|whisper|ABC[0-9]|2020-", made.text)
    customers, purchases = made.rows["shop.customer"], made.rows["shop.purchase"]
    assert (len(customers), len(purchases)) == (2000, 6000)
    assert 0.2 < customers["nick"].null_count() / 2000 < 0.3
    assert 0.75 < (customers["mood"] == "glad").mean() < 0.85
    assert customers["tier"].n_unique() == 2
    assert yaml.safe_load(made.text)["presets"]["as_source"] == {"scale": 100}


def test_values_come_with_values_only(shop):
    text = spec_from(shop, schemas=["shop"], values=True).text
    columns = entities(text)["customer"]["columns"]
    assert set(columns["tier"]["weighted"]) == {"hush", "whisper"}
    assert columns["mood"]["weighted"]["glad"] > columns["mood"]["weighted"]["sad"]
    assert (columns["age"]["integers"], columns["age"]["high"]) == (20, 69)
    assert "secret" not in text


def test_without_statistics_sizes_are_usual_ones_and_that_is_told(server):
    with server.database() as connection:
        connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
        made = spec_from(address(server, connection))
    assert any("run ANALYZE" in one for one in made.open_points)
    assert "large: {scale: 1000}" in made.text


def test_references_to_schemas_that_nobody_asked_for_are_told(server):
    with server.database() as connection:
        connection.execute(
            "CREATE SCHEMA a; CREATE TABLE a.p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES a.p)"
        )
        found = address(server, connection)
        assert any("--schema asks for it too" in one for one in spec_from(found).open_points)
        both = spec_from(found, schemas=["public", "a"])
    assert entities(both.text)["c"]["columns"]["p"]["references"] == "p"


def test_nothing_can_be_written(shop, monkeypatch):
    from synth_assets.schemas.postgres import catalogs

    monkeypatch.setattr(catalogs, "_SCHEMAS", "DELETE FROM shop.purchase RETURNING 'public' AS name, 1 AS tables")
    with pytest.raises(UnjudgedError, match="read-only transaction"):
        read_source(shop)


@pytest.mark.parametrize(
    ("change", "schemas", "kind", "said"),
    [
        (("", ""), ["shopp"], UsageError, r"'shopp' is unknown; did you mean 'shop'"),
        (("@/synth", "@/nosuch"), (), UnjudgedError, r"does not exist[\s\S]*Check the name of the database"),
        (("postgres@", "nobody:pa55@"), (), UnjudgedError, r"does not exist[\s\S]*of the user"),
        (("host=/", "host=/nowhere/"), (), UnjudgedError, r"can't be reached[\s\S]*Check host and port"),
        (("?host=", "?hosst="), (), UsageError, r"no address of a PostgreSQL database"),
    ],
)
def test_what_is_wrong_with_an_address_is_told_with_the_way_out(shop, change, schemas, kind, said):
    with pytest.raises(kind, match=said) as error:
        read_source(shop.replace(*change), schemas=schemas)
    assert "pa55" not in str(error.value)


def test_a_database_without_tables_is_told_with_where_some_are(server):
    with server.database() as connection:
        connection.execute("CREATE SCHEMA a; CREATE TABLE a.p (id int)")
        with pytest.raises(UsageError, match=r"no tables in public[\s\S]*--schema a"):
            read_source(address(server, connection))


@pytest.mark.parametrize("name", ["chinook", "northwind", "jaffle_shop", "tpch"])
def test_tables_of_a_database_can_be_filled_as_those_of_a_file(server, tmp_path, name):
    sql = statements(DDL / f"{name}.sql", KINDS[name].partition(":")[2], "postgres")
    with server.database() as connection:
        for one in sql:
            connection.execute(one)
        made = Made(address(server, connection), tmp_path)
        assert into_postgres(connection, [], made) == {table: len(rows) for table, rows in made.rows.items()}


@pytest.mark.parametrize("preset", ["tiny", "as_source"])
def test_statistics_break_nothing_that_the_catalogs_ask_for(server, tmp_path, preset):
    sql = (DDL / "hard.sql").read_text(encoding="utf-8")
    with server.database() as connection:
        connection.execute(sql)
        first = Made(address(server, connection), tmp_path)
        into_postgres(connection, [], first)
        connection.execute("ANALYZE")
        made = Made(address(server, connection), tmp_path, preset=preset, values=True)
    with server.database() as connection:
        counts = into_postgres(connection, [sql], made)
    if preset == "as_source":
        assert counts == {name: pytest.approx(len(rows), rel=0.1, abs=2) for name, rows in first.rows.items()}


@pytest.mark.parametrize("unique", ["", " UNIQUE"])
def test_a_circle_is_open_where_it_may_be_though_each_row_of_the_source_refers(server, tmp_path, unique):
    with server.database() as connection:
        for sql in (
            f"CREATE TABLE department (id int PRIMARY KEY, head_id int{unique})",
            "CREATE TABLE employee (id int PRIMARY KEY, department_id int NOT NULL REFERENCES department)",
            "ALTER TABLE department ADD FOREIGN KEY (head_id) REFERENCES employee (id) DEFERRABLE INITIALLY DEFERRED",
        ):
            connection.execute(sql)
        with connection.transaction():
            connection.execute("INSERT INTO department SELECT n, n * 3 FROM generate_series(1, 50) n")
            connection.execute("INSERT INTO employee SELECT n, 1 + n % 50 FROM generate_series(1, 200) n")
        connection.execute("ANALYZE")
        made = Made(address(server, connection), tmp_path)
        connection.execute("TRUNCATE department, employee")
        with connection.transaction():
            counts = into_postgres(connection, [], made)
    heads = made.rows["department"]["head_id"]
    assert counts["department"] == len(heads) > 5
    assert heads.null_count() == 0, "as the source has it"


def test_a_wrong_password_is_told_and_not_printed(monkeypatch):
    import psycopg

    def refuse(*_, **__):
        raise psycopg.OperationalError(
            'connection failed: connection to server at "127.0.0.1", port 5432 failed: FATAL:  password authentication'
            ' failed for user "me"'
        )

    monkeypatch.setattr(psycopg, "connect", refuse)
    with pytest.raises(UnjudgedError) as error:
        read_source("postgresql://me:pa55@127.0.0.1:5432/shop")
    assert str(error.value).splitlines() == [
        'postgresql://127.0.0.1:5432/shop can\'t be reached: password authentication failed for user "me".',
        "  Check user and password in the address, or set PGPASSWORD.",
    ]


def test_a_path_is_no_database():
    with pytest.raises(UsageError, match="SOURCE is no address"):
        read_source("schema.sql", "postgres")


def test_only_databases_have_schemas():
    with pytest.raises(UsageError, match="no schemas to choose from"):
        read_source(str(DDL / "chinook.sql"), schemas=["public"])
