"""What is on sale when, class by class, and how popular each product is.

Orders are gathered in *epochs* of some days; what may be looked at and bought in an epoch is what is on sale all
through it. Products of a department fall into residue classes, and a class has four *shelves*: what always stays,
what of it is established, what is in season, and what is at the height of its season. Who lies on two shelves sells
more, so the new rise and what goes fades. On a shelf products are ranked by a ruler (:mod:`~synth_assets.kernel.ruler`)
that is put down somewhere of the seed's own: ranks hold while goods come and go.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.numbers.groups import Groups
from synth_assets.domains.bronze.numbers.product_patterns import EVERGREEN, SEASONAL
from synth_assets.domains.bronze.numbers.product_strata import ProductStrata
from synth_assets.domains.bronze.numbers.session_customers import LONGEST_SESSION
from synth_assets.kernel import ruler
from synth_assets.kernel.choice import below, squared_below
from synth_assets.kernel.clock import DAY, Clock
from synth_assets.kernel.counter import I64Array, Span, U64Array, bits
from synth_assets.kernel.division import divided, remainder
from synth_assets.model.dataset import Dataset

ALL, ESTABLISHED, IN_SEASON, AT_ITS_HEIGHT = range(4)
SHELVES = 4

_LIVES = (EVERGREEN, EVERGREEN, SEASONAL, SEASONAL)
LIVES_ON_SHELVES = np.array(_LIVES, dtype=np.int64)
"""Whether what lies on each shelf is evergreen or seasonal."""

SALES_PER_HEAD = np.array([1, 2, 1, 3], dtype=np.int64)
"""Relative frequency of sales of a product on each shelf."""

_YOUNG = 90 * DAY
_FIRST_WEEKS = 60 * DAY
_LAST_WEEKS = 90 * DAY

_STARS_BITS = 20  # the ruler of seasonal goods, which slide past it, is put down anywhere


class Stand(NamedTuple):
    """A product's place: the class that it belongs to, and where it stands in it; shapes (n,).

    Attributes:
        life: evergreen, seasonal or draft.
        department: of the product.
        residue: its residue class.
        mark: where the class's ruler has it.
    """

    life: I64Array
    department: I64Array
    residue: I64Array
    mark: I64Array

    def take(self, which: I64Array) -> "Stand":
        """Some of them, in any order and number."""
        return Stand(*(values[which] for values in self))


class Assortments(NamedTuple):
    """What each class has on its shelves in each epoch; shapes (epochs · classes · shelves,).

    Attributes:
        epochs: how many there are.
        low: the first mark of the ruler on a shelf.
        high: the mark after the last.
    """

    epochs: int
    low: I64Array
    high: I64Array


class Shelves:
    """Shelves of one dataset.

    Attributes:
        classes: residue classes of all departments.
    """

    def __init__(
        self, dataset: Dataset, clock: Clock, products: ProductStrata, groups: Groups, epoch_groups: int
    ) -> None:
        self._dataset = dataset
        self._clock = clock
        self._groups = groups
        self._products = products
        self._epoch_groups = epoch_groups
        self.classes = products.departments * products.residues
        self._zero = self._put_down(clock.start)
        words = bits(dataset.key("raw_products", "popularity", "first"), Span(0, products.departments))
        self._turns = below(words, products.residues)  # another class is the first in each department
        self._assortments: Assortments | None = None  # made when asked for: without sessions nobody asks

    def assortments(self, upto: int) -> Assortments:
        """The table of epochs, at least those up to number ``upto``; growing changes none."""
        table = self._assortments
        have = 0 if table is None else table.epochs
        if table is None or upto >= have:
            # One assignment: another thread sees the old table or a new one, never parts of both.
            table = self._assortments = self._build(max(2 * have, upto + 1))
        return table

    # Products and their places

    def stand_of(self, products: I64Array) -> Stand:
        """The place of each product, shape (n,); of drafts, which are on no shelf, any."""
        classes, residues = self._products.classes, self._products.residues
        life, department = divided(classes.stratum(products), self._products.departments)
        number, residue = divided(classes.rank(products), residues)
        return Stand(life, department, residue, number - self._zero_of(life, department, residue))

    def product_at(self, stand: Stand) -> I64Array:
        """The product at each place: the inverse of :meth:`stand_of`; shape (n,)."""
        life, department, residue, mark = stand
        number = mark + self._zero_of(life, department, residue)
        return self._products.product_at(life, department, number * self._products.residues + residue)

    def choose(self, words: U64Array, department: I64Array, residue: I64Array, epoch: I64Array) -> I64Array:
        """Choose a product on sale to look at; what sells is looked at.

        Args:
            words: shape (n,), uniform words, of which the lowest 8 bits are left alone.
            department: of each choice.
            residue: the class of each choice, below that of :class:`ProductStrata`; of different ones, different
                products.
            epoch: of each choice.

        Returns:
            shape (n,), product numbers. The top tenth of a class gets about a third of its choices.
        """
        if len(words) == 0:
            return department
        table = self.assortments(int(epoch.max()))
        first = (epoch * self.classes + department * self._products.residues + residue) * SHELVES
        evergreen = table.high.take(first) - table.low.take(first)
        first += IN_SEASON
        seasonal = table.high.take(first) - table.low.take(first)
        is_seasonal = (below(words, evergreen + seasonal) >= evergreen).astype(np.int64)
        shelf = first - IN_SEASON * (1 - is_seasonal)
        low, high = table.low.take(shelf), table.high.take(shelf)
        # One ranking of the department, square roots of which are dealt out to its classes in turn.
        residues, row = self._products.residues, self.row_of(department, residue)
        rank = (squared_below(words << np.uint64(24), (high - low) * residues - row) + row) // residues
        return self.product_at(Stand(is_seasonal * SEASONAL, department, residue, ruler.number_at(rank, low, high)))

    def row_of(self, department: I64Array, residue: I64Array) -> I64Array:
        """The place of each class among its department's: they share one ranking, dealt out in turn; shape (n,)."""
        return remainder(residue + self._turns.take(department), self._products.residues)

    # Tables

    def _zero_of(self, life: I64Array, department: I64Array, residue: I64Array) -> I64Array:
        return self._zero.take((life * self._products.departments + department) * self._products.residues + residue)

    def _put_down(self, start: int) -> I64Array:
        """Where rulers begin: of what stays, at a product of the first days; by life, department and residue."""
        words = bits(self._dataset.key("raw_products", "popularity"), Span(0, 2 * self.classes))
        first = np.array([start], dtype=np.int64)
        there = self._numbers(self._products.on_sale(first - _YOUNG, first).evergreen, EVERGREEN).ravel()
        anywhere = np.full(self.classes, 1 << _STARS_BITS)
        return np.concatenate([below(words, np.concatenate([np.maximum(there, 1), anywhere])), np.zeros_like(anywhere)])

    def _numbers(self, of_life: I64Array, life: int) -> I64Array:
        """How many of each class are among the first of a life's products, shape (n,) → (n, departments, residues)."""
        members = self._products.of_department(life, of_life)
        residues = self._products.residues
        return (members[:, :, None] - np.arange(residues) + residues - 1) // residues

    def _build(self, count: int) -> Assortments:
        first_session = self._groups.first_session(np.arange(count + 1, dtype=np.int64) * self._epoch_groups)
        opens = self._clock.seconds(first_session[:-1]) - LONGEST_SESSION
        closes = self._clock.seconds(first_session[1:] - 1)
        on_sale = self._products.on_sale(opens, closes)
        older = self._products.on_sale(opens - _YOUNG, closes)
        come, going = (
            self._products.on_sale(opens - _FIRST_WEEKS, closes),
            self._products.on_sale(opens, closes + _LAST_WEEKS),
        )
        nothing = np.zeros_like(on_sale.ended)
        ended = np.minimum(going.ended, on_sale.seasonal)
        first = (nothing, nothing, on_sale.ended, ended)
        last = (on_sale.evergreen, older.evergreen, on_sale.seasonal, np.maximum(come.seasonal, ended))
        low, high = (
            np.stack([self._numbers(*edge).reshape(count, -1) for edge in zip(edges, _LIVES, strict=True)], axis=2)
            for edges in (first, last)
        )
        zero = self._zero.reshape(-1, self.classes)[LIVES_ON_SHELVES].T
        return Assortments(count, (low - zero).ravel(), (high - zero).ravel())
