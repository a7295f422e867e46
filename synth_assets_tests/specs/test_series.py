"""Series: a row for each row of a parent at each tick, before the base and after it."""

import copy
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from synth_assets.engine.chunks import chunk_of
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets.model.change_log import CADENCES
from synth_assets.specs.declared import Declared
from synth_assets_tests.domains.living import lived

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
HALF_DAYS = timedelta(hours=12)
SAID = {
    "dataset": "house",
    "entities": {
        "rooms": {"rows": 3, "columns": {"room_id": "key"}},
        "prices": {
            "series_of": "rooms",
            "every": "12 hours",
            "over": 2,
            "periods": True,
            "columns": {
                "price_id": "key",
                "room_id": {"of_parent": "", "references": "rooms"},
                "price": {"integers": 5, "high": 900},
                "holds_from": "moment.born",
                "holds_to": {"moment": "replaced", "may_come": True},
            },
        },
    },
}


def made(**words):
    said = copy.deepcopy(SAID)
    said["entities"]["prices"] |= words
    return Declared.of(said).load()


def state(domain, days=0.0):
    dataset = domain.dataset("small", 5)
    frames = Timeline(domain, dataset, CADENCES["day"]).state("prices", dataset.as_of_second + int(days * 86_400))
    return pl.concat(frames)


def test_each_parent_has_a_row_at_each_tick_until_the_moment_that_is_looked_at():
    base = state(made())
    assert base["price_id"].to_list() == list(range(1, 13))
    assert base["room_id"].to_list() == [1, 2, 3] * 4
    assert base["holds_from"].to_list() == [AS_OF + (tick - 4) * HALF_DAYS for tick in range(4) for _ in range(3)]
    # Until a moment means before it: a tick at the moment itself is in what comes next.
    assert [state(made(), days).height for days in (0.5, 0.51, 3)] == [15, 18, 30]


def test_a_period_ends_when_the_next_one_begins_and_the_last_one_is_open():
    assert state(made())["holds_to"].to_list() == [
        *(AS_OF + (tick - 3) * HALF_DAYS for tick in range(3) for _ in "abc"),
        *[None] * 3,
    ]
    domain = made()
    dataset = domain.dataset("small", 5)
    log = pl.concat(Timeline(domain, dataset, CADENCES["day"]).batch(1).log("prices"))
    told = log.select("op", "price_id", "after_holds_to", "changed_columns", "tx_total").rows()
    first = sorted(told[:6])
    assert first[:3] == [("insert", number, None, [], 2) for number in (13, 14, 15)]
    assert first[3:] == [("update", number, AS_OF, ["holds_to"], 2) for number in (10, 11, 12)]


def without_ends(**words):
    said = copy.deepcopy(SAID)
    prices = said["entities"]["prices"]
    del prices["columns"]["holds_to"], prices["periods"]
    prices |= words
    return Declared.of(said).load()


def test_gaps_are_rows_that_are_not_there_and_move_no_other():
    whole, some = (state(without_ends(every="10 minutes", per_thousand=share)) for share in (1_000, 900))
    assert 0.85 < some.height / whole.height < 0.95
    assert some.equals(whole.filter(pl.col("price_id").is_in(some["price_id"].to_list())))


def test_any_slice_alone_is_the_same():
    domain = without_ends()
    prices, dataset = domain.entity("prices"), domain.dataset("small", 5)
    whole = chunk_of(prices(dataset, Span(0, 12))).frame
    for rows in (Span(4, 2), Span(2, 7), np.array([11, 0, 7])):
        places = list(range(rows.start, rows.stop)) if isinstance(rows, Span) else rows.tolist()
        assert chunk_of(prices(dataset, rows)).frame.equals(whole[places])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"every": "often"}, "from tick to tick, as in 5 minutes"),
        ({"every": ""}, "a series says how often"),
        ({"over": None}, "a series says how often"),
        ({"per_thousand": 900}, "its rows are periods, which the next ones close"),
        ({"fates": [{"changes": "moves", "days": [3, 9]}]}, "its rows are periods, which the next ones close"),
        ({"periods": False}, "are no periods"),
        ({"series_of": "nothing"}, "table 'nothing' is unknown"),
    ],
)
def test_what_makes_no_series_is_refused(words, said):
    with pytest.raises(UsageError) as refused:
        made(**words)
    assert said in str(refused.value)


