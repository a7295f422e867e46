"""Lines: entities whose rows hang on a parent row, 0…m each, densely numbered in the parents' order."""

from functools import cached_property
from typing import Any, Self

import numpy as np

from synth_assets.kernel.counter import I64Array, Rows, Span
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.timeline import Members


class Lines(Entity):
    """Base of entities that hang on a parent.

    A subclass says how many children each parent has and which parent a child belongs to, both as look-ups;
    this class lays parents and children side by side, for a range of children or any of them.
    """

    @classmethod
    def parent(cls) -> type[Entity]:
        """The parent entity."""
        raise NotImplementedError

    @classmethod
    def fan_out(cls, parents: Any) -> tuple[I64Array, I64Array]:
        """For each of ``parents``: how many children, and the number of its first one; shapes (n,)."""
        raise NotImplementedError

    @classmethod
    def parent_of(cls, dataset: Dataset, numbers: I64Array) -> I64Array:
        """The parent's number of each child; shape (n,)."""
        raise NotImplementedError

    @classmethod
    def children(cls, dataset: Dataset, parents: I64Array, _: I64Array) -> Members:
        """The children of parents by number: what :func:`~synth_assets.model.timeline.follows` asks for."""
        counts, first = cls.fan_out(cls.parent()(dataset, parents))
        return Members.ranges(first, counts)

    @classmethod
    def of(cls, parents: Any) -> Self:
        """All children of the given parents, parent after parent; they share what the parents have computed."""
        counts, first = cls.fan_out(parents)
        index = np.repeat(np.arange(len(counts)), counts)
        ordinal = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)
        rows: Rows = first[index] + ordinal
        if isinstance(parents.rows, Span):
            rows = Span(int(first[0]) if len(first) else 0, len(index))
        lines = cls(parents.dataset, rows, parents.at)
        lines.__dict__["_family"] = (parents, index, ordinal)
        return lines

    @cached_property
    def _family(self) -> tuple[Any, I64Array, I64Array]:
        parent = self.parent()
        if not isinstance(self.rows, Span) or self.rows.count == 0:
            numbers = self.parent_of(self.dataset, self.numbers)
            parents = parent(self.dataset, numbers, self.at)
            _, first = self.fan_out(parents)
            return parents, np.arange(len(numbers)), self.numbers - first
        ends = np.array([self.rows.start, self.rows.stop - 1], dtype=np.int64)
        low, high = (int(n) for n in self.parent_of(self.dataset, ends))
        return self._within(parent(self.dataset, Span(low, high - low + 1), self.at), self.rows)

    @classmethod
    def _within(cls, parents: Any, rows: Span) -> tuple[Any, I64Array, I64Array]:
        """The family of a range of children, whose parents are known."""
        counts, first = cls.fan_out(parents)
        index = np.repeat(np.arange(len(counts)), counts)
        ordinal = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)
        skipped = rows.start - int(first[0])  # children of the first parent that come before the range
        wanted = slice(skipped, skipped + rows.count)
        return parents, index[wanted], ordinal[wanted]

    def with_elder_siblings(self) -> Self | None:
        """The same range, begun with the first child of its first parent; ``None`` if it begins there.

        The parents are shared. (Not ``self``: an entity that holds itself waits for the garbage collector.)
        """
        if not isinstance(self.rows, Span) or self.rows.count == 0 or self.ordinal[0] == 0:
            return None
        start = self.rows.start - int(self.ordinal[0])
        rows = Span(start, self.rows.stop - start)
        lines = type(self)(self.dataset, rows, self.at)
        lines.__dict__["_family"] = self._within(self.parents, rows)
        return lines

    @property
    def parents(self) -> Any:
        """The parent rows that the children hang on."""
        return self._family[0]

    @property
    def index(self) -> I64Array:
        """For each child the place of its parent in :attr:`parents`, shape (n,)."""
        return self._family[1]

    @property
    def ordinal(self) -> I64Array:
        """For each child its number within its parent, from 0, shape (n,)."""
        return self._family[2]

    def total(self, amounts: I64Array) -> I64Array:
        """Sum ``amounts`` (one per child) for each parent; only for :meth:`of`, where families are whole."""
        sums = np.concatenate([[0], np.cumsum(amounts)])
        ends = np.searchsorted(self.index, np.arange(len(self.parents)), side="right")
        starts = np.concatenate([[0], ends[:-1]])
        return sums[ends] - sums[starts]
