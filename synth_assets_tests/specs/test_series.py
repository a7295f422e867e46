"""Series: a row for each row of a parent at each tick, before the base and after it."""

import copy
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from synth_assets.engine.chunks import chunk_of
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets.model.change_log import CADENCES
from synth_assets.specs.declared import Declared

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
