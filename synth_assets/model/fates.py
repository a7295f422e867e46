"""Fates: what becomes of an entity's rows after the base, from data instead of a class for each act.

An entity names them in its :class:`~synth_assets.model.entity.About`::

    about = About(…, shape=Rows("customers", over="days"), fates=(Changes("moves", days=(30, 90)), Ends(one_in=8)))

Rows with a clock are born by it, rows that hang on a parent share its fate: neither needs a word. Each fate is a
kind of act of the entity's own (:mod:`synth_assets.model.timeline`), found for any span of time by arithmetic:

- :class:`Changes`: some columns change every so many days, by a rota;
- :class:`Lifecycle`: a row goes through steps, each within so many days after the one before;
- :class:`Ends`: some rows are deleted, first come, first gone.

A row changes at most once in a second. So where an entity has several fates that change rows, each has seconds of its
own: those that leave its place among them when divided by how many there are.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.choice import between, chance
from synth_assets.kernel.clock import DAY, NEVER, Clock
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.rota import STRATA, InForce, Rota
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Act, Effect, Occurrences, deleted, follows, inserted, updated

_REGISTERS, _CHANGES, _STEPS, _ENDS = 0, 10, 20, 90
"""Which kinds of acts of one second come first."""


class Turn(NamedTuple):
    """A fate's place among those of its entity that change rows."""

    place: int
    of: int

    def tick(self, seconds: I64Array) -> I64Array:
        """The fate's own second in place of each, at most ``of - 1`` away."""
        return seconds // self.of * self.of + self.place

    def before(self, second: I64Array | int) -> I64Array | int:
        """The last second whose tick is not after ``second``."""
        return (second - self.place) // self.of * self.of + self.of - 1

    def span(self, since: int, until: int) -> tuple[int, int]:
        """The seconds whose ticks are in ``[since, until)``."""
        return int(self.before(since - 1)) + 1, int(self.before(until - 1)) + 1


@dataclass(frozen=True)
class Changes:
    """Columns change every so many days.

    Attributes:
        name: what happens, e.g. ``moves``; columns that change with it say so (``changing``).
        days: the shortest and the longest time between changes; rows differ.
    """

    name: str
    days: tuple[int, int]

    @property
    def told(self) -> str:
        """What happens, in a sentence."""
        return f"a row changes every {_days_told(self.days)}."

    def in_force(self, rows: Any) -> InForce:
        """The version of each row, and since when; version 0 before the first change after ``as_of``."""
        nothing = np.zeros(len(rows), dtype=np.int64)
        if not rows.lived:
            return InForce(nothing, nothing, nothing)
        entity, dataset = type(rows), rows.dataset
        turn = _turn(entity, self)
        # The state before a moment has what changed up to the second before.
        found = self._rota(entity, dataset).in_force(rows.row_numbers, turn.before(rows.at - 1))
        since = turn.tick(found.since)
        # What would change in the second of birth, or before it, doesn't.
        born = rows.born
        version = np.where(since > born, found.version, 0)
        return InForce(version, np.where(version > 0, since, 0), turn.tick(found.until))

    def parts(self, entity: Any) -> tuple[Effect, ...]:
        """One act, which updates rows."""
        return (updated(act_of(entity, self.name, _CHANGES, self._occurrences)),)

    def _occurrences(self, entity: Any, dataset: Dataset, since: int, until: int) -> Occurrences:
        turn = _turn(entity, self)
        count = entity.positions(dataset, until)
        seconds, numbers = self._rota(entity, dataset).due(count, *turn.span(since, until))
        return _living(entity, dataset, turn.tick(seconds), numbers, since, until)

    def _rota(self, entity: Any, dataset: Dataset) -> Rota:
        return _rota(dataset, entity.about.name, self.name, self.days)


class Step(NamedTuple):
    """A step of a lifecycle.

    Attributes:
        state: what a row is afterwards.
        days: the shortest and the longest time after the step before.
        per_hundred: how many of a hundred rows that got so far take it; the others stay.
    """

    state: str
    days: tuple[int, int]
    per_hundred: int = 100


