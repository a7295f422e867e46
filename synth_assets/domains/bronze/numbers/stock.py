"""The stock of one window of time: what moves it, and the levels that it starts and ends with.

A window is thirty days; in the first one, before anything is sold, the shelves are filled. At its end every product's
balance is brought to a level that is a function of product and window alone; see :mod:`~synth_assets.kernel.ledger`,
whose accounts are products, issues are sales and receipts are returns.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from synth_assets.domains.bronze.numbers.groups import ORDER_BLOCK
from synth_assets.domains.bronze.numbers.lookups import Lookups, lookups_of
from synth_assets.domains.bronze.numbers.purchases import OrderLines, Orders
from synth_assets.kernel import ledger
from synth_assets.kernel.choice import below, between, chance
from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.ledger import CLOSING, OPENING, Accounts, Entries, Movements, Window
from synth_assets.model.dataset import Dataset
from synth_assets.model.moved import Found, WholeWindows, WindowCuts, side_by_side
from synth_assets.world.opening_hours import WAREHOUSE
from synth_assets.world.order_lifecycle import LONGEST_TO_RETURN, LONGEST_TO_SHIP

WINDOW = 30 * DAY

_FILLING = 22 * 12 * HOUR  # of work, within the first window, in which what is older is first delivered
_COUNTING = 11 * HOUR  # before a window's edge, which is midnight in UTC and early evening where the warehouse is
_WAREHOUSE_AHEAD = -6 * HOUR
_CLEARED = 4 * DAY  # after its end a product's last sales have shipped, and what is left is written off
_WINDOWS = 4_096  # windows since the start, for more than three centuries
_LEAST_LEVEL = 10
_WHOLE = 2_000_000  # movements of a window that is looked at as a whole, at the most
_AT_ONCE = 125_000  # movements of products that are looked at together in a larger one, about


def window_at(dataset: Dataset, seconds: I64Array) -> I64Array:
    """The window of each second, shape (n,)."""
    return (seconds - _begin(lookups_of(dataset), 0)) // WINDOW


def windows_between(dataset: Dataset, since: int | None, until: int | None) -> range:
    """The windows that overlap ``[since, until)``, from the first one to those of the base unless said."""
    lookups = lookups_of(dataset)
    if not lookups.params.products:
        return range(0)
    end = dataset.as_of_second if until is None else until
    begin = _begin(lookups, 0)
    return range(0 if since is None else (since - begin) // WINDOW, -(-(end - begin) // WINDOW))


def movements_at(dataset: Dataset, numbers: I64Array) -> tuple[I64Array, Movements]:
    """The windows, and the movements, of some numbers; shapes (n,)."""
    windows, kind, cause = ledger.movement_parts(numbers)
    found = Movements(*(np.empty(len(numbers), dtype=np.int64) for _ in Movements._fields))
    for window in np.unique(windows).tolist():
        left = np.flatnonzero(windows == window)
        for moved in (whole_windows.known(dataset, window), _cuts.known(dataset, window)):
            if moved is not None and len(left):
                left = _take(found, left, numbers, window, moved)
        if len(left):
            # Of windows that weren't looked at, only the products asked for are made.
            product = cause[left]
            by_line = np.flatnonzero((kind[left] != OPENING) & (kind[left] != CLOSING))
            product[by_line] = OrderLines.at(dataset, product[by_line]).product
            _take(found, left, numbers, window, movements(dataset, window, np.unique(product)))
    return windows, found


def _take(found: Movements, places: I64Array, numbers: I64Array, window: int, moved: Movements) -> I64Array:
    """Fill in the movements of some places from those of a window; returns the places that it doesn't have."""
    there = ledger.movement_number(window, moved.kind, moved.cause)
    asked = numbers[places]
    at = np.searchsorted(there, asked)
    hit = at < len(there)
    hit[hit] = there[at[hit]] == asked[hit]
    for values, all_values in zip(found, moved, strict=True):
        values[places[hit]] = all_values[at[hit]]
    return places[~hit]


def movements_between(dataset: Dataset, since: int, until: int) -> Iterator[Found]:
    """The windows, and the movements, of ``[since, until)``, and of small windows all others, too."""
    whole = _movements_expected(lookups_of(dataset)) <= _WHOLE
    for window in windows_between(dataset, since, until):
        if whole:
            yield whole_windows.get(dataset, np.array([window], dtype=np.int64))
        else:
            yield side_by_side([(window, _cuts.get(dataset, window, Window(since, until)))])


def movements(dataset: Dataset, window: int, products: I64Array | None = None) -> Movements:
    """The movements of one window, by movement number; accounts are products, documents are orders.

    Args:
        dataset: the dataset.
        window: its number.
        products: only these, ascending; all of them without.
    """
    lookups = lookups_of(dataset)
    begin = _begin(lookups, window)
    span = Window(begin, begin + WINDOW)
    accounts = _accounts(dataset, lookups, window, span, products)
    sales, returns = _sales(dataset, lookups, span, products), _returns(dataset, lookups, span, products)
    counted = bits(dataset.key("raw_inventory", "counted"), accounts.number * _WINDOWS + window)
    return ledger.movements(
        span,
        accounts,
        sales,
        returns,
        lambda lines: _lead(dataset, lines),
        lambda places: below(counted[places], _COUNTING),
    )[1]


