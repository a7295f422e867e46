"""The stock of one tenant in one window of time: what moves it, and the levels that it starts and ends with.

A window is a week of one tenant, and of a tenant on trial its whole life. At its end a product's level is brought to a
level that is a function of product and window alone; see :mod:`~synth_assets.kernel.ledger`. Accounts are products,
issues are sales and receipts are returns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from synth_assets.domains.marketplace.numbers.lanes import Lanes
from synth_assets.domains.marketplace.numbers.market import Market, market_of
from synth_assets.domains.marketplace.numbers.orders import ON_TRIAL
from synth_assets.domains.marketplace.numbers.purchases import BoughtLines, Purchases
from synth_assets.domains.marketplace.numbers.tenants import WEEK
from synth_assets.kernel import ledger
from synth_assets.kernel.choice import below, between, chance
from synth_assets.kernel.clock import DAY, HOUR
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.distinct import distinct
from synth_assets.kernel.division import divided
from synth_assets.kernel.ledger import Accounts, Entries, Movements, Window
from synth_assets.model.dataset import Dataset
from synth_assets.model.moved import Found, WholeWindows
from synth_assets.model.timeline import Members
from synth_assets.world.order_lifecycle import LONGEST_TO_RETURN, LONGEST_TO_SHIP

Second = TypeVar("Second", int, I64Array)

WINDOW = WEEK

_WINDOWS = 53
"""Windows of a tenant in the base: more than the year of its orders."""

_TRIAL_LENGTH = ON_TRIAL.end + LONGEST_TO_RETURN + DAY

_LEVELS = 4_096  # windows of a tenant, at the most, for more than three centuries
_LEAST_LEVEL = 12
_TOGETHER = 1 << 15  # movements that are made at a time, about
_COUNTED = 16  # one product in so many is counted in a week, and found short now and then
_COUNTED_DAYS = 2  # the last ones of a window, and after whatever else moves the product
_COUNTED_FROM, _COUNTED_UNTIL = 7 * HOUR, 19 * HOUR  # of the local day


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


def windows_together(dataset: Dataset) -> int:
    """How many windows are worth making at a time: many small ones, or a large one alone."""
    return max(_TOGETHER // movements_expected(dataset), 1)


def movements_expected(dataset: Dataset) -> int:
    """About how many movements a window of the base has, at least 1: what pieces of work are cut by."""
    params = market_of(dataset).params
    per_year = 5 * params.orders_per_tenant + params.products_per_tenant
    return 1 + per_year // _WINDOWS + params.products_per_tenant // _COUNTED


def movements(dataset: Dataset, numbers: I64Array) -> Found:
    """The movements of some windows, in their order; accounts are products, documents are orders.

    Args:
        dataset: the dataset.
        numbers: of the windows, distinct, shape (windows,).
    """
    some = _Windows.of(dataset, numbers)
    sold = some.lines("shipped", LONGEST_TO_SHIP)
    returned = some.lines("returned", LONGEST_TO_RETURN)
    accounts = some.accounts([sold, returned])
    index = some.index[accounts.which]
    place, moved = ledger.movements(
        Window(some.begin[accounts.which], some.end[accounts.which]),
        accounts.of,
        accounts.entries(sold),
        accounts.entries(returned),
        lambda lines: between(bits(dataset.key("stock_events", "restock"), lines), HOUR, 36 * HOUR),
        lambda at: some.counted(accounts.which[at], accounts.of.number[at] * _LEVELS + index[at]),
    )
    which = accounts.which[place]
    if len(numbers) > 1:
        by_window = np.argsort(which, kind="stable")
        which, moved = which[by_window], Movements(*(values[by_window] for values in moved))
    return numbers[which], moved


def movements_at(dataset: Dataset, numbers: I64Array) -> Found:
    """The windows, and the movements, of some numbers; shapes (n,)."""
    of, _, _ = ledger.movement_parts(numbers)
    found = Movements(*(np.empty(len(numbers), dtype=np.int64) for _ in Movements._fields))
    for windows, moved in whole_windows.by_groups(dataset, np.unique(of), windows_together(dataset)):
        here = np.flatnonzero((of >= windows[0]) & (of <= windows[-1]))
        at = np.searchsorted(ledger.movement_number(windows, moved.kind, moved.cause), numbers[here])
        for values, all_values in zip(found, moved, strict=True):
            values[here] = all_values[at]
    return of, found


whole_windows = WholeWindows(movements)
"""Windows of the last batches."""


class _Lines(NamedTuple):
    """Lines of orders that leave or come back in windows; shapes (n,).

    Attributes:
        which: the place of the window.
        product: the product.
        number: of the line.
        order: of the line's order.
        quantity: pieces.
        moved: the second.
    """

    which: I64Array
    product: I64Array
    number: I64Array
    order: I64Array
    quantity: I64Array
    moved: I64Array


class _Accounts(NamedTuple):
    """The products that may move in windows, window after window.

    Attributes:
        which: the place of the window of each, shape (accounts,).
        code: ascending, of window and product, shape (accounts,).
        width: of the products in a code.
        of: what moves.
    """

    which: I64Array
    code: I64Array
    width: int
    of: Accounts

    def entries(self, lines: _Lines) -> Entries:
        """Lines as entries."""
        account = np.searchsorted(self.code, lines.which * self.width + lines.product)
        return Entries(account, lines.number, lines.order, lines.quantity, lines.moved)


@dataclass(frozen=True)
class _Windows:
    """Some windows side by side; shapes (windows,).

    Attributes:
        dataset: the dataset.
        market: its look-up tables.
        tenant: whose each is.
        index: its place among the tenant's.
        begin: its first second.
        end: the second after its last.
    """

    dataset: Dataset
    market: Market
    tenant: I64Array
    index: I64Array
    begin: I64Array
    end: I64Array

    @classmethod
    def of(cls, dataset: Dataset, numbers: I64Array) -> "_Windows":
        """Windows by number."""
        market = market_of(dataset)
        tenant, index = windows(market).places(numbers)
        begin = dataset.as_of_second + (index - _WINDOWS) * WINDOW
        end = begin + WINDOW
        trial = np.flatnonzero(tenant >= market.tenants.count)
        if len(trial):
            begin[trial] = market.tenants.joined(tenant[trial])
            end[trial] = begin[trial] + _TRIAL_LENGTH
        return cls(dataset, market, tenant, index, begin, end)

    def lines(self, step: str, longest: int) -> _Lines:
        """The lines of the tenants' orders that have a step of their life within the window."""
        coming = self.market.orders.coming
        first, last = (coming.count_before(self.tenant, second) for second in (self.begin - longest, self.end))
        of = Members.ranges(first, last - first)
        which = np.repeat(np.arange(len(first)), of.counts)
        orders = Purchases(self.dataset, coming.lanes.numbers(self.tenant[which], of.rows))
        chosen = np.flatnonzero(orders.outcome.reaches(step))
        orders, which = orders.some(chosen), which[chosen]
        moment: I64Array = getattr(orders.lifecycle, step)
        chosen = np.flatnonzero((moment >= self.begin[which]) & (moment < self.end[which]))
        orders, moment, which = orders.some(chosen), moment[chosen], which[chosen]
        if (self.end > self.dataset.as_of_second).any():  # nobody is erased before
            stays = np.flatnonzero(orders.ended > moment)
            orders, moment, which = orders.some(stays), moment[stays], which[stays]
        lines, index = BoughtLines.of(orders), orders.line_numbers.owner
        return _Lines(which[index], lines.product, lines.numbers, orders.numbers[index], lines.quantity, moment[index])

    def counted(self, which: I64Array, codes: I64Array) -> I64Array:
        """Seconds before the end of its window, one less, at which each product is counted, by day.

        Args:
            which: the place of the window, shape (n,).
            codes: of product and window, shape (n,).
        """
        words = bits(self.dataset.key("stock_events", "count"), codes)
        last, ahead = self.end[which] - 1, self.market.tenants.ahead(self.tenant[which])
        day = (last + 1 + ahead) // DAY - 1 - below(words, _COUNTED_DAYS)
        return last - day * DAY - between(words << np.uint64(32), _COUNTED_FROM, _COUNTED_UNTIL) + ahead

    def accounts(self, moving: Sequence[_Lines]) -> _Accounts:
        """The products that may move: those that do, that open, and whose level is another one at the end.

        Args:
            moving: lines that are sold or come back.
        """
        coming, tenants = self.market.products.coming, self.market.tenants
        known, count = (coming.count_before(self.tenant, second) for second in (self.begin, self.end))
        # Before its first orders a tenant sells nothing: older products are first delivered in the days before.
        start = self.begin.copy()
        base = np.flatnonzero(self.tenant < tenants.count)
        start[base] = tenants.start[self.tenant[base]]
        first = np.where((self.begin <= start) & (start < self.end), 0, known)
        which, place = _every(first, count, 1)
        for step in (0, 1):
            counted = (self.index + step) % _COUNTED
            more = _every(counted, count, _COUNTED)
            which, place = (np.concatenate(pair) for pair in zip((which, place), more, strict=True))
        product = coming.lanes.numbers(self.tenant[which], place)
        width = max(int(values.max(initial=0)) for values in (product, *(lines.product for lines in moving))) + 1
        codes = [which * width + product, *(lines.which * width + lines.product for lines in moving)]
        code, _ = distinct(np.concatenate(codes))
        which, product = divided(code, width)
        tenant, place = coming.lanes.places(product)
        created = coming.seconds(tenant, place)
        week = self.dataset.as_of_second + (start - self.dataset.as_of_second) // WINDOW * WINDOW
        days = np.minimum(start, np.where(self.tenant < tenants.count, week, start))[which]
        ready = bits(self.dataset.key("stock_events", "opening"), product)
        early = np.maximum(days + below(ready, start[which] - days + 1), created)
        opened = np.where(created < start[which], early, created)
        levels = [self._level(product, place, self.index[which] + step) for step in (0, 1)]
        return _Accounts(which, code, width, Accounts(product, opened < self.end[which], opened, *levels))

    def _level(self, products: I64Array, place: I64Array, index: I64Array) -> I64Array:
        """The level at the start of a window: the product's own, or a few pieces less if counted and found short."""
        params, dataset = self.market.params, self.dataset
        weekly = 5 * params.orders_per_tenant // (52 * 2 * max(params.products_per_tenant, 1))
        own = bits(dataset.key("stock_events", "level"), products)
        level = _LEAST_LEVEL + weekly * between(own, 80, 260) // 100 + below(own << np.uint64(32), 20)
        words = bits(dataset.key("stock_events", "shrinkage"), products * _LEVELS + index)
        short = (place % _COUNTED == index % _COUNTED) & chance(words, 1, 3)
        return level - np.where(short, between(words << np.uint64(32), 1, 4), 0)


def _every(first: I64Array, end: I64Array, step: int) -> tuple[I64Array, I64Array]:
    """The numbers ``first, first + step, …`` below each end, and which of the ends each is of; shapes (n,)."""
    counts = np.maximum(-(-(end - first) // step), 0)
    of = Members.ranges(np.zeros(len(counts), dtype=np.int64), counts)
    which = np.repeat(np.arange(len(counts)), counts)
    return which, first[which] + of.rows * step
