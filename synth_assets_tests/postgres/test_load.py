"""Datasets in a real PostgreSQL: every cell of every domain, once, with its keys; and nothing half done."""

import itertools
import re

import psycopg
import pytest

from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.sinks.postgres.ledger import PostgresLedger
from synth_assets.usecases.load import LoadRequest, load
from synth_assets.usecases.scan import scan_dataset
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS, whole
from synth_assets_tests.postgres.reading import frame_of

REFUSED = "example types"
"""It has NaN in a struct, which no JSON holds."""

NAMES = [name for name in DOMAINS if name != REFUSED]
SHOP = """\
dataset: shop
presets: {tiny: {}}
entities:
  people:
    rows: 50
    columns: {person_id: key, name: {pattern: "P {5 letters}"}}
  bills:
    rows: 80
    columns: {bill_id: key, payer: {references: people}, total: {decimals: 1, high: "90.00"}}
"""


@pytest.fixture
def shop(tmp_path):
    from synth_assets.specs.declared import Declared

    (tmp_path / "shop.yaml").write_text(SHOP)
    return Declared.read(tmp_path / "shop.yaml").load()


def request(database, domain, seed=42, **more):
    return LoadRequest(domain, domain.dataset("tiny", seed), database.url, patience=5.0, **more)


def state(database):
    """All that a schema holds: row versions, so that rewriting a row counts as a change."""
    return {
        name: database.rows(f"SELECT xmin::text, t.* FROM shop.{name} AS t ORDER BY 2")
        for name in database.tables("shop")
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_of_every_domain_arrives_and_a_rerun_adds_nothing(name, database):
    domain, dataset = DOMAINS[name], DATASETS[name]
    asked = LoadRequest(domain, dataset, database.url, batch_rows=700)
    first, again = load(asked), load(asked)
    assert [one.entity for one in first] == list(domain.entities)
    assert [(one.rows, one.added) for one in first] == [(one.rows, one.rows) for one in again]
    assert {one.added for one in again} == {0}
    for entity, table in domain.tables.items():
        expected = whole(name, entity).frame
        found = frame_of(database.connection, table)
        columns = list(table.key.columns) or table.column_names
        assert found.sort(columns).equals(expected.sort(columns)), entity


def test_a_cell_that_postgres_cant_hold_is_refused_and_its_table_isnt_there(database):
    with pytest.raises(DataError, match=r"column point, .*, has NaN or infinity inside a value, which JSON hasn't"):
        load(LoadRequest(DOMAINS[REFUSED], DATASETS[REFUSED], database.url))
    assert database.tables(DOMAINS[REFUSED].name) == []


@pytest.mark.parametrize("name", NAMES)
def test_keys_and_references_are_declared_and_have_indexes(name, database):
    domain = DOMAINS[name]
    load(LoadRequest(domain, DATASETS[name], database.url))
    found = database.rows(
        "SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = %s::regnamespace AND contype IN ('p', 'f')",
        f'"{domain.name}"',
    )
    keys = sum(bool(table.key.columns) for table in domain.tables.values())
    references = [one for table in domain.tables.values() for one in table.references if one.when is None]
    assert sum(kind == "p" for _, kind, _ in found) == keys + 1
    assert sum(kind == "f" for _, kind, _ in found) == len(references)
    unindexed = database.rows(
        "SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint AS c WHERE c.contype = 'f'"
        " AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.conrelid"
        " AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey)"
    )
    assert unindexed == []
    assert database.rows("SELECT conname FROM pg_constraint WHERE NOT convalidated") == []


def test_rows_that_were_lost_come_back_and_what_others_changed_stays(database, shop):
    load(request(database, shop))
    database.connection.execute("DELETE FROM shop.bills WHERE bill_id % 3 = 0")
    database.connection.execute("UPDATE shop.people SET name = 'Zoe' WHERE person_id = 7")
    people, bills = load(request(database, shop))
    assert (people.added, bills.added) == (0, 26)
    assert database.rows("SELECT name FROM shop.people WHERE person_id = 7") == [("Zoe",)]
    assert database.count("shop.bills") == 80


def test_another_dataset_is_refused_and_replaced_whole_where_somebody_says_so(database, shop):
    load(request(database, shop))
    before = state(database)
    with pytest.raises(OutputError, match=r"holds another dataset: shop tiny\|42 .*not shop tiny\|7"):
        load(request(database, shop, seed=7))
    assert state(database) == before
    load(request(database, shop, seed=7, overwrite=True))
    expected = scan_dataset(shop.entity("bills"), shop.dataset("tiny", 7)).collect()
    assert frame_of(database.connection, shop.tables["bills"]).equals(expected)
    assert {one for (one,) in database.rows("SELECT dataset FROM shop._synth_manifest")} == {"tiny|7"}
    load(request(database, shop, schema="other"))
    assert database.count("other.bills") == 80


def test_others_see_the_old_dataset_until_the_new_one_is_whole(database, shop, monkeypatch):
    load(request(database, shop))
    before = state(database)

    def break_off(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(PostgresLedger, "note", break_off)
    with pytest.raises(KeyboardInterrupt):
        load(request(database, shop, seed=7, overwrite=True))
    assert state(database) == before


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("CREATE TABLE shop.people (person_id BIGINT, nickname TEXT)", "lacks name and has nickname besides"),
        ("CREATE TABLE shop.people (person_id TEXT, name TEXT)", "person_id is text, not bigint"),
        ("CREATE TABLE shop.people (person_id SMALLINT, name TEXT)", "person_id is smallint, not bigint"),
        ("CREATE TABLE shop._synth_manifest (a INT)", "_synth_manifest of other columns"),
        ("CREATE VIEW shop.bills AS SELECT 1", "already exists"),
    ],
)
def test_tables_of_somebody_else_are_refused_before_anything_is_written(made, message, database, shop):
    database.connection.execute("CREATE SCHEMA shop")
    database.connection.execute(made)
    before = database.tables("shop")
    with pytest.raises(OutputError, match=message):
        load(request(database, shop))
    if "VIEW" not in made:
        assert database.tables("shop") == before
    assert database.rows("SELECT relname FROM pg_class WHERE relname = 'bills' AND relkind = 'r'") == []


