"""Pictures, previews, profiles: whatever is in a column, the table is stored, and metadata says what is missing."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from synth_assets.orchestration.metadata import definition_metadata, preview
from synth_assets.orchestration.plot import binned, plots
from synth_assets.specs.declared import Declared
from synth_assets.usecases.own_tables import table_of
from synth_assets.usecases.profile import Profile
from synth_assets_tests.orchestration.own import asset, failure, run

NAN, INF = float("nan"), float("inf")
CELLS = {
    "nan": [1.0, NAN],
    "only nan": [NAN, NAN],
    "infinities": [INF, -INF, 0.0],
    "missing": pl.Series([None, None], dtype=pl.Float64),
    "empty": pl.Series([], dtype=pl.Float64),
    "the greatest": [1.7976931348623157e308, -1.7976931348623157e308],
    "the least": [5e-324, 0.0],
    "far and the same": [1e300, 1e300],
    "huge whole": pl.Series([2**64 - 1, 0], dtype=pl.UInt64),
    "least whole": [-(2**63), 2**63 - 1],
    "float32": pl.Series([NAN, 3.4e38], dtype=pl.Float32),
    "half": pl.Series([NAN, 1.0], dtype=pl.Float16),
    "decimal": pl.Series([Decimal("9" * 38), None], dtype=pl.Decimal(38, 0)),
    "duration": [timedelta.max, timedelta.min],
    "day of no calendar": pl.Series([2**31 - 1, -(2**31)], dtype=pl.Int32).cast(pl.Date),
    "moment of no calendar": pl.Series([2**63 - 1, -(2**63)], dtype=pl.Int64).cast(pl.Datetime("us")),
    "moments in a list": pl.Series([[2**63 - 1]], dtype=pl.List(pl.Int64)).cast(pl.List(pl.Datetime("us"))),
    "nanoseconds": pl.Series([2**63 - 1], dtype=pl.Int64).cast(pl.Datetime("ns")),
    "dates": [date.min, date.max],
    "moments": [datetime(1, 1, 1), datetime(9999, 12, 31)],  # noqa: DTZ001
    "text": ["a\nb|c" * 1_000, None],
    "bytes": [b"\xff" * 10_000],
    "struct": [{"a": [NAN]}, None],
    "binary list": [[b"a"], []],
    "true": [True, None],
}


@pytest.mark.parametrize("kind", CELLS)
def test_whatever_is_in_a_column_the_step_succeeds(project, kind):
    frame = pl.DataFrame({"cells": pl.Series(CELLS[kind])})
    result = run(project, asset(project, frame), formats=["parquet"])
    assert result.success, failure(result)
    (event,) = result.get_asset_materialization_events()
    found = event.materialization.metadata
    assert "preview" in found
    assert [name for name in found if name.startswith("no_")] == []
    assert all(len(found[name].value) < 1_000 for name in found if name.startswith(("plot_", "preview")))


@pytest.mark.parametrize("broken", ["plots", "preview"])
def test_a_picture_that_fails_is_told_and_fails_nothing(project, monkeypatch, broken):
    def fail(_):
        raise ValueError("no picture today")

    monkeypatch.setattr(f"synth_assets.orchestration.metadata.{broken}", fail)
    result = run(project, asset(project, pl.DataFrame({"a": [1.5]})), formats=["parquet"])
    assert result.success
    (event,) = result.get_asset_materialization_events()
    name = {"plots": "no_plot", "preview": "no_preview"}[broken]
    assert event.materialization.metadata[name].value == "ValueError: no picture today"


def test_a_profile_that_fails_over_a_column_tells_it_and_goes_on(monkeypatch):
    frame = pl.DataFrame({"day": [date(2026, 1, 1)], "amount": [1.5]})
    profile = Profile(table_of("own", "t", frame.schema))

    def fail(*_):
        raise pl.exceptions.PanicException("out of days")

    monkeypatch.setattr("synth_assets.model.types.dates.Date.days", fail)
    for _ in range(2):
        profile.see(frame)
    assert profile.untold == {"day": "PanicException: out of days"}
    assert list(plots(profile)) == ["amount"]
    assert profile.joined(Profile(profile.table)).untold == profile.untold


def test_days_all_over_the_calendar_take_no_more_memory_than_others():
    frame = pl.DataFrame({"day": pl.Series(range(150_000), dtype=pl.Int32).cast(pl.Date)})
    profile = Profile(table_of("own", "t", frame.schema))
    profile.see(frame)
    assert not profile.days
    assert "different days" in profile.untold["day"]
    assert plots(profile) == {}


def test_ranges_are_those_of_numpy_where_numpy_has_any():
    numbers = np.sort(np.random.default_rng(7).normal(size=1_000))
    assert binned(numbers, 40).tolist() == np.histogram(numbers, 40)[0].tolist()


def test_titles_of_a_preview_are_cells_too():
    names = ["a|b\nc", "x" * 900, ""]
    text = preview(pl.DataFrame({name: [1] for name in names}))
    assert len(text) < 1_000
    assert text.splitlines()[0].startswith("| a\\|b\N{NO-BREAK SPACE}c | xxx")
    assert len(text.splitlines()) == 3


def test_a_column_of_two_references_to_one_table_comes_from_it_once():
    games = {
        "rows": 4,
        "references": [{"columns": ["a", "b"], "to": "places"}, {"columns": ["a", "c"], "to": "places"}],
        "columns": {"game_id": "key", "a": {"constant": 1}, "b": {"constant": 1}, "c": {"constant": 2}},
    }
    places = {
        "rows": 8,
        "key": {"columns": ["a", "b"], "codec": "composite", "sizes": [4]},
        "columns": {"a": "key", "b": "key"},
    }
    domain = Declared.of({"dataset": "q", "entities": {"places": places, "games": games}}).load()
    found = definition_metadata(domain, domain.entities["games"])["dagster/column_lineage"]
    assert {name: [dep.column_name for dep in of] for name, of in found.deps_by_column.items()} == {
        "a": ["a"],
        "b": ["b"],
        "c": ["b"],
    }
