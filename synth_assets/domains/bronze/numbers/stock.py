"""The stock of one window of time: what moves it, and the levels that it starts and ends with.

A window is thirty days. At its end every product's balance is brought to a level that is a function of product and
window alone; see :mod:`~synth_assets.kernel.ledger`, whose accounts are products, issues are sales and receipts are
returns.
"""

import numpy as np

from synth_assets.domains.bronze.numbers.lookups import Lookups, lookups_of
from synth_assets.domains.bronze.numbers.purchases import OrderLines, Orders
from synth_assets.domains.bronze.numbers.quotas import ORDER_BLOCK
from synth_assets.kernel import ledger
from synth_assets.kernel.choice import below, between, chance
from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.ledger import CLOSING, OPENING, Accounts, Entries, Movements, Window
from synth_assets.model.dataset import Dataset
from synth_assets.model.moved import Found, WholeWindows, side_by_side
from synth_assets.world.order_lifecycle import LONGEST_TO_RETURN, LONGEST_TO_SHIP

WINDOW = 30 * DAY

_CLEARED = 4 * DAY  # after its end a product's last sales have shipped, and what is left is written off
_WINDOWS = 4_096  # windows since the start, for more than three centuries
_LEAST_LEVEL = 10


def window_at(dataset: Dataset, seconds: I64Array) -> I64Array:
    """The window of each second, shape (n,)."""
    return (seconds - lookups_of(dataset).start) // WINDOW


