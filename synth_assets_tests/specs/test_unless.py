"""Steps of a lifecycle that some rows don't take, by a column of their own."""

import polars as pl
import pytest

from synth_assets.specs.declared import Declared
from synth_assets.specs.slips import DeclarationError
from synth_assets_tests.domains.living import lived
from synth_assets_tests.specs.made import frames

ORDERS = """
dataset: q
entities:
  orders:
    rows: 300
    over: 30
    columns:
      id: key
      is_called_off: {booleans: 0.3}
      state: {lifecycle: {open: 1, sent: {days: [0, 2]}, there: {days: [1, 4], unless: CONDITION}}}
      there_at: {step: there}
      number: {integers: 1, high: 9}
      wanders: {expression: state = 'open', type: boolean, hidden: true}
"""


def test_rows_of_which_it_is_true_stay_in_the_state_before(tmp_path):
    rows = frames(ORDERS.replace("CONDITION", "is_called_off"), tmp_path)["orders"]
    called_off = rows.filter("is_called_off")
    assert set(called_off["state"]) == {"open", "sent"}
    assert called_off["there_at"].null_count() == len(called_off) > 50
    assert rows.filter(~pl.col("is_called_off"), pl.col("state") == "there").height > 100


def test_base_and_changes_make_the_later_state(tmp_path):
    path = tmp_path / "q.yaml"
    path.write_text(ORDERS.replace("CONDITION", "is_called_off"))
    events, _, differing = lived(Declared.read(path).load(), 2, range(1, 8))
    assert events > 100
    assert differing == 0


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        ("is_caled_off", "there: unless: column 'is_caled_off' is unknown; did you mean 'is_called_off'?"),
        ("number", "there: number is of type int64, and unless names a boolean column."),
        ("wanders", "there: wanders changes in time, so whether a row takes the step isn't known beforehand."),
    ],
)
def test_a_column_that_can_not_tell_is_refused(column, problem, tmp_path):
    path = tmp_path / "q.yaml"
    path.write_text(ORDERS.replace("CONDITION", column))
    with pytest.raises(DeclarationError) as refused:
        Declared.read(path).load()
    assert f"q/orders: state: {problem}" in str(refused.value)
