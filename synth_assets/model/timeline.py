"""How a dataset lives on after its base: business acts, and what each does to the rows of an entity.

A domain has *acts*: a customer registers, a session ends, an order is shipped. Every occurrence of one is a
transaction. An :class:`Act` finds all its occurrences in a span of time by arithmetic, without looking at
what was before. An entity's :meth:`~synth_assets.model.entity.Entity.life` says, in :class:`Effect` s, which acts
insert, update and delete which of its rows::

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (
            inserted(SessionEnds),
            deleted(CustomerErased, sessions_of_customers),
        )

and children say that they share their parent's fate::

        return (*follows(RawOrders, "insert", lines_of_orders), *follows(RawOrders, "delete", lines_of_orders))

What a row *is* before and after an act isn't said here: that is the state of the entity at the second of the
act, and at the next one. So a row changes at most once in a second; acts are declared accordingly.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from synth_assets.kernel.counter import I64Array
from synth_assets.model.change_log import Op
from synth_assets.model.dataset import Dataset


class Occurrences(NamedTuple):
    """Acts of one kind, in any order; shapes (n,).

    Attributes:
        seconds: when each is committed, since 1970-01-01T00:00Z.
        subjects: whom or what each is about; a number that no other act of this kind and second has.
    """

    seconds: I64Array
    subjects: I64Array

    @classmethod
    def within(cls, seconds: I64Array, subjects: I64Array, since: int, until: int) -> "Occurrences":
        """Those of some candidates that fall into ``[since, until)``."""
        chosen = np.flatnonzero((seconds >= since) & (seconds < until))
        return cls(seconds[chosen], subjects[chosen])

    @classmethod
    def joined(cls, parts: "Sequence[Occurrences]") -> "Occurrences":
        """Those of all parts."""
        return cls(*(np.concatenate(values) for values in zip(cls.none(), *parts, strict=True)))

    @classmethod
    def none(cls) -> "Occurrences":
        """No occurrence."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


class Members(NamedTuple):
    """Rows that belong to each of some others, laid one after the other.

    Attributes:
        counts: how many belong to each, shape (n,).
        rows: their numbers, shape (sum of counts,).
    """

    counts: I64Array
    rows: I64Array

    @classmethod
    def one_each(cls, rows: I64Array) -> "Members":
        """One row each."""
        return cls(np.ones(len(rows), dtype=np.int64), rows)

    @classmethod
    def some(cls, chosen: "np.ndarray[Any, np.dtype[np.bool_]]", rows: I64Array) -> "Members":
        """One row each where ``chosen``, none elsewhere; shapes (n,)."""
        return cls(chosen.astype(np.int64), rows[chosen])

    @classmethod
    def ranges(cls, first: I64Array, counts: I64Array) -> "Members":
        """Rows ``first`` to ``first + counts - 1`` each; shapes (n,)."""
        before = np.cumsum(counts) - counts
        return cls(counts, np.repeat(first - before, counts) + np.arange(int(counts.sum())))

    def within(self, outer: I64Array) -> I64Array:
        """How many rows belong to each group of ``outer`` consecutive ones, shape (groups,)."""
        total = np.concatenate([[0], np.cumsum(self.counts)])
        ends = np.cumsum(outer)
        return total[ends] - total[ends - outer]

    def where(self, keep: "np.ndarray[Any, np.dtype[np.bool_]]") -> "Members":
        """Only the rows that ``keep`` says, shape (sum of counts,)."""
        owner = np.repeat(np.arange(len(self.counts)), self.counts)
        return Members(np.bincount(owner[keep], minlength=len(self.counts)), self.rows[keep])


class Living(Protocol):
    """What lives on after the base: an entity."""

    @classmethod
    def life(cls) -> "tuple[Effect, ...]":
        """What acts do to its rows."""
        ...


class Act:
    """A kind of business act; an instance stands for all of them in ``[since, until)``.

    A subclass says in :meth:`find` when they occur.

    Attributes:
        name: what it is called, e.g. ``order_shipped``.
        order: its place among the domain's acts: those of one second are committed in this order.
    """

    name: ClassVar[str]
    order: ClassVar[int]

    def __init__(self, dataset: Dataset, since: int, until: int) -> None:
        self.dataset = dataset
        self.since = since
        self.until = until
        self._rows: dict[Effect, Members] = {}

    def find(self) -> Occurrences:
        """All occurrences with ``since <= second < until``."""
        raise NotImplementedError

    @cached_property
    def _sorted(self) -> Occurrences:
        found = self.find()
        order = np.lexsort((found.subjects, found.seconds))
        return Occurrences(found.seconds[order], found.subjects[order])

    @property
    def seconds(self) -> I64Array:
        """When each occurs, ascending, shape (n,)."""
        return self._sorted.seconds

    @property
    def subjects(self) -> I64Array:
        """Whom or what each is about, shape (n,)."""
        return self._sorted.subjects

    def rows(self, part: "Effect") -> Members:
        """The rows of a part, one group an occurrence; found once."""
        if part not in self._rows:
            self._rows[part] = part.find(self) if len(self.seconds) else Members.one_each(self.subjects)
        return self._rows[part]


def subjects(act: Any) -> Members:
    """The subject itself is the row: what a part does unless it says otherwise."""
    return Members.one_each(act.subjects)


@dataclass(frozen=True, eq=False)
class Effect:
    """What an act does to an entity.

    Attributes:
        op: whether it inserts, updates or deletes rows.
        act: the act.
        find: the rows, one group an occurrence.
    """

    op: Op
    act: type[Act]
    find: Callable[[Any], Members]


def inserted(act: type[Act], find: Callable[[Any], Members] = subjects) -> Effect:
    """Rows that an act brings."""
    return Effect("insert", act, find)


def updated(act: type[Act], find: Callable[[Any], Members] = subjects) -> Effect:
    """Rows that an act changes."""
    return Effect("update", act, find)


def deleted(act: type[Act], find: Callable[[Any], Members] = subjects) -> Effect:
    """Rows that an act ends."""
    return Effect("delete", act, find)


Follow = Callable[[Dataset, I64Array, I64Array], Members]
"""The rows that belong to a leader's rows: (dataset, rows, seconds of their acts) → one group a row."""


def follows(leader: type[Living], when: Op, find: Follow, op: Op | None = None) -> tuple[Effect, ...]:
    """Share the fate of another entity's rows.

    Args:
        leader: the other entity, declared before.
        when: what happens to its rows.
        find: the rows that belong to them.
        op: what then happens to those; the same without.
    """
    return tuple(
        Effect(op or when, part.act, functools.partial(_follow, part, find))
        for part in life_of(leader)
        if part.op == when
    )


def _follow(part: Effect, find: Follow, act: Act) -> Members:
    leading = act.rows(part)
    own = find(act.dataset, leading.rows, np.repeat(act.seconds, leading.counts))
    return Members(own.within(leading.counts), own.rows)


@functools.cache
def life_of(entity: type[Living]) -> tuple[Effect, ...]:
    """An entity's parts, made once: followers and the engine speak of the same ones."""
    return entity.life()
