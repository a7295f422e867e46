"""Nothing of one tenant is another's: rows in files and databases, keys, references, events and transactions."""

import shutil

import duckdb
import polars as pl
import pytest

import synth_assets
from synth_assets import scan, verify
from synth_assets.changes.folder import ChangeFolder
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.sinks import catalog
from synth_assets.sinks.interface import FileOptions
from synth_assets.usecases.change_data import DatasetChanges
from synth_assets.usecases.check import checking, checks_of
from synth_assets.usecases.check_changes import check_logs

SOME = {"tenants": 2, "products_per_tenant": 6, "orders_per_tenant": 120, "customers_per_tenant": 4}
CHECK = "groups_stay_apart"
TENANTS = scan("marketplace/tenants", volumes=SOME).collect()["tenant_id"].to_list()
MARKETPLACE = Project.here().domain("marketplace")
DAY = 8
"""A day on which orders of both tenants change."""


def said(results):
    """Table → what is wrong with it."""
    return {one.entity: " ".join(one.problems) for one in results if one.problems}


def test_tables_whose_rows_are_of_tenants_have_the_check_and_others_do_not():
    has = {name for name in MARKETPLACE.entities if CHECK in {one.name for one in checks_of(MARKETPLACE, name)}}
    assert has == set(MARKETPLACE.entities) - {"tenants"}
    bronze = Project.here().domain("bronze")
    assert all(CHECK not in {one.name for one in checks_of(bronze, name)} for name in bronze.entities)


# Files and databases


@pytest.mark.parametrize("form", catalog.files())
def test_a_row_of_another_tenant_in_a_file_is_found_in_each_format(form, tmp_path):
    synth_assets.generate("marketplace/customers", tmp_path, volumes=SOME, formats=form, layout="flat")
    own, other = (next(tmp_path.glob(f"customers_{one}*")) for one in TENANTS)
    sink, table = catalog.load_file(form), MARKETPLACE.tables["customers"]
    rows = pl.concat([*sink.read_files([own], table), next(sink.read_files([other], table))[:1]])
    own.unlink()
    with sink.open_part(own, table, FileOptions()) as writer:
        writer.write(rows)
        writer.close()
    leak = f"{own} is of tenant {TENANTS[0]} alone, and 1 row in it of others"
    assert leak in said(verify(tmp_path))["customers"]
    assert leak in said(verify(tmp_path, tenant=TENANTS[0]))["customers"]
    (theirs,) = said(verify(tmp_path, tenant=TENANTS[1])).items()
    assert theirs[0] == "customers"
    assert f"{own} is of tenant {TENANTS[0]} alone, and 1 row in it of tenant {TENANTS[1]}" in theirs[1]


