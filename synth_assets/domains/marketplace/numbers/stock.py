"""The stock of one tenant in one window of time: what moves it, and the levels that it starts and ends with.

A window is a week of one tenant, and of a tenant on trial its whole life. At its end a product's level is brought to a
level that is a function of product and window alone; see :mod:`~synth_assets.kernel.ledger`. Accounts are products,
issues are sales and receipts are returns.
"""

from typing import NamedTuple, TypeVar

import numpy as np

from synth_assets.domains.marketplace.numbers.lanes import Lanes
from synth_assets.domains.marketplace.numbers.market import Market, market_of
from synth_assets.domains.marketplace.numbers.orders import ON_TRIAL
from synth_assets.domains.marketplace.numbers.purchases import BoughtLines, Purchases
from synth_assets.kernel import ledger
from synth_assets.kernel.choice import below, between, chance
from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.distinct import distinct
from synth_assets.kernel.ledger import Accounts, Entries, Movements, Window
from synth_assets.model.dataset import Dataset
from synth_assets.model.moved import WholeWindows
from synth_assets.world.order_lifecycle import LONGEST_TO_RETURN, LONGEST_TO_SHIP

Second = TypeVar("Second", int, I64Array)

WINDOW = 7 * DAY

_WINDOWS = 53
"""Windows of a tenant in the base: more than the year of its orders."""

_TRIAL_LENGTH = ON_TRIAL.end + LONGEST_TO_RETURN + DAY

_LEVELS = 4_096  # windows of a tenant, at the most, for more than three centuries
_LEAST_LEVEL = 12
_COUNTED = 16  # one product in so many is counted in a week, and found short now and then
_COUNTED_WITHIN = 2 * DAY  # of a window's end, and after whatever else moves the product


def windows(market: Market) -> Lanes:
    """The numbering of windows: they are a tenant's rows as others are."""
    return Lanes(market.tenants.count, _WINDOWS if market.params.products_per_tenant else 0, 1)


def window_count(dataset: Dataset, at: int | None) -> int:
    """Windows that may have begun by a moment; of the base, without one."""
    market = market_of(dataset)
    lanes = windows(market)
    if not lanes.own:
        return 0
    if at is None or at <= dataset.as_of_second:
        return lanes.base
    return lanes.count(_index(dataset, at - 1) + 1, market.tenants.trials(at))


def _index(dataset: Dataset, second: Second) -> Second:
    """The window of a base's tenant that a second, or each of some, falls into."""
    return (second - dataset.as_of_second) // WINDOW + _WINDOWS


def window_at(dataset: Dataset, tenants: I64Array, seconds: I64Array) -> I64Array:
    """The number of the window of each tenant and second, shape (n,)."""
    market = market_of(dataset)
    index = np.where(tenants < market.tenants.count, _index(dataset, seconds), 0)
    return windows(market).numbers(tenants, index)


def windows_between(dataset: Dataset, since: int, until: int) -> list[int]:
    """The windows in which something may move in ``[since, until)``."""
    market = market_of(dataset)
    lanes, tenants = windows(market), np.arange(market.tenants.count, dtype=np.int64)
    if not lanes.own:
        return []
    steps = range(_index(dataset, since), _index(dataset, until - 1) + 1)
    found = [lanes.numbers(tenants, np.full(len(tenants), step)) for step in steps]
    trials = market.tenants.joining(since - _TRIAL_LENGTH, until)
    found.append(lanes.numbers(trials, np.zeros(len(trials), dtype=np.int64)))
    return np.concatenate(found).tolist()


def movements(dataset: Dataset, window: int) -> Movements:
    """The movements of one window, by movement number; accounts are products, documents are orders."""
    market = market_of(dataset)
    (tenant,), (index,) = (values.tolist() for values in windows(market).places(np.array([window], dtype=np.int64)))
    span = _span(market, dataset, tenant, index)
    sold = _lines(dataset, market, tenant, span, "shipped", LONGEST_TO_SHIP)
    returned = _lines(dataset, market, tenant, span, "returned", LONGEST_TO_RETURN)
    accounts = _accounts(dataset, market, tenant, index, span, [sold.product, returned.product])
    return ledger.movements(
        span,
        accounts,
        _entries(sold, accounts),
        _entries(returned, accounts),
        lambda lines: between(bits(dataset.key("stock_events", "restock"), lines), HOUR, 36 * HOUR),
        lambda of: below(bits(dataset.key("stock_events", "count"), of * _LEVELS + index), _COUNTED_WITHIN),
    )


