"""Distributions: their curves against the standard library's, their tables, and the cells that look them up."""

import math
import statistics
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import xxhash

from synth_assets.columns.basis.curves import SLOTS, exp, log, middles, normal_quantiles
from synth_assets.columns.exponential import exponential
from synth_assets.columns.lognormal import lognormal
from synth_assets.columns.normal import normal
from synth_assets.columns.poisson import poisson
from synth_assets.columns.zipf import zipf
from synth_assets.engine.chunks import chunk_of
from synth_assets.model.entity import column
from synth_assets.model.types import FLOAT64, INT64, decimal
from synth_assets_tests.columns.toy import SMALL, cells, rows, single
from synth_assets_tests.oracles import kernel as oracle


def close(found, expected, relative):
    return np.all(np.abs(found - expected) <= relative * np.maximum(np.abs(expected), 1e-300))


def test_the_exponential_is_the_libraries_to_two_units_in_the_last_place():
    x = np.concatenate([np.linspace(-700, 700, 4_001), np.linspace(-1, 1, 2_001)])
    assert close(exp(x), np.array([math.exp(value) for value in x]), 2 * 2.3e-16)


def test_the_logarithm_is_the_libraries_to_four_units_in_the_last_place():
    x = np.concatenate([np.linspace(1e-9, 20, 4_001), 2.0 ** np.arange(-900, 900, 7), np.linspace(0.99, 1.01, 301)])
    assert close(log(x), np.array([math.log(value) for value in x]), 4 * 2.3e-16)


def test_normal_quantiles_are_made_once_for_all_columns_and_nobody_writes_into_them():
    assert normal_quantiles() is normal_quantiles()
    with pytest.raises(ValueError, match="read-only"):
        normal_quantiles()[0] = 0.0


def test_normal_quantiles_are_the_libraries_and_symmetric():
    found = normal_quantiles()
    assert close(found, np.array([statistics.NormalDist().inv_cdf(p) for p in middles()]), 1e-14)
    assert (found == -found[::-1]).all()


@pytest.mark.parametrize(
    ("generator", "digest"),
    [
        (normal(170, 9, digits=3), "cf3279ec3b672cbc"),
        (lognormal(1.5, 1.25, digits=6), "ee61f2d155777725"),
        (exponential(4, digits=6), "2d5b1929b0102351"),
        (poisson(3.5), "5ad9782c08a6a322"),
        (zipf(5_000, 1.1), "5557c097e15fa5ea"),
    ],
)
def test_a_table_is_the_same_on_every_machine(generator, digest):
    assert xxhash.xxh3_64_hexdigest(generator.quantiles.astype("<i8").tobytes()) == digest


@pytest.mark.parametrize(
    ("generator", "mean", "middle"),
    [
        (normal(170, 9), 170, 170),
        (lognormal(40, 0.5), 40 * math.exp(0.125), 40),
        (exponential(4), 4, 4 * math.log(2)),
        (poisson(3.5), 3.5, 3),
        (poisson(400), 400, 400),
    ],
)
def test_a_table_has_the_mean_and_the_middle_of_its_distribution(generator, mean, middle):
    table = generator.quantiles / 10**generator.places
    assert table.mean() == pytest.approx(mean, rel=2e-3)
    assert np.median(table) == pytest.approx(middle, rel=2e-3)
    assert (np.diff(table) >= 0).all()


def test_poisson_has_the_shares_of_its_formula():
    counts = np.bincount(poisson(3).quantiles)
    expected = [math.exp(-3) * 3**k / math.factorial(k) * SLOTS for k in range(len(counts))]
    assert np.abs(counts - expected).max() < 1


def test_zipf_gives_a_rank_its_share():
    found = np.bincount(zipf(10, 2).quantiles)[1:]
    whole = sum(Fraction(1, n * n) for n in range(1, 11))
    assert np.abs(found - [float(Fraction(SLOTS, n * n) / whole) for n in range(1, 11)]).max() < 1


def test_bounds_hold_and_are_reached():
    table = normal(0, 1, low=-2, high="1.5", digits=3).quantiles
    assert (table.min(), table.max()) == (-2_000, 1_500)
    assert lognormal(1, 2, low=1, high=2, digits=0).quantiles.min() == 1
    assert exponential(4, high=3).quantiles.max() == 300


def test_a_cell_is_the_quantile_at_its_upper_bits_in_columns_of_every_kind_of_number():
    generator = normal(12, 2, digits=1)
    key = oracle.derive(1, SMALL.seed, "garage", "single", "cell", "")
    units = [int(generator.quantiles[oracle.word(key, row) >> 48]) for row in range(1_000)]
    assert cells(column(decimal(6, 2), "", generator)) == [Decimal(n).scaleb(-1) for n in units]
    assert cells(column(FLOAT64, "", generator)) == [float(Fraction(n, 10)) for n in units]
    whole = chunk_of(rows(single(column(INT64, "", poisson(2))))).frame["cell"]
    assert whole.mean() == pytest.approx(2, abs=0.15)
