"""The shelves of one window of time: opening, sales, returns, restocking and the count that closes it.

A window is thirty days. At its end every product's balance is brought, by a purchase or a correction, to a
level that is a function of product and window alone; so the next window starts at known balances and needs
nothing of what was before. Inside the window a purchase comes whenever sales would outrun the shelf.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.acts import orders_between
from synth_assets.domains.bronze.baskets import BLOCK
from synth_assets.domains.bronze.lifecycle import LONGEST_TO_RETURN, LONGEST_TO_SHIP
from synth_assets.domains.bronze.raw_order_items import RawOrderItems
from synth_assets.domains.bronze.raw_orders import RawOrders
from synth_assets.domains.bronze.shop import Shop, shop_of
from synth_assets.kernel.choice import below, between, chance
from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.model.dataset import Dataset

WINDOW = 30 * DAY

# What moves the shelf, in the order in which movements of one second count.
OPENING, RESTOCK, SALE, RETURN, CLOSING = range(5)
CAUSES = 5

_CLEARED = 4 * DAY  # after its end a product's last sales have shipped, and what is left is written off
_WINDOWS = 4_096  # windows since the start, for more than three centuries
_LEAST_LEVEL = 10
_CAUSE_BITS = 32
_WINDOWS_KEPT = 2


class Movements(NamedTuple):
    """Movements side by side; shapes (n,).

    Attributes:
        product: number of the product.
        kind: OPENING to CLOSING.
        cause: number of the order line, or of the product.
        order: number of the order, −1 for none.
        quantity: signed.
        moved: second.
        balance: after it.
    """

    product: I64Array
    kind: I64Array
    cause: I64Array
    order: I64Array
    quantity: I64Array
    moved: I64Array
    balance: I64Array


class Lines(NamedTuple):
    """Order lines that move the shelf within the window; shapes (n,). A product is its place on the shelf."""

    product: I64Array
    line: I64Array
    order: I64Array
    quantity: I64Array
    moved: I64Array


class Shelf(NamedTuple):
    """What is stocked in the window; shapes (products,).

    Attributes:
        products: their numbers, ascending.
        stocked: whether the product is on the shelf by the end of the window.
        opened: second of its first delivery.
        level: the balance at the start of the window, or after opening.
        next_level: the balance at its end.
    """

    products: I64Array
    stocked: np.ndarray
    opened: I64Array
    level: I64Array
    next_level: I64Array


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


def numbers_of(window: I64Array | int, kind: I64Array | int, cause: I64Array) -> I64Array:
    """A movement's number: sparse, never moving, and below 2^53 for JSON readers; shape (n,)."""
    return ((window * CAUSES + kind) << _CAUSE_BITS) + cause