def movements_at(dataset: Dataset, numbers: I64Array) -> tuple[I64Array, Movements]:
    """The windows, and the movements, of some numbers; shapes (n,)."""
    of, _, _ = ledger.movement_parts(numbers)
    found = Movements(*(np.empty(len(numbers), dtype=np.int64) for _ in Movements._fields))
    for window in np.unique(of).tolist():
        here = np.flatnonzero(of == window)
        moved = whole_windows.get(dataset, window)
        at = np.searchsorted(ledger.movement_number(window, moved.kind, moved.cause), numbers[here])
        for values, all_values in zip(found, moved, strict=True):
            values[here] = all_values[at]
    return of, found


whole_windows = WholeWindows(movements)
"""Windows of the last batches."""


def _span(market: Market, dataset: Dataset, tenant: int, index: int) -> Window:
    if tenant < market.tenants.count:
        begin = dataset.as_of_second + (index - _WINDOWS) * WINDOW
        return Window(begin, begin + WINDOW)
    begin = int(market.tenants.joined(np.array([tenant], dtype=np.int64))[0])
    return Window(begin, begin + _TRIAL_LENGTH)


class _Lines(NamedTuple):
    """Lines of orders that leave or come back in a window; shapes (n,)."""

    product: I64Array
    number: I64Array
    order: I64Array
    quantity: I64Array
    moved: I64Array


def _lines(dataset: Dataset, market: Market, tenant: int, window: Window, step: str, longest: int) -> _Lines:
    """The lines of the tenant's orders that have a step of their life within the window."""
    one = np.array([tenant, tenant], dtype=np.int64)
    edges = np.array([window.begin - longest, window.end], dtype=np.int64)
    first, last = market.orders.coming.count_before(one, edges).tolist()
    index = np.arange(first, last, dtype=np.int64)
    orders = Purchases(dataset, market.orders.coming.lanes.numbers(np.full(len(index), tenant), index))
    orders = orders.some(np.flatnonzero(orders.outcome.reaches(step)))
    moment: I64Array = getattr(orders.lifecycle, step)
    chosen = np.flatnonzero((moment >= window.begin) & (moment < window.end))
    orders, moment = orders.some(chosen), moment[chosen]
    if window.end > dataset.as_of_second:  # nobody is erased before
        stays = np.flatnonzero(orders.ended > moment)
        orders, moment = orders.some(stays), moment[stays]
    lines = BoughtLines.of(orders)
    return _Lines(lines.product, lines.numbers, orders.numbers[lines.index], lines.quantity, moment[lines.index])


def _entries(lines: _Lines, accounts: Accounts) -> Entries:
    account = np.searchsorted(accounts.number, lines.product)
    return Entries(account, lines.number, lines.order, lines.quantity, lines.moved)


def _accounts(
    dataset: Dataset, market: Market, tenant: int, index: int, span: Window, moving: list[I64Array]
) -> Accounts:
    """The products that may move: those that do, that open, and whose level is another one at the end.

    Args:
        dataset: the dataset.
        market: its look-up tables.
        tenant: whose window it is.
        index: the window's place among the tenant's.
        span: its seconds.
        moving: products that are sold or come back.
    """
    coming = market.products.coming
    edges = np.array([span.begin, span.end], dtype=np.int64)
    known, count = coming.count_before(np.array([tenant, tenant], dtype=np.int64), edges).tolist()
    # Before its first orders a tenant sells nothing: older products are first delivered in the hours before.
    start = int(market.tenants.start[tenant]) if tenant < market.tenants.count else span.begin
    opening = np.arange(0 if span.begin <= start < span.end else known, count, dtype=np.int64)
    counted = [np.arange(at % _COUNTED, count, _COUNTED, dtype=np.int64) for at in (index, index + 1)]
    place = np.concatenate([opening, *counted])
    some = coming.lanes.numbers(np.full(len(place), tenant), place)
    products, _ = distinct(np.concatenate([some, *moving]))
    tenants, place = coming.lanes.places(products)
    created = coming.seconds(tenants, place)
    early = start + below(bits(dataset.key("stock_events", "opening"), products), 4 * HOUR)
    opened = np.where(created < start, early, created)
    levels = [_level(dataset, market, products, place, number) for number in (index, index + 1)]
    return Accounts(products, opened < span.end, opened, *levels)


def _level(dataset: Dataset, market: Market, products: I64Array, place: I64Array, index: int) -> I64Array:
    """The level at the start of a window: the product's own, or a few pieces less if it was counted and found short."""
    params = market.params
    weekly = 5 * params.orders_per_tenant // (52 * 2 * max(params.products_per_tenant, 1))
    own = bits(dataset.key("stock_events", "level"), products)
    level = _LEAST_LEVEL + weekly * between(own, 80, 260) // 100 + below(own << np.uint64(32), 20)
    words = bits(dataset.key("stock_events", "shrinkage"), products * _LEVELS + index)
    short = (place % _COUNTED == index % _COUNTED) & chance(words, 1, 3)
    return level - np.where(short, between(words << np.uint64(32), 1, 4), 0)
