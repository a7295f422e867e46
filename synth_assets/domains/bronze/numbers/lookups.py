"""The look-up tables of a dataset, from which everything about a row is computed: made once and kept."""

import functools

import numpy as np

from synth_assets.domains.bronze.numbers.customer_strata import CustomerStrata
from synth_assets.domains.bronze.numbers.departments import Departments
from synth_assets.domains.bronze.numbers.groups import GROUP, Groups
from synth_assets.domains.bronze.numbers.line_products import LineProducts
from synth_assets.domains.bronze.numbers.prices import Prices
from synth_assets.domains.bronze.numbers.product_strata import ProductStrata
from synth_assets.domains.bronze.numbers.quotas import Quotas
from synth_assets.domains.bronze.numbers.scripts import LONGEST_SCRIPT, MOST_LINES, PACES, Scripts, paces
from synth_assets.domains.bronze.numbers.session_customers import SessionCustomers
from synth_assets.domains.bronze.numbers.shelves import Shelves
from synth_assets.domains.bronze.params import BronzeParams
from synth_assets.kernel.clock import DAY, HOUR, Clock
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.model.dataset import Dataset
from synth_assets.world.zones import zones

HISTORY = 1_095 * DAY
"""How long before the window of sessions customers may have registered and products appeared."""


class Lookups:
    """Clocks, strata, quotas and scripts of one dataset; small, whatever its size.

    Attributes:
        params: the dataset's volumes.
        start: first second of the window of sessions.
        customer_strata: customers' registration, strata and erasure.
        product_strata: products' lives and departments.
        prices: what products cost when.
        quotas: of lines, clicks and logins.
        session_clock: when sessions end.
        session_customers: who is behind a session.
        departments: of order lines, and what is in demand when.
        shelves: what is on sale, and how popular it is.
        line_products: what is bought on an order line.
    """

    def __init__(self, dataset: Dataset) -> None:
        params = dataset.params
        assert isinstance(params, BronzeParams)  # noqa: S101 — for the type checker
        self.params = params
        self._dataset = dataset
        self.start = dataset.as_of_second - params.days * DAY
        self.customer_strata = CustomerStrata(dataset, params.customers, self.start - HISTORY)
        self.product_strata = ProductStrata(dataset, params.products, self.start - HISTORY, self.start)
        self.prices = Prices(dataset, self.product_strata)
        groups = Groups(dataset, params.orders, params.days)
        self.quotas = Quotas(dataset, groups, max(1, min(params.products, MOST_LINES)))
        # Sessions are placed by their end, so the window starts two hours late: the first one lies inside it.
        ended = dataset.key("raw_sessions", "ended_at")
        first = self.start + 2 * HOUR
        self.session_clock = Clock(ended, GROUP * params.orders, first, dataset.as_of_second, busy=zones().crowd)
        self.session_customers = SessionCustomers(
            dataset,
            self.session_clock,
            self.customer_strata,
            groups,
            orders=params.orders,
            groups_a_day=params.orders // params.days,
        )
        self.departments = Departments(
            dataset, self.quotas, self.session_clock, self.product_strata.departments, params.orders, params.days
        )
        self.shelves = Shelves(dataset, self.session_clock, self.product_strata, groups, self.departments.epoch_groups)
        self.line_products = LineProducts(dataset, self.departments, self.shelves, self.product_strata)

    # How many there are at a moment, or in the base

    def customers(self, at: int | None = None) -> int:
        """Customers registered before a moment, the erased ones too."""
        return self.params.customers if at is None else self.customer_strata.clock.count_before_one(at)

    def products(self, at: int | None = None) -> int:
        """Products that appeared before a moment, dropped drafts too."""
        return self.params.products if at is None else self.product_strata.clock.count_before_one(at)

    def sessions(self, at: int | None = None) -> int:
        """Sessions that ended before a moment."""
        return GROUP * self.params.orders if at is None else self.session_clock.count_before_one(at)

    def orders(self, at: int | None = None) -> int:
        """Groups of sessions begun before a moment: the order of the last one may not be placed yet."""
        return self.quotas.groups.groups_begun(self.sessions(at))

    def lines(self, at: int | None = None) -> int:
        """Lines of those orders."""
        return self._lines_before(self.orders(at))

    # What comes about in a span of time

    def sessions_between(self, since: int, until: int) -> Span:
        """The sessions that end in ``[since, until)``."""
        first, last = self.sessions(since), self.sessions(until)
        return Span(first, last - first)

    def orders_between(self, since: int, until: int) -> Span:
        """The orders of those sessions, and a few of their neighbours."""
        first, last = self.quotas.groups.groups_ended(self.sessions(since)), self.orders(until)
        return Span(first, last - first)

    def lines_between(self, since: int, until: int) -> Span:
        """The lines of those orders."""
        orders = self.orders_between(since, until)
        first, last = self._lines_before(orders.start), self._lines_before(orders.stop)
        return Span(first, last - first)

    def _lines_before(self, order: int) -> int:
        return int(self.quotas.lines_of(np.array([order], dtype=np.int64))[1][0])

    # What people do

    @functools.cached_property
    def scripts(self) -> Scripts:
        """What people do in a session."""
        # With fewer products than residue classes, one taken out of the cart might be one that is bought.
        enough = self.product_strata.residues > MOST_LINES
        return Scripts(self._dataset.key("raw_clickstream", "scripts"), change_of_mind=enough)

    @functools.cached_property
    def paces(self) -> tuple[I64Array, I64Array]:
        """When in a session its events fall; see :func:`~synth_assets.domains.bronze.numbers.scripts.paces`."""
        return paces(self._dataset.key("raw_clickstream", "paces"), LONGEST_SCRIPT, PACES)


@functools.lru_cache(maxsize=8)
def lookups_of(dataset: Dataset) -> Lookups:
    """The look-up tables of a dataset."""
    return Lookups(dataset)
