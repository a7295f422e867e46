"""Every rule of the specification holds in what is stored of the marketplace, for any seed and volumes."""

import duckdb
import pytest

from synth_assets.project.project import Project
from synth_assets.usecases.generate import generate, request_for
from synth_assets_tests.oracles import marketplace_rules, marketplace_statistics
from synth_assets_tests.oracles.marketplace_files import load_database, load_files

MARKETPLACE = Project.here().domain("marketplace")
NAMES = ("tenants", "products_per_tenant", "orders_per_tenant", "customers_per_tenant")


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


def stored(of, root, form, codec=None):
    """Generate all tables in one format, and load them."""
    request = request_for(MARKETPLACE, of, tuple(MARKETPLACE.entities), root, formats=(form,), codec=codec)
    generate(request)
    con = duckdb.connect(config={"threads": 1})
    if form == "duckdb":
        load_database(con, root / "duckdb" / "marketplace" / f"{of.label}-{of.seed}.duckdb")
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


@pytest.mark.parametrize(
    ("form", "codec"), [("csv", None), ("csv", "gzip"), ("ndjson", "gzip"), ("parquet", None), ("duckdb", None)]
)
def test_every_rule_holds_in_other_formats(form, codec, tmp_path):
    of = DATASETS["a few of all"]
    assert broken(stored(of, tmp_path, form, codec), of) == {}


@pytest.mark.parametrize("seed", [42, 7])
def test_tenants_can_be_told_apart_and_look_like_shops(seed, tmp_path):
    of = dataset(seed, 8, 100, 600, 60)
    with stored(of, tmp_path, "parquet") as con:
        findings = marketplace_statistics.report(con, of.params.model_dump(), of.as_of.isoformat())
    assert len(findings) == len(marketplace_statistics.MEASURES)
    assert [finding for finding in findings if not finding.ok] == []
