"""Cells by hand of every type, at the edges of each, and what draws cells of types that few methods fill."""

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from synth_assets_tests.columns.test_parts import made, problems

DAY_MS = 86_400_000
GIVEN = [
    ("int8", -128, -128),
    ("uint8", 255, 255),
    ("uint64", 18_446_744_073_709_551_615, 18_446_744_073_709_551_615),
    ("int64", -9_223_372_036_854_775_808, -9_223_372_036_854_775_808),
    ("float64", "-Infinity", -math.inf),
    ("float64", 5e-324, 5e-324),
    ("float32", 1.5, 1.5),
    ("decimal(18,4)", "-99999999999999.9999", Decimal("-99999999999999.9999")),
    ("decimal(38,10)", "9999999999999999999999999999.9999999999", Decimal("9999999999999999999999999999.9999999999")),
    ("boolean", True, True),
    ("string", "😀 e\u0301", "😀 e\u0301"),
    ("binary", "0x00ff", b"\x00\xff"),
    ("binary", "AP8=", b"\x00\xff"),
    ("binary", "0x", b""),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("time", "23:59:59.999999", time(23, 59, 59, 999_999)),
    ("timestamp(us)", "2026-03-29T02:30:00.000001", datetime(2026, 3, 29, 2, 30, 0, 1)),  # noqa: DTZ001
    ("timestamp(s, UTC)", "1969-12-31T23:59:59", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("duration(ms)", -DAY_MS, timedelta(days=-1)),
    ("duration(ns)", 3_000, timedelta(microseconds=3)),
    ("list(int8)", [1, None, -128], [1, None, -128]),
    ("list(list(date))", [["2024-02-29"], []], [[date(2024, 2, 29)], []]),
    ("struct(a: decimal(20,2), b: binary)", {"a": "1.50", "b": "0x01"}, {"a": Decimal("1.50"), "b": b"\x01"}),
    ("struct(a: uint8, b: time)", {"b": "01:02"}, {"a": None, "b": time(1, 2)}),
    ("list(struct(t: timestamp(s, UTC)))", [{"t": "2024-01-01"}], [{"t": datetime(2024, 1, 1, tzinfo=UTC)}]),
    ("list(duration(us))", [5], [timedelta(microseconds=5)]),
]


@pytest.mark.parametrize(("kind", "said", "cell"), GIVEN, ids=str)
def test_a_cell_of_any_type_can_be_given_by_hand(kind, said, cell):
    columns = {"x": {"constant": None, "type": kind, "nullable": True}}
    found = made(columns, rows=5, pinned=[{"row": 2, "x": said}, {"row": 4, "x": None}])["x"]
    assert found.to_list() == [None, cell, None, None, None]
    assert made({"x": {"constant": said, "type": kind}}, rows=2)["x"].to_list() == [cell, cell]


def test_a_zero_keeps_its_sign_and_what_is_no_number_is_none():
    frame = made({"x": {"choices": [-0.0], "type": "float64"}, "y": {"choices": ["NaN"], "type": "float32"}}, rows=2)
    assert math.copysign(1, frame["x"][0]) == -1
    assert math.isnan(frame["y"][0])


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("uint8", 256),
        ("uint64", -1),
        ("time", "24:00"),
        ("time", "12:00:61"),
        ("binary", "0xf"),
        ("binary", "é"),
        ("decimal(38,2)", "1.001"),
        ("decimal(20,0)", 10**20),
        ("duration(ms)", "an hour"),
        ("list(int8)", [128]),
        ("list(int8)", {"a": 1}),
        ("list(int8)", "[1"),
        ("struct(a: int8)", {"b": 1}),
        ("struct(a: int8)", [1]),
        ("date", "2023-02-29"),
    ],
)
def test_a_cell_that_a_type_has_not_is_refused(kind, said):
    assert f"is no {kind}" in problems({"x": {"constant": said, "type": kind}})


def test_times_of_a_day_bytes_spans_and_numbers_without_a_sign_are_drawn_within_their_bounds():
    frame = made(
        {
            "at": {"times": "08:00", "high": "18:00", "step": 900},
            "raw": {"binary": [0, 9]},
            "sixteen": {"binary": 16},
            "took": {"integers": 10, "high": 20, "type": "duration(ms)"},
            "size": {"integers": 0, "high": 4_294_967_295, "type": "uint32"},
        },
        rows=2_000,
    )
    assert {(one.minute % 15, one.second) for one in frame["at"]} == {(0, 0)}
    assert (frame["at"].min(), frame["at"].max()) == (time(8), time(18))
    assert set(frame["raw"].bin.size()) == set(range(10))
    assert {len(one) for one in frame["sixteen"]} == {16}
    assert len(set(frame["sixteen"])) == 2_000
    ones = sum(byte.bit_count() for one in frame["sixteen"] for byte in one)
    assert ones / (2_000 * 128) == pytest.approx(0.5, abs=0.005)
    assert (frame["took"].min(), frame["took"].max()) == (timedelta(milliseconds=10), timedelta(milliseconds=20))
    assert frame["size"].max() > 4_000_000_000


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"times": "18:00", "high": "08:00"}, "low=18:00 is after high=08:00"),
        ({"times": "25:00"}, "the earliest, written HH:MM or HH:MM:SS"),
        ({"binary": [3, 1]}, "has its least above its most"),
        ({"binary": 5_000}, "from 0 to 4,096"),
        ({"integers": -1, "high": 5, "type": "uint8"}, "which uint8 can't hold"),
    ],
)
def test_wrong_arguments_are_refused_with_what_is_allowed(column, said):
    assert said in problems({"x": column})
