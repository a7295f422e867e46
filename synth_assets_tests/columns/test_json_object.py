"""JSON of other columns, read by Python's own reader."""

import json

import pytest

from synth_assets.errors import UsageError
from synth_assets_tests.columns.test_expressions import COLUMNS, made

ODD = ['"quoted"', "back\\slash", "tab\there", "line\nbreak", "\x01\x1f", "emoji 🎈", None]


def rows(shape, columns=None, **more):
    frame = made({**(columns or {}), "x": {"json_object": shape, **more}}, rows=300)
    return [json.loads(text) for text in frame["x"]], frame


def test_fields_are_what_the_columns_are_by_their_kinds():
    shape = {"n": "a", "money": "c", "s": "s", "yes": "q", "on": "day", "at": "ts", "five": 5, "no": None, "t": True}
    found, frame = rows(shape)
    for one, row in zip(found, frame.iter_rows(named=True), strict=True):
        assert (one["n"], one["s"], one["yes"]) == (row["a"], row["s"], row["q"])
        assert one["money"] == pytest.approx(float(row["c"]), abs=1e-9)
        assert (one["on"], one["at"]) == (str(row["day"]), row["ts"].strftime("%Y-%m-%d %H:%M:%S"))
        assert (one["five"], one["no"], one["t"]) == (5, None, True)
        assert list(one) == list(shape)


def test_objects_and_lists_nest_and_what_is_missing_is_null_or_left_out():
    shape = {"b": "b", "in": {"d": "d", "list": ["a", "b", {"s": "s"}]}, "empty": {}, "none": []}
    found, frame = rows(shape)
    less, _ = rows(shape, skip_missing=True)
    for whole, left, row in zip(found, less, frame.iter_rows(named=True), strict=True):
        assert whole["in"]["list"] == [row["a"], row["b"], {"s": row["s"]}]
        assert (whole["empty"], whole["none"]) == ({}, [])
        assert ("b" in left, "d" in left["in"]) == (row["b"] is not None, row["d"] is not None)
        assert left["in"]["list"][1] == row["b"]  # a list keeps its places


def test_texts_are_escaped():
    found, frame = rows({'the "key"': "odd"}, {"odd": {"choices": ODD, "type": "string"}})
    assert {one['the "key"'] for one in found} == set(ODD)
    assert [one['the "key"'] for one in found] == frame["odd"].to_list()


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ({"x": "nobody"}, "column 'nobody' is unknown"),
        ({"x": "f"}, "the text of a float isn't the same everywhere"),
        ({"x": {"y": "a +"}}, "it ends where it makes no sense"),
        ({"x": "random()"}, "random needs chance"),
        ("a", "fields"),
    ],
)
def test_what_is_no_shape_is_refused(shape, said):
    with pytest.raises(UsageError) as error:
        rows(shape)
    assert said in str(error.value)


def test_the_columns_it_is_made_of_are_those_of_the_tests():
    assert {"a", "b", "c", "d", "f", "s", "q", "day", "ts"} <= set(COLUMNS)
