"""Lifecycles by the hour and the minute, and those whose ways part."""

import polars as pl
import pytest

from synth_assets.errors import UsageError
from synth_assets.model.fates import Lifecycle, Step
from synth_assets.specs.declared import Declared
from synth_assets_tests.domains.living import lived
from synth_assets_tests.specs.made import frames

CLAIMS = """
dataset: claims
entities:
  claims:
    rows: 3000
    over: 60
    columns:
      id: key
      came: moment.born
      state:
        lifecycle:
          open: 1
          accepted: {hours: [1, 6], weight: 70}
          rejected: {minutes: [5, 30], after: open, weight: 30}
          paid: {days: [1, 2], after: accepted, percent: 80}
          appealed: {minutes: 90, after: rejected}
      accepted_at: {step: accepted}
      rejected_at: {step: rejected}
      paid_at: {step: paid}
      appealed_at: {step: appealed}
"""


def after(frame, later, sooner):
    return frame.select((pl.col(later) - pl.col(sooner)).dt.total_seconds()).to_series().drop_nulls()


def test_each_row_goes_one_way_in_its_time(tmp_path):
    rows = frames(CLAIMS, tmp_path)["claims"]
    both = rows.filter(pl.col("accepted_at").is_not_null() & pl.col("rejected_at").is_not_null())
    assert both.is_empty()
    shares = {state: count / len(rows) for state, count in rows["state"].value_counts().rows()}
    assert shares["paid"] == pytest.approx(0.7 * 0.8, abs=0.05)
    assert shares["accepted"] == pytest.approx(0.7 * 0.2, abs=0.05)
    assert shares["appealed"] == pytest.approx(0.3, abs=0.04)
    for later, sooner, low, high in [
        ("accepted_at", "came", 3_600, 6 * 3_600),
        ("rejected_at", "came", 300, 1_800),
        ("appealed_at", "rejected_at", 5_400, 5_400),
        ("paid_at", "accepted_at", 86_400, 2 * 86_400),
    ]:
        found = after(rows, later, sooner)
        assert low <= found.min() <= found.max() <= high + 2, later
        assert rows.filter(pl.col(later).is_not_null() & pl.col(sooner).is_null()).is_empty()


def test_base_and_changes_make_the_later_state():
    events, _, differing = lived(Declared.of(_small()).load(), 2, range(1, 6))
    assert events > 100
    assert differing == 0


def _small():
    states = {
        "open": 1,
        "accepted": {"hours": [1, 48], "weight": 2},
        "rejected": {"minutes": [5, 90], "after": "open"},
        "reopened": {"hours": 30},
        "paid": {"days": [1, 2], "after": "accepted"},
    }
    columns = {"id": "key", "state": {"lifecycle": states}, "paid_at": {"step": "paid"}, "last": "changed"}
    return {"dataset": "life", "entities": {"claims": {"rows": 300, "over": 20, "columns": columns}}}


def test_what_happens_is_told():
    life = Lifecycle("life", "open", (Step("yes", hours=(1, 1), weight=3), Step("no", minutes=(2, 9), after="open")))
    said = "from open to yes after 1 hour (3 of 4) or no after 2 to 9 minutes (1 of 4)"
    assert life.told == f"a row is open first, then it goes {said}."


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"hours": [1, 2], "days": [1, 2]}, "days, hours or minutes, said once"),
        ({"per_hundred": 5}, "days, hours or minutes, said once"),
        ({"days": 1, "after": "dnoe"}, "follows dnoe, which is no state before it; those are open"),
    ],
)
def test_steps_that_cannot_be_are_refused(step, said):
    columns = {"id": "key", "state": {"lifecycle": {"open": 1, "done": step}}}
    with pytest.raises(UsageError) as refused:
        Declared.of({"dataset": "q", "entities": {"t": {"rows": 5, "over": 9, "columns": columns}}}).load()
    assert said in str(refused.value)
