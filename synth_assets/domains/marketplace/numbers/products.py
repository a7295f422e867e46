"""Products of each tenant: when they appear, which are withdrawn, what kind of goods they are."""

import numpy as np

from synth_assets.domains.marketplace.numbers.coming import Coming, Trial
from synth_assets.domains.marketplace.numbers.lanes import Lanes
from synth_assets.domains.marketplace.numbers.tenants import DEPARTMENTS, Tenants
from synth_assets.domains.marketplace.params import MarketplaceParams
from synth_assets.kernel.choice import below
from synth_assets.kernel.clock import DAY, HOUR, NEVER
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.quota import shuffles
from synth_assets.kernel.side_by_side import EvenClocks, Spans
from synth_assets.kernel.strata import Strata
from synth_assets.model.dataset import Dataset
from synth_assets.model.fates import Turn
from synth_assets.model.timeline import Members, Occurrences
from synth_assets.world.goods import kinds_of_goods

FOR_SALE, WITHDRAWN = range(2)
_STRATA = Strata(np.array([FOR_SALE] * 11 + [WITHDRAWN] + [FOR_SALE] * 4, dtype=np.int64))

_WITHDRAWN_SINCE, _WITHDRAWN_DAYS = 200 * DAY, 400  # about half of the base's are withdrawn by as_of

_LEAST_LIFE = 30 * DAY

_FOUNDERS_PER_HUNDRED = 60  # of a tenant's products are there when it opens

_FOUNDING = 9 * HOUR  # of the day on which it opens, for entering them

_BLOCK = 512
_SHARES = (144, 124, 116, 20, 20, 20, 20, 16)
"""Of a block's products that are for sale, how many are in each department."""

_MOST_LINES = 8

TRIAL_PRODUCTS = 40
"""Products of a tenant on trial, at most."""

PRICE_TURN, WITHDRAWAL_TURN = Turn(0, 2), Turn(1, 2)
"""A product changes at most once in a second: prices in even ones, withdrawals in odd ones."""


class Products:
    """Products of one dataset.

    Attributes:
        coming: when they appear.
        most_lines: how many different products an order may have at the most, 1 to 8.
        departments: of each tenant's products, by their index: the department of those for sale, and
            :data:`~synth_assets.domains.marketplace.numbers.tenants.DEPARTMENTS` for those that are withdrawn.
    """

    def __init__(self, dataset: Dataset, params: MarketplaceParams, tenants: Tenants) -> None:
        self._dataset, self._tenants = dataset, tenants
        self._as_of = dataset.as_of_second
        self._own = params.products_per_tenant
        on_trial = min(self._own, TRIAL_PRODUCTS)
        founders = -(-self._own * _FOUNDERS_PER_HUNDRED // 100)
        trial = Trial(after=0, length=DAY, founders=max(on_trial, 1))
        lanes = Lanes(tenants.count, self._own, on_trial)
        self.coming = Coming(
            dataset, "products", tenants, lanes, tenants.opened, trial, founders=founders, founding=_FOUNDING
        )
        least = np.array([founders, on_trial], dtype=np.int64)
        self.most_lines = max(1, min(_MOST_LINES, int(_STRATA.members(least)[:, FOR_SALE].min())))
        departments = np.repeat(np.arange(DEPARTMENTS), _SHARES)
        order = shuffles(dataset.key("products", "department"), 1, len(departments))[0]
        pattern = np.full(_BLOCK, DEPARTMENTS)
        pattern[_STRATA.stratum(np.arange(_BLOCK)) == FOR_SALE] = departments[order]
        self.departments = Strata(pattern)
        self._due = EvenClocks(dataset.key("products", "withdrawn"))
        kinds = kinds_of_goods()
        # Kinds by category, laid end to end.
        self._kinds: I64Array = np.argsort(kinds.category, kind="stable")
        self._kinds_count = np.bincount(kinds.category, minlength=len(kinds.categories))
        self._kinds_first = np.cumsum(self._kinds_count) - self._kinds_count

    # Lives

    def withdrawn(self, tenants: I64Array, index: I64Array) -> I64Array:
        """Second in which each is taken off sale, shape (n,); :data:`NEVER` for most, and for tenants on trial."""
        gone = np.full(len(tenants), NEVER)
        may_go = (_STRATA.stratum(index) == WITHDRAWN) & (tenants < self._tenants.count)
        some = np.flatnonzero(may_go & self.coming.is_row(index, tenants))
        if len(some):
            of, which = tenants[some], index[some]
            due = np.maximum(
                self._due.seconds(self._spans(of), _STRATA.rank(which)), self.coming.seconds(of, which) + _LEAST_LIFE
            )
            gone[some] = WITHDRAWAL_TURN.tick(due) + WITHDRAWAL_TURN.of
        return gone

    def withdrawals(self, since: int, until: int) -> Occurrences:
        """Products that are taken off sale in ``[since, until)``."""
        if not self._own:
            return Occurrences.none()
        early = since - 2 * WITHDRAWAL_TURN.of
        tenants = np.arange(self._tenants.count, dtype=np.int64)
        first, last = (self._due.count_before(self._spans(tenants), second) for second in (early, until))
        ranks = Members.ranges(first, last - first)
        due = self.coming.lanes.numbers(np.repeat(tenants, ranks.counts), _STRATA.number(WITHDRAWN, ranks.rows))
        numbers = np.union1d(due, self.coming.between(early - _LEAST_LIFE, until - _LEAST_LIFE))
        seconds = self.withdrawn(*self.coming.lanes.places(numbers))
        return Occurrences.within(seconds, numbers, since, until)

    def _spans(self, tenants: I64Array) -> Spans:
        ranks = max(self._own * _STRATA.heads[WITHDRAWN] // _STRATA.size, 1)
        return Spans(tenants, int(ranks), self._as_of - _WITHDRAWN_SINCE, _WITHDRAWN_DAYS * DAY)

    # What is bought

    @staticmethod
    def for_sale(count: I64Array) -> I64Array:
        """How many of a tenant's first ``count`` products are ever sold, shape (n,)."""
        return _STRATA.members(count)[:, FOR_SALE]

    @staticmethod
    def sold(rank: I64Array) -> I64Array:
        """The index of each product for sale, by its rank among them, shape (n,)."""
        return _STRATA.number(FOR_SALE, rank)

    # What they are

    def kind(self, numbers: I64Array, tenants: I64Array) -> I64Array:
        """The kind of each product, a number of :class:`~synth_assets.world.goods.KindsOfGoods`; shape (n,)."""
        words = bits(self._dataset.key("products", "kind"), numbers)
        category = self._tenants.category(tenants, self._department(numbers, words))
        return self._kinds[self._kinds_first[category] + below(words << np.uint64(32), self._kinds_count[category])]

    def _department(self, numbers: I64Array, words: U64Array) -> I64Array:
        """The department of each product; of one that is withdrawn, any."""
        _, index = self.coming.lanes.places(numbers)
        department = self.departments.stratum(index)
        return np.where(department < DEPARTMENTS, department, below(words, DEPARTMENTS))
