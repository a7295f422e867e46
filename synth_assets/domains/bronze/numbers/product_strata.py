"""What can be bought when: lives of products, and the departments that they belong to, by arithmetic.

Products are numbered as they appear. Of 16 there are 11 *evergreen* ones, 4 *seasonal* ones, which are discontinued in
the order of their numbers, and a *draft*, which is never stocked, viewed or sold.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.numbers.product_patterns import (
    CATEGORIES,
    DRAFT,
    EVERGREEN,
    FOUNDERS,
    SEASONAL,
    patterns_of,
)
from synth_assets.kernel.clock import DAY, NEVER, Clock
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Occurrences

_SEASON = 540 * DAY  # a seasonal product is sold for about so long

_LEAST_LIFE = 30 * DAY  # whatever the rounding of a tiny catalogue does

RESIDUES = 8
"""A product is of one of 8 residue classes of its department, so that products of one basket differ by construction."""

_LEAST_OF_A_CLASS = 2  # evergreen products of each residue class of a department when the shop opens

_DRAFT_SPAN_DAYS = 300  # one draft in 300 a day: small has 31 and loses one in ten days


class OnSale(NamedTuple):
    """What is on sale through a span of time; shapes (n,), a span each.

    Attributes:
        evergreen: evergreen products that have appeared when it begins.
        seasonal: seasonal products that have.
        ended: how many of those are discontinued when it ends.
    """

    evergreen: I64Array
    seasonal: I64Array
    ended: I64Array

    def take(self, which: I64Array) -> "OnSale":
        """Some of the spans, in any order and number."""
        return OnSale(*(values[which] for values in self))


class ProductStrata:
    """Products' lives and departments for one dataset.

    Attributes:
        clock: when products appear.
        lives: evergreen and seasonal products, and drafts.
        departments: how many there are: a category each, or, of a small catalogue, some together.
        residues: classes of each department.
        classes: products by life · :attr:`departments` + department.
    """

    def __init__(self, dataset: Dataset, products: int, opened: int, start: int) -> None:
        """Lay out the products.

        Args:
            dataset: whose they are.
            products: how many there are before ``as_of``.
            opened: first second in which a product may appear.
            start: first second in which one may be looked at.
        """
        as_of = dataset.as_of_second
        self.residues = RESIDUES if products >= RESIDUES else max(1, min(products, 6))
        founders = min(products, FOUNDERS)
        created = dataset.key("raw_products", "created_at")
        self.clock = Clock(created, products, opened, as_of, founders=founders)
        patterns = patterns_of(dataset)
        self.lives = patterns.lives
        there = patterns.categories.members(self.clock.count_before(np.array([start + 1])))[0, :CATEGORIES]
        self.departments = CATEGORIES  # so many that each class has some goods from the start
        while self.departments > 1 and there.min() < _LEAST_OF_A_CLASS * RESIDUES:
            self.departments //= 2
            there = there.reshape(self.departments, -1).sum(axis=1)
        self.classes = patterns.departments(self.departments)
        of_life, any_at_all = self.lives.members(np.array([products]))[0], min(products, 1)
        # Seasonal product j goes about _SEASON after it came: the same clock of seasonal rows, later.
        seasonal = max(any_at_all, int(of_life[SEASONAL]))
        self._ends = Clock(dataset.key("raw_products", "discontinued_at"), seasonal, opened + _SEASON, as_of + _SEASON)
        drafts = max(any_at_all, int(of_life[DRAFT]))
        self._drops = Clock(dataset.key("raw_products", "deleted_at"), drafts, as_of, as_of + _DRAFT_SPAN_DAYS * DAY)

    # Lives

    def created(self, products: I64Array) -> I64Array:
        """Second in which each product appears, shape (n,)."""
        return self.clock.seconds(products)

    def is_draft(self, products: I64Array) -> np.ndarray:
        """Which products are drafts, shape (n,)."""
        return self.lives.stratum(products) == DRAFT

    def discontinued(self, products: I64Array) -> I64Array:
        """Second in which each is discontinued, shape (n,); :data:`NEVER` unless seasonal."""
        seasonal = np.flatnonzero(self.lives.stratum(products) == SEASONAL)
        ends = np.full(len(products), NEVER)
        if len(seasonal):
            chosen = products[seasonal]
            due = self._ends.seconds(self.lives.rank(chosen))
            ends[seasonal] = np.maximum(due, self.created(chosen) + _LEAST_LIFE)
        return ends

    def deleted(self, products: I64Array) -> I64Array:
        """Second in which each draft is dropped, always after ``as_of``; :data:`NEVER` for the others."""
        gone = np.full(len(products), NEVER)
        drafts = np.flatnonzero(self.is_draft(products))
        if len(drafts):
            chosen = products[drafts]
            due = self._drops.seconds(self.lives.rank(chosen))
            gone[drafts] = np.maximum(due, self.created(chosen) + _LEAST_LIFE)
        return gone

    # What happens to them in a span of time

    def appearances(self, since: int, until: int) -> Occurrences:
        """Products that appear."""
        appearing = self._appearing(since, until)
        return Occurrences(self.clock.seconds(appearing), appearing.array())

    def discontinuations(self, since: int, until: int) -> Occurrences:
        """Products that are discontinued."""
        due = self.lives.number(SEASONAL, self._between(self._ends, since, until))
        products = np.union1d(due, self._appearing(since - _LEAST_LIFE, until - _LEAST_LIFE).array())
        return Occurrences.within(self.discontinued(products), products, since, until)

    def drops(self, since: int, until: int) -> Occurrences:
        """Drafts that are deleted."""
        due = self.lives.number(DRAFT, self._between(self._drops, since, until))
        products = np.union1d(due, self._appearing(since - _LEAST_LIFE, until - _LEAST_LIFE).array())
        return Occurrences.within(self.deleted(products), products, since, until)

    def _appearing(self, since: int, until: int) -> Span:
        first, last = self.clock.count_before_one(since), self.clock.count_before_one(until)
        return Span(first, last - first)

    @staticmethod
    def _between(clock: Clock, since: int, until: int) -> I64Array:
        return np.arange(clock.count_before_one(since), clock.count_before_one(until), dtype=np.int64)

    def on_sale(self, since: I64Array, until: I64Array) -> OnSale:
        """What is on sale through whole spans of time ``[since, until]``, shapes (n,)."""
        appeared = self.lives.members(self.clock.count_before(since + 1))
        month_old = self.lives.members(self.clock.count_before(until + 1 - _LEAST_LIFE))
        ended = np.minimum(self._ends.count_before(until + 1), month_old[:, SEASONAL])
        evergreen, seasonal = appeared[:, EVERGREEN], appeared[:, SEASONAL]
        return OnSale(evergreen, seasonal, np.minimum(ended, seasonal))

    # Departments: members of a life and department, in the order in which they appear

    def of_department(self, life: int, of_life: I64Array) -> I64Array:
        """How many of each department are among the first of a life's products, shape (n,) → (n, departments)."""
        first = life * self.departments
        return self.classes.members(self.lives.number(life, of_life))[:, first : first + self.departments]

    def product_at(self, life: I64Array, department: I64Array, rank: I64Array) -> I64Array:
        """The product at a rank among those of a life and department, shape (n,)."""
        return self.classes.number(life * self.departments + department, rank)
