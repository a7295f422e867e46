"""What is bought on which order line, and on which lines a product is bought: a bijection, epoch by epoch.

A department's lines of an epoch are dealt out among its products on sale all through it. A line's number among the
department's says from which residue class of products, so lines of one order have different products: of one
department they are neighbours. A class's lines go to its shelves, and on a shelf to products by rank. It can be asked
both ways, so a product's sales of some weeks, and with them its stock, are found without looking at any other's.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.numbers.departments import DepartmentLines, Departments
from synth_assets.domains.bronze.numbers.product_strata import ProductStrata
from synth_assets.domains.bronze.numbers.shelves import (
    LIVES_ON_SHELVES,
    SALES_PER_HEAD,
    SHELVES,
    Assortments,
    Shelves,
    Stand,
)
from synth_assets.kernel import ruler
from synth_assets.kernel.apportionment import FallingWeights, first_slot, weight_at
from synth_assets.kernel.choice import wide_below
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.division import remainder
from synth_assets.kernel.permutation import AffinePermutations, affine_permutations
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Members


class _Table(NamedTuple):
    """What holds for each deal, one an epoch and class, and for each of its shelves.

    Attributes:
        epochs: how many there are.
        assortments: what there is to be dealt.
        first: the first of the department's lines that is of the class and epoch, shape (deals,).
        order: of the lines of a deal, before they are laid out on shelves.
        begin: the first line of a shelf, shape (deals · (shelves + 1),).
        total: weight of all that is on a shelf, shape (deals · shelves,).
        offset: by which rounding is moved on a shelf, shape (deals · shelves,).
        weights: of ranks on a shelf.
    """

    epochs: int
    assortments: Assortments
    first: I64Array
    order: AffinePermutations
    begin: I64Array
    total: I64Array
    offset: I64Array
    weights: FallingWeights


class LineProducts:
    """Products of lines and lines of products, for one dataset."""

    def __init__(self, dataset: Dataset, departments: Departments, shelves: Shelves, products: ProductStrata) -> None:
        self._dataset = dataset
        self._shelves = shelves
        self._departments = departments
        self._residues = products.residues
        self._made: _Table | None = None

    def product_of(self, lines: I64Array) -> I64Array:
        """The product of each line, shape (n,)."""
        if len(lines) == 0:
            return lines
        epoch, department, number = self._departments.of_lines(lines)
        table = self._table(int(epoch.max()))
        residue = remainder(number, self._residues)
        deal = epoch * self._shelves.classes + department * self._residues + residue
        dealt = table.order.forward(deal, (number - table.first.take(deal)) // self._residues)
        shelf = np.zeros_like(deal)
        for later in range(1, SHELVES):
            shelf += table.begin.take(deal * _EDGES + later) <= dealt
        cell, edge = deal * SHELVES + shelf, deal * _EDGES + shelf
        begin = table.begin.take(edge)
        slots = table.begin.take(edge + 1) - begin
        place = weight_at(slots, dealt - begin, table.total.take(cell), table.offset.take(cell))
        rank = table.weights.rank_at(self._shelves.row_of(department, residue), place)
        mark = ruler.number_at(rank, table.assortments.low.take(cell), table.assortments.high.take(cell))
        return self._shelves.product_at(Stand(LIVES_ON_SHELVES.take(shelf), department, residue, mark))

    def lines_of(self, products: I64Array, orders: Span) -> Members:
        """The lines of products among the epochs that some orders belong to, ascending: the inverse."""
        if orders.count == 0 or len(products) == 0:
            return Members(np.zeros(len(products), dtype=np.int64), products[:0])
        begin, end = (
            int(self._departments.epochs_of(np.array([order]))[0]) for order in (orders.start, orders.stop - 1)
        )
        table = self._table(end)
        stand = self._shelves.stand_of(products)
        owners, lines = [products[:0]], [products[:0]]
        for shelf, life in enumerate(LIVES_ON_SHELVES.tolist()):
            which = np.repeat(np.flatnonzero(stand.life == life), end + 1 - begin)
            epoch = np.tile(np.arange(begin, end + 1), len(which) // (end + 1 - begin))
            found = self._on_shelf(table, shelf, epoch, stand.take(which))
            owners.append(np.repeat(which, found.counts))
            lines.append(found.rows)
        owner, line = np.concatenate(owners), np.concatenate(lines)
        return Members(np.bincount(owner, minlength=len(products)), line[np.lexsort((line, owner))])

    def _on_shelf(self, table: _Table, shelf: int, epoch: I64Array, stand: Stand) -> Members:
        """The lines that products get of one shelf, an epoch each."""
        deal = epoch * self._shelves.classes + stand.department * self._residues + stand.residue
        cell, edge = deal * SHELVES + shelf, deal * _EDGES + shelf
        low, high = table.assortments.low.take(cell), table.assortments.high.take(cell)
        counts = np.zeros(len(epoch), dtype=np.int64)
        there = np.flatnonzero((stand.mark >= low) & (stand.mark < high))
        deal, cell, edge = deal[there], cell[there], edge[there]
        rank = ruler.rank_of(stand.mark[there], low[there], high[there])
        row = self._shelves.row_of(stand.department[there], stand.residue[there])
        begin, total, offset = table.begin.take(edge), table.total.take(cell), table.offset.take(cell)
        slots = table.begin.take(edge + 1) - begin
        first, after = (
            first_slot(slots, table.weights.before_rank(row, one), total, offset) for one in (rank, rank + 1)
        )
        counts[there] = after - first
        dealt = Members.ranges(begin + first, counts[there])
        own = np.repeat(np.arange(len(there)), dealt.counts)
        slot = table.order.backward(deal[own], dealt.rows)
        number = table.first.take(deal[own]) + slot * self._residues
        return Members(
            counts, self._departments.lines_of(DepartmentLines(epoch[there][own], stand.department[there][own], number))
        )

    def _table(self, upto: int) -> _Table:
        made = self._made
        if made is None or upto >= made.epochs:
            # One assignment: another thread sees the old table or a new one, never parts of both.
            made = self._made = self._build(max(2 * (0 if made is None else made.epochs), upto + 1))
        return made

    def _build(self, count: int) -> _Table:
        residues, classes = self._residues, self._shelves.classes
        assortments = self._shelves.assortments(count - 1)
        deals = count * classes
        before, after = (edge[:, :, None] for edge in self._departments.edges(count))
        residue = np.arange(residues)
        first = before + (residue - before) % residues
        slots = (np.maximum(after - first + residues - 1, 0) // residues).ravel()
        heads = (assortments.high - assortments.low)[: deals * SHELVES]
        weights = FallingWeights.of(residues, int(heads.max()))
        department, residue = np.divmod(np.arange(classes), residues)
        row = np.tile(np.repeat(self._shelves.row_of(department, residue), SHELVES), count)
        total = np.maximum(weights.before_rank(row, heads), 1)
        sales = np.zeros((deals, _EDGES), dtype=np.int64)
        np.cumsum(heads.reshape(deals, SHELVES) * SALES_PER_HEAD, axis=1, out=sales[:, 1:])
        all_sales = sales[:, -1:]
        key = self._dataset.key
        order, shelf, rank = (
            bits(key("raw_order_items", "product_id", purpose), Span(0, number))
            for purpose, number in (("slots", deals), ("shelves", deals), ("ranks", deals * SHELVES))
        )
        begin = first_slot(slots[:, None], sales, all_sales, wide_below(shelf, all_sales[:, 0])[:, None])
        permutations = affine_permutations(slots, order)
        offset = wide_below(rank, total)
        return _Table(count, assortments, first.ravel(), permutations, begin.ravel(), total, offset, weights)


_EDGES = SHELVES + 1
