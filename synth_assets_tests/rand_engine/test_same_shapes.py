"""Where a frame has the shape that rand-engine's users know: ranges, texts, types, names, and when anomalies come."""

from datetime import UTC, date, datetime

import pytest

from synth_assets.rand_engine import DataGenerator, SpecError
from synth_assets_tests.rand_engine.every_method import said


def frame(words, rows=300, name="x", **more):
    return DataGenerator({name: words}, seed=5, **more).size(rows).get_df()


def test_floats_never_pass_their_ends_by_rounding():
    found = frame(said("floats", min=0.05, max=0.95, decimals=1))["x"]
    assert (found.min(), found.max()) == (0.1, 0.9)
    with pytest.raises(SpecError, match=r"no number with 1 digits after the point from 0\.02 to 0\.08"):
        frame(said("floats", min=0.02, max=0.08, decimals=1), validate=True)


def test_truth_and_named_floats_have_python_s_text_in_templates():
    def text(method, **kwargs):
        template = {"method": method, "kwargs": kwargs}
        return set(frame(said("complex_distincts", pattern="x.", replacement="x", templates=[template]))["x"])

    assert text("booleans", true_prob=0.5) == {"True.", "False."}
    assert text("booleans", true_prob=1) == {"True."}
    assert text("distincts", distincts=[True, False]) == {"True.", "False."}
    assert text("distincts", distincts=[1, 2.5]) == {"1.0.", "2.5."}
    assert text("distincts_prop", distincts={1.5: 1, 2.0: 1}) == {"1.5.", "2.0."}
    assert text("constant", value=3.5) == {"3.5."}
    assert text("distincts", distincts=[1, 2]) == {"1.", "2."}


def test_anomalies_come_after_transformers_and_in_the_same_rows_as_without():
    words = {**said("integers", min=1, max=9), "anomaly_rate": 0.2, "anomaly_values": [-1, 999]}
    without = frame(words)["x"]
    found = frame({**words, "transformers": [lambda cell: cell * 10]})["x"]
    where = without.isin([-1, 999])
    assert 20 < where.sum() < 110
    assert (found[where] == without[where]).all()
    assert (found[~where] == without[~where] * 10).all()
    text = {**words, "anomaly_values": ["?"], "transformers": [lambda cell: f"v{cell}"], "null_rate": 0.5}
    made = frame(text)["x"]
    assert set(made.dropna().str[0]) == {"v", "?"}
    assert made.isna().any()
    generator = DataGenerator({"x": text}, seed=5).size(300)
    assert generator.get_polars()["x"].to_list() == made.to_list()
    assert generator.scan().collect().columns == ["x"]


def test_an_anomaly_may_be_missing_where_transformers_are():
    words = {**said("integers", min=1, max=9), "anomaly_rate": 0.5, "anomaly_values": [None]}
    found = frame({**words, "transformers": [lambda cell: cell]})["x"]
    assert str(found.dtype) == "Int64"
    assert 100 < found.isna().sum() < 200


@pytest.mark.parametrize("rows", [0, 5])
def test_a_type_doesn_t_tell_whether_a_cell_happens_to_be_missing(rows):
    seldom = {"null_rate": 0.000001}
    assert str(frame({**said("integers", min=1, max=9), **seldom}, rows)["x"].dtype) == "Int32"
    assert str(frame({**said("booleans"), **seldom}, rows)["x"].dtype) == "boolean"
    assert str(frame(said("distincts_prop", distincts={1: 9_999, None: 1}), rows)["x"].dtype) == "Int64"
    assert str(frame(said("integers", min=1, max=9), rows)["x"].dtype) == "int32"


def test_days_and_times_of_transformers_have_pandas_own_types(tmp_path):
    import pandas as pd

    seconds = said("unix_timestamps", start="2024-01-01", end="2024-02-01")
    times = frame({**seconds, "transformers": [lambda cell: datetime.fromtimestamp(cell, UTC).replace(tzinfo=None)]})
    assert times["x"].dtype == pd.Series([datetime(2024, 1, 1)]).dtype  # noqa: DTZ001 - as rand-engine's users have it
    text = DataGenerator({"x": {**seconds, "transformers": [lambda _: datetime(2024, 1, 1)]}}, 1)  # noqa: DTZ001
    assert text.write.size(1).format("csv").save(tmp_path / "x")[0].read_text() == "x\n2024-01-01T00:00:00.000000\n"
    days = frame({**seconds, "transformers": [lambda cell: datetime.fromtimestamp(cell, UTC).date()]})
    assert {type(one) for one in days["x"]} == {date}


def test_one_name_in_cols_is_the_column_s():
    found = frame({**said("distincts", ["y"], distincts=["a;b", "c;d"]), "null_rate": 0.1})
    assert list(found) == ["y"]
    assert set(found["y"].dropna()) == {"a;b", "c;d"}
    assert set(frame(said("integers", ["y"], min=1, max=2))["y"]) == {1, 2}


def test_transformers_of_a_map_are_for_the_column_of_its_name():
    words = {**said("distincts_map", ["k", "v"], distincts={"a": ["x", "y"]}), "transformers": [str.upper]}
    found = frame(words, name="k")
    assert (set(found["k"]), set(found["v"])) == ({"A"}, {"x", "y"})
    with pytest.raises(SpecError, match="call it as the one that they are for"):
        frame(words, name="pair")


def test_permuted_keys_begin_where_they_were_told_to():
    found = frame(said("pk", style="permuted", domain=300, key=3, start=5_000))["x"]
    assert sorted(found) == list(range(5_000, 5_300))
    with pytest.raises(SpecError, match="'step' goes with style 'sequence' only"):
        frame(said("pk", style="permuted", domain=300, step=2))


def test_a_function_is_asked_for_its_dictionary_each_time():
    asked = []
    generator = DataGenerator(lambda: asked.append(1) or {"x": said("constant", value=len(asked))}, seed=1).size(2)
    made = [generator.get_df()["x"][0], generator.get_polars()["x"][0], generator.scan().collect()["x"][0]]
    assert made == [1, 2, 3]
    assert next(generator.stream_dict(1, 1_000, clock="dataset"))["x"] == 4


@pytest.mark.parametrize(
    "words",
    [
        said("distincts", distincts=[f"v{number}" for number in range(20_000)]),
        said("distincts_map", ["k", "v"], distincts={str(number): [1] for number in range(4_000)}),
    ],
)
def test_too_many_values_are_refused_by_column_with_a_way_out(words):
    with pytest.raises(SpecError, match="it is the largest of a dictionary with") as refused:
        frame(words, validate=True)
    assert "about 20,000 are read" in str(refused.value)
    assert "lambda place: VALUES[place]" in str(refused.value)


def test_as_many_values_as_are_read_make_a_frame():
    values = [f"v{number}" for number in range(19_800)]
    assert set(frame(said("distincts", distincts=values))["x"]) <= set(values)
