"""The ways from customers to sessions, orders, lines and clicks lead there and back, and time flows forward."""

import numpy as np
import pytest

from synth_assets.domains.bronze.numbers.customer_strata import LEAVING, STRATA, VISITS_PER_HEAD
from synth_assets.domains.bronze.numbers.lookups import Lookups
from synth_assets.domains.bronze.numbers.purchases import Orders
from synth_assets.domains.bronze.numbers.quotas import GROUP, LOGIN_GROUPS, LOGINS
from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.domains.bronze.tables.raw_customers import RawCustomers
from synth_assets.domains.bronze.tables.raw_products import RawProducts
from synth_assets.kernel.clock import DAY, NEVER
from synth_assets.kernel.counter import Span
from synth_assets.model.dataset import MICROSECONDS
from synth_assets_tests.domains.bronze_samples import BRONZE, SMALL, dataset

DATASETS = {
    "small": SMALL,
    "small 7": dataset(7),
    "many customers": dataset(customers=20_000, products=500, orders=6_000, days=60),
    "few": dataset(customers=60, products=40, orders=300, days=20),
}


@pytest.fixture(params=DATASETS)
def of(request):
    return DATASETS[request.param]


@pytest.fixture
def lookups(of):
    return Lookups(of)


def moments(lookups, count=400, days=150):
    """Seconds all over history, the window and some time after ``as_of``."""
    first, last = lookups.start - 1_100 * DAY, lookups.start + (lookups.params.days + days) * DAY
    return np.random.default_rng(1).integers(first, last, count)


def numbered(count):
    return np.arange(count, dtype=np.int64)


# Customers and their sessions