CHANGED = {
    "a reference": (
        """
        UPDATE orders SET customer_id = (SELECT min(customer_id) FROM customers WHERE tenant_id = '{1}')
        WHERE order_id = (SELECT min(order_id) FROM orders WHERE tenant_id = '{0}')
        """,
        "orders",
        "customer_id finds no row of the same tenant in customers: 1 row.",
    ),
    "a row": (
        """
        UPDATE products SET tenant_id = '{1}'
        WHERE product_id = (SELECT min(product_id) FROM products WHERE tenant_id = '{0}')
        """,
        "price_history",
        "product_id finds no row of the same tenant in products:",
    ),
    "a key": (
        """
        INSERT INTO customers SELECT * REPLACE ('{1}' AS tenant_id) FROM customers
        WHERE customer_id = (SELECT min(customer_id) FROM customers WHERE tenant_id = '{0}')
        """,
        "customers",
        "customer_id is in more than one tenant: 1 row",
    ),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    (first, *_) = synth_assets.generate("marketplace", tmp_path_factory.mktemp("made"), volumes=SOME, formats="duckdb")
    assert said(verify(first.path)) == {}
    return first.path


@pytest.mark.parametrize("change", CHANGED)
def test_a_leak_in_a_database_is_found(change, database, tmp_path):
    sql, table, text = CHANGED[change]
    path = tmp_path / database.relative_to(database.parents[2])
    path.parent.mkdir(parents=True)
    shutil.copy(database, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"SET search_path = 'marketplace'; {sql.format(*TENANTS)}")
    dataset = MARKETPLACE.dataset(volumes=SOME)
    with duckdb.connect() as scratch, checking(MARKETPLACE, dataset, table, tmp_path, scratch, {}) as evaluate:
        assert text in evaluate(CHECK).text


def test_groups_that_whole_numbers_name_are_looked_at_likewise(tmp_path, monkeypatch):
    (tmp_path / "synth.toml").write_text('domains = ["synth_assets_tests.branches"]\n')
    monkeypatch.setenv("SYNTH_CONFIG", str(tmp_path / "synth.toml"))
    for form in ("csv", "sqlite"):
        synth_assets.generate("branches", tmp_path / form, formats=form)
        assert said(verify(tmp_path / form)) == said(verify(tmp_path / form, branch="2")) == {}
    path = tmp_path / "csv/sales_2_chunk_0001.csv"
    path.write_text(path.read_text().replace(",2,", ",3,", 1))
    assert f"{path} is of branch 2 alone, and 1 row in it of others" in said(verify(tmp_path / "csv"))["sales"]


def test_what_a_row_refers_to_has_to_be_stored_to_be_looked_at(tmp_path):
    synth_assets.generate("marketplace/orders", tmp_path, volumes=SOME)
    (one,) = verify(tmp_path)
    assert any(text.startswith(CHECK) and "customers" in text for text in one.undecided)


# Change data


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made")
    data = DatasetChanges(MARKETPLACE, MARKETPLACE.dataset(volumes=SOME), CADENCES["day"], root)
    for name in MARKETPLACE.entities:
        data.store_log(name, DAY)
    return root


@pytest.fixture
def data(made, tmp_path):
    root = shutil.copytree(made, tmp_path / "data")
    return DatasetChanges(MARKETPLACE, MARKETPLACE.dataset(volumes=SOME), CADENCES["day"], root)


def outcomes(data, tables=tuple(MARKETPLACE.entities)):
    return {table: one for table, check, one in check_logs(data, DAY, tables) if check == CHECK}


def changed(monkeypatch, table, change):
    """Logs of a table read as a function of a frame makes them."""
    really = ChangeFolder.read_log

    def read(folder, entity, batch):
        log = really(folder, entity, batch)
        return change(log) if entity == table else log

    monkeypatch.setattr(ChangeFolder, "read_log", read)


def test_events_and_transactions_are_of_one_tenant_each(data):
    found = outcomes(data)
    assert set(found) == set(MARKETPLACE.entities)
    assert [(name, one.text) for name, one in found.items() if not one.passed] == []


def test_an_event_that_moves_a_row_to_another_tenant_is_found(data, monkeypatch):
    other = {TENANTS[0]: TENANTS[1], TENANTS[1]: TENANTS[0]}
    moved = pl.when(pl.col("op") == "update").then(pl.col("after_tenant_id").replace(other))
    changed(
        monkeypatch,
        "orders",
        lambda log: log.with_columns(moved.otherwise(pl.col("after_tenant_id")).alias("after_tenant_id")),
    )
    text = outcomes(data)["orders"].text
    assert "updates give a row to another tenant (key " in text
    assert "customer_id leaves its tenant: " in text


def test_a_transaction_of_two_tenants_is_found_over_all_tables(data, monkeypatch):
    # Every event of a batch in one transaction.
    changed(monkeypatch, "orders", lambda log: log.with_columns(pl.col("tx_id").min()))
    assert "1 transactions hold rows of more than one tenant (tx_id " in outcomes(data)["orders"].text
    assert "groups" not in outcomes(data, ("customers",))["customers"].text


def test_a_log_of_which_a_parent_is_missing_is_undecided(data):
    shutil.rmtree(data.folder.log_path("customers", DAY))
    assert outcomes(data)["orders"].undecided
