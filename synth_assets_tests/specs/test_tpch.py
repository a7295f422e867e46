"""TPC-H's file: a part's suppliers are those of the specification's formula, which no draw gives."""

import polars as pl
import pytest

from synth_assets import scan
from synth_assets_tests.domains.every_domain import EXAMPLES

(TPCH,) = (str(path) for path in EXAMPLES if path.stem == "tpch")


def pairs(suppliers, parts):
    volumes = {"suppliers": suppliers, "parts": parts, "customers": 3, "orders": 1}
    return scan(f"{TPCH}/partsupp", volumes=volumes).select("ps_partkey", "ps_suppkey").collect()


def test_a_part_has_the_suppliers_of_the_specification():
    suppliers, parts = 300, 6_000
    expected = [
        (part, (part + nth * (suppliers // 4 + (part - 1) // suppliers)) % suppliers + 1)
        for part in range(1, parts + 1)
        for nth in range(4)
    ]
    assert pairs(suppliers, parts).rows() == expected


@pytest.mark.parametrize("suppliers", [4, 7, 10])
def test_few_suppliers_are_four_different_ones_a_part_too(suppliers):
    found = pairs(suppliers, 40 * suppliers)
    assert found.is_duplicated().sum() == 0
    assert found["ps_suppkey"].is_between(1, suppliers).all()
    assert found.group_by("ps_partkey").len().select((pl.col("len") == 4).all()).item()
