"""Every rule of the specification holds in what is stored, in every format, for any seed and volumes."""

import duckdb
import pytest

from synth_assets.usecases.generate import Request, generate
from synth_assets_tests.domains.bronze_samples import BRONZE, dataset
from synth_assets_tests.oracles import bronze_rules, bronze_statistics

FORMATS = {
    "parquet": bronze_rules.load_parquet,
    "csv": bronze_rules.load_csv,
    "duckdb": bronze_rules.load_duckdb,
}

DATASETS = {
    "small 42": dataset(),
    "seed 987654321": dataset(987_654_321, customers=300, products=120, orders=900, days=90),
    "no orders": dataset(customers=5, products=20, orders=0, days=2),
    "nothing": dataset(customers=0, products=0, orders=0, days=1),
    "one of each": dataset(customers=1, products=1, orders=1, days=1),
    "one customer": dataset(-3, customers=1, products=9, orders=60, days=40),
    "three products": dataset(8, customers=50, products=3, orders=300, days=31),
    "many orders a day": dataset(2**70, customers=2_000, products=64, orders=1_500, days=1),
}


def placed(of, root):
    """Generate all tables in all formats."""
    generate(Request(BRONZE, of, tuple(BRONZE.entities), tuple(FORMATS), root))
    return root, of.label, of.seed


@pytest.mark.parametrize("label", DATASETS)
def test_every_rule_holds_in_all_formats(label, tmp_path):
    of = DATASETS[label]
    place = placed(of, tmp_path)
    for name, load in FORMATS.items():
        with duckdb.connect() as con:
            load(con, *place)
            assert bronze_rules.violations(con, of.params.model_dump(), of.as_of.isoformat()) == {}, name


@pytest.mark.parametrize("seed", [42, 7, 1234])
def test_small_looks_like_a_shop(seed, tmp_path):
    of = dataset(seed)
    generate(Request(BRONZE, of, tuple(BRONZE.entities), ("parquet",), tmp_path))
    with duckdb.connect() as con:
        bronze_rules.load_parquet(con, tmp_path, of.label, of.seed)
        findings = bronze_statistics.report(con, of.params.model_dump(), of.as_of.isoformat())
    assert findings
    assert [finding for finding in findings if not finding.ok] == []


@pytest.mark.torture
@pytest.mark.parametrize("seed", [42, 7])
def test_large_looks_like_a_shop(seed, tmp_path):
    of = BRONZE.dataset("large", seed=seed)
    generate(Request(BRONZE, of, tuple(BRONZE.entities), ("parquet",), tmp_path))
    with duckdb.connect() as con:
        bronze_rules.load_parquet(con, tmp_path, of.label, of.seed)
        findings = bronze_statistics.report(con, of.params.model_dump(), of.as_of.isoformat())
    assert {finding.name for finding in findings} >= {"best seller over the second"}
    assert [finding for finding in findings if not finding.ok] == []
