"""Rows that come and go, by the language's own words: a base and all its changes make the later state."""

import polars as pl
import pytest

from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.specs.declared import Declared
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