class _Whole:
    """The last windows that were looked at as a whole: the next batch asks for the same ones."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Dataset, int], Movements] = {}

    def get(self, dataset: Dataset, window: int) -> Movements | None:
        return self._kept.get((dataset, window))

    def make(self, dataset: Dataset, window: int) -> Movements:
        moved = self.get(dataset, window)
        if moved is None:
            while len(self._kept) >= _WINDOWS_KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            moved = self._kept[dataset, window] = movements(dataset, window)
        return moved


_whole = _Whole()


def ledger(dataset: Dataset, window: int) -> Movements:
    """:func:`movements` of all products, kept for the next batch."""
    return _whole.make(dataset, window)


def movements_at(dataset: Dataset, numbers: I64Array) -> tuple[I64Array, Movements]:
    """The windows, and the movements, of some numbers; shapes (n,)."""
    windows, kind = np.divmod(numbers >> _CAUSE_BITS, CAUSES)
    cause = numbers & ((1 << _CAUSE_BITS) - 1)
    by_line = (kind != OPENING) & (kind != CLOSING)
    product = cause.copy()
    product[by_line] = RawOrderItems(dataset, cause[by_line]).product
    found = Movements(*(np.empty(len(numbers), dtype=np.int64) for _ in Movements._fields))
    for window in np.unique(windows).tolist():
        here = np.flatnonzero(windows == window)
        asked = np.unique(product[here])
        # A window that was looked at as a whole is looked up; of others only the products asked for are made.
        moved = _whole.get(dataset, window) or movements(dataset, window, asked)
        at = np.searchsorted(numbers_of(window, moved.kind, moved.cause), numbers[here])
        for values, all_values in zip(found, moved, strict=True):
            values[here] = all_values[at]
    return windows, found


def movements(dataset: Dataset, window: int, products: I64Array | None = None) -> Movements:
    """The movements of one window, by movement number.

    Args:
        dataset: the dataset.
        window: its number.
        products: only these, ascending; all of them without.
    """
    shop = shop_of(dataset)
    begin = shop.start + window * WINDOW
    shelf = _shelf(dataset, shop, window, begin, products)
    sales = _sales(dataset, shop, begin, products)
    returns = _returns(dataset, shop, begin, products)
    restocks = _restocks(dataset, shelf, sales, begin)
    new = np.flatnonzero(shelf.stocked & (shelf.opened >= begin))
    opening = Lines(new, shelf.products[new], np.full(len(new), -1), shelf.level[new], shelf.opened[new])
    moved = [(OPENING, opening, 1), (RESTOCK, restocks, 1), (SALE, sales, -1), (RETURN, returns, 1)]
    closing = _closing(shelf, moved, opened_here=new, end=begin + WINDOW)
    return _balanced([*moved, (CLOSING, closing, 1)], shelf, opened_here=new)


def _shelf(dataset: Dataset, shop: Shop, window: int, begin: int, products: I64Array | None) -> Shelf:
    goods = shop.goods
    if products is None:
        products = np.arange(shop.products(begin + WINDOW), dtype=np.int64)
    created = goods.created(products)
    # Before the window of sessions nothing is sold: older products are first delivered in its first hours.
    early = shop.start + below(bits(dataset.key("raw_inventory", "opening"), products), 4 * HOUR)
    opened = np.where(created < shop.start, early, created)
    ended = goods.discontinued(products)
    levels = [_level(dataset, shop, products, ended, number) for number in (window, window + 1)]
    return Shelf(products, ~goods.is_draft(products) & (ended + _CLEARED > opened), opened, *levels)


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


def _moving(shop: Shop, orders: RawOrders, moment: I64Array, begin: int) -> I64Array:
    """Which orders have a moment within the window, and before their customer's erasure."""
    chosen = np.flatnonzero((moment >= begin) & (moment < begin + WINDOW))
    if begin + WINDOW > orders.dataset.as_of_second:  # nobody is erased before
        buyers = RawOrders(orders.dataset, orders.numbers[chosen]).customer
        chosen = chosen[shop.clientele.erased(buyers) > moment[chosen]]
    return chosen


def _lines(orders: RawOrders, chosen: I64Array, moment: I64Array) -> Lines:
    """All lines of some orders."""
    lines = RawOrderItems.of(RawOrders(orders.dataset, orders.numbers[chosen]))
    order = orders.numbers[chosen][lines.index]
    return Lines(lines.product, lines.numbers, order, lines.quantity, moment[chosen][lines.index])


def _lines_of(dataset: Dataset, products: I64Array, orders: Span, step: str, begin: int) -> Lines:
    """The lines of some products, of orders that have a step of their life within the window."""
    shop = shop_of(dataset)
    of = shop.sales.lines_of(products, orders)
    place = np.repeat(np.arange(len(products)), of.counts)
    owner = RawOrders(dataset, shop.baskets.order_of_line(of.rows))
    moment = getattr(owner.lifecycle, step)
    chosen = _moving(shop, owner, moment, begin)
    quantity = RawOrderItems(dataset, of.rows[chosen]).quantity
    return Lines(place[chosen], of.rows[chosen], owner.numbers[chosen], quantity, moment[chosen])


