"""What each method of rand-engine makes: values, shares, types; and that a cell depends on its column and row only."""

import math
import re
from datetime import datetime
from uuid import UUID

import numpy as np
import polars as pl
import pytest

from synth_assets.rand_engine import DataGenerator
from synth_assets_tests.rand_engine.every_method import COLUMNS, FIRMS, PHONES

ROWS = 20_000
WHOLE = DataGenerator(COLUMNS, seed=7).size(ROWS).get_polars()
DEVIATIONS = 5


def share(cells, expected):
    """Whether so many of all cells are true, as far as chance lets them."""
    return abs(cells.mean() - expected) <= DEVIATIONS * math.sqrt(expected * (1 - expected) / len(cells)) + 1e-4


def shares(name, expected):
    total = sum(expected.values())
    assert set(WHOLE[name].unique().to_list()) == {one for one, weight in expected.items() if weight}
    return all(share(WHOLE[name] == one, weight / total) for one, weight in expected.items())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("whole", dict.fromkeys(range(1, 11), 1)),
        ("by_place", dict.fromkeys(range(1, 6), 1)),
        ("plan", {"free": 1, "pro": 1}),
        ("size", {36: 1, 38: 1, 40: 1}),
        ("device", {"mobile": 70, "desktop": 30}),
        ("share", {"a": 1, "b": 3}),
        ("paid", {True: 70, False: 30}),
        ("kind", {"phone": 2, "pc": 1}),
        ("system", {"android": 1, "ios": 1, "windows": 1}),
        ("state", {"new": 8, "used": 2}),
        ("sector", {"tech": 4, "bank": 1}),
        ("currency", {"USD": 1}),
        ("score", {1: 25, 2: 25, 3: 25, None: 25}),
        ("left", {"x": 1, "z": 1}),
    ],
)
def test_values_have_their_shares(name, expected):
    if None in expected:
        assert share(WHOLE[name].is_null(), expected.pop(None) / 100)
        assert sorted(WHOLE[name].drop_nulls().unique().to_list()) == list(expected)
    else:
        assert shares(name, expected)


def test_columns_of_one_draw_agree():
    assert set(WHOLE.select("kind", "system").unique().rows()) == {(k, v) for k, of in PHONES.items() for v in of}
    firms = {(k, a, b) for k, (one, two) in FIRMS.items() for a in one for b in two}
    assert set(WHOLE.select("sector", "branch", "firm_size").unique().rows()) == firms
    assert set(WHOLE.select("left", "right").unique().rows()) == {("x", "y"), ("z", "w")}


@pytest.mark.parametrize(
    ("name", "low", "high", "mean", "deviation"),
    [
        ("byte", 1, 200, 100.5, 57.7),
        ("wide", 0, 10**12, 5e11, 2.9e11),
        ("price", 1, 9.5, 5.25, 2.46),
        ("rate", 0, 1, 0.5, 0.289),
        ("height", 120, 220, 170, 10),
        ("waited", 0, 100, 4, 4),
        ("amount", 0, 400, math.exp(3.125), math.exp(3.125) * math.sqrt(math.exp(0.25) - 1)),
        ("visits", 0, 20, 3, math.sqrt(3)),
        ("second", 1704067200, 1735603199, 1719835200, 9.1e6),
    ],
)
def test_numbers_have_their_range_and_mean(name, low, high, mean, deviation):
    found = WHOLE[name].cast(pl.Float64)
    assert low <= found.min() <= found.max() <= high
    assert abs(found.mean() - mean) <= DEVIATIONS * deviation / math.sqrt(ROWS) + 1e-6 * high
    assert found.std() == pytest.approx(deviation, rel=0.05)


def test_numbers_have_so_many_digits():
    for name, digits in (("price", 2), ("rate", 3), ("height", 1), ("waited", 2), ("Preço (R$)", 2)):
        assert all(round(cell, digits) == cell for cell in WHOLE[name])


def test_ranks_follow_the_power_law():
    harmonic = sum(n**-2 for n in range(1, 65_537))
    assert all(share(WHOLE["rank"] == n, n**-2 / harmonic) for n in (1, 2, 3, 10))
    of_twenty = sum(n**-1.5 for n in range(1, 21))
    assert all(share(WHOLE["customer"] == n, n**-1.5 / of_twenty) for n in range(1, 21))


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("code", r"\d{8}"),
        ("address", r"(192|10)\.\d-\d{3}"),
        ("id", r"C\d{6}"),
        ("shuffled", r"K-\d{8}"),
        ("day", r"\d\d-\d\d-2024"),
    ],
)
def test_text_has_its_form(name, pattern):
    assert WHOLE[name].str.contains(f"^{pattern}$").all()