def test_tables_that_were_made_before_are_filled_once_and_never_dropped(database, shop):
    database.connection.execute("CREATE SCHEMA shop")
    database.connection.execute("CREATE TABLE shop.people (name TEXT, person_id NUMERIC PRIMARY KEY)")
    database.connection.execute("CREATE TABLE shop.bills (bill_id INT PRIMARY KEY, payer INT, total NUMERIC)")
    with pytest.raises(OutputError, match=r"bill_id is integer, not bigint"):
        load(request(database, shop))
    database.connection.execute("ALTER TABLE shop.bills ALTER bill_id TYPE BIGINT, ALTER payer TYPE BIGINT")
    for added in (50, 0):
        people, _ = load(request(database, shop))
        assert people.added == added
    assert database.rows("SELECT count(*), count(DISTINCT name) FROM shop.people")[0][0] == 50
    database.connection.execute("DELETE FROM shop._synth_manifest")
    with pytest.raises(OutputError, match="not ours to replace"):
        load(request(database, shop, overwrite=True))


def test_a_lost_connection_is_made_again_and_nothing_comes_twice(database, shop, monkeypatch):
    told, kills = [], itertools.count()
    real = PostgresLedger.note

    def note(ledger, dataset, manifest):
        if manifest.entity == "bills" and next(kills) < 2:
            pid = ledger._connection.info.backend_pid
            database.connection.execute("SELECT pg_terminate_backend(%s)", [pid])
        real(ledger, dataset, manifest)

    monkeypatch.setattr(PostgresLedger, "note", note)
    people, bills = load(request(database, shop), told=told.append)
    assert (people.added, bills.added) == (50, 80)
    assert len(told) == 2
    assert all("the connection to" in one for one in told)
    assert database.count("shop.bills") == 80


def test_a_connection_that_is_lost_again_and_again_is_given_up_and_the_next_run_goes_on(database, shop, monkeypatch):
    def note(ledger, _dataset, manifest):
        if manifest.entity == "bills":
            database.connection.execute("SELECT pg_terminate_backend(%s)", [ledger._connection.info.backend_pid])
            ledger._connection.execute("SELECT 1")
        real(ledger, _dataset, manifest)

    real = PostgresLedger.note
    with monkeypatch.context() as patch:
        patch.setattr(PostgresLedger, "note", note)
        with pytest.raises(OutputError, match=r"is lost: .*\n  Run the same command again"):
            load(request(database, shop))
    assert database.tables("shop") == ["_synth_manifest", "people"]
    assert [one.added for one in load(request(database, shop))] == [0, 80]


def test_what_the_server_refuses_leaves_what_was_whole_and_says_how_to_go_on(database, shop):
    load(request(database, shop))
    database.connection.execute("CREATE VIEW public.mine AS SELECT * FROM shop.people")
    before = state(database)
    with pytest.raises(OutputError, match="something that isn't ours depends on a table"):
        load(request(database, shop, seed=7, overwrite=True))
    assert state(database) == before
    database.connection.execute("ALTER TABLE shop.bills ADD CONSTRAINT small CHECK (total < 5) NOT VALID")
    database.connection.execute("DELETE FROM shop.bills")
    with pytest.raises(DataError, match=r"refuses a row: new row for relation .* violates check constraint"):
        load(request(database, shop))
    assert database.count("shop.bills") == 0


def test_a_full_disk_at_the_server_and_a_user_without_rights_are_told(database, shop, monkeypatch):
    database.connection.execute("CREATE ROLE nobody_here LOGIN")
    asked = LoadRequest(shop, shop.dataset("tiny"), f"{database.url} user=nobody_here")
    with pytest.raises(OutputError, match="the user may not do that: permission denied for database"):
        load(asked)
    database.connection.execute("REASSIGN OWNED BY nobody_here TO CURRENT_USER")
    database.connection.execute("DROP ROLE nobody_here")

    def full(*_):
        raise psycopg.errors.DiskFull("could not extend file")

    monkeypatch.setattr(PostgresLedger, "note", full)
    with pytest.raises(OutputError, match=r"the server has no room left.*\n  Make room there. Run the same command"):
        load(request(database, shop))
    assert database.tables("shop") == []


def test_what_cant_be_is_said_before_a_server_is_asked_for_anything(database, shop):
    for schema in ("pg_mine", "x" * 64):
        with pytest.raises(UsageError, match="is not allowed; it is a name of up to 63 bytes"):
            load(request(database, shop, schema=schema))
    with pytest.raises(OutputError, match=re.escape("shop.bills refers to people, which isn't in")):
        load(request(database, shop, entities=("bills",)))
    assert database.rows("SELECT FROM pg_namespace WHERE nspname = 'shop'") == []