def test_parents_have_no_counts_of_a_series():
    said = copy.deepcopy(SAID)
    said["entities"]["rooms"]["columns"]["prices"] = {"count_of": "prices"}
    with pytest.raises(UsageError, match="come one after the other"):
        Declared.of(said).load()


def first_days(year, *months):
    return [datetime(year, month, 1, tzinfo=UTC) for month in months]


@pytest.mark.parametrize(
    ("every", "over", "base", "later"),
    [
        ("1 month", 62, first_days(2025, 11, 12), first_days(2026, 1, 2, 3, 4)),
        ("2 months", 62, first_days(2025, 11), first_days(2026, 1, 3)),
        ("1 quarter", 92, first_days(2025, 10), first_days(2026, 1, 4)),
        ("1 year", 700, first_days(2025, 1), first_days(2026, 1)),
    ],
)
def test_ticks_of_the_calendar_are_first_days(every, over, base, later):
    domain = without_ends(every=every, over=over)
    assert state(domain)["holds_from"].unique(maintain_order=True).to_list() == base
    after = state(domain, 100)
    assert after["holds_from"].to_list() == [tick for tick in base + later for _ in "abc"]
    # At the first second of a month its row is still to come.
    assert [state(domain, days).height - 3 * len(base) for days in (0.0, 0.1)] == [0, 3]


def test_months_of_growing_parents_begin_after_they_came():
    said = {"rows": 5, "over": 300, "columns": {"room_id": "key", "came": "moment.born"}}
    prices = copy.deepcopy(SAID)["entities"]["prices"] | {"every": "1 month", "over": 366, "periods": False}
    del prices["columns"]["holds_to"]
    domain = Declared.of({"dataset": "house", "entities": {"rooms": said, "prices": prices}}).load()
    dataset = domain.dataset("small", 5)
    timeline = Timeline(domain, dataset, CADENCES["day"])
    at = dataset.as_of_second + 200 * 86_400
    rooms, rows = (pl.concat(timeline.state(name, at)) for name in ("rooms", "prices"))
    came = dict(rooms.select("room_id", "came").iter_rows())
    end, months = datetime.fromtimestamp(at, UTC), [(year, month) for year in (2025, 2026) for month in range(1, 13)]
    firsts = [datetime(year, month, 1, tzinfo=UTC) for year, month in months]
    expected = {(room, first) for room, born in came.items() for first in firsts if born < first < end}
    assert set(rows.select("room_id", "holds_from").iter_rows()) == expected
    assert lived(domain, 5, range(1, 95))[2] == 0


@pytest.mark.parametrize("as_of", ["2026-01-01", "2026-01-31", "2024-02-29", "2199-12-31"])
@pytest.mark.parametrize(("every", "step"), [("1 month", 1), ("1 quarter", 3)])
def test_a_past_is_so_many_rows_of_one_parent_after_the_other_and_goes_on(every, step, as_of):
    domain = without_ends(every=every, over=None, past=4)
    dataset = domain.dataset("small", 5, as_of=date.fromisoformat(as_of))
    timeline = Timeline(domain, dataset, CADENCES["day"])
    base = pl.concat(timeline.state("prices", dataset.as_of_second))
    assert base["room_id"].to_list() == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]
    begins = dataset.as_of.year * 12 + (dataset.as_of.month - 1) // step * step
    ends = [datetime((begins - step * k) // 12, (begins - step * k) % 12 + 1, 1, tzinfo=UTC) for k in (3, 2, 1, 0)]
    assert base["holds_from"].to_list() == [end - timedelta(seconds=1) for end in ends] * 3
    assert lived(domain, 5, range(1, 95), dataset)[2] == 0


def test_a_past_is_for_parents_that_are_there_from_the_first():
    with pytest.raises(UsageError, match="Say over in place of past"):
        made(over=None, past=4)
    with pytest.raises(UsageError, match="a series says how often"):
        without_ends(past=4)