def _sales(dataset: Dataset, shop: Shop, begin: int, products: I64Array | None) -> Lines:
    placed = orders_between(shop, begin - LONGEST_TO_SHIP, begin + WINDOW)
    if products is not None:
        return _lines_of(dataset, products, placed, "shipped", begin)
    orders = RawOrders(dataset, placed)
    shipped = orders.lifecycle.shipped
    return _lines(orders, _moving(shop, orders, shipped, begin), shipped)


def _returns(dataset: Dataset, shop: Shop, begin: int, products: I64Array | None) -> Lines:
    placed = orders_between(shop, begin - LONGEST_TO_RETURN, begin + WINDOW)
    if products is not None:
        return _lines_of(dataset, products, placed, "returned", begin)
    orders = RawOrders(dataset, placed)
    came_back = np.flatnonzero(orders.outcome.is_returned)
    orders = RawOrders(dataset, orders.numbers[came_back])
    returned = orders.lifecycle.returned
    return _lines(orders, _moving(shop, orders, returned, begin), returned)


def _restocks(dataset: Dataset, shelf: Shelf, sales: Lines, begin: int) -> Lines:
    """A delivery of one level, some hours before each sale that would outrun what has been delivered so far."""
    order = np.lexsort((sales.line, sales.moved, sales.product))
    product, quantity = sales.product[order], sales.quantity[order]
    sold = _running(product, quantity)
    level = shelf.level[product]
    deliveries = -(-np.maximum(sold - level, 0) // np.maximum(level, 1))
    before = -(-np.maximum(sold - quantity - level, 0) // np.maximum(level, 1))
    late = np.flatnonzero(deliveries > before)
    line, product = sales.line[order][late], product[late]
    ahead = between(bits(dataset.key("raw_inventory", "restock"), line), HOUR, 36 * HOUR)
    moved = np.maximum(sales.moved[order][late] - ahead, np.maximum(shelf.opened[product], begin))
    amount = (deliveries - before)[late] * level[late]
    return Lines(product, line, np.full(len(line), -1), amount, moved)


def _closing(shelf: Shelf, moved: list[tuple[int, Lines, int]], *, opened_here: I64Array, end: int) -> Lines:
    """The count at the window's last second, where it finds another balance than the next window starts with."""
    balance = shelf.level.copy()
    balance[opened_here] = 0
    for _, lines, sign in moved:
        np.add.at(balance, lines.product, sign * lines.quantity)
    product = np.flatnonzero(shelf.stocked & (shelf.opened < end) & (balance != shelf.next_level))
    difference = shelf.next_level[product] - balance[product]
    count = len(product)
    return Lines(product, shelf.products[product], np.full(count, -1), difference, np.full(count, end - 1))


def _balanced(parts: list[tuple[int, Lines, int]], shelf: Shelf, *, opened_here: I64Array) -> Movements:
    kind = np.concatenate([np.full(len(lines.line), number) for number, lines, _ in parts])
    quantity = np.concatenate([sign * lines.quantity for _, lines, sign in parts])
    product, cause, order, moved = (
        np.concatenate([getattr(lines, name) for _, lines, _ in parts])
        for name in ("product", "line", "order", "moved")
    )
    by_time = np.lexsort((cause, kind, moved, product))
    start = shelf.level.copy()
    start[opened_here] = 0
    balance = np.empty(len(kind), dtype=np.int64)
    balance[by_time] = _running(product[by_time], quantity[by_time]) + start[product[by_time]]
    by_number = np.lexsort((cause, kind))
    columns = (shelf.products[product], kind, cause, order, quantity, moved, balance)
    return Movements(*(values[by_number] for values in columns))


def _running(group: I64Array, amounts: I64Array) -> I64Array:
    """Running sums within runs of equal ``group``, shapes (n,)."""
    total = np.cumsum(amounts)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    before = (total - amounts)[starts]
    return total - np.repeat(before, np.diff(np.append(starts, len(group))))