def epochs_beyond(lookups, days=40):
    """Whole epochs up to some days after ``as_of``."""
    sessions = lookups.session_clock.count_before_one(lookups.start + (lookups.params.days + days) * DAY)
    return min(sessions // GROUP // lookups.session_customers.epoch_groups + 1, 400)


def logins_in(lookups, epochs):
    return epochs * lookups.session_customers.epoch_groups // LOGIN_GROUPS * LOGINS


def test_a_customer_s_sessions_are_those_whose_customer_it_is(lookups):
    epochs = epochs_beyond(lookups)
    customer = lookups.session_customers.customer_of_login(numbered(logins_in(lookups, epochs)))
    present = lookups.customer_strata.clock.count_before_one(lookups.start + (lookups.params.days + 80) * DAY)
    strata = lookups.customer_strata.strata.stratum(numbered(present))
    some = {0, present - 1, int(customer[0]), int(customer[-1])}
    for stratum in range(STRATA):
        members = np.flatnonzero(strata == stratum)
        some |= {int(one) for one in members[[0, len(members) // 3, -1]]} if len(members) else set()
    for one in some:
        expected = np.flatnonzero(customer == one)
        assert lookups.session_customers.logins_of(np.array([one]), epochs).rows.tolist() == expected.tolist(), one
    everybody = lookups.session_customers.logins_of(np.array(sorted(some)), epochs)
    assert everybody.counts.tolist() == [int((customer == one).sum()) for one in sorted(some)]


def test_visitors_are_registered_before_they_come_and_not_erased_before_they_leave(of, lookups):
    epochs = epochs_beyond(lookups, days=400)
    sessions = Sessions(of, Span(0, epochs * lookups.session_customers.epoch_groups * GROUP))
    known = sessions.customer >= 0
    who = sessions.customer[known]
    assert (lookups.customer_strata.registered(who) <= sessions.started[known]).all()
    assert (lookups.customer_strata.erased(who) > sessions.ended[known]).all()


def test_no_customer_is_erased_before_as_of_and_some_are_afterwards():
    lookups = Lookups(SMALL)
    erased = lookups.customer_strata.erased(numbered(1_000))
    assert erased.min() >= SMALL.as_of_second
    assert np.count_nonzero(erased < SMALL.as_of_second + 365 * DAY) > 50


def test_loyal_customers_come_most():
    lookups = Lookups(SMALL)
    customer = lookups.session_customers.customer_of_login(numbered(logins_in(lookups, epochs_beyond(lookups, 0))))
    visits = np.bincount(lookups.customer_strata.strata.stratum(customer), minlength=STRATA)
    heads = np.bincount(lookups.customer_strata.strata.stratum(numbered(1_000)), minlength=STRATA)
    # Those who registered late had less time to come.
    assert (np.argsort(visits / heads) == np.argsort(VISITS_PER_HEAD)).all()


def test_stratum_and_rank_name_one_customer_and_ranks_count_up(lookups):
    customers = numbered(min(3_000, 3 * lookups.params.customers))
    stratum, rank = lookups.customer_strata.strata.stratum(customers), lookups.customer_strata.strata.rank(customers)
    assert (lookups.customer_strata.strata.number(stratum, rank) == customers).all()
    for one in range(STRATA):
        assert (rank[stratum == one] == numbered(np.count_nonzero(stratum == one))).all()


def test_members_counts_each_stratum_among_the_first_customers(lookups):
    stratum = lookups.customer_strata.strata.stratum(numbered(2_000))
    for count in (0, 1, 159, 160, 161, 1_999):
        found = lookups.customer_strata.strata.members(np.array([count]))[0]
        assert found.tolist() == np.bincount(stratum[:count], minlength=STRATA).tolist()


def test_the_leaving_customers_erased_before_a_time_are_the_first_by_rank(lookups):
    customers = numbered(min(3_000, 3 * lookups.params.customers))
    erased = lookups.customer_strata.erased(customers)
    assert ((erased == NEVER) == (lookups.customer_strata.strata.stratum(customers) != LEAVING)).all()
    gone = erased[erased != NEVER]
    for at in moments(lookups, count=60):
        expected = np.count_nonzero(gone < at)
        if expected < len(gone):
            assert lookups.customer_strata.erased_before(np.array([at]))[0] == expected
            assert (gone[:expected] < at).all()


# Groups, logins, lines, clicks


def test_logged_in_sessions_are_numbered_without_gaps_and_found_again(of, lookups):
    groups = LOGIN_GROUPS * 60
    sessions = numbered(groups * GROUP)
    group = sessions // GROUP
    login = lookups.quotas.login_of(lookups.quotas.group_words(group), group, sessions % GROUP)
    known = login >= 0
    assert sorted(login[known]) == list(range(groups // LOGIN_GROUPS * LOGINS))
    assert (lookups.quotas.session_of_login(login[known]) == sessions[known]).all()
    assert known.mean() == pytest.approx(0.6)
    assert known[Sessions(of, Span(0, len(sessions))).buying].all()


def test_each_group_of_eight_sessions_has_one_that_buys(of):
    buying = Sessions(of, Span(0, 300 * GROUP)).buying.reshape(-1, GROUP)
    assert (buying.sum(axis=1) == 1).all()
    orders = Orders(of, Span(0, 300))
    assert (orders.session.numbers == numbered(300) * GROUP + buying.argmax(axis=1)).all()


def test_lines_are_numbered_order_by_order_and_their_orders_found_again(lookups):
    counts, first = lookups.quotas.lines_of(numbered(1_000))
    assert counts.min() >= 1
    assert (first == np.cumsum(counts) - counts).all()
    owner = np.repeat(numbered(1_000), counts)
    assert (lookups.quotas.order_of_line(numbered(len(owner))) == owner).all()


def test_clicks_are_numbered_session_by_session_and_their_sessions_found_again(of, lookups):
    counts, first = Sessions(of, Span(0, 3_200)).clicks
    assert counts.min() >= 1
    assert (first == np.cumsum(counts) - counts).all()
    owner = np.repeat(numbered(3_200), counts)
    assert (lookups.quotas.session_of_click(numbered(len(owner))) == owner).all()
    assert len(owner) == pytest.approx(6 * 3_200, rel=0.01)


# Goods


def on_sale_by_looking(lookups, since, until):
    """What is on sale through a span of time, by looking at every product."""
    products = numbered(lookups.product_strata.clock.count_before_one(int(until) + 1))
    there = products[(lookups.product_strata.created(products) <= since) & ~lookups.product_strata.is_draft(products)]
    ends = lookups.product_strata.discontinued(there)
    seasonal = ends != NEVER
    return there[~seasonal], there[seasonal], there[seasonal & (ends <= until)]


def test_what_is_on_sale_is_what_appeared_is_no_draft_and_not_discontinued(lookups):
    for since in moments(lookups, count=120):
        until = since + int(since) % (3 * DAY)
        found = lookups.product_strata.on_sale(np.array([since]), np.array([until]))
        evergreen, seasonal, ended = on_sale_by_looking(lookups, since, until)
        assert [int(one[0]) for one in found] == [len(evergreen), len(seasonal), len(ended)]
        # They go in the order in which they came, so a count says which.
        assert ended.tolist() == seasonal[: len(ended)].tolist()


def test_what_is_chosen_is_on_sale_and_two_residues_are_two_products(lookups):
    words = np.random.default_rng(2).integers(0, 2**64, 500, dtype=np.uint64)
    for since in moments(lookups, count=10):
        if since < lookups.start:
            continue
        until = since + DAY
        counts = lookups.product_strata.on_sale(np.full(500, since), np.full(500, until))
        evergreen, seasonal, ended = on_sale_by_looking(lookups, since, until)
        allowed = set(evergreen) | set(seasonal) - set(ended)
        products = lookups.product_strata
        by_residue = [set(products.choose(words, np.full(500, one), counts)) for one in range(products.residues)]
        assert set.union(*by_residue) <= allowed
        assert sum(map(len, by_residue)) == len(set.union(*by_residue))


def test_every_product_lives_a_month_at_least(lookups):
    products = numbered(min(1_000, 5 * lookups.params.products))
    created = lookups.product_strata.created(products)
    assert (lookups.product_strata.discontinued(products) - created >= 30 * DAY).all()
    assert (lookups.product_strata.deleted(products) - created >= 30 * DAY).all()


def test_a_price_holds_from_its_version_s_start_to_the_next_one(lookups):
    prices, products = lookups.prices, numbered(300)
    now = np.minimum(lookups.product_strata.discontinued(products), lookups.start)
    version, since, until = prices.in_force(products, now)
    assert (since <= now).all()
    assert (now < until).all()
    assert (prices.in_force(products, since).version == version).all()
    assert (prices.in_force(products, since - 1).version == version - 1).all()
    assert (until - since <= 180 * DAY).all()


def test_a_product_s_price_is_the_one_of_the_second_before_it_is_looked_at(of, lookups):
    prices = lookups.prices
    for days in (0, 3, 200):
        at = of.as_of_second + days * DAY
        products = RawProducts(of, numbered(of.params.products), at)
        assert (products.price == prices.at(products.numbers, at - 1)).all()
        changed = products.updated_at // MICROSECONDS
        assert (changed < at).all()
        assert (products.price == prices.at(products.numbers, changed)).all()


def test_cost_is_below_every_price_there_ever_is(lookups, of):
    products = RawProducts(of, Span(0, 500))
    seconds = range(lookups.start, lookups.start + 4_000 * DAY, 20 * DAY)
    cheapest = np.min([lookups.prices.at(products.numbers, second) for second in seconds], axis=0)
    assert (products.cost < cheapest).all()
    assert products.cost.min() > 0


# Clocks


@pytest.mark.parametrize("which", ["sessions", "customers", "products"])
def test_as_many_rows_come_before_a_time_as_have_an_earlier_one(lookups, which):
    clock = {
        "sessions": lookups.session_clock,
        "customers": lookups.customer_strata.clock,
        "products": lookups.product_strata.clock,
    }[which]
    seconds = clock.seconds(Span(0, min(5_000, 20 * clock._rows)))
    assert (np.diff(seconds) >= 0).all()
    some = np.concatenate([moments(lookups), seconds[::97], seconds[::97] + 1])
    some = some[some <= seconds[-1]]
    assert (clock.count_before(some) == np.searchsorted(seconds, some, side="left")).all()


@pytest.mark.parametrize("preset", ["small", "medium", "large", "xlarge"])
def test_what_a_preset_promises_has_appeared_just_by_as_of(preset):
    of = BRONZE.dataset(preset)
    lookups, params = Lookups(of), of.params
    at = of.as_of_second
    assert lookups.customer_strata.clock.count_before_one(at) == params.customers
    assert lookups.product_strata.clock.count_before_one(at) == params.products
    assert lookups.session_clock.count_before_one(at) == GROUP * params.orders
    last = Sessions(of, Span(GROUP * params.orders - 1, 2)).ended
    assert last[0] < at <= last[1]


def test_customers_keep_their_country_for_good():
    countries = [RawCustomers(SMALL, Span(0, 300), SMALL.as_of_second + days * DAY).country for days in (0, 30, 900)]
    pools = [text.series().to_list() for text in countries]
    assert pools[0] == pools[1] == pools[2]
