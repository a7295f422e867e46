"""Baskets: what is bought together, mostly of one department, and popular products more often."""

from typing import NamedTuple

import numpy as np

from synth_assets.domains.marketplace.numbers.orders import LineNumbers
from synth_assets.domains.marketplace.numbers.products import Products
from synth_assets.domains.marketplace.numbers.tenants import DEPARTMENTS
from synth_assets.domains.marketplace.params import MarketplaceParams
from synth_assets.kernel.choice import chance, pick, weight_table
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.popularity import PLACES, Tails, member_at, star_below
from synth_assets.kernel.selection import selected
from synth_assets.model.dataset import Dataset

_DEMAND = weight_table((42, 18, 13, 6, 6, 5, 5, 5))
"""How many of a hundred orders are of each department. The favourite's best seller is a tenant's."""

_MIXED = 28  # of a hundred orders are of two departments

_LEAST = 8  # products of a department among which an order finds different ones; more than an order has lines

_TAIL = Tails((7,))
_BY_AGE_BITS = 2  # one in 2^2 of a department's products is new: the newer, the fewer look at it yet


class _Choices(NamedTuple):
    """What lines are chosen from; shapes (n,).

    Attributes:
        department: its number, or :data:`DEPARTMENTS` for whatever is for sale.
        there: how many products there are.
    """

    department: I64Array
    there: I64Array


class Baskets:
    """What is bought, for one dataset."""

    def __init__(self, dataset: Dataset, params: MarketplaceParams, products: Products) -> None:
        self._dataset, self._products = dataset, products
        own = np.full(DEPARTMENTS, params.products_per_tenant)
        of_each = products.departments.members_of(np.arange(DEPARTMENTS), own)
        self._of_base: I64Array = np.append(of_each, products.for_sale(own[:1]))

    def chosen(self, tenants: I64Array, orders: I64Array, appeared: I64Array, lines: LineNumbers) -> I64Array:
        """The index among its tenant's of the product on each line; those of an order differ.

        Args:
            tenants: of the orders, shape (orders,).
            orders: their numbers.
            appeared: how many of the tenant's products there are for each.
            lines: all of their lines, shape (n,).
        """
        words = bits(self._dataset.key("order_items", "product_id"), lines.numbers)
        of = self._choices(orders, appeared, lines, words)
        # How many of the newest products somebody sees differs from line to line.
        seen = of.there - (of.there * (words >> np.uint64(16) & np.uint64(0xFFFF)).view(np.int64) >> 16 + _BY_AGE_BITS)
        place = _TAIL.place(0, (words >> np.uint64(32)).view(np.int64))
        star = self._star(tenants[lines.owner], of.department)
        # Whoever looks no further than the front buys the best seller, so that it is well ahead of the second.
        rank = selected((place * seen < PLACES) & (star < seen), star, member_at(place, seen, star))
        found = self._index(of, rank)
        while len(again := _repeated(found, lines.ordinal)):
            rank[again] = (rank[again] + 1) % of.there[again]
            found[again] = self._index(_Choices(*(values[again] for values in of)), rank[again])
        return found

    def _choices(self, orders: I64Array, appeared: I64Array, lines: LineNumbers, words: np.ndarray) -> _Choices:
        """The department of each line: its order's, or, in some orders, now and then another one."""
        drawn = bits(self._dataset.key("orders", "department"), orders)
        first, other = (pick(drawn << np.uint64(shift), _DEMAND).astype(np.int64) for shift in (0, 16))
        is_mixed = chance(drawn << np.uint64(32), _MIXED, 100)[lines.owner] & (lines.ordinal > 0)
        is_other = is_mixed & ((words & np.uint64(1)).view(np.int64) == 1)
        department = selected(is_other, other[lines.owner], first[lines.owner])
        of_tenant = appeared[lines.owner]
        count = self._products.departments.members_of(department, of_tenant)
        few = np.flatnonzero(count < _LEAST)
        if len(few):  # a small shop: its favourite department, or whatever there is
            favourite = self._products.departments.members_of(np.zeros(len(few), dtype=np.int64), of_tenant[few])
            has_one = favourite >= _LEAST
            department[few] = np.where(has_one, 0, DEPARTMENTS)
            count[few] = np.where(has_one, favourite, self._products.for_sale(of_tenant[few]))
        return _Choices(department, count)

    def _index(self, of: _Choices, rank: I64Array) -> I64Array:
        """The product at a rank of what each line is chosen from."""
        is_any = of.department == DEPARTMENTS
        if not is_any.any():
            return self._products.departments.number(of.department, rank)
        found = np.empty(len(rank), dtype=np.int64)
        found[is_any] = self._products.sold(rank[is_any])
        found[~is_any] = self._products.departments.number(of.department[~is_any], rank[~is_any])
        return found

    def _star(self, tenants: I64Array, department: I64Array) -> I64Array:
        """The best seller of each department."""
        words = bits(self._dataset.key("products", "star"), tenants * (DEPARTMENTS + 1) + department)
        return star_below(words, self._of_base[department])


def _repeated(found: I64Array, ordinal: I64Array) -> I64Array:
    """The lines whose product is on an earlier line of their order, too; shape (n,)."""
    repeats = np.zeros(len(found), dtype=np.bool_)
    for back in range(1, int(ordinal.max(initial=0)) + 1):
        repeats[back:] |= (found[back:] == found[:-back]) & (ordinal[back:] >= back)
    return np.flatnonzero(repeats)