def _begin(lookups: Lookups, window: int) -> int:
    """The first second of a window: sessions start with the second one."""
    return lookups.start + (window - 1) * WINDOW


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
    first = _begin(lookups, 0)
    opened = np.where(created < first, _filled(dataset, first, products), created)
    ended = strata.discontinued(products)
    levels = [_level(dataset, lookups, products, ended, number) for number in (window, window + 1)]
    return Accounts(products, ~strata.is_draft(products) & (ended > opened), opened, *levels)


def _filled(dataset: Dataset, first: int, products: I64Array) -> I64Array:
    """When the shelves of old products are filled, while the warehouse works; shape (n,)."""
    work = WAREHOUSE.spent(np.array([first + DAY + _WAREHOUSE_AHEAD], dtype=np.int64))
    words = bits(dataset.key("raw_inventory", "opening"), products)
    return WAREHOUSE.at(work + below(words, _FILLING)) - _WAREHOUSE_AHEAD


def _level(dataset: Dataset, lookups: Lookups, products: I64Array, ended: I64Array, window: int) -> I64Array:
    """The balance at the start of a window: the product's own level, a few pieces short now and then."""
    monthly = _lines_expected(lookups) // max(lookups.params.products, 1)
    own = bits(dataset.key("raw_inventory", "level"), products)
    level = _LEAST_LEVEL + monthly * between(own, 80, 260) // 100 + below(own << np.uint64(32), 20)
    words = bits(dataset.key("raw_inventory", "shrinkage"), products * _WINDOWS + window)
    level -= np.where(chance(words, 6, 100), between(words << np.uint64(32), 1, 4), 0)
    return np.where(ended + _CLEARED <= _begin(lookups, window), 0, level)


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
    reached = np.flatnonzero(owner.outcome.reaches(step))
    lines, place, owner = of.rows[reached], place[reached], Orders(dataset, owner.numbers[reached])
    moment = owner.moment(step)
    chosen = _moving(lookups, owner, moment, window)
    quantity = OrderLines.at(dataset, lines[chosen]).quantity
    return Entries(place[chosen], lines[chosen], owner.numbers[chosen], quantity, moment[chosen])


def _movements_expected(lookups: Lookups) -> int:
    """About how many movements a window has: what leaves, and what is counted."""
    return _lines_expected(lookups) + lookups.params.products


def _lines_expected(lookups: Lookups) -> int:
    """About how many lines are sold in a window."""
    params = lookups.params
    return 30 * params.orders * lookups.quotas.lines.children // (params.days * ORDER_BLOCK)


def _sales(dataset: Dataset, lookups: Lookups, window: Window[int], products: I64Array | None) -> Entries:
    placed = lookups.orders_between(window.begin - LONGEST_TO_SHIP, window.end)
    if products is not None:
        return _lines_of(dataset, products, placed, "shipped", window)
    return _joined(_of_orders(lookups, Orders(dataset, some), "shipped", window) for some in placed.pieces())


def _returns(dataset: Dataset, lookups: Lookups, window: Window[int], products: I64Array | None) -> Entries:
    placed = lookups.orders_between(window.begin - LONGEST_TO_RETURN, window.end)
    if products is not None:
        return _lines_of(dataset, products, placed, "returned", window)
    return _joined(
        _of_orders(
            lookups, Orders(dataset, some.array()[Orders(dataset, some).outcome.is_returned]), "returned", window
        )
        for some in placed.pieces()
    )


def _of_orders(lookups: Lookups, orders: Orders, step: str, window: Window[int]) -> Entries:
    """All lines of the orders that have a step of their life within the window."""
    moment = orders.moment(step)
    return _lines(orders, _moving(lookups, orders, moment, window), moment)


def _joined(parts: Iterable[Entries]) -> Entries:
    return Entries(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def windows_made(dataset: Dataset, windows: I64Array) -> Found:
    """:func:`movements` of some windows, which are few and large."""
    return side_by_side((window, movements(dataset, window)) for window in windows.tolist())


def _cut(dataset: Dataset, window: int, span: Window[int]) -> Movements:
    """The movements of a large window within a span: some products at a time, of which only those are kept."""
    lookups = lookups_of(dataset)
    count = lookups.products(_begin(lookups, window + 1))
    groups = min(max(1, _movements_expected(lookups) // _AT_ONCE), max(count, 1))
    edges = [count * at // groups for at in range(groups + 1)]
    parts: list[Movements] = []
    for first, after in pairwise(edges):
        moved = movements(dataset, window, np.arange(first, after, dtype=np.int64))
        there = np.flatnonzero((moved.moved >= span.begin) & (moved.moved < span.end))
        parts.append(Movements(*(values[there] for values in moved)))
    kept = Movements(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    order = np.argsort(ledger.movement_number(window, kept.kind, kept.cause))
    return Movements(*(values[order] for values in kept))


whole_windows = WholeWindows(windows_made)
"""Windows of the last batches."""

_cuts = WindowCuts(_cut)