def windows_between(dataset: Dataset, since: int | None, until: int | None) -> range:
    """The windows that overlap ``[since, until)``, from the first one to those of the base unless said."""
    lookups = lookups_of(dataset)
    if not lookups.params.products:
        return range(0)
    end = dataset.as_of_second if until is None else until
    return range(0 if since is None else (since - lookups.start) // WINDOW, -(-(end - lookups.start) // WINDOW))


def movements_at(dataset: Dataset, numbers: I64Array) -> tuple[I64Array, Movements]:
    """The windows, and the movements, of some numbers; shapes (n,)."""
    windows, kind, cause = ledger.movement_parts(numbers)
    by_line = (kind != OPENING) & (kind != CLOSING)
    product = cause.copy()
    product[by_line] = OrderLines.at(dataset, cause[by_line]).product
    found = Movements(*(np.empty(len(numbers), dtype=np.int64) for _ in Movements._fields))
    for window in np.unique(windows).tolist():
        here = np.flatnonzero(windows == window)
        asked = np.unique(product[here])
        # A window that was looked at as a whole is looked up; of others only the products asked for are made.
        moved = whole_windows.known(dataset, window) or movements(dataset, window, asked)
        at = np.searchsorted(ledger.movement_number(window, moved.kind, moved.cause), numbers[here])
        for values, all_values in zip(found, moved, strict=True):
            values[here] = all_values[at]
    return windows, found


def movements(dataset: Dataset, window: int, products: I64Array | None = None) -> Movements:
    """The movements of one window, by movement number; accounts are products, documents are orders.

    Args:
        dataset: the dataset.
        window: its number.
        products: only these, ascending; all of them without.
    """
    lookups = lookups_of(dataset)
    begin = lookups.start + window * WINDOW
    span = Window(begin, begin + WINDOW)
    accounts = _accounts(dataset, lookups, window, span, products)
    sales, returns = _sales(dataset, lookups, span, products), _returns(dataset, lookups, span, products)
    return ledger.movements(span, accounts, sales, returns, lambda lines: _lead(dataset, lines))[1]


def _lead(dataset: Dataset, lines: I64Array) -> I64Array:
    """How long before the sale of each line its restock comes, in seconds; shape (n,)."""
    return between(bits(dataset.key("raw_inventory", "restock"), lines), HOUR, 36 * HOUR)


def _accounts(
    dataset: Dataset, lookups: Lookups, window: int, span: Window[int], products: I64Array | None
) -> Accounts:
    strata = lookups.product_strata
    if products is None:
        products = np.arange(lookups.products(span.end), dtype=np.int64)
    created = strata.created(products)
    # Before the window of sessions nothing is sold: older products are first delivered in its first hours.
    early = lookups.start + below(bits(dataset.key("raw_inventory", "opening"), products), 4 * HOUR)
    opened = np.where(created < lookups.start, early, created)
    ended = strata.discontinued(products)
    levels = [_level(dataset, lookups, products, ended, number) for number in (window, window + 1)]
    return Accounts(products, ~strata.is_draft(products) & (ended + _CLEARED > opened), opened, *levels)


def _level(dataset: Dataset, lookups: Lookups, products: I64Array, ended: I64Array, window: int) -> I64Array:
    """The balance at the start of a window: the product's own level, a few pieces short now and then."""
    params = lookups.params
    lines = lookups.quotas.lines.children
    monthly = 30 * params.orders * lines // (params.days * max(params.products, 1) * ORDER_BLOCK)
    own = bits(dataset.key("raw_inventory", "level"), products)
    level = _LEAST_LEVEL + monthly * between(own, 80, 260) // 100 + below(own << np.uint64(32), 20)
    words = bits(dataset.key("raw_inventory", "shrinkage"), products * _WINDOWS + window)
    level -= np.where(chance(words, 6, 100), between(words << np.uint64(32), 1, 4), 0)
    return np.where(ended + _CLEARED <= lookups.start + window * WINDOW, 0, level)


def _moving(lookups: Lookups, orders: Orders, moment: I64Array, window: Window[int]) -> I64Array:
    """Which orders have a moment within the window, and before their customer's erasure."""
    chosen = np.flatnonzero((moment >= window.begin) & (moment < window.end))
    if window.end > orders.dataset.as_of_second:  # nobody is erased before
        buyers = Orders(orders.dataset, orders.numbers[chosen]).customer
        chosen = chosen[lookups.customer_strata.erased(buyers) > moment[chosen]]
    return chosen


def _lines(orders: Orders, chosen: I64Array, moment: I64Array) -> Entries:
    """All lines of some orders."""
    lines = OrderLines.of(Orders(orders.dataset, orders.numbers[chosen]))
    return Entries(lines.product, lines.numbers, lines.order, lines.quantity, moment[chosen][lines.index])


def _lines_of(dataset: Dataset, products: I64Array, orders: Span, step: str, window: Window[int]) -> Entries:
    """The lines of some products, of orders that have a step of their life within the window."""
    lookups = lookups_of(dataset)
    of = lookups.line_products.lines_of(products, orders)
    place = np.repeat(np.arange(len(products)), of.counts)
    owner = Orders(dataset, lookups.quotas.order_of_line(of.rows))
    moment = getattr(owner.lifecycle, step)
    chosen = _moving(lookups, owner, moment, window)
    quantity = OrderLines.at(dataset, of.rows[chosen]).quantity
    return Entries(place[chosen], of.rows[chosen], owner.numbers[chosen], quantity, moment[chosen])


def _sales(dataset: Dataset, lookups: Lookups, window: Window[int], products: I64Array | None) -> Entries:
    placed = lookups.orders_between(window.begin - LONGEST_TO_SHIP, window.end)
    if products is not None:
        return _lines_of(dataset, products, placed, "shipped", window)
    orders = Orders(dataset, placed)
    shipped = orders.lifecycle.shipped
    return _lines(orders, _moving(lookups, orders, shipped, window), shipped)


def _returns(dataset: Dataset, lookups: Lookups, window: Window[int], products: I64Array | None) -> Entries:
    placed = lookups.orders_between(window.begin - LONGEST_TO_RETURN, window.end)
    if products is not None:
        return _lines_of(dataset, products, placed, "returned", window)
    orders = Orders(dataset, placed)
    came_back = np.flatnonzero(orders.outcome.is_returned)
    orders = Orders(dataset, orders.numbers[came_back])
    returned = orders.lifecycle.returned
    return _lines(orders, _moving(lookups, orders, returned, window), returned)


def windows_made(dataset: Dataset, windows: I64Array) -> Found:
    """:func:`movements` of some windows, which are few and large."""
    return side_by_side((window, movements(dataset, window)) for window in windows.tolist())


whole_windows = WholeWindows(windows_made)
"""Windows of the last batches."""
