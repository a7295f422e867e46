"""Dictionaries that are none: everything that is wrong is told at once, with a correct example."""

from datetime import date

import pytest

from synth_assets.errors import SynthError, UsageError
from synth_assets.rand_engine import DataGenerator, SpecError
from synth_assets.specs.rand_engine.templates import BY_NAME
from synth_assets_tests.rand_engine.every_method import COLUMNS, said

WRONG = [
    ({"age": said("integers")}, ["Column 'age': Missing required parameter 'min'", '"kwargs": {"min": 18, "max": 65}']),
    ({"age": said("intgers", min=1, max=2)}, ["method 'intgers' does not exist; did you mean 'integers'"]),
    ({"age": said("integers", mn=1, max=2)}, ["has no parameter 'mn'; did you mean 'min'?"]),
    ({"age": said("integers", min="a", max=2)}, ["parameter 'min' must be a whole number, not 'a'"]),
    ({"age": said("integers", min=5, max=2)}, ["'min' must not be above 'max', and 5 is above 2"]),
    ({"age": said("integers", min=0, max=300, int_type="int8")}, ["must be within int8: from -128 to 127"]),
    ({"age": said("integers", min=0, max=3, int_type="int7")}, ["'int_type' must be one of int8, "]),
    ({"age": {"kwargs": {}}}, ["field 'method' is required"]),
    ({"age": 5}, ["must be a dictionary, not int"]),
    ({"age": {**said("integers", min=1, max=2), "nul_rate": 0.1}}, ["'nul_rate'; did you mean 'null_rate'"]),
    ({"age": {**said("integers", min=1, max=2), "null_rate": 2}}, ["'null_rate' must be a number from 0 to 1"]),
    ({"age": {**said("integers", min=1, max=2), "anomaly_rate": 0.1}}, ["requires 'anomaly_values'"]),
    ({"age": {**said("integers", min=1, max=2), "transformers": ["x"]}}, ["must be a list of functions"]),
    ({"x": said("floats", min=1, max=2, round=1, decimals=1)}, ["'round' and 'decimals' are the same"]),
    ({"x": said("booleans", true_prob=2)}, ["'true_prob' must be a number from 0 to 1"]),
    ({"x": said("distincts", distincts=[])}, ["'distincts' must be a list of values, at least one"]),
    ({"x": said("distincts", distincts=[date(2024, 1, 1)])}, ["a day as text: 'transformers' make days of it"]),
    ({"x": said("distincts", distincts=["a", 1])}, ["must be values of one type, not int, str"]),
    ({"x": said("distincts_prop", distincts={"a": -1, "b": 2})}, ["every weight must be a number >= 0"]),
    ({"x": said("distincts_map", distincts={"a": ["b"]})}, ["Missing required field 'cols'"]),
    ({"x": said("distincts_map", ["a"], distincts={"a": ["b"]})}, ["'cols' names 1 columns", "has 2 values"]),
    ({"x": said("distincts_map_prop", ["a", "b"], distincts={"a": ["b"]})}, ["must have a list of pairs"]),
    ({"x": said("complex_distincts", pattern="x.x", replacement="x", templates=[said("uuid4")])}, ["'x' 2 times"]),
    ({"x": said("dates", start="2024-13-01", end="2025-01-01")}, ["'2024-13-01', which isn't written as '%Y-%m-%d'"]),
    ({"x": said("dates", start="2025-01-01", end="2024-01-01")}, ["'start' must not be after 'end'"]),
    ({"x": said("dates", start="1 Jan", end="2 Jan", format="%d %b")}, ["'date_format' has '%b'"]),
    ({"x": said("unique_ids", strategy="uuid1")}, ["'strategy' must be one of zint, uuid4"]),
    ({"x": said("pk", style="permuted")}, ["needs 'domain'"]),
    ({"x": said("pk", format="C-{:>8}")}, ["must have one place for a whole number"]),
    ({"x": said("fk", parent={"method": "uuid"}, parent_size=3)}, ["must be a column of pk, unique_ids, uuid4"]),
    ({"x": said("fk", parent=said("pk"), parent_size=9, born_before={"child_rate": 1})}, ["requires 'child_start'"]),
    ({"x": said("foreign_keys", name="a")}, ["method 'foreign_keys' is not taken", "'constraints'"]),
    ({"x": said("pattern", pattern="{8 dgits}")}, ["there are no dgits"]),
    ({"x": {"method": ["integers"]}}, ["method '['integers']' does not exist"]),
    ({"x": {**COLUMNS["pair"], "sep": 5}}, ["'sep' must be the text between two parts, such as ';', not 5"]),
    ({"x": {**COLUMNS["pair"], "sep": ""}}, ["'sep' must be the text"]),
    ({"x": {**COLUMNS["byte"], "anomaly_rate": 0.1, "anomaly_values": [-1]}}, ["within uint8", "from 0 to 255"]),
    ({"x": {**COLUMNS["whole"], "anomaly_rate": 0.1, "anomaly_values": [10**12]}}, ["must be within int32"]),
    ({"x": said("complex_distincts", pattern="x", replacement="x",
                templates=[said("distincts", distincts=["a", None])])}, ["a template leaves no place empty"]),
    ({"x": said("floats", min=0, max=1e19)}, ["too many digits together with 2", "fewer 'decimals'"]),
    ({"x": said("pk", start=10**30)}, ["'start' must be a whole number from -2^40 to 2^40"]),
    ({"x": said("zipf", a=1)}, ["'a' must be a number above 1"]),
    ({"a": said("uuid4"), "b": said("distincts_map", ["a", "c"], distincts={"x": ["y"]})}, ["two entries make"]),
    ({"a": said("uuid4"), "constraints": {"k": {"name": "k", "tipo": "XX"}}}, ["must be 'PK'", "'fields'"]),
    ({}, ["it has no columns"]),
    ([], ["it is list"]),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "told"), WRONG)
