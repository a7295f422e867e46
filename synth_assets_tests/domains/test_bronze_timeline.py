"""bronze's acts against looking at every row of two states; and the ways back that make batches without scans."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest

from synth_assets.domains.bronze import acts
from synth_assets.domains.bronze.numbers import stock
from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.purchases import OrderLines, Orders
from synth_assets.engine import timeline as timelines
from synth_assets.engine.timeline import Timeline
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import Span
from synth_assets.kernel.ledger import CLOSING, RESTOCK
from synth_assets.model import moved
from synth_assets.model.change_log import CADENCES
from synth_assets.model.timeline import Act, life_of
from synth_assets.project.project import Project
from synth_assets_tests.domains.bronze_samples import ENTITIES, ODD, SMALL, state

BRONZE = Project.here().domain("bronze")

SOME = {
    "small": SMALL,
    **{name: ODD[name] for name in ("one of each", "seldom", "more products than lines", "7 products")},
}
FEW = ("raw_customers", "raw_products", "raw_reviews")
"""Tables with few events a day."""

datasets = pytest.mark.parametrize("of", SOME.values(), ids=list(SOME))


def test_acts_of_one_second_have_an_order_and_movements_keep_to_it():
    kinds = {part.act for entity in ENTITIES.values() for part in life_of(entity)}
    assert len({kind.order for kind in kinds}) == len(kinds) == len({kind.name for kind in kinds})
    named = [
        one for one in vars(acts).values() if isinstance(one, type) and issubclass(one, Act) and hasattr(one, "order")
    ]
    assert kinds == set(named)
    order = [acts.ProductAppears, acts.StockDelivered, acts.OrderShipped, acts.OrderReturned, acts.StockCounted]
    assert [act.order for act in order] == sorted(act.order for act in order)
    assert (acts.StockDelivered.kind, acts.StockCounted.kind) == (RESTOCK, CLOSING)


@datasets
@pytest.mark.parametrize("name", list(ENTITIES))
def test_the_net_effect_of_batches_is_the_difference_of_two_states(of, name):
    key = ENTITIES[name].about.key
    timeline = Timeline(BRONZE, of, CADENCES["day"])
    for first, last in ((0, 1), (2, 5), (29, 31)):
        logs = [frame for number in range(first + 1, last + 1) for frame in timeline.batch(number).log(name)]
        old, new = state(name, of, first), state(name, of, last)
        log = pl.concat(logs) if logs else None
        left = set() if log is None else set(log[key])
        assert set(old[key]) ^ set(new[key]) <= left
        both = old.join(new.select(key), on=key, how="semi").sort(key)
        now = new.join(old.select(key), on=key, how="semi").sort(key)
        differs = both.select(both[one].ne_missing(now[one]) for one in both.columns).select(
            pl.any_horizontal(pl.all())
        )
        assert set(both.filter(differs.to_series())[key]) <= left
        if log is None:
            continue
        ended = log.unique(key, keep="last", maintain_order=True)
        there = ended.filter(pl.col("op") != "delete")
        after = there.select(pl.col(f"after_{one}").alias(one) for one in old.columns).sort(key)
        assert after.equals(new.join(there, on=key, how="semi").sort(key))
        assert not set(ended.filter(pl.col("op") == "delete")[key]) & set(new[key])


@datasets
def test_long_spans_hold_what_their_days_hold(of):
    timeline = Timeline(BRONZE, of, CADENCES["day"])
    begin, end = timeline.second(10), timeline.second(40)
    for kind in {part.act for entity in ENTITIES.values() for part in life_of(entity)}:
        whole = kind(of, begin, end)
        days = [kind(of, second, second + DAY) for second in range(begin, end, DAY)]
        assert whole.seconds.tolist() == [second for day in days for second in day.seconds.tolist()], kind.name
        assert whole.subjects.tolist() == [subject for day in days for subject in day.subjects.tolist()], kind.name
        assert all(begin <= second < end for second in whole.seconds.tolist())


@datasets
def test_a_product_s_lines_are_those_whose_product_it_is(of):
    lookups = lookups_of(of)
    groups = lookups.departments.epoch_groups
    orders = lookups.orders(of.as_of_second + 40 * DAY) // groups * groups
    lines = int(lookups.quotas.lines_of(np.array([orders]))[1][0])
    product = OrderLines.of(Orders(of, Span(0, orders))).product
    asked = np.arange(product.max(initial=0) + 2)
    found = lookups.line_products.lines_of(asked, Span(0, orders))
    assert found.counts.tolist() == np.bincount(product, minlength=len(asked)).tolist()
    assert found.rows.tolist() == np.lexsort((np.arange(lines), product)).tolist()


@datasets
@pytest.mark.parametrize("window", [0, 1, 2])
def test_some_products_movements_are_those_of_the_whole_window(of, window):
    whole = stock.movements(of, window)
    some = np.unique(whole.account)[::3]
    here = np.isin(whole.account, some)
    for values, alone in zip(whole, stock.movements(of, window, some), strict=True):
        assert values[here].tolist() == alone.tolist()


@datasets
def test_windows_too_large_for_the_memory_move_as_others_do(of, monkeypatch):
    timeline = Timeline(BRONZE, of, CADENCES["day"])
    numbers = (1, 29, 31)
    batches = [[*timeline.batch(number).log("raw_inventory")] for number in numbers]
    assert any(batches) or of is not SMALL
    monkeypatch.setattr(stock, "_WHOLE", 0)
    monkeypatch.setattr(stock, "_AT_ONCE", 50)
    monkeypatch.setattr(stock, "whole_windows", moved.WholeWindows(stock.windows_made))
    for number, whole in zip(numbers, batches, strict=True):
        cut = [*timeline.batch(number).log("raw_inventory")]
        assert [frame.equals(other) for frame, other in zip(cut, whole, strict=True)] == [True] * len(whole)
    # Movements of any other time of a window, too.
    found = stock.movements(of, 1)
    numbers = stock.ledger.movement_number(1, found.kind, found.cause)
    for values, expected in zip(stock.movements_at(of, numbers)[1], found, strict=True):
        assert values.tolist() == expected.tolist()


def test_a_log_is_the_same_however_many_events_a_frame_has(monkeypatch):
    batches = [Timeline(BRONZE, SMALL, CADENCES["day"]).batch(number) for number in (3, 4)]
    whole = {name: [[*batch.log(name)] for batch in batches] for name in ENTITIES}
    assert {len(frames) for logs in whole.values() for frames in logs} <= {0, 1}
    for size in (1, 7, 1_000):
        monkeypatch.setattr(timelines, "events_at_once", lambda _, size=size: size)
        for name in FEW if size == 1 else whole:
            for batch, frames in zip(batches, whole[name], strict=True):
                pieces = [*batch.log(name)]
                assert {piece.height for piece in pieces[:-1]} <= {size}
                assert all(0 < piece.height <= size for piece in pieces)
                assert not pieces or pl.concat(pieces).equals(*frames)
                assert bool(pieces) == bool(frames)


def test_threads_that_look_at_windows_as_a_whole_get_those_of_their_own_and_few_are_kept(monkeypatch):
    expected = [stock.movements(SMALL, window).balance.tolist() for window in range(4)]
    monkeypatch.setattr(moved, "_MOST_KEPT", 0)  # whatever they hold: more than the least aren't kept
    kept = moved.WholeWindows(stock.windows_made)

    def look(number):
        some = np.array([number % 4, (number + 1) % 4])
        of, found = kept.get(SMALL, some)
        return [found.balance[of == one].tolist() for one in some] == [expected[one] for one in some]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look, range(80)))
    assert sum(kept.known(SMALL, window) is not None for window in range(4)) == moved._LEAST_KEPT == 2


def test_two_weeks_of_small_show_inserts_and_updates_of_three_tables_and_deletes():
    timeline = Timeline(BRONZE, SMALL, CADENCES["day"])
    seen = {
        name: {op for number in range(1, 15) for frame in timeline.batch(number).log(name) for op in frame["op"]}
        for name in ("raw_customers", "raw_products", "raw_orders")
    }
    assert seen == {name: {"insert", "update", "delete"} for name in seen}


def test_a_later_base_goes_on_from_its_own_day():
    from datetime import date

    of = BRONZE.dataset("small", seed=42, as_of=date(2024, 2, 29))
    batch = Timeline(BRONZE, of, CADENCES["hour"]).batch(1)
    log = next(batch.log("raw_sessions"))
    assert log["commit_ts"].min().isoformat() >= "2024-02-29T00:00:00"
    assert log["commit_ts"].max().isoformat() < "2024-02-29T01:00:00"
