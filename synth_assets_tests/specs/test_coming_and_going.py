"""Rows that come and go, by the language's own words: a base and all its changes make the later state."""

import numpy as np
import polars as pl
import pytest

from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.specs.declared import Declared
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes
from synth_assets_tests.domains.living import lived

DAYS = range(1, 13)


def made(entities, **more):
    return Declared.of({"dataset": "life", "entities": entities, **more}).load()


def state(domain, table, days=0.0, seed=1):
    dataset = domain.dataset("small", seed)
    frames = Timeline(domain, dataset, CADENCES["day"]).state(table, dataset.as_of_second + int(days * 86_400))
    return pl.concat(frames)


def holds(domain, seeds=(1, 2, 3)):
    """Events of all seeds, whose rows must not differ."""
    found = [lived(domain, seed, DAYS) for seed in seeds]
    assert [differing for _, _, differing in found] == [0] * len(found)
    return sum(events for events, _, _ in found)


PAGES = {
    "goods": {"rows": 60, "columns": {"id": "key"}},
    "pages": {"some_of": "goods", "per_thousand": 500, "columns": {"id": "key", "visits": {"zipf": 1000}}},
}


@pytest.mark.parametrize("way", [{"change": {"visits": "200 % a month"}}, {"erased": "2 a month"}])
def test_only_rows_that_are_there_change_and_leave(way):
    # Half of the positions are no rows: nothing may happen to those.
    assert holds(made(PAGES, changes={"pages": way}))


def test_a_moment_of_birth_may_be_missing_for_rows_that_have_been_there_from_ever():
    teams = {"rows": 5, "columns": {"id": "key", "came_at": {"moment": "born", "may_come": True}}}
    domain = made({"teams": teams}, changes={"teams": {"born": "1 a day"}})
    assert holds(domain)
    later = state(domain, "teams", 10)
    assert later["came_at"][:5].null_count() == 5
    assert later["came_at"][5:].null_count() == 0
    assert later.height == 15


def test_a_moment_of_birth_that_some_rows_lack_says_so():
    teams = {"rows": 5, "columns": {"id": "key", "came_at": "moment.born"}}
    with pytest.raises(UsageError, match=r"(?s)some rows of teams have been there from ever.*may_come: true"):
        made({"teams": teams}, changes={"teams": {"born": "1 a day"}})


def series(**more):
    columns = {
        "reading_id": "key",
        "sensor_id": {"of_parent": "", "references": "sensors"},
        "at": "moment.born",
        "holds_to": {"moment": "replaced", "may_come": True} if more.get("periods") else {"constant": "x"},
        "value": {"integers": 1, "high": 900},
    }
    return {"series_of": "sensors", "every": "8 hours", "over": 6, "columns": columns, **more}


STAY = {"rows": 12, "columns": {"sensor_id": "key", "came_at": {"moment": "born", "may_come": True}}}
OVER = {**STAY, "over": 20}
DEVICES = {"rows": 9, "over": 20, "columns": {"device_id": "key", "came_at": "moment.born"}}
LINES = {**STAY, "lines_of": "devices", "per_parent": {0: 1, 1: 2, 3: 1}}
del LINES["rows"]


@pytest.mark.parametrize("more", [{}, {"per_thousand": 700}, {"periods": True}], ids=["all", "gaps", "periods"])
@pytest.mark.parametrize(
    ("entities", "changes"),
    [
        ({"sensors": STAY}, {"sensors": {"born": "1 a day"}}),
        ({"sensors": STAY}, {"sensors": {"born": "2 a day", "erased": "1 a week"}}),
        ({"sensors": OVER}, {"sensors": {"erased": "1 a week"}}),
        ({"devices": DEVICES, "sensors": LINES}, {"devices": {"born": "1 a day", "erased": "1 a week"}}),
    ],
    ids=["born", "born and erased", "by a clock", "lines of those that do"],
)
def test_parents_of_a_series_come_and_go(entities, changes, more):
    domain = made({**entities, "readings": series(**more)}, changes=changes)
    assert holds(domain) > 300
    for days in (0, 12):
        sensors, readings = state(domain, "sensors", days), state(domain, "readings", days)
        both = readings.join(sensors, on="sensor_id", how="left")
        # Who is gone has taken its readings along, and who came later has them from then on.
        assert set(readings["sensor_id"]) <= set(sensors["sensor_id"])
        assert both.filter(pl.col("at") <= pl.col("came_at")).height == 0
        assert readings["reading_id"].is_sorted()
        if not more.get("per_thousand"):
            late = (
                both.filter(pl.col("came_at").is_not_null()).group_by("sensor_id").agg(pl.all().sort_by("at").first())
            )
            assert (
                late.filter(pl.col("at") - pl.col("came_at") > pl.duration(hours=8))
                .filter(pl.col("at") > readings["at"].min())
                .is_empty()
            )


def test_a_series_numbers_its_rows_whoever_asks_for_them():
    domain = made({"sensors": OVER, "readings": series()}, changes={"sensors": {"born": "3 a day"}})
    kind, dataset = domain.entity("readings"), domain.dataset("small", 3)
    clock = kind.about.shape.clock(kind, dataset)
    later = dataset.as_of_second + 40 * 86_400
    numbers = np.arange(kind.positions(dataset, later))
    ordinals, parents = clock.places(numbers)
    assert clock.numbers(parents, ordinals).tolist() == numbers.tolist()
    # The first rows of a long table are those of a short one: births that come later move no number.
    few = clock.places(numbers[:20])
    assert [one.tolist() for one in few] == [one[:20].tolist() for one in (ordinals, parents)]
    seconds = clock.seconds(numbers)
    assert (np.diff(seconds) >= 0).all()
    assert clock.count_before(seconds).tolist() == np.searchsorted(seconds, seconds).tolist()
    last = clock.counts_of(parents, seconds + 1)
    assert last.tolist() == (ordinals + 1).tolist()


