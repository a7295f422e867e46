"""Public schemas, each turned into a file and its rows loaded with all constraints on: no row is refused."""

from pathlib import Path

import pytest

import synth_assets
from synth_assets.specs.declared import Declared
from synth_assets_tests.schemas.loading import Made, into_duckdb, into_postgres, into_sqlite, keys_of, statements

DDL = Path(__file__).with_name("ddl")
KINDS = {
    "chinook": "ddl:sqlite",
    "northwind": "ddl:tsql",
    "pagila": "ddl:postgres",
    "jaffle_shop": "ddl:duckdb",
    "tpch": "ddl",
    "hard": "ddl:postgres",
    "harder": "ddl:postgres",
    "tenants": "ddl:postgres",
}
OPENED = {"pagila": ("store.manager_staff_id",)}
"""What closes a circle of keys that can't be missing."""


@pytest.fixture(
    scope="module", params=[*((name, True) for name in KINDS), ("hard", False), ("tenants", False)], ids=str
)
def case(request, tmp_path_factory):
    name, guesses = request.param
    folder = tmp_path_factory.mktemp(name)
    return name, Made(DDL / f"{name}.sql", folder, KINDS[name], guesses=guesses, opened=OPENED.get(name, ()))


def of(name, dialect):
    path, said = DDL / f"{name}.sql", KINDS[name].partition(":")[2]
    return [path.read_text(encoding="utf-8")] if said == dialect else statements(path, said, dialect)


def counts(made):
    return {name: len(frame) for name, frame in made.rows.items()}


def test_postgresql_refuses_no_row(case, server):
    name, made = case
    with server.database() as connection:
        assert into_postgres(connection, of(name, "postgres"), made) == counts(made)


def test_there_are_rows_in_every_table(case):
    _, made = case
    assert min(counts(made).values()) >= 2


def test_the_largest_preset_has_enough_different_values(case):
    _, made = case
    domain = Declared(made.text, made.file.name, ".yaml").load()
    dataset = domain.dataset("large")
    for name in domain.tables:
        domain.entity(name).check_capacity(dataset)


@pytest.mark.parametrize("name", ["chinook", "northwind", "tpch"])
def test_sqlite_refuses_no_row(name, tmp_path):
    made = Made(DDL / f"{name}.sql", tmp_path, KINDS[name])
    sql = statements(DDL / "chinook.sql", "sqlite", "sqlite") if name == "chinook" else keys_of(made.schema)
    assert into_sqlite(sql, made) == counts(made)


def test_duckdb_refuses_no_row(tmp_path):
    made = Made(DDL / "jaffle_shop.sql", tmp_path, "ddl:duckdb")
    assert into_duckdb(statements(DDL / "jaffle_shop.sql", "duckdb", "duckdb"), made) == counts(made)


def test_files_say_what_they_were_made_of_and_what_was_guessed(tmp_path):
    text = Made(DDL / "chinook.sql", tmp_path, "ddl:sqlite").text
    assert "(ddl:sqlite) by `synth spec from`" in text
    assert "FirstName: person.first_name  # guessed from its name" in text
    assert "ReportsTo: {references: employee, earlier: true}" in text
    assert "lines_of: playlist" in text


def test_without_guesses_names_tell_nothing(tmp_path):
    text = Made(DDL / "chinook.sql", tmp_path, "ddl:sqlite", guesses=False).text
    assert "guessed" not in text
    assert "person" not in text


def test_values_of_another_seed_fit_as_well(server, tmp_path):
    made = Made(DDL / "hard.sql", tmp_path, "ddl:postgres", preset="small", seed=7)
    with server.database() as connection:
        assert into_postgres(connection, of("hard", "postgres"), made) == counts(made)
    assert synth_assets.scan(f"{made.file}/employee", "small", seed=7).collect().height == 600
