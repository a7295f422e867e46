"""What doesn't go together is told with the way out, and what looks alike in two places is alike."""

import json

import duckdb
import polars as pl
import pytest

from synth_assets.columns.basis.formulas.functions import TIME
from synth_assets.columns.basis.formulas.kinds import KnownValue
from synth_assets.columns.basis.formulas.sql import sql_of
from synth_assets.columns.basis.formulas.syntax import parsed
from synth_assets.errors import UsageError
from synth_assets.specs.declared import Declared
from synth_assets_tests.specs.made import frames

USERS = {"rows": 20, "columns": {"user_id": "key"}}
READINGS = {"series_of": "users", "every": "1 days", "over": 5}


def told(tables):
    with pytest.raises(UsageError) as refused:
        Declared.of({"dataset": "q", "entities": {"users": USERS, **tables}}).load()
    return str(refused.value)


def with_columns(columns, **shape):
    return {"t": {**(shape or {"rows": 20}), "columns": {"id": "key", **columns}}}


def made(tmp_path, columns, **shape):
    tables = {"users": USERS, **with_columns(columns, **shape)}
    return frames(json.dumps({"dataset": "q", "entities": tables}), tmp_path)["t"]


def test_rows_without_end_are_none_to_choose_among():
    readings = {**READINGS, "columns": {"id": "key", "user_id": {"of_parent": "", "references": "users"}}}
    columns = {"user_id": {"references": "users"}, "reading": {"references": "readings", "among": "user_id"}}
    assert "rows of readings come one after the other without end" in told(
        {"readings": readings} | with_columns(columns)
    )


def test_gaps_can_be_left_out():
    readings = {**READINGS, "per_thousand": 900, "columns": {"id": "key"}}
    said = told({"readings": readings} | with_columns({"reading": {"references": "readings"}}))
    assert "Leave per_thousand out of readings, so that it has no gaps; or refer to users" in said


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ({"rows": 21}, "there are 21 rows, and users has 20"),
        ({"rows": 20, "over": 9}, "there are 20 rows, and more come in time than there"),
        ({"rows": 20}, ""),
    ],
)
def test_a_key_that_is_another_tables_has_no_more_rows(shape, said):
    tables = {"profiles": {**shape, "columns": {"user_id": {"method": "key", "references": "users"}}}}
    if said:
        assert said in told(tables)
    else:
        Declared.of({"dataset": "q", "entities": {"users": USERS, **tables}}).load()


def test_moments_may_be_days_and_numbers_unsigned(tmp_path):
    columns = {
        "came": "moment.born",
        "day": {"moment": "born", "type": "date"},
        "size": {"lognormal": 40, "digits": 0, "type": "uint16"},
        "n": {"integers": 1, "high": 9},
        "twice": {"expression": "n * 2", "type": "uint32"},
    }
    rows = made(tmp_path, columns, rows=30, over=9)
    assert rows["day"].to_list() == rows["came"].dt.date().to_list()
    assert (rows["size"].dtype, rows["twice"].dtype) == (pl.UInt16, pl.UInt32)
    assert rows["twice"].to_list() == [2 * one for one in rows["n"]]


@pytest.mark.parametrize(
    "column",
    [
        {"expression": "0 - n", "type": "uint32"},
        {"expression": "add_days(day, n * 4294967296)"},  # whole turns of 32 bits, which would lead back
    ],
)
def test_what_does_not_fit_becomes_no_other_value(tmp_path, column):
    columns = {"n": {"integers": 1, "high": 9}, "day": {"dates": -900, "last": -1}, "v": column}
    with pytest.raises(UsageError, match="can't hold"):
        made(tmp_path, columns)


def test_long_patterns_are_told_to_be_shorter():
    assert "Say fewer digits" in told(with_columns({"v": {"pattern": "{19 digits}", "unique": True}}))


def test_types_are_listed_with_those_of_spans():
    assert "duration(ms)" in told(with_columns({"v": {"integers": 1, "high": 2, "type": "span"}}))


def test_seconds_between_is_the_same_in_rules():
    times = ["2024-01-01 00:00:00.9", "2024-01-01 00:00:01.1", "2024-01-01 00:00:09"]
    query = sql_of(parsed("seconds_between(a, b)"), lambda _: KnownValue(TIME))
    for one in times:
        for two in times:
            apart = pl.Series([two, one]).str.to_datetime(time_unit="us").cast(pl.Int64)
            source = f"(SELECT TIMESTAMP '{one}' AS a, TIMESTAMP '{two}' AS b)"
            assert duckdb.sql(f"SELECT {query} FROM {source}").fetchall() == [((apart[0] - apart[1]) // 1_000_000,)]
