"""Where a mistake is told, once, and how: at its own place, with an example as files are written."""

import pytest

from synth_assets.specs.declared import Declared
from synth_assets.specs.slips import DeclarationError

FILE = """dataset: shopx
parameters: {n: 100}
presets: {tiny: {n: PRESET}}
entities:
  a:
    rows: n
    over: 30
    columns:
      a_id: key
      born_at: {moment: born}
  b:
    HOW_MANY
    columns:
      b_id: key
      a_id: {of_parent: "", references: a}
      y: COLUMN
"""
LINES = "lines_of: a\n    per_parent: {1: 1, 2: 1}"


def told(column="person.city", how_many=LINES, preset="10"):
    text = FILE.replace("COLUMN", column).replace("HOW_MANY", how_many).replace("PRESET", preset)
    with pytest.raises(DeclarationError) as refused:
        Declared(text, "f.yaml", ".yaml").load()
    return refused.value.texts


def test_an_unquoted_comma_of_a_type_is_told_once_with_the_quotes():
    (one,) = told("{integers: 1, high: 3, type: decimal(10,2)}")
    first, then = one.split("\n")
    assert first == "f.yaml, line 17, column 33: type: decimal(10,2) has a comma, which ends a value within braces."
    assert then == '  Put it into quotes. For example: type: "decimal(10,2)"'


def test_an_unquoted_comma_within_a_part_is_told_too():
    (one,) = told("{list: {integers: 1, high: 3, type: decimal(10,2)}, length: 2}")
    assert one.startswith("f.yaml, line 17, column 40: type: decimal(10,2) has a comma")


def test_a_misspelt_argument_makes_no_other_one_missing():
    (one,) = told("{list: {integers: 1, hig: 6}, length: 3}")
    assert "column 31" in one
    assert "did you mean 'high'?" in one
    assert one.endswith("For example: {method: integers, low: 1, high: 6}")


def test_a_wrong_name_within_an_expression_is_told_at_the_part_that_has_it():
    (one,) = told("\n        struct:\n          p: {integers: 1, high: 6}\n          q: {expression: pp + 1}")
    assert one.startswith("f.yaml, line 20, column 15: ")
    assert "'pp'" in one


def test_what_follows_from_a_wrong_table_is_not_told():
    (one,) = told(how_many="series_of: a\n    every: 5 minuts\n    over: 30")
    assert "every='5 minuts'" in one
    (one,) = told(how_many=f"key: {{columns: [a_id, b_id], codec: composite}}\n    {LINES}")
    assert "sizes has 0 numbers" in one


def test_what_follows_from_a_wrong_lifecycle_is_not_told():
    texts = told("{lifecycle: {open: 1, done: {dys: [0, 3]}}}\n      z: {step: done}")
    assert any("'dys' is unknown" in one for one in texts)
    assert not any("is no lifecycle" in one or "days is missing" in one for one in texts)


@pytest.mark.parametrize("value", ["-10", "abc", "100_000_001"])
def test_a_preset_says_which_numbers_there_may_be(value):
    (one,) = told(preset=value)
    assert one.startswith("f.yaml, line 3, column 18: ")
    assert one.endswith("it is a whole number from 0 to 100,000,000.\n  For example: n: 100")