def test_parents_that_have_gaps_are_refused_with_the_way_out():
    slots = {"slots_of": "devices", "per_parent": {0: 1, 2: 1}, "columns": {"sensor_id": "key"}}
    with pytest.raises(UsageError, match="Let sensors be rows, with or without over, or lines_of such"):
        made({"devices": DEVICES, "sensors": slots, "readings": series()})


USERS = {"rows": 50, "columns": {"user_id": "key", "name": "person.full_name"}}
NAMED = {"rows": 50, "key": {"columns": "user_id", "codec": "uuid"}, "columns": {"user_id": "key"}}
HUNG = {"of_parent": "", "references": "users", "unique": True}
DRAWN = {"references": "users", "unique": True}
TITLE = {"weighted": {"a": 1, "b": 1}}
SOME, LINES_OF_SOME = {"some_of": "users", "per_thousand": 600}, {"lines_of": "users", "per_parent": {0: 1, 1: 2}}


@pytest.mark.parametrize("users", [USERS, NAMED], ids=["numbers", "uuids"])
@pytest.mark.parametrize(
    ("shape", "column", "is_key"),
    [
        (SOME, HUNG, False),
        (SOME, HUNG, True),
        (LINES_OF_SOME, HUNG, False),
        (LINES_OF_SOME, HUNG, True),
        ({"lines_of": "users", "per_parent": {1: 1}}, HUNG, True),
        ({"rows": 40}, DRAWN, False),
        ({"rows": 40}, DRAWN, True),
    ],
)
def test_one_to_one_as_a_user_would_write_it(users, shape, column, is_key):
    hangs = "rows" not in shape
    keys = {"user_id": column} if is_key else {"profile_id": "key", "user_id": column}
    profiles = {**shape, **({"key": "user_id"} if is_key else {}), "columns": {**keys, "title": TITLE}}
    ways = {"change": {"title": "100 % a month"}, **({} if hangs else {"follows": "users"})}
    said = {"users": users, "profiles": profiles}
    changes = {"users": {"born": "2 a day", "erased": "2 a month"}, "profiles": ways}
    if is_key and shape is SOME and users is NAMED:
        with pytest.raises(UsageError, match=r"give it a key of its own\. For example: profile_id: key"):
            made(said)
        return
    domain = made(said, changes=changes)
    assert holds(domain) > 20
    for days in (0, 12):
        people, ids = state(domain, "users", days)["user_id"], state(domain, "profiles", days)["user_id"]
        assert ids.is_unique().all()
        assert ids.is_in(people.implode()).all()
        assert 20 < len(ids) <= len(people)
    kind = domain.entity("profiles")
    assert kind.key().columns == (("user_id",) if is_key else ("profile_id",))
    assert kind.table().is_unique("user_id")


@pytest.mark.parametrize(
    ("shape", "column", "key", "said"),
    [
        ({"lines_of": "users", "per_parent": {2: 1}}, HUNG, {}, "of_parent may give a value twice"),
        ({"lines_of": "users", "per_parent": {2: 1}}, {"of_parent": "", "references": "users"}, "user_id", "unique"),
        ({"rows": 40}, {"references": "users"}, "user_id", "Say unique: true of a reference"),
        ({"rows": 60}, DRAWN, {}, "user_id has 50 values, 60 rows were asked for"),
        ({"rows": 40}, {**DRAWN, "skew": "zipf"}, {}, "unique is without skew"),
        ({"rows": 40}, {"references": "users", "distinct": True}, {}, "say unique: true"),
    ],
)
def test_what_is_not_one_to_one_is_refused_with_the_way_out(shape, column, key, said):
    columns = {"user_id": column} if key else {"id": "key", "user_id": column}
    entities = {"users": USERS, "profiles": {**shape, **({"key": key} if key else {}), "columns": columns}}
    with pytest.raises(UsageError) as refused:
        made(entities).dataset("small", 1)
    assert said in str(refused.value)


def test_who_comes_when_everybody_is_referred_to_is_refused_with_the_way_out():
    profiles = {"rows": 49, "columns": {"id": "key", "user_id": DRAWN}}
    with pytest.raises(UsageError, match="users has 50 rows at as_of, fewer than the 49 there are with the 1,095"):
        made({"users": USERS, "profiles": profiles}, changes={"profiles": {"born": "3 a day"}})


def test_who_runs_out_only_in_years_is_refused_before_batches_are_made(tmp_path):
    profiles = {"rows": 48, "columns": {"id": "key", "user_id": DRAWN}}
    domain = made({"users": USERS, "profiles": profiles}, changes={"profiles": {"born": "2 a year"}})
    dataset, day = domain.dataset("small", 1), CADENCES["day"]
    request = ChangeRequest(domain, dataset, day, ("users", "profiles"), tmp_path / "feed", range(1_990, 2_000))
    with pytest.raises(UsageError, match=r"user_id has 50 values, \d+ rows were asked for"):
        list(generate_changes(request))
    assert not (tmp_path / "feed").exists()
