"""What is bought and looked at: categories, departments, shelves, popularity, and what sessions are about."""

import numpy as np
import pytest

from synth_assets.domains.bronze.numbers.interests import interests_of
from synth_assets.domains.bronze.numbers.lookups import Lookups
from synth_assets.domains.bronze.numbers.product_kinds import category_of, kind_of
from synth_assets.domains.bronze.numbers.product_patterns import CATEGORIES, DRAFT, EVERGREEN, FOUNDERS, patterns_of
from synth_assets.domains.bronze.numbers.scripts import NO_SLOT, PRODUCT_VIEW
from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.kernel.clock import DAY, NEVER
from synth_assets.kernel.counter import Span
from synth_assets.world.goods import kinds_of_goods
from synth_assets_tests.domains.bronze_samples import BRONZE, ODD, SMALL, dataset, whole

DATASETS = {"small": SMALL, "few": dataset(customers=60, products=200, orders=300, days=20), "tiny": ODD["one day"]}


@pytest.fixture(params=DATASETS)
def lookups(request):
    return Lookups(DATASETS[request.param])


def numbered(count):
    return np.arange(count, dtype=np.int64)


@pytest.mark.parametrize("seed", [42, 7, -1])
def test_founders_stay_and_are_of_every_category_and_blocks_have_the_same_mixture(seed):
    of = dataset(seed)
    patterns, first = patterns_of(of), numbered(FOUNDERS)
    assert set(patterns.lives.stratum(first)) == {EVERGREEN}
    assert set(category_of(of, first)) == set(range(CATEGORIES))
    assert patterns.lives.heads.tolist() == [352, 128, 32]
    assert (patterns.categories.heads.reshape(3, CATEGORIES)[0] == 11 * patterns.categories.heads[-CATEGORIES:]).all()


def test_a_kind_is_of_the_product_s_category_and_all_kinds_occur():
    kinds, products = kind_of(SMALL, numbered(20_000)), numbered(20_000)
    assert (kinds_of_goods().category[kinds] == category_of(SMALL, products)).all()
    assert len(set(kinds)) == kinds_of_goods().count


def test_departments_are_categories_or_neighbours_and_each_class_has_goods_from_the_start():
    counts = [Lookups(of).product_strata.departments for of in DATASETS.values()]
    assert counts == [8, 4, 1]
    for of in [*DATASETS.values(), *ODD.values()]:
        lookups = Lookups(of)
        if lookups.params.orders:
            table = lookups.shelves.assortments(0)
            assert (table.high - table.low).reshape(-1, 4)[:, 0].min() >= 1


def test_a_product_has_its_place_on_the_shelves_and_is_found_there(lookups):
    products = numbered(min(3_000, 3 * lookups.params.products))
    stand = lookups.shelves.stand_of(products)
    assert (lookups.shelves.product_at(stand) == products).all()
    assert ((stand.life == DRAFT) == lookups.product_strata.is_draft(products)).all()


