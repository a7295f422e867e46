"""Lines: entities whose rows hang on a parent row, 0…m each, densely numbered in the parents' order."""

from functools import cached_property
from typing import Any, Self

from synth_assets.kernel.counter import I64Array, Span
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.families import Family, family_of, family_within
from synth_assets.model.timeline import Members


class Lines(Entity):
    """Base of entities that hang on a parent, for a domain that has look-ups of its own for who hangs on whom.

    A subclass says how many children each parent has and which parent a child belongs to. Where exact shares are
    all there is to say, an entity of the shape :class:`~synth_assets.model.shapes.LinesOf` needs neither.
    """

    def __init__(self, *args: Any, family: Family | None = None) -> None:
        super().__init__(*args)
        self._given = family

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

    @cached_property
    def family(self) -> Family:
        """The children with their parents."""
        if self._given is not None:
            return self._given
        return family_of(
            self.rows,
            lambda rows: self.parent()(self.dataset, rows, self.at),
            lambda numbers: self.parent_of(self.dataset, numbers),
            self.fan_out,
        )

    def with_elder_siblings(self) -> Self | None:
        """The same range, begun with the first child of its first parent; ``None`` if it begins there.

        The parents are shared. (Not ``self``: an entity that holds itself waits for the garbage collector.)
        """
        if not isinstance(self.rows, Span) or self.rows.count == 0 or self.ordinal[0] == 0:
            return None
        start = self.rows.start - int(self.ordinal[0])
        rows = Span(start, self.rows.stop - start)
        return type(self)(self.dataset, rows, self.at, family=family_within(self.parents, rows, self.fan_out))