def test_days_and_times_lie_between_their_ends():
    days = {datetime.strptime(day, "%d-%m-%Y").timetuple().tm_yday for day in WHOLE["day"]}  # noqa: DTZ007 - days
    assert days == set(range(1, 366))  # 2024 has 366; the last one is excluded
    times = [datetime.fromisoformat(time) for time in WHOLE["time"]]
    assert (
        datetime.fromisoformat("2024-01-01T06:00")
        <= min(times)
        < max(times)
        < datetime.fromisoformat("2024-01-02T06:00")
    )
    assert len(set(times)) > 0.8 * ROWS


def test_keys_are_unique_and_references_are_among_them():
    for name in ("id", "token", "uuid", "number", "shuffled"):
        assert WHOLE[name].n_unique() == ROWS
    assert all(UUID(cell).version == 4 for cell in WHOLE["uuid"].head(100))
    assert WHOLE["number"].head(3).to_list() == [10, 15, 20]
    assert set(WHOLE["buyer"]) == set(WHOLE["id"].head(50))


def test_a_reference_is_to_somebody_born_before():
    late = WHOLE["late"].to_numpy()
    there = np.minimum(5 + np.arange(ROWS) // 2 + 1, 90)
    assert (late < there).all()
    assert late[:2].max() < 6 < late.max() == 89


def test_anomalies_come_at_their_rate_and_leave_the_others_as_they_are():
    found = WHOLE["reading"]
    assert share(found.is_in([-1, 99]).fill_null(value=False), 0.09)
    assert set(found.drop_nulls().unique()) == {-1, 1, 2, 3, 99}
    usual = DataGenerator(
        {"reading": {k: v for k, v in COLUMNS["reading"].items() if k in ("method", "kwargs")}}, seed=7
    )
    same = usual.size(ROWS).get_polars()["reading"] == found
    assert same.filter(found.is_in([1, 2, 3])).all()


def test_a_method_of_ours_has_a_place_too_and_is_exact():
    assert WHOLE["doubled"].to_list() == [round(2 * cell, 2) for cell in WHOLE["price"]]


@pytest.mark.parametrize("name", list(COLUMNS))
def test_a_cell_depends_on_its_column_and_its_row_only(name):
    alone = DataGenerator(
        {name: COLUMNS[name]} if name != "doubled" else {"price": COLUMNS["price"], name: COLUMNS[name]}, 7
    )
    few = alone.size(300).get_polars()
    assert few.equals(WHOLE.head(300).select(few.columns))
    assert alone.get_polars(150, 40).equals(few.slice(150, 40))


def test_neither_the_order_of_columns_nor_the_frame_s_size_changes_a_cell():
    backwards = DataGenerator(dict(reversed(COLUMNS.items())), 7).size(1_000).get_polars()
    assert backwards.select(WHOLE.columns).equals(WHOLE.head(1_000))
    pieces = [DataGenerator(COLUMNS, 7).get_polars(at, 170) for at in range(0, 340, 170)]
    assert pl.concat(pieces).equals(WHOLE.head(340))


def test_another_seed_makes_other_cells_and_a_fresh_one_is_told():
    fresh = DataGenerator(COLUMNS)
    assert fresh.seed != DataGenerator(COLUMNS).seed
    again = DataGenerator(COLUMNS, seed=fresh.seed).size(50).get_polars()
    assert again.equals(fresh.size(50).get_polars())
    assert not again["wide"].equals(WHOLE["wide"].head(50))


def test_frames_of_pandas_have_rand_engine_s_types():
    frame = DataGenerator(COLUMNS, seed=7).size(50).get_df()
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    expected = {"whole": "int32", "byte": "uint8", "wide": "int64", "price": "float64", "paid": "bool",
                "plan": "object", "second": "int64", "day": "object", "score": "Int32", "doubled": "float64",
                "number": "int64"}  # fmt: skip
    assert {name: types[name] for name in expected} == expected
    assert frame["plan"].to_list() == WHOLE["plan"].head(50).to_list()
    assert list(frame.columns) == WHOLE.columns


def test_transformers_take_cells_and_frames():
    spec = {"a": {**COLUMNS["plan"], "transformers": [str.upper, lambda cell: cell + "!"]},
            "b": {**COLUMNS["score"], "transformers": [lambda cell: cell * 10]}}  # fmt: skip
    frame = DataGenerator(spec, seed=1).transformers([lambda found: found.assign(c=1)]).size(100).get_df()
    assert set(frame["a"]) == {"FREE!", "PRO!"}
    assert set(frame["b"].dropna()) == {10, 20, 30}
    assert frame["b"].isna().any()
    assert frame["c"].sum() == 100


def test_no_rows_have_the_same_columns():
    frame = DataGenerator(COLUMNS, seed=7).size(0).get_df()
    assert frame.shape == (0, WHOLE.width)
    assert re.fullmatch("int32", str(frame["whole"].dtype))
