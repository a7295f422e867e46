"""What is bought on which order line, and on which lines a product is bought: a bijection, epoch by epoch.

The lines of an epoch are dealt out among the products on sale all through it. A line's number says from which
residue class of products, so the lines of one order, which are neighbours, have different products. Within a
class popular products get more lines than others. It can be asked both ways, so a product's sales of some
weeks, and with them its stock, are found without looking at any other product's.
"""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.bronze.baskets import Baskets
from synth_assets.domains.bronze.goods import POPULARITY, Goods, OnSale
from synth_assets.domains.bronze.visits import Visits
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


class Sales:
    """Products of lines and lines of products, for one dataset."""

    def __init__(self, dataset: Dataset, visits: Visits, baskets: Baskets, goods: Goods) -> None:
        self._dataset = dataset
        self._visits = visits
        self._baskets = baskets
        self._goods = goods
        self._made: _Table | None = None

    def product_of(self, orders: I64Array, lines: I64Array) -> I64Array:
        """The product of each line, shape (n,), ``orders`` being the lines' own."""
        if len(lines) == 0:
            return lines
        epoch = orders // self._visits.epoch_groups
        table = self._table(int(epoch.max()))
        kind = lines % self._goods.kinds
        first = self._first_of_kind(table, epoch, kind)
        one, rank = table.dealing.member_of(epoch * self._goods.kinds + kind, (lines - first) // self._goods.kinds)
        place = POPULARITY.number(one, rank) * self._goods.kinds + kind
        return self._goods.at_place(place, OnSale(*(values[epoch] for values in table.on_sale)))

    def lines_of(self, products: I64Array, orders: Span) -> Members:
        """The lines of products among the epochs that some orders belong to, ascending: the inverse."""
        if orders.count == 0 or len(products) == 0:
            return Members(np.zeros(len(products), dtype=np.int64), products[:0])
        begin, end = orders.start // self._visits.epoch_groups, (orders.stop - 1) // self._visits.epoch_groups + 1
        table = self._table(end)
        which = np.repeat(np.arange(len(products)), end - begin)
        epoch = np.tile(np.arange(begin, end), len(products))
        place = self._goods.place_of(products[which], OnSale(*(values[epoch] for values in table.on_sale)))
        sold = np.flatnonzero(place >= 0)
        which, epoch = which[sold], epoch[sold]
        number, kind = np.divmod(place[sold], self._goods.kinds)
        deal = epoch * self._goods.kinds + kind
        got, slot = table.dealing.slots_of(deal, POPULARITY.stratum(number), POPULARITY.rank(number))
        lines = self._first_of_kind(table, epoch[got], kind[got]) + slot * self._goods.kinds
        owner = which[got]
        return Members(np.bincount(owner, minlength=len(products)), lines[np.lexsort((lines, owner))])

    def _first_of_kind(self, table: _Table, epoch: I64Array, kind: I64Array) -> I64Array:
        """The first line of an epoch that belongs to a residue class, shape (n,)."""
        first = table.first_line[epoch]
        return first + (kind - first) % self._goods.kinds

    def _table(self, upto: int) -> _Table:
        made = self._made
        have = 0 if made is None else len(made.first_line) - 1
        if made is None or upto >= have:
            made = self._made = self._build(max(2 * have, upto + 1))
        return made

    def _build(self, count: int) -> _Table:
        kinds, groups = self._goods.kinds, self._visits.epoch_groups
        whole = self._visits.epochs(count).on_sale
        on_sale = OnSale(*(values[:count] for values in whole))
        _, first_line = self._baskets.lines_of(np.arange(count + 1, dtype=np.int64) * groups)
        epoch, kind = np.repeat(np.arange(count), kinds), np.tile(np.arange(kinds), count)
        in_kind = self._goods.in_kind(kind, OnSale(*(values[epoch] for values in on_sale)))
        first = first_line[epoch] + (kind - first_line[epoch]) % kinds
        slots = np.maximum(first_line[epoch + 1] - first + kinds - 1, 0) // kinds
        key = self._dataset.key
        dealing = Dealing(
            slots,
            POPULARITY.members(in_kind),
            _LINES_PER_HEAD,
            bits(key("raw_order_items", "product_id", "slots"), Span(0, len(slots))),
            bits(key("raw_order_items", "product_id", "ranks"), Span(0, len(slots) * len(POPULARITY.heads))),
        )
        return _Table(on_sale, first_line, dealing)
