"""The stock of one window of time: what moves it, and the levels that it starts and ends with.

A window is thirty days. At its end every product's balance is brought to a level that is a function of product and
window alone; see :mod:`~synth_assets.kernel.ledger`, whose accounts are products, issues are sales and receipts are
returns.
"""

import threading

import numpy as np

from synth_assets.domains.bronze.acts import orders_between
from synth_assets.domains.bronze.baskets import BLOCK
from synth_assets.domains.bronze.lifecycle import LONGEST_TO_RETURN, LONGEST_TO_SHIP
from synth_assets.domains.bronze.raw_order_items import RawOrderItems
from synth_assets.domains.bronze.raw_orders import RawOrders
from synth_assets.domains.bronze.shop import Shop, shop_of
from synth_assets.kernel import ledger
from synth_assets.kernel.choice import below, between, chance
from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.ledger import CLOSING, OPENING, Accounts, Entries, Movements, Window
from synth_assets.model.dataset import Dataset

WINDOW = 30 * DAY

_CLEARED = 4 * DAY  # after its end a product's last sales have shipped, and what is left is written off
_WINDOWS = 4_096  # windows since the start, for more than three centuries
_LEAST_LEVEL = 10
_WINDOWS_KEPT = 2


def window_at(dataset: Dataset, seconds: I64Array) -> I64Array:
    """The window of each second, shape (n,)."""
    return (seconds - shop_of(dataset).start) // WINDOW


