"""What can be bought when, and how popular it is: strata of products, by arithmetic.

Products are numbered as they appear. Every block of 16 holds 11 *evergreen* ones, 4 *seasonal* ones, which
are discontinued in the order of their numbers, and a *draft*, which is never stocked, viewed or sold.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.kernel.clock import DAY, NEVER, Clock
from synth_assets.kernel.counter import I64Array, Span, U64Array
from synth_assets.kernel.strata import Strata
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Occurrences

EVERGREEN, SEASONAL, DRAFT = range(3)
_HEADS = (11, 4, 1)  # of 16
_STRATA = Strata(np.repeat(np.arange(len(_HEADS)), _HEADS))

_SEASON = 540 * DAY  # a seasonal product is sold for about so long

_LEAST_LIFE = 30 * DAY  # whatever the rounding of a tiny catalogue does

FOUNDERS = _HEADS[EVERGREEN]
"""So many products, all evergreen, are there from the start."""

RESIDUES = 8
"""A choice is made within one of 8 residue classes, so that products of one basket differ by construction."""

_CLASS = np.array([0, 1, 1, 1, 2, 2, 2, 2, 2, 2], dtype=np.int64)

POPULARITY = Strata(_CLASS)
"""Classes of popularity within a residue class: of ten products the first is popular, three are usual, six are rarely
asked for."""

_SCORE = (2 - _CLASS).astype(np.uint64) << np.uint64(62)

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
    """Products' lives and popularity for one dataset."""

    def __init__(self, dataset: Dataset, products: int, opened: int) -> None:
        """Args: ``opened`` is the first second in which a product may appear."""
        as_of = dataset.as_of_second
        self.residues = RESIDUES if products >= RESIDUES else max(1, min(products, 6))
        founders = min(products, FOUNDERS)
        created = dataset.key("raw_products", "created_at")
        self.clock = Clock(created, products, opened, as_of, founders=founders)
        # Seasonal product j goes about _SEASON after it came: the same clock of seasonal rows, later.
        blocks, any_at_all = products // _STRATA.size, min(products, 1)
        seasonal = max(any_at_all, blocks * _HEADS[SEASONAL])
        self._ends = Clock(dataset.key("raw_products", "discontinued_at"), seasonal, opened + _SEASON, as_of + _SEASON)
        drafts = max(any_at_all, blocks * _HEADS[DRAFT])
        self._drops = Clock(dataset.key("raw_products", "deleted_at"), drafts, as_of, as_of + _DRAFT_SPAN_DAYS * DAY)
        self._popularity = dataset.key("raw_products", "popularity").k0 | 1

    # Lives

    def created(self, products: I64Array) -> I64Array:
        """Second in which each product appears, shape (n,)."""
        return self.clock.seconds(products)

    def is_draft(self, products: I64Array) -> np.ndarray:
        """Which products are drafts, shape (n,)."""
        return _STRATA.stratum(products) == DRAFT

    def discontinued(self, products: I64Array) -> I64Array:
        """Second in which each is discontinued, shape (n,); :data:`NEVER` unless seasonal."""
        seasonal = np.flatnonzero(_STRATA.stratum(products) == SEASONAL)
        ends = np.full(len(products), NEVER)
        if len(seasonal):
            chosen = products[seasonal]
            due = self._ends.seconds(_STRATA.rank(chosen))
            ends[seasonal] = np.maximum(due, self.created(chosen) + _LEAST_LIFE)
        return ends

    def deleted(self, products: I64Array) -> I64Array:
        """Second in which each draft is dropped, always after ``as_of``; :data:`NEVER` for the others."""
        gone = np.full(len(products), NEVER)
        drafts = np.flatnonzero(self.is_draft(products))
        if len(drafts):
            chosen = products[drafts]
            due = self._drops.seconds(_STRATA.rank(chosen))
            gone[drafts] = np.maximum(due, self.created(chosen) + _LEAST_LIFE)
        return gone

    # What happens to them in a span of time

    def appearances(self, since: int, until: int) -> Occurrences:
        """Products that appear."""
        appearing = self._appearing(since, until)
        return Occurrences(self.clock.seconds(appearing), appearing.array())

    def discontinuations(self, since: int, until: int) -> Occurrences:
        """Products that are discontinued."""
        due = _STRATA.number(SEASONAL, self._between(self._ends, since, until))
        products = np.union1d(due, self._appearing(since - _LEAST_LIFE, until - _LEAST_LIFE).array())
        return Occurrences.within(self.discontinued(products), products, since, until)

    def drops(self, since: int, until: int) -> Occurrences:
        """Drafts that are deleted."""
        due = _STRATA.number(DRAFT, self._between(self._drops, since, until))
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
        appeared = _STRATA.members(self.clock.count_before(since + 1))
        month_old = _STRATA.members(self.clock.count_before(until + 1 - _LEAST_LIFE))
        ended = np.minimum(self._ends.count_before(until + 1), month_old[:, SEASONAL])
        evergreen, seasonal = appeared[:, EVERGREEN], appeared[:, SEASONAL]
        return OnSale(evergreen, seasonal, np.minimum(ended, seasonal))

    # Popularity

    def choose(self, words: U64Array, residue: I64Array, on_sale: OnSale) -> I64Array:
        """Choose a product on sale to look at: the most popular of three drawn from one residue class.

        Args:
            words: shape (n,), uniform words.
            residue: the residue class of each choice, below :attr:`residues`; of different ones, different products.
            on_sale: what is on sale at each choice.

        Returns:
            shape (n,), product numbers. The top tenth by popularity gets 27 % of the choices.
        """
        in_residue = self.in_residue(residue, on_sale)
        best, *others = (self._candidate(words >> np.uint64(shift), in_residue) for shift in (43, 22, 1))
        best_score = self._score(best)
        for other in others:
            score = self._score(other)
            better = score > best_score
            best = np.where(better, other, best)
            best_score = np.where(better, score, best_score)
        return self.product_at(best * self.residues + residue, on_sale)

    # Positions: what is on sale, evergreen products first, then seasonal ones, each by number

    def in_residue(self, residue: I64Array, on_sale: OnSale) -> I64Array:
        """How many products on sale there are in a residue class of positions, shape (n,)."""
        evergreen, seasonal, ended = on_sale
        return (evergreen + seasonal - ended - residue + self.residues - 1) // self.residues

    def product_at(self, position: I64Array, on_sale: OnSale) -> I64Array:
        """The product at a position, shape (n,)."""
        season = position - on_sale.evergreen
        evergreen = _STRATA.number(EVERGREEN, position)
        return np.where(season < 0, evergreen, _STRATA.number(SEASONAL, season + on_sale.ended))

    def position_of(self, products: I64Array, on_sale: OnSale) -> I64Array:
        """The position of a product, the inverse of :meth:`product_at`, shape (n,); −1 for what isn't on sale."""
        stratum, rank = _STRATA.stratum(products), _STRATA.rank(products)
        evergreen = np.where(rank < on_sale.evergreen, rank, -1)
        in_season = (stratum == SEASONAL) & (rank >= on_sale.ended) & (rank < on_sale.seasonal)
        seasonal = np.where(in_season, rank - on_sale.ended + on_sale.evergreen, -1)
        return np.where(stratum == EVERGREEN, evergreen, seasonal)

    @staticmethod
    def _candidate(words: U64Array, in_residue: I64Array) -> I64Array:
        """A product of a residue class, by the lowest 21 bits."""
        chosen = (words & np.uint64((1 << 21) - 1)).view(np.int64)
        chosen *= in_residue
        chosen >>= 21
        return chosen

    def _score(self, in_residue: I64Array) -> U64Array:
        """How popular a product is; shape (n,). By class, then by chance."""
        score = in_residue.view(np.uint64) * np.uint64(self._popularity)
        score ^= score >> np.uint64(29)
        score *= np.uint64(0xBF58476D1CE4E5B9)
        score >>= np.uint64(2)
        return score | _SCORE.take(in_residue % POPULARITY.size)
