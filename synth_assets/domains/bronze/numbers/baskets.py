"""Of which department each order line of a block is, and which lines are a department's: exact quotas.

In each block a department has so many lines, whatever the seed. They are laid out department by department and cut
into baskets, so most baskets are of one department and some of two; within a basket a department's lines are
neighbours. A department's lines are numbered through all blocks, and both ways are look-ups.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.keys import StreamKey, derive
from synth_assets.kernel.quota import ARRANGEMENTS, Quota, shuffles


class Baskets:
    """Departments of order lines, in 4,096 arrangements of a block.

    Attributes:
        demand: lines of each department in a block, shape (departments,).
    """

    def __init__(self, key: StreamKey, lines: Quota, demand: I64Array) -> None:
        """Lay out the baskets.

        Args:
            key: names the draw.
            lines: how many lines the orders of a block have.
            demand: lines of each department in a block, shape (departments,); their sum is that of the orders.
        """
        self.demand, self._key, self._lines = demand, key, lines

    def lines(self, block: I64Array, arrangement: I64Array, place: I64Array) -> tuple[I64Array, I64Array]:
        """The department of lines and their numbers in it, by block, its arrangement and their place in it; (n,)."""
        cell = arrangement * self._lines.children + place
        department = self._departments.take(cell).astype(np.int64)
        return department, block * self.demand[department] + self._numbers.take(cell)

    def block_of(self, department: I64Array, number: I64Array) -> I64Array:
        """The block of each of departments' lines, shape (n,)."""
        return number // self.demand[department]

    def place_of(self, department: I64Array, number: I64Array, arrangement: I64Array) -> I64Array:
        """The place of lines in their block, by its arrangement: the inverse of :meth:`lines`; shape (n,)."""
        own = number % self.demand[department] + self._first[department]
        return self._places.take(arrangement * self._lines.children + own).astype(np.int64)

    def before(self, block: I64Array, arrangement: I64Array, order: I64Array) -> I64Array:
        """Lines of each department before some orders, by their place in the block; shape (n, departments)."""
        end = self._lines.before[arrangement, order]
        here = self._departments.reshape(-1, self._lines.children)[arrangement]
        counted = np.arange(self._lines.children) < end[:, None]
        there = [((here == one) & counted).sum(axis=1) for one in range(len(self.demand))]
        return block[:, None] * self.demand + np.stack(there, axis=1)

    @cached_property
    def _first(self) -> I64Array:
        return np.cumsum(self.demand) - self.demand

    @cached_property
    def _departments(self) -> NDArray[np.uint8]:
        """Of each line of a block, arrangement after arrangement."""
        counts, count = self._lines.counts, self._lines.parents
        turn = shuffles(derive("baskets", *self._key), ARRANGEMENTS, count)  # in which order baskets are filled
        filled = np.take_along_axis(counts, turn, axis=1)
        begin = np.empty_like(filled)
        np.put_along_axis(begin, turn, np.cumsum(filled, axis=1) - filled, axis=1)
        order = shuffles(derive("departments", *self._key), ARRANGEMENTS, len(self.demand))
        laid = np.repeat(order.ravel(), self.demand[order.ravel()]).reshape(ARRANGEMENTS, -1)
        owner = self._lines.owner
        within = np.arange(self._lines.children) - np.take_along_axis(self._lines.before, owner, axis=1)
        taken = np.take_along_axis(begin, owner, axis=1) + within
        return np.take_along_axis(laid, taken, axis=1).astype(np.uint8).ravel()

    @cached_property
    def _places(self) -> NDArray[np.uint8]:
        """Places of lines, department after department."""
        departments = self._departments.reshape(ARRANGEMENTS, -1)
        return np.argsort(departments, axis=1, kind="stable").astype(np.uint8).ravel()

    @cached_property
    def _numbers(self) -> NDArray[np.uint8]:
        """Numbers of lines among those of their department in the block."""
        numbers = np.empty((ARRANGEMENTS, self._lines.children), dtype=np.int64)
        within = np.concatenate([np.arange(count) for count in self.demand])
        places = self._places.reshape(ARRANGEMENTS, -1).astype(np.int64)
        np.put_along_axis(numbers, places, np.broadcast_to(within, numbers.shape), axis=1)
        return numbers.astype(np.uint8).ravel()