@dataclass(frozen=True)
class Lifecycle:
    """Rows go through steps, one after the other, before the base too.

    Attributes:
        name: what it is called, e.g. ``repair``.
        first: the state of a row that is new.
        steps: in order.
    """

    name: str
    first: str
    steps: tuple[Step, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """All states, in order."""
        return (self.first, *(step.state for step in self.steps))

    @property
    def told(self) -> str:
        """What happens, in a sentence."""
        steps = [f"{step.state} after {_days_told(step.days)}{_some_told(step)}" for step in self.steps]
        return f"a row is {self.first} first, then {', then '.join(steps)}."

    def moments(self, rows: Any) -> list[I64Array]:
        """When each step is taken, whether or not that has come, shape (n,) each; ``NEVER`` if it is not."""
        entity = type(rows)
        turn = _turn(entity, self)
        before, found = rows.born, list[I64Array]()
        for at, step in enumerate(self.steps):
            words = rows.bits(self.name, f"step {at}")
            low, high = (days * DAY for days in step.days)
            # At least a tick after the step before: a row changes once a second.
            moment = turn.tick(before + between(words, low + turn.of, high + turn.of)) + turn.of
            goes_on = (before < NEVER) & chance(words << np.uint64(32), step.per_hundred, 100)
            before = np.where(goes_on, moment, NEVER)
            found.append(before)
        return found

    def reached(self, rows: Any) -> I64Array:
        """How many steps each row has taken, shape (n,)."""
        state = np.zeros(len(rows), dtype=np.int64)
        for moment in self.moments(rows):
            state += moment < rows.at
        return state

    def parts(self, entity: Any) -> tuple[Effect, ...]:
        """An act a step, which updates rows."""
        return tuple(
            updated(act_of(entity, f"{self.name}_{step.state}", _STEPS + at, functools.partial(self._occurrences, at)))
            for at, step in enumerate(self.steps)
        )

    def _occurrences(self, at: int, entity: Any, dataset: Dataset, since: int, until: int) -> Occurrences:
        turn = _turn(entity, self)
        longest = sum(step.days[1] * DAY + 3 * turn.of for step in self.steps[: at + 1])
        first, last = (entity.positions(dataset, max(second, 0)) for second in (since - longest, until))
        numbers = np.arange(first, last, dtype=np.int64)
        rows = entity(dataset, numbers)
        return _living(entity, dataset, self.moments(rows)[at], numbers, since, until)


@dataclass(frozen=True)
class Ends:
    """Some rows are deleted after ``as_of``, first come, first gone; the first row stays.

    Attributes:
        one_in: of so many rows in a row one leaves, sooner or later.
        days: within so many days as many leave as leave at all of the base.
        stay: days that a row stays at least.
    """

    one_in: int = 8
    days: int = 2_000
    stay: int = 30

    @property
    def told(self) -> str:
        """What happens, in a sentence."""
        return (
            f"One row in {self.one_in:,} is deleted in time, {self.stay:,} days after it came at the earliest;"
            f" those of the base within {self.days:,} days."
        )

    def ended(self, rows: Any) -> I64Array:
        """When each row is deleted, shape (n,); ``NEVER`` for those that stay."""
        gone = np.full(len(rows), NEVER)
        entity, dataset = type(rows), rows.dataset
        leaving = np.flatnonzero(rows.row_numbers % self.one_in == self._place(entity, dataset))
        if len(leaving):
            asked = self._clock(entity, dataset).seconds(rows.row_numbers[leaving] // self.one_in)
            gone[leaving] = np.maximum(asked, rows.born[leaving] + self.stay * DAY)
        return gone

    def parts(self, entity: Any) -> tuple[Effect, ...]:
        """One act, which deletes rows."""
        return (deleted(act_of(entity, "ends", _ENDS, self._occurrences)),)

    def _occurrences(self, entity: Any, dataset: Dataset, since: int, until: int) -> Occurrences:
        clock = self._clock(entity, dataset)
        ranks = np.arange(clock.count_before_one(since), clock.count_before_one(until), dtype=np.int64)
        due = ranks * self.one_in + self._place(entity, dataset)
        first, last = (entity.positions(dataset, second - self.stay * DAY) for second in (since, until))
        young = np.arange(first, last, dtype=np.int64)
        numbers = np.union1d(due[due < entity.positions(dataset, until)], young)
        seconds = self.ended(entity(dataset, numbers))
        return Occurrences.within(seconds, numbers, since, until)

    def _place(self, entity: Any, dataset: Dataset) -> int:
        """Which of :attr:`one_in` rows leaves; never the first."""
        key = dataset.key(entity.about.name, "ended", "place")
        return 1 + key.k0 % (self.one_in - 1)

    def _clock(self, entity: Any, dataset: Dataset) -> Clock:
        leaving = entity.positions(dataset) // self.one_in
        return _ends_clock(dataset, entity.about.name, max(leaving, 1), self.days)


Fate = Changes | Lifecycle | Ends


def _days_told(days: tuple[int, int]) -> str:
    low, high = days
    return f"{low:,} to {high:,} days" if low < high else f"{low:,} day{'s' * (low != 1)}"


def _some_told(step: Step) -> str:
    return "" if step.per_hundred == 100 else f" ({step.per_hundred} of 100 rows)"


def parts_of(entity: Any) -> tuple[Effect, ...]:
    """All that happens to an entity's rows: by its clock, with its parent, and by its fates."""
    shape, about = entity.about.shape, entity.about
    own = tuple(part for fate in about.fates for part in fate.parts(entity))
    if shape.parent is not None:
        parent = entity.tables[shape.parent]
        children = functools.partial(_children, entity)
        return (*follows(parent, "insert", children), *own, *follows(parent, "delete", children))
    if shape.appears:
        return (inserted(act_of(entity, "appears", _REGISTERS, _births)), *own)
    return own


Find = Callable[[Any, Dataset, int, int], Occurrences]
"""All occurrences in a span of time: (entity, dataset, since, until) → occurrences."""


@functools.cache
def act_of(entity: Any, what: str, order: int, find: Find) -> type[Act]:
    """A kind of act of an entity's own, made once."""
    name = f"{entity.about.name}_{what}"
    methods = {"name": name, "order": order, "find": lambda act: find(entity, act.dataset, act.since, act.until)}
    return type(name, (Act,), methods)


def _births(entity: Any, dataset: Dataset, since: int, until: int) -> Occurrences:
    first, last = entity.positions(dataset, since), entity.positions(dataset, until)
    numbers = np.arange(first, last, dtype=np.int64)
    return Occurrences(entity.about.shape.clock(entity, dataset).seconds(numbers), numbers)


def _children(entity: Any, dataset: Dataset, parents: I64Array, _: I64Array) -> Any:
    return entity.about.shape.children(entity, dataset, parents)


def _living(entity: Any, dataset: Dataset, seconds: I64Array, numbers: I64Array, since: int, until: int) -> Occurrences:
    """Those of some changes that happen to rows that are there, born before and not ended."""
    inside = np.flatnonzero((seconds >= since) & (seconds < until))
    seconds, numbers = seconds[inside], numbers[inside]
    rows = entity(dataset, numbers)
    there: NDArray[np.bool_] = (rows.born < seconds) & (rows.ended > seconds)
    return Occurrences(seconds[there], numbers[there])


@functools.cache
def _turn(entity: Any, fate: Changes | Lifecycle) -> Turn:
    changing = [one for one in entity.about.fates if not isinstance(one, Ends)]
    return Turn(changing.index(fate), len(changing))


@functools.lru_cache(maxsize=64)
def _rota(dataset: Dataset, entity: str, name: str, days: tuple[int, int]) -> Rota:
    low, high = days
    periods = tuple(low + (high - low) * stratum // (STRATA - 1) for stratum in range(STRATA))
    return Rota(dataset.key(entity, name, "changes"), periods, dataset.as_of_second)


@functools.lru_cache(maxsize=64)
def _ends_clock(dataset: Dataset, entity: str, leaving: int, days: int) -> Clock:
    as_of = dataset.as_of_second
    return Clock(dataset.key(entity, "ended"), leaving, as_of, as_of + days * DAY)


def word_of(numbers: I64Array, dataset: Dataset, entity: str, column: str, version: I64Array) -> NDArray[np.uint64]:
    """Bits that are drawn anew with each version of a row, shape (n,); fewer than 2^20 versions."""
    return bits(dataset.key(entity, column, "version"), numbers * (1 << 20) + version)
