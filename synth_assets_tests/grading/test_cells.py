"""Cells of any type are values of the table's types, or none."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from synth_assets.grading.cells import ASIDE, typed
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import BOOLEAN, DATE, INT8, INT64, MONEY, STRING, TIMESTAMP_UTC, list_of, struct
from synth_assets.model.types.clocks import TIME


@pytest.mark.parametrize(
    ("type_", "value", "same", "others"),
    [
        (INT64, 7, ["7", "7.0", " +7 ", 7.0, Decimal("7.00"), np.uint8(7)], ["7.5", "x", "", 7.5, "9" * 20]),
        (INT8, 5, ["5", 5], [300, "300"]),
        (BOOLEAN, True, ["true", "T", "1", 1], ["yes", 2, "0", False]),
        (BOOLEAN, False, ["false", "f", "0", 0], ["no", True]),
        (
            MONEY, Decimal("12.50"),
            ["12.5", "12.500", 12.5, Decimal("12.5000")], ["12.505", 12.500000000000002, "x", 12],
        ),
        (MONEY, Decimal("0.30"), [0.3, "0.3", "+0.30"], [0.1 + 0.2]),
        (
            TIMESTAMP_UTC,
            datetime(2026, 1, 2, 3, tzinfo=UTC),
            [
                "2026-01-02T03:00:00Z", "2026-01-02 03:00:00", "2026-01-02 03:00:00.000000+00",
                "2026-01-02T05:00+02:00",
                "2026-01-02 03:00:00 UTC", "2026-01-01T21:30:00-0530", datetime.fromisoformat("2026-01-02T03:00"),
                datetime(2026, 1, 2, 4, tzinfo=timezone(timedelta(hours=1))),
            ],
            ["2026-01-02 03:00:00.000000001", "2026-01-02", "1767322800", "2026-13-02", 1_767_322_800],
        ),
        (
            DATE, date(2026, 1, 2),
            ["2026-01-02", "2026-01-02T00:00:00Z", datetime.fromisoformat("2026-01-02")], ["2026-01-02 01:00", "2 Jan"],
        ),
        (
            TIME, time(12, 30, 0, 500_000),
            ["12:30:00.5", "12:30:00.500000000", time(12, 30, 0, 500_000)], ["12:30:00", "12:30", "x", 45_000, ""],
        ),
        (STRING, "01234", ["01234"], [1234, "1234", " 01234"]),
        (
            struct({"city": STRING, "floor": INT8}), {"city": "Zürich", "floor": 3},
            [
                '{"city":"Zürich","floor":3}', '{ "floor": 3, "city": "Z\\u00fcrich", "own": [1] }',
                {"floor": 3.0, "city": "Zürich"}, {"city": "Zürich", "floor": "3", "own": True},
            ],
            [
                '{"city":"Zürich","floor":4}', '{"city":"Zürich"}', "nope", "[1]", "{'city': 'Zürich', 'floor': 3}", 7,
                {"city": "Zürich", "floor": 300}, {"city": "Zürich", "floor": None}, {"own": 1}, ["Zürich"],
            ],
        ),
        (
            struct({"city": STRING, "floor": INT8}), {"city": "Wien", "floor": None},
            ['{"city":"Wien"}', {"city": "Wien"}], [{"city": "Wien", "floor": "x"}, '{"city":"Wien","floor":300}'],
        ),
        (
            list_of(struct({"n": INT8})), [{"n": 1}, None],
            ['[{"n":1},null]', [{"n": 1}, None], [{"n": "1", "own": 2}, None]],
            ['[{"n":1}]', "[null,null]", [{"n": "x"}, None], [{"n": 1}], "{}", ""],
        ),
        (list_of(STRING), [], ["[]"], ['[""]', "{}"]),
    ],
)  # fmt: skip
def test_cells_are_compared_by_value_not_by_the_name_of_a_type(type_, value, same, others):
    table = Table("d", "t", "", "", Key.of("c"), (Column("c", type_, "", nullable=True),))

    def read(cell):
        return typed(pl.DataFrame({"c": [cell]}), table).row(0, named=True)

    truth = pl.DataFrame({"c": [value]}, schema=table.schema).row(0)[0]
    assert [one for one in same if read(one) != {"c": truth, ASIDE + "c": None}] == []
    assert [one for one in others if read(one)["c"] == truth] == []
    assert read(None) == {"c": None, ASIDE + "c": None}


def test_a_text_that_is_no_json_hides_none_of_those_around_it():
    table = Table("d", "t", "", "", Key.of("c"), (Column("c", struct({"n": INT8}), "", nullable=True),))
    texts = ['{"n":1}', None, "nope", '{"n":"x"}', "3", '{"n":4}', "", '{"n":1}{"n":2}'] * 20
    found = typed(pl.DataFrame({"c": texts}), table)
    assert found["c"].to_list() == [{"n": 1}, None, None, None, None, {"n": 4}, None, None] * 20
    assert found[ASIDE + "c"].to_list() == [None, None, "nope", '{"n":"x"}', "3", None, "", '{"n":1}{"n":2}'] * 20
