"""The shop: what all tables of one dataset have in common, made once and kept."""

import functools

import numpy as np

from synth_assets.domains.bronze.baskets import GROUP, Baskets
from synth_assets.domains.bronze.clientele import Clientele
from synth_assets.domains.bronze.goods import Goods, OnSale
from synth_assets.domains.bronze.params import BronzeParams
from synth_assets.domains.bronze.sales import Sales
from synth_assets.domains.bronze.scripts import BROWSE_MOST, EXTRA_MOST, MOST_LINES, Scripts, paces
from synth_assets.domains.bronze.visits import Visits
from synth_assets.kernel.clock import DAY, HOUR, Clock
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.dataset import Dataset

PACES = 64
"""Patterns of pace for each number of events."""

_LONGEST = max(BROWSE_MOST, EXTRA_MOST + 2 * MOST_LINES)


HISTORY = 1_095 * DAY
"""How long before the window of sessions customers may have registered and products appeared."""


class Shop:
    """Clocks, strata, quotas and scripts of one dataset; only look-up tables, whatever its size.

    Attributes:
        start: first second of the window of sessions.
        clientele: customers' strata, registration and erasure.
        goods: products' lives, popularity and prices.
        baskets: quotas of lines, clicks and logins.
        visits: sessions' times and customers.
        sales: order lines' products.
    """

    def __init__(self, dataset: Dataset) -> None:
        params = dataset.params
        assert isinstance(params, BronzeParams)  # noqa: S101 — for the type checker
        self.params = params
        self._dataset = dataset
        self.start = dataset.as_of_second - params.days * DAY
        self.clientele = Clientele(dataset, params.customers, self.start - HISTORY)
        self.goods = Goods(dataset, params.products, self.start - HISTORY)
        self.baskets = Baskets(dataset, max(1, min(params.products, MOST_LINES)))
        # Sessions are placed by their end, so the window starts two hours late: the first one lies inside it.
        clock = Clock(
            dataset.key("raw_sessions", "ended_at"), GROUP * params.orders, self.start + 2 * HOUR, dataset.as_of_second
        )
        groups_a_day = params.orders // params.days
        self.visits = Visits(dataset, clock, self.baskets, self.clientele, self.goods, groups_a_day=groups_a_day)
        self.sales = Sales(dataset, self.visits, self.baskets, self.goods)

    def choose_products(self, words: U64Array, kind: I64Array, groups: I64Array) -> I64Array:
        """A product on sale all through the epoch of each group; see :meth:`Goods.choose`. Shape (n,)."""
        if len(groups) == 0:
            return groups
        table, epoch = self.visits.epochs_of(groups)
        kind = kind % self.goods.kinds
        on_sale = OnSale(*(values[epoch] for values in table.on_sale))
        return self.goods.choose(words, kind, on_sale)

    # How many there are at a moment, or in the base

    def customers(self, at: int | None = None) -> int:
        """Customers registered before a moment, the erased ones too."""
        base = self.params.customers
        return base if at is None or not base else self.clientele.clock.count_before_one(at)

    def products(self, at: int | None = None) -> int:
        """Products that appeared before a moment, dropped drafts too."""
        base = self.params.products
        return base if at is None or not base else self.goods.clock.count_before_one(at)

    def sessions(self, at: int | None = None) -> int:
        """Sessions that ended before a moment."""
        base = self.params.orders
        return GROUP * base if at is None or not base else self.visits.clock.count_before_one(at)

    def orders(self, at: int | None = None) -> int:
        """Groups of sessions begun before a moment: the order of the last one may not be placed yet."""
        return -(-self.sessions(at) // GROUP)

    def lines(self, at: int | None = None) -> int:
        """Lines of those orders."""
        return int(self.baskets.lines_of(np.array([self.orders(at)], dtype=np.int64))[1][0])

    @functools.cached_property
    def scripts(self) -> Scripts:
        """What people do in a session."""
        # With fewer products than residue classes, one taken out of the cart might be one that is bought.
        enough = self.goods.kinds > MOST_LINES
        return Scripts(self._dataset.key("raw_clickstream", "scripts"), change_of_mind=enough)

    @functools.cached_property
    def paces(self) -> tuple[I64Array, I64Array]:
        """When in a session its events fall; see :func:`~synth_assets.domains.bronze.scripts.paces`."""
        return paces(self._dataset.key("raw_clickstream", "paces"), _LONGEST, PACES)


@functools.lru_cache(maxsize=8)
def shop_of(dataset: Dataset) -> Shop:
    """The shop of a dataset."""
    return Shop(dataset)
