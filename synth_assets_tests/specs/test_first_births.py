"""Rows that look for one born before a time of their own: refused before any is made where one may find none."""

import pytest

from synth_assets.errors import UsageError
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.clocks import Season, clock_of
from synth_assets.kernel.counter import Span
from synth_assets.kernel.keys import StreamKey
from synth_assets.specs.declared import Declared

_ORGS = {"rows": 20, "over": "older", "columns": {"org_id": "key", "came": "moment.born"}}
_REPO = {"repo_id": "key", "org_id": {"references": "orgs", "born_before": "at"}}


def said(at, parameters=None, **repos):
    """Repositories of organisations, with a time of theirs."""
    return {
        "dataset": "host",
        "parameters": parameters or {"older": 60},
        "entities": {"orgs": _ORGS, "repos": {**repos, "columns": {**_REPO, "at": at}}},
    }


def test_clocks_that_begin_together_are_refused_whatever_the_seed():
    with pytest.raises(
        UsageError, match=r"may come as late as \d+ days before it, so for some seeds(.|\n)*founders: 1"
    ):
        Declared.of(said("moment.born", rows=2, over=59)).load()


def test_parents_that_begin_earlier_are_enough():
    domain = Declared.of(said("moment.born", rows=200, over=50)).load()
    for seed in range(20):
        domain.dataset(seed=seed)


def test_founders_are_there_first():
    orgs = {"rows": 20, "columns": {"org_id": "key", "came": {"method": "clock", "first": -60, "founders": 1}}}
    whole = said("moment.born", rows=200, over=59)
    Declared.of({**whole, "entities": {**whole["entities"], "orgs": orgs}}).load()


def test_a_seed_with_a_row_that_finds_none_is_refused_before_any_row_is_made():
    """Times without a clock of their own are looked at, with the seed and the parameters that are asked for."""
    domain = Declared.of(said({"timestamps": -40}, rows=200)).load()
    with pytest.raises(UsageError, match=r"org_id of row \d+ finds no row of orgs born before its at"):
        domain.dataset(volumes={"older": 5})


def test_lines_of_parents_without_any_begin_later():
    whole = said("moment.born", rows=200, over=59)
    teams = {"lines_of": "orgs", "per_parent": {0: 60, 1: 4}, "columns": {"team_id": "key"}}
    repos = {**whole["entities"]["repos"]}
    repos["columns"] = {**repos["columns"], "org_id": {"references": "teams", "born_before": "at"}}
    with pytest.raises(UsageError, match=r"row of teams (may come as late as|born before)"):
        Declared.of({**whole, "entities": {"orgs": _ORGS, "teams": teams, "repos": repos}}).load()


@pytest.mark.parametrize("season", ["even", "weekly", "shop"])
def test_no_row_comes_after_its_latest_second(season: Season):
    latest = [clock_of(season, StreamKey(seed, 1), 9, 0, 30 * DAY).latest(4) for seed in range(9)]
    found = [int(clock_of(season, StreamKey(seed, 1), 9, 0, 30 * DAY).seconds(Span(4, 1))[0]) for seed in range(9)]
    assert all(one <= last for one, last in zip(found, latest, strict=True))
    assert max(latest) < 30 * DAY * 6 // 9
