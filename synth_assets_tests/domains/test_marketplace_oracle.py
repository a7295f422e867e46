"""Every rule of the specification holds in what is stored of the marketplace, for any seed and volumes."""

from uuid import UUID

import duckdb
import numpy as np
import pytest

from synth_assets.project.project import Project
from synth_assets.usecases.generate import generate, request_for
from synth_assets_tests.oracles import marketplace_rules, marketplace_statistics
from synth_assets_tests.oracles.marketplace_files import THINGS, load_database, load_files, load_sqlite

MARKETPLACE = Project.here().domain("marketplace")
NAMES = ("tenants", "products_per_tenant", "orders_per_tenant", "customers_per_tenant")


DATABASES = {"duckdb": load_database, "sqlite": load_sqlite}


def dataset(seed, *volumes):
    return MARKETPLACE.dataset("small", seed=seed, volumes=dict(zip(NAMES, volumes, strict=True)))


# Tenants, products, orders, customers.
DATASETS = {
    "a few of all": dataset(5, 3, 30, 80, 12),
    "one tenant": dataset(987_654_321, 1, 20, 60, 8),
    "one of each": dataset(-3, 1, 1, 1, 1),
    "one customer": dataset(11, 2, 12, 70, 1),
    "one product": dataset(8, 2, 1, 90, 6),
    "no orders": dataset(2**63, 2, 9, 0, 4),
    "tenants alone": dataset(1, 4, 0, 0, 0),
    "customers alone": dataset(0, 2, 0, 0, 5),
    "seven tenants of three": dataset(4, 7, 3, 3, 3),
    "many orders, few customers": dataset(-(10**40), 2, 15, 900, 3),
    "many products, few orders": dataset(6, 2, 700, 5, 3),
    "twenty tenants": dataset(77, 20, 2, 2, 2),
}


def stored(of, root, form, codec=None, rows_per_file=None):
    """Generate all tables in one format, and load them."""
    names = tuple(MARKETPLACE.entities)
    generate(
        request_for(
            MARKETPLACE, of, names, root, formats=(form,), codec=codec, rows_per_file=rows_per_file, layout="flat"
        )
    )
    con = duckdb.connect(config={"threads": 1})
    if form in DATABASES:
        DATABASES[form](con, root / form / "marketplace" / f"{of.label}-{of.seed}.{form}")
    else:
        load_files(con, root, f"{form}.gz" if codec else form)
    return con


def broken(con, of):
    with con:
        return marketplace_rules.violations(con, of.params.model_dump(), of.as_of.isoformat())


@pytest.mark.parametrize("label", DATASETS)
def test_every_rule_holds_in_the_documents_own_files(label, tmp_path):
    of = DATASETS[label]
    assert broken(stored(of, tmp_path, "ndjson"), of) == {}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Rows of each table as the document's own files have them."""
    with stored(DATASETS["a few of all"], tmp_path_factory.mktemp("ndjson"), "ndjson") as con:
        yield rows_of(con)


def rows_of(con):
    """Rows by key; DuckDB has a type for keys of its own, the text of which is compared."""
    return {
        table: sorted(
            (
                tuple(str(cell) if isinstance(cell, UUID) else cell for cell in row)
                for row in con.execute(f"FROM {table}").fetchall()
            ),
            key=lambda row: row[0],
        )
        for table in marketplace_rules.TABLES
    }


@pytest.mark.parametrize(
    ("form", "codec"),
    [("csv", None), ("csv", "gzip"), ("ndjson", "gzip"), ("parquet", None), ("duckdb", None), ("sqlite", None)],
)
def test_every_rule_holds_in_other_formats_of_the_same_rows(form, codec, reference, tmp_path):
    of = DATASETS["a few of all"]
    con = stored(of, tmp_path, form, codec)
    assert rows_of(con) == reference
    assert broken(con, of) == {}


