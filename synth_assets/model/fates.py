"""Fates: what becomes of an entity's rows after the base, from data instead of a class for each act.

An entity names them in its :class:`~synth_assets.model.entity.About`::

    about = About(…, shape=Rows("customers", over="days"), fates=(Changes("moves", days=(30, 90)), Ends(one_in=8)))

Rows with a clock are born by it, rows that hang on a parent share its fate: neither needs a word. Each fate is a
kind of act of the entity's own (:mod:`synth_assets.model.timeline`), found for any span of time by arithmetic:

- :class:`Changes`: some columns change every so many days, by a rota;
- :class:`Lifecycle`: a row goes through steps, each within so many days after the one before;
- :class:`Ends`: some rows are deleted, first come, first gone;
- :class:`Follows`: rows go with those of another table that they refer to.

A row changes at most once in a second. So where an entity has several fates that change rows, each has seconds of its
own: those that leave its place among them when divided by how many there are.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.choice import below, between, chance
from synth_assets.kernel.clock import DAY, NEVER, Clock
from synth_assets.kernel.clocks import AnyClock, clock_at_pace
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.keys import StreamKey
from synth_assets.kernel.rota import STRATA, InForce, Rota, periods_at
from synth_assets.model.dataset import Dataset
from synth_assets.model.rates import MOST_A_DAY, Rate, RateError, told
from synth_assets.model.timeline import Act, Effect, Members, Occurrences, deleted, follows, inserted, life_of, updated
from synth_assets.model.values import Masked

_REGISTERS, _CHANGES, _STEPS, _ENDS = 0, 10, 20, 90
"""Which kinds of acts of one second come first."""

_UNITS = {"days": DAY, "hours": 3_600, "minutes": 60}
"""What steps count in, in seconds."""

_RAREST = 1_000_000
"""Days between changes of a row, at the most."""

_A_YEAR, _SPARSEST = 365, 64
"""For how many days there are rows to leave at a rate; of so many rows in a row one leaves where there are enough."""

LOOKED_AT = 1 << 17
"""Rows looked at a time for those that follow others."""


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
        rate: in place of it, how many rows, or which part of them, change in a while.
    """

    name: str
    days: tuple[int, int] | None = None
    rate: Rate | None = None

    @property
    def told(self) -> str:
        """What happens, in a sentence."""
        often = f"every {_days_told(self.days)}" if self.days else f"now and then: {self.rate}"
        return f"a row changes {often}."

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
        return while_there(entity, dataset, turn.tick(seconds), numbers, since, until)

    def check(self, entity: Any, dataset: Dataset) -> None:
        """A row changes once a day at most, and sooner or later."""
        if self.rate is None:
            return
        rows = entity.positions(dataset)
        share = self.rate.share_of(rows)
        if share > 1:
            raise RateError(
                entity,
                "change",
                f"{self.name} {self.rate} is {told(share * max(rows, 1))} changes a day, and each of {rows:,} rows"
                " changes once a day at the most.\n  Let fewer change. For example: 2 % a month",
            )
        if share * _RAREST < 1:
            raise RateError(
                entity,
                "change",
                f"{self.name} {self.rate} among {rows:,} rows: a row would change more rarely than every {_RAREST:,}"
                " days.\n  Let more change, or leave it out. For example: 2 % a month",
            )

    def _rota(self, entity: Any, dataset: Dataset) -> Rota:
        return _rota(dataset, entity.about.name, self.name, self._periods(entity, dataset))

    def _periods(self, entity: Any, dataset: Dataset) -> tuple[int, ...]:
        if self.rate is not None:
            return periods_at(self.rate.share_of(entity.positions(dataset)))
        assert self.days is not None  # noqa: S101 - one of both is said
        low, high = self.days
        return tuple(low + (high - low) * stratum // (STRATA - 1) for stratum in range(STRATA))


class Step(NamedTuple):
    """A step of a lifecycle.

    Attributes:
        state: what a row is afterwards.
        days: the shortest and the longest time after the state that it follows.
        per_hundred: how many of a hundred rows that got so far take it; the others stay.
        hours: in place of days.
        minutes: in place of both.
        after: the state that it follows; without, that of the step before.
        weight: where several steps follow one state, how often a row goes this way, in relation to the others.
        unless: a boolean column that stays: rows where it is true don't take the step.
    """

    state: str
    days: tuple[int, int] | None = None
    per_hundred: int = 100
    hours: tuple[int, int] | None = None
    minutes: tuple[int, int] | None = None
    after: str = ""
    weight: int = 1
    unless: str = ""

    @property
    def span(self) -> tuple[tuple[int, int], str]:
        """The shortest and the longest time, and what it is counted in.

        Raises:
            TypeError: it doesn't say.
        """
        for unit in _UNITS:
            said: tuple[int, int] | None = getattr(self, unit)
            if said is not None:
                return said, unit
        raise TypeError(f"{self.state} doesn't say after how many days, hours or minutes it comes")

    @property
    def seconds(self) -> tuple[int, int]:
        """The shortest and the longest time."""
        (low, high), unit = self.span
        return low * _UNITS[unit], high * _UNITS[unit]


@dataclass(frozen=True)
class Lifecycle:
    """Rows go through steps, one after the other, before the base too; where several follow a state, one of them.

    Attributes:
        name: what it is called, e.g. ``repair``.
        first: the state of a row that is new.
        steps: in order: each follows the state of the one before, or another one before that.
    """

    name: str
    first: str
    steps: tuple[Step, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """All states, in order."""
        return (self.first, *(step.state for step in self.steps))

    def check(self, entity: Any, dataset: Dataset) -> None:
        """Any dataset has what it asks for."""

    @property
    def told(self) -> str:
        """What happens, in a sentence."""
        steps = [f"{step.state} after {_while_told(step)}{_some_told(step)}" for step in self.steps]
        if all(len(self._ways(place)) < 2 for place in range(len(self.states))):
            return f"a row is {self.first} first, then {', then '.join(steps)}."
        ways = [
            f"from {state} to {' or '.join(f'{steps[at]}{self._share_told(place, at)}' for at in ways)}"
            for place, state in enumerate(self.states)
            if (ways := self._ways(place))
        ]
        return f"a row is {self.first} first, then it goes {', '.join(ways)}."

    def moments(self, rows: Any) -> list[I64Array]:
        """When each step is taken, whether or not that has come, shape (n,) each; ``NEVER`` if it is not."""
        entity = type(rows)
        turn = _turn(entity, self)
        found: list[I64Array] = [rows.born]
        for at, step in enumerate(self.steps):
            before = found[self._follows(at)]
            words = rows.bits(self.name, f"step {at}")
            low, high = step.seconds
            # At least a tick after the step before: a row changes once a second.
            moment = turn.tick(before + between(words, low + turn.of, high + turn.of)) + turn.of
            goes_on = (before < NEVER) & chance(words << np.uint64(32), step.per_hundred, 100)
            if len(self._ways(self._follows(at))) > 1:
                goes_on &= self._way(rows, self._follows(at)) == at
            if step.unless:
                goes_on &= ~_is_true(rows, step.unless)
            found.append(np.where(goes_on, moment, NEVER))
        return found[1:]

    def _follows(self, at: int) -> int:
        """The place among :attr:`states` of the state that a step follows."""
        after = self.steps[at].after
        return self.states.index(after) if after else at

    def _ways(self, place: int) -> list[int]:
        """The steps that follow a state, by its place among :attr:`states`."""
        return [at for at in range(len(self.steps)) if self._follows(at) == place]

    def _way(self, rows: Any, place: int) -> I64Array:
        """The step that each row takes from a state which several follow, shape (n,)."""
        ways = self._ways(place)
        ends = np.cumsum([self.steps[at].weight for at in ways])
        drawn = below(rows.bits(self.name, f"way from {place}"), int(ends[-1]))
        return np.array(ways, dtype=np.int64)[np.searchsorted(ends, drawn, side="right")]

    def _share_told(self, place: int, at: int) -> str:
        weights = [self.steps[way].weight for way in self._ways(place)]
        return f" ({self.steps[at].weight:,} of {sum(weights):,})" if len(weights) > 1 else ""

    def reached(self, rows: Any) -> I64Array:
        """The place among :attr:`states` of the state of each row, shape (n,)."""
        state = np.zeros(len(rows), dtype=np.int64)
        for at, moment in enumerate(self.moments(rows)):
            state = np.where(moment < rows.at, at + 1, state)
        return state

    def parts(self, entity: Any) -> tuple[Effect, ...]:
        """An act a step, which updates rows."""
        return tuple(
            updated(act_of(entity, f"{self.name}_{step.state}", _STEPS + at, functools.partial(self._occurrences, at)))
            for at, step in enumerate(self.steps)
        )

    def _occurrences(self, at: int, entity: Any, dataset: Dataset, since: int, until: int) -> Occurrences:
        turn = _turn(entity, self)
        longest, place = 0, at + 1
        while place:
            longest += self.steps[place - 1].seconds[1] + 3 * turn.of
            place = self._follows(place - 1)
        first, last = (entity.positions(dataset, max(second, 0)) for second in (since - longest, until))
        numbers = np.arange(first, last, dtype=np.int64)
        rows = entity(dataset, numbers)
        return while_there(entity, dataset, self.moments(rows)[at], numbers, since, until)


@dataclass(frozen=True)
class Ends:
    """Some rows are deleted after ``as_of``, first come, first gone; the first row stays.

    Attributes:
        one_in: of so many rows in a row one leaves, sooner or later.
        days: within so many days as many leave as leave at all of the base.
        stay: days that a row stays at least.
        rate: in place of the three, how many rows, or which part of those of the base, leave in a while. Then one of
            as many rows in a row leaves as goes together with a year at least.
    """

    one_in: int = 8
    days: int = 2_000
    stay: int = 30
    rate: Rate | None = None

    @property
    def told(self) -> str:
        """What happens, in a sentence."""
        if self.rate is not None:
            return f"Rows are deleted: {self.rate}; each {self.stay:,} days after it came at the earliest."
        return (
            f"One row in {self.one_in:,} is deleted in time, {self.stay:,} days after it came at the earliest;"
            f" those of the base within {self.days:,} days."
        )

    def ended(self, rows: Any) -> I64Array:
        """When each row is deleted, shape (n,); ``NEVER`` for those that stay."""
        gone = np.full(len(rows), NEVER)
        entity, dataset = type(rows), rows.dataset
        if not self._leave(entity, dataset):
            return gone
        one_in, place = self._place(entity, dataset)
        leaving = np.flatnonzero(rows.row_numbers % one_in == place)
        if len(leaving):
            asked = self._clock(entity, dataset).seconds(rows.row_numbers[leaving] // one_in)
            gone[leaving] = np.maximum(asked, rows.born[leaving] + self._stay * DAY)
        return gone

    def parts(self, entity: Any) -> tuple[Effect, ...]:
        """One act, which deletes rows."""
        return (deleted(act_of(entity, "ends", _ENDS, self._occurrences)),)

    def check(self, entity: Any, dataset: Dataset) -> None:
        """There are rows that can leave at the rate, for a year at least."""
        if self.rate is None:
            return
        rows, a_day = entity.positions(dataset), self._leaving(entity, dataset)
        if a_day > MOST_A_DAY or self._supply(entity, dataset) < 2 * a_day * _A_YEAR:
            born = entity.about.shape.births_a_day(entity, dataset)
            raise RateError(
                entity,
                "erased",
                f"erased {self.rate} is {told(a_day * _A_YEAR)} rows a year. There are {rows:,} and"
                f" {told(born * _A_YEAR)} more come in it, of which one in two can leave."
                "\n  Let fewer leave, or more come. For example: erased: 1 a month",
            )

    def _occurrences(self, entity: Any, dataset: Dataset, since: int, until: int) -> Occurrences:
        if not self._leave(entity, dataset):
            return Occurrences.none()
        clock = self._clock(entity, dataset)
        one_in, place = self._place(entity, dataset)
        ranks = np.arange(clock.count_before_one(since), clock.count_before_one(until), dtype=np.int64)
        due = ranks * one_in + place
        first, last = (entity.positions(dataset, second - self._stay * DAY) for second in (since, until))
        young = np.arange(first, last, dtype=np.int64)
        numbers = np.union1d(due[due < entity.positions(dataset, until)], young)
        rows = entity(dataset, numbers)
        there = rows.exists()  # not every position of some shapes is a row
        return Occurrences.within(self.ended(rows)[there], numbers[there], since, until)

    @property
    def _stay(self) -> int:
        return self.stay if self.rate is None else 1

    def _place(self, entity: Any, dataset: Dataset) -> tuple[int, int]:
        """Of how many rows one leaves, and which of them; never the first."""
        one_in = self.one_in
        if self.rate is not None:
            a_year = max(self._leaving(entity, dataset) * _A_YEAR, Fraction(1))
            one_in = min(max(int(self._supply(entity, dataset) / a_year), 2), _SPARSEST)
        key = dataset.key(entity.about.name, "ended", "place")
        return one_in, 1 + key.k0 % (one_in - 1)

    def _leave(self, entity: Any, dataset: Dataset) -> bool:
        """Whether the rate says that any row leaves within ten years."""
        return self.rate is None or self._leaving(entity, dataset) * 10 * _A_YEAR >= 1

    def _leaving(self, entity: Any, dataset: Dataset) -> Fraction:
        """How many rows the rate says leave a day."""
        return self.rate.of(entity.positions(dataset)) if self.rate else Fraction(0)

    def _supply(self, entity: Any, dataset: Dataset) -> Fraction:
        """How many rows there are within a year, less those that are too new to leave."""
        born = entity.about.shape.births_a_day(entity, dataset)
        return entity.positions(dataset) + born * (_A_YEAR - self._stay)

    def _clock(self, entity: Any, dataset: Dataset) -> AnyClock:
        if self.rate is not None:
            key = dataset.key(entity.about.name, "ended", "pace")
            return _pace_clock(key, self._leaving(entity, dataset), dataset.as_of_second)
        leaving = entity.positions(dataset) // self.one_in
        return _ends_clock(dataset, entity.about.name, max(leaving, 1), self.days)


@dataclass(frozen=True)
class Follows:
    """Rows are deleted with the row that a column refers to; those that it would find gone don't come at all.

    Who refers to a row isn't known by arithmetic: when one goes, all rows of this table are looked at.

    Attributes:
        column: the column; its method knows the rows that it refers to.
    """

    column: str

    @property
    def told(self) -> str:
        """What happens, in a sentence."""
        return f"A row is deleted with the one that {self.column} refers to."

    def leader(self, entity: Any) -> Any:
        """The entity that is followed."""
        return entity.tables[entity.table().reference_of(self.column).table]

    def ended(self, rows: Any) -> I64Array:
        """When each row's leader is deleted, shape (n,); ``NEVER`` for those that have none, or one that stays."""
        numbers, there = self._leaders(rows)
        gone = np.full(len(rows), NEVER)
        gone[there] = self.leader(type(rows))(rows.dataset, numbers[there]).ended
        return gone

    def parts(self, entity: Any) -> tuple[Effect, ...]:
        """What deletes the leaders deletes rows."""
        return follows(self.leader(entity), "delete", functools.partial(self._followers, entity))

    def check(self, entity: Any, dataset: Dataset) -> None:
        """Any dataset has what it asks for."""

    def _followers(self, entity: Any, dataset: Dataset, leaders: I64Array, seconds: I64Array) -> Members:
        order = np.argsort(leaders, kind="stable")
        owners, found = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        last = entity.positions(dataset, int(seconds.max(initial=-1)) + 1) if len(leaders) else 0
        for start in range(0, last, LOOKED_AT):
            rows = entity(dataset, np.arange(start, min(start + LOOKED_AT, last), dtype=np.int64))
            numbers, there = self._leaders(rows)
            place = np.minimum(np.searchsorted(leaders, numbers, sorter=order), len(leaders) - 1)
            owner = order[place]
            hit = there & (leaders[owner] == numbers) & (rows.born < seconds[owner]) & rows.exists()
            owners.append(owner[hit])
            found.append(rows.row_numbers[hit])
        owner, numbers = np.concatenate(owners), np.concatenate(found)
        grouped = np.argsort(owner, kind="stable")
        return Members(np.bincount(owner, minlength=len(leaders)).astype(np.int64), numbers[grouped])

    def _leaders(self, rows: Any) -> tuple[I64Array, NDArray[np.bool_]]:
        """The rows that are followed, by their numbers, and where there is one; shapes (n,)."""
        known = type(rows).declared()[self.column].generator.parent_rows(rows, self.column)
        there = np.ones(len(rows), dtype=np.bool_) if known.there is None else known.there
        return known.numbers, there


Fate = Changes | Lifecycle | Ends | Follows


def _days_told(days: tuple[int, int]) -> str:
    low, high = days
    return f"{low:,} to {high:,} days" if low < high else f"{low:,} day{'s' * (low != 1)}"


def _while_told(step: Step) -> str:
    (low, high), unit = step.span
    return f"{low:,} to {high:,} {unit}" if low < high else f"{low:,} {unit[: None if low != 1 else -1]}"


def _some_told(step: Step) -> str:
    told = [f"{step.per_hundred} of 100 rows"] if step.per_hundred < 100 else []
    told += [f"unless {step.unless}"] if step.unless else []
    return f" ({', '.join(told)})" if told else ""


def _is_true(rows: Any, name: str) -> NDArray[np.bool_]:
    """Where a boolean column is true, and not missing; shape (n,)."""
    cells = rows.cells(name)
    return cells.values & cells.valid if isinstance(cells, Masked) else cells


def parts_of(entity: Any) -> tuple[Effect, ...]:
    """All that happens to an entity's rows: by its clock, with its parent, and by its fates."""
    shape, about = entity.about.shape, entity.about
    own = tuple(part for fate in about.fates for part in fate.parts(entity))
    if shape.appears:
        births = act_of(entity, "appears", _REGISTERS, _births)
        own = (inserted(births), *shape.closing(entity, births), *own)
    if shape.parent is not None:
        parent = entity.tables[shape.parent]
        children = functools.partial(_children, entity)
        come = () if shape.appears else follows(parent, "insert", children)
        return (*come, *own, *follows(parent, "delete", children))
    return own


Find = Callable[[Any, Dataset, int, int], Occurrences]
"""All occurrences in a span of time: (entity, dataset, since, until) → occurrences."""


@functools.cache
def act_of(entity: Any, what: str, order: int, find: Find) -> type[Act]:
    """A kind of act of an entity's own, made once."""
    name = f"{entity.about.name}_{what}"
    methods = {"name": name, "order": order, "find": lambda act: find(entity, act.dataset, act.since, act.until)}
    return type(name, (Act,), methods)


def leaves(entity: Any) -> bool:
    """Whether rows of an entity are deleted in time."""
    return any(part.op == "delete" for part in life_of(entity))


def way_to_go(entity: Any) -> Ends | Follows | None:
    """The fate of an entity's own that deletes rows."""
    return next((fate for fate in entity.about.fates if isinstance(fate, Ends | Follows)), None)


def _births(entity: Any, dataset: Dataset, since: int, until: int) -> Occurrences:
    first, last = entity.positions(dataset, since), entity.positions(dataset, until)
    numbers, shape = np.arange(first, last, dtype=np.int64), entity.about.shape
    if not shape.rows_known:
        numbers = numbers[shape.exists(entity(dataset, numbers))]
    seconds = shape.clock(entity, dataset).seconds(numbers)
    comes = _comes(entity, dataset, numbers)
    return Occurrences(seconds[comes], numbers[comes])


def _comes(entity: Any, dataset: Dataset, numbers: I64Array) -> NDArray[np.bool_]:
    """Which of some rows are born before what they follow, or hang on, ends; shape (n,)."""
    parent = entity.parent() if entity.about.shape.appears else None
    if not isinstance(way_to_go(entity), Follows) and (parent is None or not leaves(parent)):
        return np.ones(len(numbers), dtype=np.bool_)
    rows = entity(dataset, numbers)
    return rows.born < rows.ended


def _children(entity: Any, dataset: Dataset, parents: I64Array, seconds: I64Array) -> Members:
    shape = entity.about.shape
    members = shape.children_until(entity, dataset, parents, seconds)
    if shape.appears and not shape.rows_known:
        members = members.where(shape.exists(entity(dataset, members.rows)))
    return members.where(_comes(entity, dataset, members.rows))


def while_there(
    entity: Any, dataset: Dataset, seconds: I64Array, numbers: I64Array, since: int, until: int
) -> Occurrences:
    """Those of some changes that happen to rows that are there, born before and not ended."""
    inside = np.flatnonzero((seconds >= since) & (seconds < until))
    seconds, numbers = seconds[inside], numbers[inside]
    rows = entity(dataset, numbers)
    there: NDArray[np.bool_] = rows.exists() & (rows.born < seconds) & (rows.ended > seconds)
    return Occurrences(seconds[there], numbers[there])


@functools.cache
def _turn(entity: Any, fate: Changes | Lifecycle) -> Turn:
    changing = [one for one in entity.about.fates if isinstance(one, Changes | Lifecycle)]
    return Turn(changing.index(fate), len(changing))


@functools.lru_cache(maxsize=64)
def _rota(dataset: Dataset, entity: str, name: str, periods: tuple[int, ...]) -> Rota:
    return Rota(dataset.key(entity, name, "changes"), periods, dataset.as_of_second)


@functools.lru_cache(maxsize=64)
def _ends_clock(dataset: Dataset, entity: str, leaving: int, days: int) -> Clock:
    as_of = dataset.as_of_second
    return Clock(dataset.key(entity, "ended"), leaving, as_of, as_of + days * DAY)


@functools.lru_cache(maxsize=64)
def _pace_clock(key: StreamKey, a_day: Fraction, start: int) -> AnyClock:
    return clock_at_pace(key, a_day, start)


def word_of(numbers: I64Array, dataset: Dataset, entity: str, column: str, version: I64Array) -> NDArray[np.uint64]:
    """Bits that are drawn anew with each version of a row, shape (n,); fewer than 2^20 versions."""
    return bits(dataset.key(entity, column, "version"), numbers * (1 << 20) + version)