def windows_between(dataset: Dataset, since: int | None, until: int | None) -> range:
    """The windows that overlap ``[since, until)``, from the first one to those of the base unless said."""
    shop = shop_of(dataset)
    if not shop.params.products:
        return range(0)
    end = dataset.as_of_second if until is None else until
    return range(0 if since is None else (since - shop.start) // WINDOW, -(-(end - shop.start) // WINDOW))


class _WholeWindows:
    """The last windows that were looked at as a whole: the next batch asks for the same ones."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Dataset, int], Movements] = {}
        self._lock = threading.Lock()

    def get(self, dataset: Dataset, window: int) -> Movements | None:
        with self._lock:
            return self._kept.get((dataset, window))

    def keep(self, dataset: Dataset, window: int, moved: Movements) -> None:
        with self._lock:
            self._kept[dataset, window] = moved
            while len(self._kept) > _WINDOWS_KEPT:
                del self._kept[next(iter(self._kept))]


_whole_windows = _WholeWindows()


def whole_window(dataset: Dataset, window: int) -> Movements:
    """:func:`movements` of all products, kept for the next batch."""
    moved = _whole_windows.get(dataset, window)
    if moved is None:
        moved = movements(dataset, window)
        _whole_windows.keep(dataset, window, moved)
    return moved


def movements_at(dataset: Dataset, numbers: I64Array) -> tuple[I64Array, Movements]:
    """The windows, and the movements, of some numbers; shapes (n,)."""
    windows, kind, cause = ledger.movement_parts(numbers)
    by_line = (kind != OPENING) & (kind != CLOSING)
    product = cause.copy()
    product[by_line] = RawOrderItems(dataset, cause[by_line]).product
    found = Movements(*(np.empty(len(numbers), dtype=np.int64) for _ in Movements._fields))
    for window in np.unique(windows).tolist():
        here = np.flatnonzero(windows == window)
        asked = np.unique(product[here])
        # A window that was looked at as a whole is looked up; of others only the products asked for are made.
        moved = _whole_windows.get(dataset, window) or movements(dataset, window, asked)
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
    shop = shop_of(dataset)
    begin = shop.start + window * WINDOW
    span = Window(begin, begin + WINDOW)
    accounts = _accounts(dataset, shop, window, span, products)
    sales, returns = _sales(dataset, shop, span, products), _returns(dataset, shop, span, products)
    return ledger.movements(span, accounts, sales, returns, lambda lines: _lead(dataset, lines))


def _lead(dataset: Dataset, lines: I64Array) -> I64Array:
    """How long before the sale of each line its restock comes, in seconds; shape (n,)."""
    return between(bits(dataset.key("raw_inventory", "restock"), lines), HOUR, 36 * HOUR)


def _accounts(dataset: Dataset, shop: Shop, window: int, span: Window, products: I64Array | None) -> Accounts:
    goods = shop.goods
    if products is None:
        products = np.arange(shop.products(span.end), dtype=np.int64)
    created = goods.created(products)
    # Before the window of sessions nothing is sold: older products are first delivered in its first hours.
    early = shop.start + below(bits(dataset.key("raw_inventory", "opening"), products), 4 * HOUR)
    opened = np.where(created < shop.start, early, created)
    ended = goods.discontinued(products)
    levels = [_level(dataset, shop, products, ended, number) for number in (window, window + 1)]
    return Accounts(products, ~goods.is_draft(products) & (ended + _CLEARED > opened), opened, *levels)


def _level(dataset: Dataset, shop: Shop, products: I64Array, ended: I64Array, window: int) -> I64Array:
    """The balance at the start of a window: the product's own level, a few pieces short now and then."""
    params = shop.params
    lines = shop.baskets.lines.children
    monthly = 30 * params.orders * lines // (params.days * max(params.products, 1) * BLOCK)
    own = bits(dataset.key("raw_inventory", "level"), products)
    level = _LEAST_LEVEL + monthly * between(own, 80, 260) // 100 + below(own << np.uint64(32), 20)
    words = bits(dataset.key("raw_inventory", "shrinkage"), products * _WINDOWS + window)
    level -= np.where(chance(words, 6, 100), between(words << np.uint64(32), 1, 4), 0)
    return np.where(ended + _CLEARED <= shop.start + window * WINDOW, 0, level)


def _moving(shop: Shop, orders: RawOrders, moment: I64Array, window: Window) -> I64Array:
    """Which orders have a moment within the window, and before their customer's erasure."""
    chosen = np.flatnonzero((moment >= window.begin) & (moment < window.end))
    if window.end > orders.dataset.as_of_second:  # nobody is erased before
        buyers = RawOrders(orders.dataset, orders.numbers[chosen]).customer
        chosen = chosen[shop.clientele.erased(buyers) > moment[chosen]]
    return chosen


def _lines(orders: RawOrders, chosen: I64Array, moment: I64Array) -> Entries:
    """All lines of some orders."""
    lines = RawOrderItems.of(RawOrders(orders.dataset, orders.numbers[chosen]))
    order = orders.numbers[chosen][lines.index]
    return Entries(lines.product, lines.numbers, order, lines.quantity, moment[chosen][lines.index])


def _lines_of(dataset: Dataset, products: I64Array, orders: Span, step: str, window: Window) -> Entries:
    """The lines of some products, of orders that have a step of their life within the window."""
    shop = shop_of(dataset)
    of = shop.sales.lines_of(products, orders)
    place = np.repeat(np.arange(len(products)), of.counts)
    owner = RawOrders(dataset, shop.baskets.order_of_line(of.rows))
    moment = getattr(owner.lifecycle, step)
    chosen = _moving(shop, owner, moment, window)
    quantity = RawOrderItems(dataset, of.rows[chosen]).quantity
    return Entries(place[chosen], of.rows[chosen], owner.numbers[chosen], quantity, moment[chosen])


def _sales(dataset: Dataset, shop: Shop, window: Window, products: I64Array | None) -> Entries:
    placed = orders_between(shop, window.begin - LONGEST_TO_SHIP, window.end)
    if products is not None:
        return _lines_of(dataset, products, placed, "shipped", window)
    orders = RawOrders(dataset, placed)
    shipped = orders.lifecycle.shipped
    return _lines(orders, _moving(shop, orders, shipped, window), shipped)


def _returns(dataset: Dataset, shop: Shop, window: Window, products: I64Array | None) -> Entries:
    placed = orders_between(shop, window.begin - LONGEST_TO_RETURN, window.end)
    if products is not None:
        return _lines_of(dataset, products, placed, "returned", window)
    orders = RawOrders(dataset, placed)
    came_back = np.flatnonzero(orders.outcome.is_returned)
    orders = RawOrders(dataset, orders.numbers[came_back])
    returned = orders.lifecycle.returned
    return _lines(orders, _moving(shop, orders, returned, window), returned)
