"""Base + changes = snapshot, where rows change by themselves: of tables with gaps, and with cells that come in time."""

import polars as pl
import pytest

from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.specs.declared import Declared

DAYS = 5
STEPS = {"lifecycle": {"new": 1, "used": {"days": [0, 2]}, "gone": {"days": [0, 3], "per_hundred": 60}}}
LENT = {"method": "after", "column": "at", "low": 0, "high": 6, "unit": "days", "may_come": True}
DRAWN = {"timestamps": -2, "last": 9}
SOON = LENT | {"high": 2, "unit": "seconds", "stream": "soon"}
SAID = {
    "dataset": "lending",
    "entities": {
        "shelves": {"rows": 30, "columns": {"shelf_id": "key", "at": DRAWN, "moved_at": LENT}},
        "loans": {
            "rows": 60,
            "over": 9,
            "columns": {
                "loan_id": "key",
                "at": "moment.born",
                "back_at": LENT,
                "back_on": LENT | {"type": "date", "null_rate": 0.3},
                "told_at": LENT | {"column": "back_at", "high": 1},
                "soon": SOON,
                "as_soon": SOON,
                "drawn_at": DRAWN,
                "later": LENT | {"column": "drawn_at", "unit": "hours"},
                "state": STEPS,
                "fee": {"expression": "days_between(at, coalesce(back_at, at)) * 2", "type": "int64"},
            },
            "fates": [{"ends": 2, "days": 20}],
        },
        "reminders": {
            "some_of": "loans",
            "per_thousand": 400,
            "columns": {
                "reminder_id": "key",
                "loan_id": {"of_parent": "", "references": "loans"},
                "state": STEPS,
                "paid_at": LENT | {"column": "loans.at"},
            },
        },
        "pages": {
            "slots_of": "loans",
            "per_parent": {0: 1, 1: 1, 3: 1},
            "key": {"columns": ["loan_id", "page"], "codec": "composite", "sizes": [3]},
            "fates": [{"changes": "turns", "days": [1, 2]}],
            "columns": {
                "loan_id": {"of_parent": "", "references": "loans"},
                "page": "ordinal",
                "mark": {"method": "changing", "by": "turns", "of": {"integers": 1, "high": 1_000_000}},
            },
        },
        "counts": {
            "series_of": "shelves",
            "every": "6 hours",
            "over": 4,
            "per_thousand": 600,
            "columns": {
                "count_id": "key",
                "shelf_id": {"of_parent": "", "references": "shelves"},
                "at": "moment.born",
                "seen_at": LENT,
                "state": STEPS,
            },
        },
    },
}


def lived(domain, name, columns):
    """The base with what the log says of it, and the snapshot; each by key."""
    dataset = domain.dataset("small", 5)
    timeline = Timeline(domain, dataset, CADENCES["day"])
    key = list(domain.entities[name].key().columns)
    rows = {row[: len(key)]: row for row in whole(timeline.state(name, dataset.as_of_second), columns)}
    seen = set()
    for number in range(1, DAYS + 1):
        for frame in timeline.batch(number).log(name):
            for event in frame.iter_rows(named=True):
                at, now = tuple(event[one] for one in key), tuple(event[f"after_{one}"] for one in columns)
                was = tuple(event[f"before_{one}"] for one in columns)
                assert (at, event["commit_ts"]) not in seen
                seen.add((at, event["commit_ts"]))
                assert rows.pop(at, tuple(None for _ in columns)) == was
                if event["op"] != "delete":
                    rows[at] = now
                assert event["op"] != "update" or event["changed_columns"]
    then = whole(timeline.state(name, dataset.as_of_second + DAYS * 86_400), columns)
    return rows, {row[: len(key)]: row for row in then}, len(seen)


def whole(frames, columns):
    return pl.concat([pl.DataFrame(schema=dict.fromkeys(columns)), *frames], how="vertical_relaxed").rows()


@pytest.mark.parametrize("name", ["shelves", "loans", "reminders", "pages", "counts"])
def test_what_the_log_says_leads_to_the_snapshot(name):
    domain = Declared.of(SAID).load()
    columns = [one.name for one in domain.entities[name].table().columns]
    found, expected, events = lived(domain, name, columns)
    assert found == expected
    assert events > 5


def made(**columns):
    loans = {"rows": 60, "over": 9, "columns": {"loan_id": "key", "at": "moment.born"} | columns}
    return Declared.of({"dataset": "lending", "entities": {"loans": loans}}).load()


def test_a_part_of_a_cell_has_no_moment_of_its_own():
    with pytest.raises(UsageError, match="lending/loans: back: what may_come within it comes at a moment of its own"):
        made(back={"struct": {"when": LENT}})
    with pytest.raises(UsageError, match="Give it a column of its own"):
        made(back={"formatted": "%Y-%m-%d", "of": LENT, "nullable": True})
    with pytest.raises(UsageError, match="Give it a column of its own"):
        made(back={"list": LENT, "length": 2})


def test_when_something_comes_does_not_hang_on_what_changes():
    with pytest.raises(UsageError, match="changed_at changes in time, so when this comes isn't known beforehand"):
        made(state=STEPS, changed_at="changed", back=LENT | {"column": "changed_at"})
