"""Walks stay within bounds and go step by step for each parent; a season of the day is what SQL computes of it."""

import itertools
import json

import duckdb
import polars as pl
import pytest

from synth_assets.errors import UsageError
from synth_assets.specs.declared import Declared
from synth_assets_tests.specs.made import frames

HOURS = {0: -2, 5: -4, 14: 6, 20: 1}
SERIES = {
    "dataset": "q",
    "entities": {
        "rooms": {"rows": 4, "columns": {"room_id": "key"}},
        "readings": {
            "series_of": "rooms",
            "every": "10 minutes",
            "over": 14,
            "columns": {
                "reading_id": "key",
                "room_id": {"of_parent": "", "references": "rooms"},
                "at": "moment.born",
                "sun": {"daily": HOURS, "by": "at", "type": "decimal(6,2)"},
                "sway": {"walk": 0.2, "low": -3, "high": 3},
                "rise": {"walk": 0.01, "low": 0, "high": 1000, "start": 5, "drift": "0.1"},
            },
        },
    },
}


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    return frames(json.dumps(SERIES), tmp_path_factory.mktemp("walks"))["readings"]


def test_a_walk_goes_step_by_step_for_each_parent_and_stays_within_bounds(readings):
    sway = readings.select("room_id", pl.col("sway").cast(pl.Float64))
    assert sway["sway"].is_between(-3, 3).all()
    steps = sway.select(pl.col("sway").diff().over("room_id"))["sway"].drop_nulls()
    assert steps.abs().max() < 1
    assert abs(steps.std() - 0.2) < 0.02
    assert sway.group_by("room_id").agg(pl.col("sway").first())["sway"].n_unique() == 4
    assert sway["sway"].max() > 2.5
    assert sway["sway"].min() < -2.5


def test_a_walk_begins_where_it_is_told_to_and_drifts(readings):
    ends = readings.group_by("room_id").agg(pl.col("rise").first(), pl.col("rise").last().alias("last"), pl.len())
    assert ends["rise"].cast(pl.Float64).to_list() == [5.0] * 4
    ticks = 14 * 144 - 1
    assert all(abs(float(last) - 5 - 0.1 * ticks) < 3 for last in ends["last"])


def test_a_walk_without_noise_to_speak_of_drifts_exactly(tmp_path):
    column = {"walk": 1, "low": 0, "high": 10**9, "start": 7, "drift": 1_000_000, "digits": 0}
    said = {"dataset": "q", "entities": {"t": {"rows": 900, "columns": {"id": "key", "x": column}}}}
    cells = frames(json.dumps(said), tmp_path)["t"]["x"].to_list()
    assert all(abs(cell - 7 - row * 1_000_000) < 200 for row, cell in enumerate(cells))


def test_a_walk_turns_round_at_its_bounds(tmp_path):
    column = {"walk": 1, "low": 0, "high": 1000, "start": 0, "drift": 400, "digits": 0}
    said = {"dataset": "q", "entities": {"t": {"rows": 6, "columns": {"id": "key", "x": column}}}}
    cells = frames(json.dumps(said), tmp_path)["t"]["x"].to_list()
    expected = [0, 400, 800, 800, 400, 0]
    assert all(abs(cell - right) < 20 for cell, right in zip(cells, expected, strict=True))


def test_a_season_of_the_day_is_what_sql_computes(readings):
    around = [(20 - 24, 1), *HOURS.items(), (24, -2)]
    cases = " ".join(
        f"WHEN s < {b * 3600} THEN floor(({x} * 100 * ({b - a} * 3600) + ({y - x} * 100) * (s - {a * 3600}))"
        f" / ({b - a} * 3600) + 0.5)"
        for (a, x), (b, y) in itertools.pairwise(around)
    )
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("r", readings.select("at", "sun").to_arrow())
        query = (
            f'SELECT sun * 100 - CASE {cases} END FROM (SELECT *, hour("at") * 3600 + minute("at") * 60 AS s FROM r)'
        )
        assert {float(one) for (one,) in connection.execute(query).fetchall()} == {0.0}
    by_hour = readings.group_by(pl.col("at").dt.hour()).agg(pl.col("sun").mean()).sort("at")["sun"].to_list()
    assert by_hour[13] > by_hour[2] + 8


def test_a_season_of_a_time_that_may_be_missing_may_be_missing(tmp_path):
    column = {"daily": {0: 1}, "by": "at", "nullable": True}
    when = {"null_rate": 0.5, "of": {"timestamps": -9, "last": 0}}
    said = {"dataset": "q", "entities": {"t": {"rows": 99, "columns": {"id": "key", "at": when, "x": column}}}}
    frame = frames(json.dumps(said), tmp_path)["t"]
    assert frame["x"].is_null().to_list() == frame["at"].is_null().to_list()
    assert set(frame["x"].drop_nulls().cast(pl.Float64)) == {1.0}


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"walk": 1, "low": 5, "high": 5}, "low=5 has to be below high=5"),
        ({"walk": 1, "low": 0, "high": 5, "start": 6}, "start between them"),
        ({"walk": "0.001", "low": 0, "high": 5}, "step=0.001 has more digits"),
        ({"walk": 10**7, "low": 0, "high": 10**8}, "at most 1,048,576 units of the last digit"),
        ({"walk": 1, "low": 0, "high": 10**17}, "more numbers between low and high than can be walked"),
        ({"walk": 1, "low": 0, "high": 5, "drift": "0.000000001"}, "more than 8 digits after the point"),
        ({"walk": 1, "low": 0, "high": 500, "digits": 0, "type": "int8"}, "which int8 can't hold"),
        ({"daily": {0: 1, 24: 2}, "by": "at"}, "hours"),
        ({"daily": [[3, 1], [3, 2]], "by": "at"}, "is there twice"),
        ({"daily": {0: "0.001"}, "by": "at"}, "more digits after the point than digits=2"),
        ({"daily": {0: 1}, "by": "id"}, "id has no times of day"),
        ({"daily": {0: 1}, "by": "when"}, "column 'when' is unknown"),
        ({"daily": {0: 900}, "by": "at", "digits": 0, "type": "int8"}, "which int8 can't hold"),
    ],
)
def test_what_cannot_be_is_refused(column, said):
    columns = {"id": "key", "at": {"timestamps": -9, "last": 0}, "x": column}
    with pytest.raises(UsageError) as refused:
        Declared.of({"dataset": "q", "entities": {"t": {"rows": 9, "columns": columns}}}).load()
    assert said in str(refused.value)
