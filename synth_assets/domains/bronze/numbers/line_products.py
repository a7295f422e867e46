"""What is bought on which order line, and on which lines a product is bought: a bijection, epoch by epoch.

The lines of an epoch are dealt out among the products on sale all through it. A line's number says from which
residue class of products, so the lines of one order, which are neighbours, have different products. Within a
class popular products get more lines than others. It can be asked both ways, so a product's sales of some
weeks, and with them its stock, are found without looking at any other product's.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.numbers.product_strata import POPULARITY, OnSale, ProductStrata
from synth_assets.domains.bronze.numbers.quotas import Quotas
from synth_assets.domains.bronze.numbers.session_customers import SessionCustomers
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.dealing import Dealing
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Members

_LINES_PER_HEAD = np.array([9, 4, 2], dtype=np.int64)
"""Relative frequency of sales of a product of each class of popularity: the top tenth gets 27 %."""


class _Table(NamedTuple):
    """What holds for each epoch, shapes (m,) or (m + 1,), and the deals, one a class of residues and epoch."""

    on_sale: OnSale
    first_line: I64Array
    dealing: Dealing


class LineProducts:
    """Products of lines and lines of products, for one dataset."""

    def __init__(self, dataset: Dataset, sessions: SessionCustomers, quotas: Quotas, products: ProductStrata) -> None:
        self._dataset = dataset
        self._sessions = sessions
        self._quotas = quotas
        self._products = products
        self._made: _Table | None = None

    def product_of(self, orders: I64Array, lines: I64Array) -> I64Array:
        """The product of each line, shape (n,), ``orders`` being the lines' own."""
        if len(lines) == 0:
            return lines
        epoch = orders // self._sessions.epoch_groups
        table = self._table(int(epoch.max()))
        residue = lines % self._products.residues
        first = self._first_of_residue(table, epoch, residue)
        residues = self._products.residues
        one, rank = table.dealing.member_of(epoch * residues + residue, (lines - first) // residues)
        position = POPULARITY.number(one, rank) * residues + residue
        return self._products.product_at(position, table.on_sale.take(epoch))

    def lines_of(self, products: I64Array, orders: Span) -> Members:
        """The lines of products among the epochs that some orders belong to, ascending: the inverse."""
        if orders.count == 0 or len(products) == 0:
            return Members(np.zeros(len(products), dtype=np.int64), products[:0])
        begin, end = orders.start // self._sessions.epoch_groups, (orders.stop - 1) // self._sessions.epoch_groups + 1
        table = self._table(end)
        which = np.repeat(np.arange(len(products)), end - begin)
        epoch = np.tile(np.arange(begin, end), len(products))
        position = self._products.position_of(products[which], table.on_sale.take(epoch))
        sold = np.flatnonzero(position >= 0)
        which, epoch = which[sold], epoch[sold]
        number, residue = np.divmod(position[sold], self._products.residues)
        deal = epoch * self._products.residues + residue
        got, slot = table.dealing.slots_of(deal, POPULARITY.stratum(number), POPULARITY.rank(number))
        lines = self._first_of_residue(table, epoch[got], residue[got]) + slot * self._products.residues
        owner = which[got]
        return Members(np.bincount(owner, minlength=len(products)), lines[np.lexsort((lines, owner))])

    def _first_of_residue(self, table: _Table, epoch: I64Array, residue: I64Array) -> I64Array:
        """The first line of an epoch that belongs to a residue class, shape (n,)."""
        first = table.first_line[epoch]
        return first + (residue - first) % self._products.residues

    def _table(self, upto: int) -> _Table:
        made = self._made
        have = 0 if made is None else len(made.first_line) - 1
        if made is None or upto >= have:
            # One assignment: another thread sees the old table or a new one, never parts of both.
            made = self._made = self._build(max(2 * have, upto + 1))
        return made

    def _build(self, count: int) -> _Table:
        residues, groups = self._products.residues, self._sessions.epoch_groups
        on_sale = self._sessions.epochs(count).on_sale.take(np.arange(count))
        _, first_line = self._quotas.lines_of(np.arange(count + 1, dtype=np.int64) * groups)
        epoch, residue = np.repeat(np.arange(count), residues), np.tile(np.arange(residues), count)
        in_residue = self._products.in_residue(residue, on_sale.take(epoch))
        first = first_line[epoch] + (residue - first_line[epoch]) % residues
        slots = np.maximum(first_line[epoch + 1] - first + residues - 1, 0) // residues
        key = self._dataset.key
        dealing = Dealing(
            slots,
            POPULARITY.members(in_residue),
            _LINES_PER_HEAD,
            bits(key("raw_order_items", "product_id", "slots"), Span(0, len(slots))),
            bits(key("raw_order_items", "product_id", "ranks"), Span(0, len(slots) * len(POPULARITY.heads))),
        )
        return _Table(on_sale, first_line, dealing)
