"""Declarations that nobody means well are refused with the place, in the product's words."""

import pytest

from synth_assets.errors import UsageError
from synth_assets.specs.declared import Declared

DEEP: dict = {}
inner = DEEP
for _ in range(10_000):
    inner = inner.setdefault("a", {})
CIRCLE: dict = {}
CIRCLE["a"] = CIRCLE


def of(entity=None, **more):
    return {"dataset": "t", "entities": {"a": {"rows": 3, "columns": {"id": "key"}, **(entity or {})}}, **more}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (DEEP, "nest"),
        (CIRCLE, "can't be read"),
        ({("a", "b"): 1}, "can't be read"),
        (of(doc=object()), "can't be read"),
        (of({"rows": 2**63}), "entities.a.rows=9223372036854775808 is not allowed"),
        (of({"rows": 10**5_000}), "can't be read"),
        (of({"rows": -1}), "entities.a.rows=-1 is not allowed"),
        (of({"rows": "nope"}), "t/a: rows: parameter 'nope' is unknown"),
        (of({"over": "nope"}), "t/a: over: parameter 'nope' is unknown"),
        (of({"key": "nope"}), "t/a: column of the key 'nope' is unknown"),
        (of({"key": {"columns": []}}), "columns"),
        (of({"key": {"columns": ["id"], "codec": "composite", "sizes": [8]}}), "can't have the codec composite"),
        (of({"rows": None, "lines_of": "a", "per_parent": {1: 1}}), "lead back to a"),
        (of({"rows": None, "lines_of": "b", "per_parent": {1: 1}}), "t/a: table 'b' is unknown"),
        (of({"rows": None, "lines_of": "a"}), "per_parent"),
        (of({"columns": {"\x1b[31m": "key"}}), r"\u001b[31m"),
        (of({"columns": {'a"b': "key"}}), r'a\"b'),
        (of({"columns": {"id": "key", "k": "nope"}}), "method 'nope' is unknown"),
        (of(parameters={"model_config": 1}), "parameter can't be called model_config"),
        (of(parameters={"seed": 1}), "parameter can't be called seed: commands have an option of that name"),
        (of(parameters={"n": -1}), "parameter n is -1, which isn't from 0 to 100,000,000"),
        (of(parameters={"n": 1}, presets={"x": {"m": 1}}), "preset 'x' of t"),
        (of(presets={"../x": {}}), "preset '../x' of t can't be called so"),
        (of(presets={"custom-1": {}}), "can't be called so"),
        (of(presets={"a": {}, "b": {}}), "preset 'b' of t has the numbers of 'a'"),
        (of(default_preset="nope"), "default_preset 'nope' is unknown"),
        (of({"columns": {"id": "key", **{f"c{number}": "booleans" for number in range(30_000)}}}), "more than 20,000"),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_be_one_is_refused(values, said):
    with pytest.raises(UsageError) as error:
        Declared.of(values).load()
    assert said in str(error.value)
    assert "\x1b" not in str(error.value)
    assert len(str(error.value)) < 2_000