def test_what_is_wrong_is_told_with_a_correct_example(spec, told):
    with pytest.raises(SpecError) as refused:
        DataGenerator(spec, validate=True)
    text = str(refused.value)
    assert all(part in text for part in told), text
    assert "Correct example" in text or "For example" in text or "Rename" in text


def test_all_of_it_at_once_and_at_the_latest_when_rows_are_asked_for():
    spec = {"a": said("integers"), "b": said("nothing"), "c": said("uuid4"), "constraints": {"k": 1}}
    generator = DataGenerator(spec).size(5)
    with pytest.raises(SpecError) as refused:
        generator.get_df()
    assert all(part in str(refused.value) for part in ("'a'", "'min'", "'max'", "'b'", "'k'"))
    assert "'c'" not in str(refused.value)
    assert isinstance(refused.value, SynthError)


@pytest.mark.parametrize("name", list(BY_NAME))
def test_every_method_has_an_example_that_is_right(name):
    generator = DataGenerator({"x": {"method": name, **BY_NAME[name].example}}, 1, validate=True)
    assert generator.size(3).get_polars().height == 3


@pytest.mark.parametrize(
    ("use", "told"),
    [
        (lambda: DataGenerator({"a": said("uuid4")}).get_df(), "how many rows"),
        (lambda: DataGenerator({"a": said("uuid4")}).size(-1), "size=-1 is not allowed"),
        (lambda: DataGenerator({"a": said("uuid4")}).size(10**13), "at most 1,000,000,000,000"),
        (lambda: DataGenerator({"a": said("uuid4")}).size(10**10).get_df(), "more than a frame has"),
        (lambda: DataGenerator({"a": said("uuid4")}).size(10**10).get_polars(), r"Write files \(\.write\)"),
        (lambda: DataGenerator({"a": said("uuid4")}).db_checkpoint("keys.duckdb"), "it is a DuckDBHandler or"),
        (lambda: DataGenerator({"a": said("uuid4")}, seed="x"), "seed='x' is not allowed"),
        (lambda: DataGenerator({"a": said("unique_ids", length=2)}, 1).size(101).get_df(), "has 100 values, 101 rows"),
        (lambda: DataGenerator({"a": {**said("uuid4"), "transformers": [int]}}, 1).size(1).get_df(), "failed"),
    ],
)  # fmt: skip
def test_wrong_use_is_refused(use, told):
    with pytest.raises(UsageError, match=told):
        use()
