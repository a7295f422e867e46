"""The ways from customers to sessions, orders, lines and clicks lead there and back, and time flows forward."""

import numpy as np
import pytest

from synth_assets.domains.bronze.numbers.customer_strata import HABITS, LEAVING, STRATA, VISITS_PER_HEAD
from synth_assets.domains.bronze.numbers.groups import GROUP, LEAST, MOST, Groups
from synth_assets.domains.bronze.numbers.lookups import Lookups
from synth_assets.domains.bronze.numbers.purchases import Orders
from synth_assets.domains.bronze.numbers.quotas import LOGIN_GROUPS, LOGINS
from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.domains.bronze.tables.raw_customers import RawCustomers
from synth_assets.domains.bronze.tables.raw_products import RawProducts
from synth_assets.kernel.clock import DAY, HOUR, NEVER
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
    groups = lookups.orders(lookups.start + (lookups.params.days + days) * DAY)
    return min(groups // lookups.session_customers.epoch_groups + 1, 400)


def first_session(lookups, group):
    return int(lookups.quotas.groups.first_session(np.array([group]))[0])


def logins_in(lookups, epochs):
    return epochs * lookups.session_customers.epoch_groups // LOGIN_GROUPS * LOGINS


def test_a_customer_s_sessions_are_those_whose_customer_it_is(lookups):
    epochs = epochs_beyond(lookups)
    customer = lookups.session_customers.visitors(numbered(logins_in(lookups, epochs))).customer
    present = lookups.customer_strata.clock.count_before_one(lookups.start + (lookups.params.days + 80) * DAY)
    strata, _ = lookups.customer_strata.stratum_of(numbered(present))
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
    sessions = Sessions(of, Span(0, first_session(lookups, epochs * lookups.session_customers.epoch_groups)))
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
    customer = lookups.session_customers.visitors(numbered(logins_in(lookups, epochs_beyond(lookups, 0)))).customer
    habit = lookups.customer_strata.stratum_of(numbered(1_000))[0] % HABITS
    visits = np.bincount(habit[customer], minlength=HABITS)
    heads = np.bincount(habit, minlength=HABITS)
    # Those who registered late had less time to come, and neighbours are too much alike to be told apart.
    rate = visits / np.maximum(heads, 1)
    order = [habit for habit in np.argsort(-VISITS_PER_HEAD) if heads[habit] >= 5]
    assert all(rate[one] > rate[other] for one, other in zip(order, order[3:], strict=False))


def test_stratum_and_rank_name_one_customer_and_ranks_count_up(lookups):
    customers = numbered(min(3_000, 3 * lookups.params.customers))
    stratum, rank = lookups.customer_strata.stratum_of(customers)
    assert (lookups.customer_strata.customer(stratum, rank) == customers).all()
    for one in range(STRATA):
        # Within an hour the numbers of a zone's customers are shuffled, so ranks count up but for neighbours.
        assert sorted(rank[stratum == one])[:-3] == list(range(np.count_nonzero(stratum == one)))[:-3]
        assert np.abs(np.diff(rank[stratum == one])).max(initial=0) < 60


def test_members_counts_each_stratum_among_those_who_registered_before_an_hour(lookups):
    customers = numbered(min(3_000, 3 * lookups.params.customers))
    stratum, _ = lookups.customer_strata.stratum_of(customers)
    registered = lookups.customer_strata.registered(customers)
    for at in moments(lookups, count=60):
        hour = at // HOUR * HOUR
        if hour < registered[-1] // HOUR * HOUR:
            found = lookups.customer_strata.members_before_hour(np.array([at]))[0]
            expected = np.bincount(stratum[registered < hour], minlength=STRATA)
            assert found.tolist() == (expected if hour > lookups.customer_strata.clock.start else 0 * expected).tolist()


def test_whoever_has_a_later_turn_is_not_erased_yet(lookups):
    customers = numbered(min(3_000, 3 * lookups.params.customers))
    erased = lookups.customer_strata.erased(customers)
    stratum, rank = lookups.customer_strata.stratum_of(customers)
    zone, habit = np.divmod(stratum, HABITS)
    assert ((erased == NEVER) == (habit != LEAVING)).all()
    leaving = np.flatnonzero(habit == LEAVING)
    turn = lookups.customer_strata.turn(zone[leaving], rank[leaving])
    assert (lookups.customer_strata.rank_of_turn(zone[leaving], turn) == rank[leaving]).all()
    for at in moments(lookups, count=60):
        gone = lookups.customer_strata.gone_before(np.array([at]))[0][zone[leaving]]
        assert (erased[leaving][turn >= gone] >= at).all()


def test_erasures_go_by_no_order_of_numbers():
    lookups = Lookups(dataset(customers=20_000, products=40, orders=100, days=20))
    erased = lookups.customer_strata.erased(numbered(20_000))
    going = np.flatnonzero(erased < SMALL.as_of_second + 200 * DAY)
    in_order = going[np.argsort(erased[going], kind="stable")]
    assert abs(np.corrcoef(in_order, numbered(len(going)))[0, 1]) < 0.1


# Groups, logins, lines, clicks


def test_logged_in_sessions_are_numbered_without_gaps_and_found_again(of, lookups):
    groups = LOGIN_GROUPS * 512  # whole blocks of sixteen
    sessions = numbered(first_session(lookups, groups))
    group = lookups.quotas.groups.of_sessions(sessions)
    login = lookups.quotas.login_of(lookups.quotas.group_words(group.number), group)
    known = login >= 0
    assert sorted(login[known]) == list(range(groups // LOGIN_GROUPS * LOGINS))
    assert (lookups.quotas.session_of_login(login[known]) == sessions[known]).all()
    assert known.mean() == pytest.approx(0.6, abs=0.01)
    assert known[Sessions(of, Span(0, len(sessions))).buying].all()


def test_each_group_of_sessions_has_one_that_buys(of, lookups):
    first = lookups.quotas.groups.first_session(numbered(2_001))
    assert set(np.diff(first)) <= set(range(LEAST, MOST + 1))
    sessions = Sessions(of, Span(0, int(first[-1])))
    assert (sessions.group.number == np.repeat(numbered(2_000), np.diff(first))).all()
    assert (np.add.reduceat(sessions.buying, first[:-1]) == 1).all()
    orders = Orders(of, Span(0, 2_000))
    assert (orders.session.numbers == np.flatnonzero(sessions.buying)).all()


@pytest.mark.parametrize(("orders", "days"), [(0, 1), (1, 1), (250, 30), (5_000, 30), (50_000, 2), (999, 3_650)])
def test_sessions_have_their_groups_and_as_many_as_eight_an_order(orders, days):
    groups = Groups(SMALL, orders, days)
    first = groups.first_session(numbered(3 * orders + 700))
    assert first[orders] == GROUP * orders
    sizes = np.diff(first)
    assert sizes.min() >= LEAST
    assert sizes.max() <= MOST
    number, place, run = groups.of_sessions(numbered(int(first[-1])))
    assert (number == np.repeat(numbered(len(sizes)), sizes)).all()
    assert (place == numbered(int(first[-1])) - first[number]).all()
    assert (run.size == sizes[number]).all()
    for one in (0, 1, len(sizes) // 2, len(sizes)):
        assert groups.groups_begun(int(first[one])) == one
        assert groups.groups_ended(int(first[one])) == one


def test_some_days_more_visits_end_in_an_order():
    sessions = Sessions(SMALL, Span(0, GROUP * 5_000))
    rate = [sessions.buying[one].mean() for one in np.array_split(numbered(GROUP * 5_000), 30)]
    assert np.std(rate) > 0.004
    assert sessions.buying.mean() == 1 / GROUP


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
    words, shelves = np.random.default_rng(2).integers(0, 2**64, 500, dtype=np.uint64), lookups.shelves
    some = 12
    for epoch in range(some):
        edges = lookups.quotas.groups.first_session(np.array([epoch, epoch + 1]) * lookups.departments.epoch_groups)
        since, until = lookups.session_clock.seconds(edges - [0, 1])
        evergreen, seasonal, ended = on_sale_by_looking(lookups, since, until)
        allowed = set(evergreen) | set(seasonal) - set(ended)
        products = lookups.product_strata
        by_class = [
            set(shelves.choose(words, *(np.full(500, one) for one in (department, residue, epoch))))
            for department in range(products.departments)
            for residue in range(products.residues)
        ]
        assert set.union(*by_class) <= allowed
        assert sum(map(len, by_class)) == len(set.union(*by_class))


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
    seconds = clock.seconds(Span(0, min(5_000, 20 * max(clock._rows, 1))))
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