def test_chunks_are_full_but_the_last_and_hold_the_same_rows(reference, tmp_path):
    with stored(DATASETS["a few of all"], tmp_path, "csv", rows_per_file=7) as con:
        assert rows_of(con) == reference
    for table in ("products", "orders", "order_items", "price_history", "stock_events"):
        for tenant, *_ in reference["tenants"]:
            files = sorted(tmp_path.glob(f"{table}_{tenant}_chunk_*.csv"))
            rows = sum(row[1] == tenant or (table == "order_items" and row[2] == tenant) for row in reference[table])
            lines = [len(file.read_text(encoding="utf-8").splitlines()) - 1 for file in files]
            assert lines == [7] * (rows // 7) + ([rows % 7] if rows % 7 else []), (table, tenant)
    assert len(list(tmp_path.glob("customers_*.csv"))) == len(reference["tenants"])


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_the_text_of_a_tenants_files_has_nothing_of_another(form, tmp_path):
    """Whatever looks like a key, an address or a hash is one tenant's; its name is in no file but the tenants'."""
    with stored(dataset(9, 4, 40, 120, 25), tmp_path, form) as con:
        tenants = con.execute("SELECT tenant_id, name, api_key_hash FROM tenants").fetchall()
    owners = {}
    for tenant, _, _ in tenants:
        files = list(tmp_path.glob(f"*_{tenant}*.{form}"))
        assert len(files) == 6
        text = "".join(file.read_text(encoding="utf-8") for file in files)
        for thing in set(THINGS.findall(text)):
            owners.setdefault(thing, set()).add(tenant)
        assert not [name for _, name, secret in tenants if name in text or secret in text]
    assert len(owners) > 4 * (40 + 25 + 120) * 2
    assert [(thing, of) for thing, of in owners.items() if len(of) > 1] == []


@pytest.mark.parametrize("seed", [42, 7])
def test_tenants_can_be_told_apart_and_look_like_shops(seed, tmp_path):
    of = dataset(seed, 8, 100, 600, 60)
    with stored(of, tmp_path, "parquet") as con:
        findings = marketplace_statistics.report(con, of.params.model_dump(), of.as_of.isoformat())
    assert len(findings) == len(marketplace_statistics.MEASURES)
    assert [finding for finding in findings if not finding.ok] == []


def ranked(con, of, tenant):
    """How much of a tenant's rows each value has, the most first, given as a query of (tenant_id, value, amount)."""
    query = f"SELECT sum(amount) AS n FROM ({of}) WHERE tenant_id = ? GROUP BY value ORDER BY n DESC"
    return np.array([n for (n,) in con.execute(query, [tenant]).fetchall()], dtype=float)


def straightness(amounts):
    """R² of a straight line through the ranks from 10 to 1,000, on a log-log scale."""
    rank = np.arange(10, 1_001)
    return np.corrcoef(np.log(rank), np.log(amounts[rank - 1]))[0, 1] ** 2


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [42, 7, 5])
def test_best_sellers_and_loyal_customers_of_large_tenants_have_a_tail(seed, tmp_path):
    of = dataset(seed, 2, 500_000, 2_000_000, 10_000)
    generate(request_for(MARKETPLACE, of, ("orders", "order_items"), tmp_path, formats=("parquet",), layout="hive"))
    orders, lines = (f"'{tmp_path}/parquet/marketplace/{name}/**/*.parquet'" for name in ("orders", "order_items"))
    with duckdb.connect() as con:
        for (tenant,) in con.execute(f"SELECT DISTINCT tenant_id FROM {orders}").fetchall():
            bought = ranked(con, f"SELECT tenant_id, customer_id AS value, 1 AS amount FROM {orders}", tenant)
            sold = ranked(con, f"SELECT tenant_id, product_id AS value, quantity AS amount FROM {lines}", tenant)
            assert straightness(sold) >= 0.98
            assert straightness(bought) >= 0.98
            assert sold[0] >= 1.15 * sold[1]
            assert 0.35 <= sold[:100_000].sum() / sold.sum() <= 0.65
            assert (sold[:30] == sold[1:31]).sum() < 3
