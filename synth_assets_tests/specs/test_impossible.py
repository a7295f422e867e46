"""What no dataset can keep is refused with the arithmetic: groups without enough combinations, circles unasked for."""

import json
from graphlib import CycleError, TopologicalSorter

import pytest

from synth_assets.errors import UsageError
from synth_assets.specs.declared import Declared
from synth_assets_tests.specs.made import frames


def table(rows, columns, **words):
    people = {"rows": 8, "columns": {"person_id": "key"}}
    said = {"rows": rows, "columns": {"id": "key", **columns}, **words}
    return {"dataset": "q", "entities": {"people": people, "t": said}}


CLIENT = {"split": ["os", "kind"], "rows": [["a", 1, 1], ["b", 1, 1], ["c", 2, 0]]}
GROUPS = {
    "low": {"integers": 1, "high": 4},
    "share": {"decimals": 0, "high": 1, "digits": 1},
    "colour": {"choices": ["red", "green", "red"]},
    "size": {"weighted": {"S": 1, "M": 1, "L": 0}},
    "one": {"constant": "x"},
    "turn": {"in_turn": ["a", "b", "c"]},
    "code": {"pattern": "{1 digits}"},
    "day": {"dates": "2024-01-01", "last": "2024-01-05"},
    "yes": {"booleans": 0.5},
    "who": {"references": "people"},
    "half": {"references": "people", "chosen": [1, 2]},
    "os": CLIENT,
    "kind": CLIENT,
    "odd": {"unusual_rate": 0.1, "unusual": [7, 9], "of": {"integers": 1, "high": 4}},
}
COUNTS = {
    "low": 4, "share": 11, "colour": 2, "size": 2, "one": 1, "turn": 3, "code": 10, "day": 5, "yes": 2, "who": 8,
    "half": 4, "os": 2, "kind": 1, "odd": 6,
}  # fmt: skip


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_with_fewer_combinations_than_rows_is_refused_with_the_numbers(name):
    columns = {one: GROUPS[one] for one in {"os", "kind"} | {name}} | {"other": {"integers": 1, "high": 3}}
    most = COUNTS[name] * 3
    Declared.of(table(most, columns, unique=[[name, "other"]])).load()
    with pytest.raises(UsageError) as refused:
        Declared.of(table(most + 1, columns, unique=[[name, "other"]])).load()
    told = f"no two rows share {name}, other, of which there are {most} ({COUNTS[name]} of {name} × 3 of other)"
    assert f"{told} for {most + 1} rows" in str(refused.value)


@pytest.mark.parametrize(
    "column",
    [{"null_rate": 0.1, "of": {"integers": 1, "high": 4}, "nullable": True}, "person.city", {"lognormal": 3}],
    ids=["missing", "person", "lognormal"],
)
def test_what_may_be_missing_or_nobody_counts_is_not_refused(column):
    Declared.of(table(500, {"x": column, "y": {"booleans": 0.5}}, unique=[["x", "y"]])).load()


def test_rows_that_refer_to_their_own_table_say_whether_circles_may_be(tmp_path):
    with pytest.raises(UsageError, match="t: boss: rows of t would refer to themselves, and to each other in circles"):
        Declared.of(table(300, {"boss": {"references": "t"}})).load()
    tree, net = (
        frames(json.dumps(table(300, {"boss": {"references": "t", word: True}})), tmp_path)["t"]
        for word in ("earlier", "cycles")
    )
    assert all(boss is None or boss < row for row, boss in tree.select("id", "boss").rows())
    with pytest.raises(CycleError):
        TopologicalSorter({row: [boss] for row, boss in net.select("id", "boss").rows()}).prepare()


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"references": "people", "cycles": True}, "cycles is about rows of t, but it refers to people"),
        ({"references": "t", "cycles": True, "earlier": True}, "earlier makes no cycles"),
    ],
)
def test_circles_of_what_makes_none_are_refused(column, said):
    with pytest.raises(UsageError, match=said):
        Declared.of(table(9, {"boss": column})).load()


def test_a_self_reference_by_time_needs_no_more_words():
    column = {"references": "t", "born_before": "came", "null_rate": 1}
    Declared.of(table(9, {"boss": column, "came": "moment.born"}, over=9)).load()
