"""Columns that are drawn at once change in time together, or the language says which of them would be left behind."""

import json

import pytest

from synth_assets.errors import UsageError
from synth_assets.specs.declared import Declared
from synth_assets.world import vocabulary
from synth_assets_tests.specs.made import frames

CLIENT = {"split": ["device", "os"], "rows": [["mobile", "iOS", 3], ["mobile", "Android", 5], ["desktop", "Linux", 2]]}
PERSON = {part: f"person.{part}" for part in ("full_name", "first_name", "city", "postal_code", "street")}
COLUMNS = {
    "id": "key",
    **PERSON,
    "region": {"person": "region", "nullable": True},
    "email": {"person": "email", "unique": True},
    "device": CLIENT,
    "os": CLIENT,
    "mood": {"weighted": {"good": 1, "bad": 1}},
    "twin": {"choices": ["left", "right"], "stream": "mood"},
}
ADDRESS = ["city", "postal_code", "street", "region"]


def declared(change, columns):
    said = {"rows": 60, "over": 30, "columns": {"id": "key", **columns}}
    return Declared.of({"dataset": "d", "entities": {"t": said}, "changes": {"t": {"change": change}}})


def columns(*names, **more):
    return {**{name: COLUMNS[name] for name in names}, **more}


@pytest.mark.parametrize(
    ("changing", "others", "behind"),
    [
        ("city", columns(*ADDRESS), "postal_code and street and region"),
        ("postal_code", columns("city", "postal_code"), "city"),
        ("first_name", columns("full_name", "first_name", "email", "city"), "full_name"),
        ("os", columns("device", "os"), "device"),
        ("twin", columns("mood", "twin"), "mood"),
        ("city", columns("city", lives={"composed": ["in ", {"method": "person", "part": "city"}]}), "lives"),
        ("city", columns("city", lives={"null_rate": 0.5, "of": "person.street"}), "lives"),
        ("city", columns("city", at={"struct": {"street": "person.street"}}), "at"),
        ("at", columns("city", at={"struct": {"street": "person.street"}}), "city"),
    ],
)
def test_what_would_be_left_behind_is_refused_with_what_to_write(changing, others, behind):
    with pytest.raises(UsageError) as refused:
        declared({changing: "2 % a month"}, others).load()
    said = str(refused.value)
    assert f"d/t: {changing}: {behind} would no longer agree with it when it changes" in said
    together = [one for one in others if one == changing or one in behind.split(" and ")]
    assert f"{{columns: [{', '.join(together)}], rate: 2 % a month}}" in said
    declared({"together": {"columns": together, "rate": "2 % a month"}}, others).load()


@pytest.mark.parametrize(
    ("changing", "others"),
    [
        ("city", columns("city", "full_name", "email")),
        ("full_name", columns("full_name", "email", "city", "street")),
        ("city", columns("city", payer={"person": "city", "who": "payer"})),
        ("city", columns("city", seen={"list": "person.street", "length": 2})),
        ("os", columns("os", "mood") | {"os": {**CLIENT, "split": ["os"], "rows": [["iOS", 1], ["Linux", 1]]}}),
        ("mood", columns("mood", twin={**COLUMNS["twin"], "purpose": "apart"})),
    ],
)
def test_what_is_drawn_apart_may_stay(changing, others):
    declared({changing: "2 % a month"}, others).load()


def test_two_events_do_not_keep_columns_together():
    change = {"moves": {"columns": ["city"], "rate": "2 % a month"}, "sent": {"columns": ["street"], "rate": "1 a day"}}
    with pytest.raises(UsageError, match="street would no longer agree with it"):
        declared(change, columns("city", "street")).load()


def test_a_field_that_changes_is_not_left_behind_by_its_neighbours():
    fields = {"city": {"changing": "moves", "of": "person.city"}, "street": "person.street"}
    said = {"rows": 9, "over": 30, "fates": [{"changes": "moves", "days": [3, 9]}]}
    said["columns"] = {"id": "key", "lives": {"struct": fields}}
    with pytest.raises(UsageError, match=r"lives: city: street would no longer agree"):
        Declared.of({"dataset": "d", "entities": {"t": said}}).load()
    fields["street"] = {"changing": "moves", "of": "person.street"}
    Declared.of({"dataset": "d", "entities": {"t": said}}).load()


def test_what_changes_together_agrees_before_and_afterwards(tmp_path):
    drawn = {"city": "person.city", "country": "person.country", "device": CLIENT, "os": CLIENT}
    changing = {name: {"changing": "moves", "of": one} for name, one in drawn.items()}
    table = {"rows": 400, "over": 30, "fates": [{"changes": "moves", "days": [5, 10]}]}
    said = {"dataset": "q", "entities": {"t": {**table, "columns": {"id": "key", **changing}}}}
    base = frames(json.dumps(said), tmp_path)["t"]
    as_of = Declared.read(tmp_path / "q.yaml").load().dataset(seed=3).as_of_second
    later = frames(json.dumps(said), tmp_path, at=as_of + 40 * 86_400)["t"].head(400)
    places = vocabulary.rows("places")
    known = {(place["city"], place["country"]) for place in places}
    for frame in (base, later):
        assert set(frame.select("device", "os").rows()) == {tuple(row[:2]) for row in CLIENT["rows"]}
        assert set(frame.select("city", "country").rows()) <= known
    moved = base["city"] != later["city"]
    assert moved.sum() > 200
    assert ((base["os"] != later["os"]) & moved).sum() > 100