def test_a_department_s_lines_of_an_epoch_are_numbered_without_gaps_and_found_again(lookups):
    departments, epochs = lookups.departments, 5
    counts, _ = lookups.quotas.lines_of(numbered(epochs * departments.epoch_groups))
    lines = numbered(counts.sum())
    found = departments.of_lines(lines)
    assert (departments.lines_of(found) == lines).all()
    orders = lookups.quotas.order_of_line(lines)
    assert (found.epoch == orders // departments.epoch_groups).all()
    first, after = departments.edges(epochs)
    for epoch in range(epochs):
        for one in range(departments.count):
            own = found.number[(found.epoch == epoch) & (found.department == one)]
            assert own.tolist() == list(range(first[epoch, one], after[epoch, one]))


def test_what_is_asked_for_changes_with_the_months():
    of = BRONZE.dataset("medium")
    lookups = Lookups(of)
    lines = numbered(lookups.lines())
    department = lookups.departments.of_lines(lines).department
    orders = lookups.quotas.order_of_line(lines)
    seconds = lookups.session_clock.seconds(lookups.quotas.groups.first_session(orders))
    months = seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
    toys, sports = (kinds_of_goods().categories.index(name) for name in ("Toys", "Sports"))
    toys_by_month, sports_by_month = (
        np.bincount(months[department == one], minlength=12) / np.bincount(months, minlength=12)
        for one in (toys, sports)
    )
    assert toys_by_month[11] > 2 * toys_by_month[6]
    assert sports_by_month[5:7].mean() > 1.4 * sports_by_month[11]


@pytest.mark.parametrize("seed", [42, 7])
def test_sales_of_large_fall_along_a_straight_line_and_the_best_seller_is_first(seed):
    of = BRONZE.dataset("large", seed=seed)
    lookups = Lookups(of)
    lines = np.array_split(numbered(lookups.lines()), 20)
    some = [lookups.line_products.product_of(part) for part in lines]
    sold = np.sort(np.bincount(np.concatenate(some), minlength=of.params.products))[::-1]
    tail = np.log([np.arange(10, 1_001), sold[9:1_000]])
    assert np.corrcoef(tail)[0, 1] ** 2 >= 0.98
    assert sold[0] >= 1.15 * sold[1]
    assert 0.35 <= sold[: of.params.products // 5].sum() / sold.sum() <= 0.65
    assert len(set(sold[:10].tolist())) >= 9


def test_new_goods_sell_better_later_and_seasonal_ones_worse_in_the_end():
    of = BRONZE.dataset("medium")
    lookups = Lookups(of)
    epochs = of.params.orders // lookups.departments.epoch_groups
    products = numbered(of.params.products)
    lines = lookups.line_products.lines_of(products, Span(0, epochs * lookups.departments.epoch_groups))
    product = np.repeat(products, lines.counts)
    orders = lookups.quotas.order_of_line(lines.rows)
    sold = lookups.session_clock.seconds(lookups.quotas.groups.first_session(orders))
    begin, end = lookups.start, of.as_of_second - 20 * DAY

    def daily(anchor, first, last):
        """Lines a day of products, from so many days after a moment of their life to so many."""
        since, until = np.maximum(anchor + first * DAY, begin), np.minimum(anchor + last * DAY, end)
        days = np.maximum(until - since, 0).sum() / DAY
        return np.count_nonzero((sold >= since[product]) & (sold < until[product])) / days

    created, ended = lookups.product_strata.created(products), lookups.product_strata.discontinued(products)
    ended = np.where(ended == NEVER, end + 400 * DAY, ended)
    assert daily(created, 10, 60) < 0.6 * daily(created, 120, 200)
    assert daily(ended, -60, -10) < 0.6 * daily(ended, -200, -120)


def test_a_page_or_search_leads_to_the_product_viewed_next_or_to_one_that_is_not_viewed():
    scripts = Lookups(SMALL).scripts
    edges = [*scripts.first.tolist(), len(scripts.types)]
    for begin, end in zip(edges[::7], edges[1::7], strict=False):
        views = [at for at in range(begin, end) if scripts.types[at] == PRODUCT_VIEW]
        for at in range(begin, end):
            later = [one for one in views if one > at]
            if later:
                assert scripts.leads_to[at] == scripts.slots[later[0]]
            else:
                assert scripts.leads_to[at] not in {*scripts.slots[begin:end].tolist(), NO_SLOT}


def test_a_buyer_is_interested_in_what_is_bought_and_takes_back_nothing_of_it():
    lookups, sessions = Lookups(SMALL), Sessions(SMALL, Span(0, 4_000))
    interests = interests_of(sessions)
    buyers = np.flatnonzero(sessions.buying)
    first = lookups.departments.of_lines(sessions.group.first_line[buyers])
    assert (interests.main[buyers] == first.department).all()
    for line in range(6):
        has = np.flatnonzero(sessions.group.line_count[buyers] > line)
        own = lookups.departments.of_lines(sessions.group.first_line[buyers[has]] + line)
        same = own.department == interests.main[buyers[has]]
        assert (own.number[same] % 8 != interests.taken_back[buyers[has]][same]).all()


def test_browsers_look_for_what_is_in_demand():
    sessions, departments = Sessions(SMALL, Span(0, 40_000)), Lookups(SMALL).departments
    main = interests_of(sessions).main[~sessions.buying]
    asked_for = np.bincount(departments.of_lines(numbered(12_500)).department)
    assert np.allclose(np.bincount(main) / len(main), asked_for / asked_for.sum(), atol=0.01)


def test_most_of_what_a_session_views_is_of_its_interest():
    clicks, products = whole("raw_clickstream", SMALL), whole("raw_products", SMALL)
    views = clicks.filter(clicks["event_type"] == "product_view").join(products, "product_id")
    names = kinds_of_goods().categories
    main = interests_of(Sessions(SMALL, Span(0, 40_000))).main[views["session_id"].to_numpy() - 1]
    is_main = np.array([names.index(name) for name in views["category"]]) == main
    assert 0.8 < is_main.mean() < 0.95
