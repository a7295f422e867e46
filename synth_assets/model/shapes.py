"""Shapes: how an entity's positions become rows.

An entity's *positions* are the whole numbers 0, 1, …, one per possible row:

- :class:`Rows`: every position is a row; :class:`LinesOf`: likewise, in the order of the parents they hang on;
- :class:`Sparse`: a position may or may not be a row; :class:`Slots` and :class:`SparseOf` hang on parents, and so
  does :class:`~synth_assets.model.series.SeriesOf`, whose rows come tick by tick;
- :class:`Ledger`: a position is a window of time that holds any number of rows, whose numbers ascend from window
  to window.

What the engine has to know of that, it asks here. A domain that counts its rows by look-ups of its own takes
:class:`Rows`, :class:`Sparse` or :class:`Ledger` as they are and says the rest in the entity's methods.
"""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from synth_assets.errors import UsageError
from synth_assets.kernel import counter
from synth_assets.kernel.choice import chance
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.clocks import AnyClock, Season, TwoPaces, clock_at_pace, clock_of
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.division import divided
from synth_assets.kernel.quota import Quota, quota
from synth_assets.model.dataset import Dataset
from synth_assets.model.families import Family, family_of
from synth_assets.model.key import CompositeCodec, Key
from synth_assets.model.rates import MOST_A_DAY, Rate, RateError, told
from synth_assets.model.timeline import Act, Effect, Members

BLOCK_BITS = 16
"""Rows are hashed in blocks of 2^16 row numbers; chunks of all but ledgers are cut at block edges."""

BLOCK = 1 << BLOCK_BITS

PART_ROWS = 64 * BLOCK
"""Rows in a part file unless the user says otherwise: 4 million, some 100 MB of Parquet."""

CHUNK_ROWS = 2 * BLOCK
"""Positions generated at a time: 128K rows keep a chunk's arrays near the cache and memory flat."""

_QUOTA_PARENTS = 64
"""Parents in a block whose children are dealt out exactly."""


class Births(Protocol):
    """When rows appear: a :class:`~synth_assets.kernel.clock.Clock`, or what tells as much."""

    def seconds(self, rows: counter.Rows) -> I64Array:
        """The time of each row, shape (n,), never decreasing with the row number."""
        ...

    def count_before(self, seconds: I64Array) -> I64Array:
        """How many rows have a time < each of ``seconds``, shape (n,): the inverse of :meth:`seconds`."""
        ...


_MOST_DAYS = 100_000
"""Days before ``as_of`` over which rows appear."""


@dataclass(frozen=True)
class Shape:
    """Base of all shapes.

    Attributes:
        chunk: positions generated at a time; a multiple of :attr:`edge`.
        name: what documents call it.
        numbered: whether a row's number is its position.
        edge: chunks and units of work are cut at multiples of this, so that each holds whole blocks of row numbers.
        part: positions in a part file unless the user says otherwise.
        parent: the table that the rows hang on, and share the fate of; ``None`` for those of their own.
    """

    chunk: int = field(default=CHUNK_ROWS, kw_only=True)

    name: ClassVar[str]
    numbered: ClassVar[bool] = True
    edge: ClassVar[int] = BLOCK
    part: ClassVar[int] = PART_ROWS

    def chunk_in(self, dataset: Dataset) -> int:  # noqa: ARG002 - of shapes whose positions differ in rows
        """:attr:`chunk` in a dataset; a function of it alone."""
        return self.chunk

    def part_in(self, dataset: Dataset) -> int:  # noqa: ARG002 - likewise
        """:attr:`part` in a dataset; a function of it alone."""
        return self.part

    @property
    def parent(self) -> str | None:
        """See the class."""
        return None

    @property
    def one_each(self) -> bool:
        """Whether no row of the parent has more than one."""
        return False

    @property
    def rows_known(self) -> bool:
        """Whether the number of positions is the number of rows."""
        return False

    @property
    def told(self) -> str:
        """How many rows there are and how they come, in a sentence; empty where only the entity's class can tell."""
        return ""

    def positions(self, entity: Any, dataset: Dataset, at: int | None) -> int:  # noqa: ARG002 - of the shapes below
        """How many positions may be rows of ``entity`` at a moment; without one, of the base dataset."""
        raise UsageError(
            f"{entity.about.domain}/{entity.about.name} doesn't say how many rows it has.\n"
            '  Give its shape a count, as in Rows("customers"), or define positions().'
        )

    def misnamed(self, key: Key, above: Key | None = None) -> str:  # noqa: ARG002 - of the shapes below
        """Why a key can't name rows of this shape, in a sentence, and the next step; empty if it can.

        Args:
            key: the table's.
            above: that of the table that its rows hang on; ``None`` if they hang on none.
        """
        return ""

    def mishung(self, entity: Any) -> str:  # noqa: ARG002 - likewise
        """Why rows can't hang on the parent that they have, in a sentence, and the next step; empty if they can."""
        return ""

    def exists(self, rows: Any) -> NDArray[np.bool_]:
        """Which of an entity's positions are rows, shape (n,)."""
        return np.ones(len(rows), dtype=np.bool_)

    def count_at(self, entity: Any, dataset: Dataset, position: int) -> int | None:  # noqa: ARG002 - of ledgers
        """How many rows a position of the base has; ``None`` where only making them tells."""
        return None

    def some_at(self, entity: Any, dataset: Dataset, position: int, first: int, count: int) -> Any:
        """Some rows of a position whose count is told, from the first-th on; an entity."""
        raise TypeError(f"rows of {entity.about.name} aren't told by position {position}, {first}, {count}, {dataset}")

    def family(self, rows: Any) -> Family:
        """An entity's rows with the parents they hang on."""
        raise TypeError(f"{rows.about.name} hangs on no parent")

    def clock(self, entity: Any, dataset: Dataset) -> Births:  # noqa: ARG002 - of the shapes below
        """When each row appears."""
        raise TypeError(f"rows of {entity.about.name} don't appear, they are there")

    @property
    def appears(self) -> bool:
        """Whether rows appear one after the other, by a clock of the shape's."""
        return False

    @property
    def periods(self) -> bool:
        """Whether a row is a period, which the next one of the same parent closes."""
        return False

    def closing(self, entity: Any, births: type[Act]) -> tuple[Effect, ...]:  # noqa: ARG002 - likewise
        """What happens to other rows of the table when some appear."""
        return ()

    def replaced(self, rows: Any) -> I64Array:
        """Second in which the next row of the same parent takes each row's place, shape (n,)."""
        raise TypeError(f"rows of {rows.about.name} are no periods")

    def is_dated(self, entity: Any) -> bool:
        """Whether each row has a second in which it appears."""
        return self.parent is not None and entity.tables[self.parent].about.shape.is_dated(entity.tables[self.parent])

    def births_a_day(self, entity: Any, dataset: Dataset) -> Fraction:  # noqa: ARG002 - of the shapes below
        """How many rows appear a day after ``as_of``, at least, on an average."""
        return Fraction(0)

    def tells_births(self, entity: Any) -> bool:  # noqa: ARG002 - of the shapes below
        """Whether rows are numbered in the order in which they appear."""
        return self.appears

    def count_born(self, entity: Any, dataset: Dataset, seconds: I64Array) -> I64Array:
        """How many rows appeared before each of ``seconds``, shape (n,), where that is told."""
        return self.clock(entity, dataset).count_before(seconds)

    def check(self, entity: Any, dataset: Dataset) -> None:
        """Look whether a dataset has what the shape asks for.

        Raises:
            UsageError: it hasn't; says so with the numbers.
        """

    def children(self, entity: Any, dataset: Dataset, parents: I64Array) -> Members:  # noqa: ARG002 - likewise
        """The positions that hang on each of some parents."""
        raise TypeError(f"{entity.about.name} hangs on no parent")

    def children_until(self, entity: Any, dataset: Dataset, parents: I64Array, seconds: I64Array) -> Members:
        """Those that hang on each of some parents and came before a second of its own: all, where they come with it."""
        del seconds
        return self.children(entity, dataset, parents)


@dataclass(frozen=True)
class Rows(Shape):
    """Every position is a row.

    Attributes:
        count: rows of the base: a number, the name of a parameter, or what follows from parameters.
        over: how many days before ``as_of`` rows begin to appear, in the order of their numbers, by a clock with
            daily, weekly and yearly seasons that goes on afterwards: a number, or the name of a parameter. Without,
            rows have been there from ever, and no more of them come.
        born: how many appear after ``as_of``; without, as many as before it.
        season: whether some hours, days and months are busier than others, hours and days alone, or nothing is.
    """

    count: "int | str | Calculated | None" = None
    over: "int | str | Calculated | None" = None
    born: Rate | None = None
    season: Season = "shop"

    name = "dense"

    @property
    def rows_known(self) -> bool:
        """Each position is one."""
        return True

    @property
    def told(self) -> str:
        """See :class:`Shape`."""
        if self.count is None:
            return ""
        if isinstance(self.count, int):
            rows = f"{self.count:,} rows"
        elif isinstance(self.count, str):
            rows = f"As many rows as the parameter {self.count} says"
        else:
            rows = f"As many rows as {self.count.text} makes"
        later = f"; {self.born} more come after it" if self.born is not None else ""
        if self.over is None:
            return f"{rows}, there from the beginning{later}."
        return f"{rows}, one after the other, over {days_told(self.over)} before as_of{later}."

    def positions(self, entity: Any, dataset: Dataset, at: int | None) -> int:
        """The count, or how many have appeared by then."""
        if self.count is None:
            return super().positions(entity, dataset, at)
        count = number_of(self.count, dataset)
        if at is None or not self.appears:
            return count
        return self.clock(entity, dataset).count_before_one(at)

    @property
    def appears(self) -> bool:
        """If there is a span to appear in, or a rate."""
        return self.over is not None or self.born is not None

    def is_dated(self, entity: Any) -> bool:
        """If there is a span to appear in."""
        del entity
        return self.over is not None

    def clock(self, entity: Any, dataset: Dataset) -> AnyClock | TwoPaces:
        """When each row appears."""
        if self.count is None or not self.appears:
            raise TypeError(f"rows of {entity.about.name} don't appear, they are there")
        count, over = number_of(self.count, dataset), None if self.over is None else number_of(self.over, dataset)
        return _clock(dataset, entity.about.name, count, over, self.born, self.season)

    def births_a_day(self, entity: Any, dataset: Dataset) -> Fraction:
        """By the rate, or as before."""
        if self.count is None or not self.appears:
            return super().births_a_day(entity, dataset)
        count = number_of(self.count, dataset)
        if self.born is not None:
            return self.born.of(count)
        return Fraction(count, number_of(self.over or 1, dataset))

    def check(self, entity: Any, dataset: Dataset) -> None:
        """There are days to appear in, and an end to how many may appear a day."""
        days = number_of(1 if self.over is None else self.over, dataset)
        if not 1 <= days <= _MOST_DAYS:
            raise UsageError(
                f"{entity.about.domain}/{entity.about.name}: its rows appear over {days:,} days, and at least 1 and at"
                f" most {_MOST_DAYS:,} can be.\n  Say so many days. For example: over: 365"
            )
        a_day = self.births_a_day(entity, dataset) if self.born is not None else Fraction(0)
        if a_day > MOST_A_DAY:
            raise RateError(
                entity,
                "born",
                f"born {self.born} is {told(a_day)} rows a day, and at most {MOST_A_DAY:,} can be.\n"
                "  Let fewer come. For example: born: 1000 a day",
            )


@dataclass(frozen=True)
class LinesOf(Shape):
    """So many rows for each row of a parent, numbered without gaps in the parents' order, by exact shares.

    Of every 64 parents in a row as many as :attr:`per_parent` says have so many children, in an order of the
    seed's own; so totals are exact, and the parent of any row is a division and a look-up.

    Attributes:
        of: the parent table.
        per_parent: number of children → share of the parents, in relation to the others.
    """

    of: str
    per_parent: Mapping[int, int] = field(hash=False)

    name = "dense"

    @property
    def rows_known(self) -> bool:
        """Each position is one."""
        return True

    @property
    def one_each(self) -> bool:
        """If no number of children is above one."""
        return max(number for number, share in self.per_parent.items() if share) <= 1

    @property
    def parent(self) -> str:
        """The parent table."""
        return self.of

    @property
    def told(self) -> str:
        """See :class:`Shape`."""
        return _per_parent_told(self.of, self.per_parent)

    def positions(self, entity: Any, dataset: Dataset, at: int | None) -> int:
        """All children of the parents there may be."""
        parents = entity.tables[self.of].positions(dataset, at)
        quota_of = self._quota(entity, dataset)
        block, place = divmod(parents, quota_of.parents)
        arrangement = int(_arrangement(entity, dataset, np.array([block], dtype=np.int64))[0])
        return block * quota_of.children + quota_of.before_one(arrangement, place)

    def exists(self, rows: Any) -> NDArray[np.bool_]:
        """As the parents do."""
        return rows.parents.exists()[rows.index]

    def births_a_day(self, entity: Any, dataset: Dataset) -> Fraction:
        """By the shares of the parents that appear."""
        children = sum(number * share for number, share in self.per_parent.items())
        parent = entity.tables[self.of]
        return parent.about.shape.births_a_day(parent, dataset) * children / sum(self.per_parent.values())

    def tells_births(self, entity: Any) -> bool:
        """If the parents' shape does: their lines come with them."""
        return entity.tables[self.of].about.shape.tells_births(entity.tables[self.of])

    def count_born(self, entity: Any, dataset: Dataset, seconds: I64Array) -> I64Array:
        """The lines of the parents that appeared."""
        parent = entity.tables[self.of]
        return self._fan_out(entity, dataset, parent.about.shape.count_born(parent, dataset, seconds))[1]

    @property
    def _each(self) -> int:
        """How many children each parent has; 0 where they differ, or there are none."""
        numbers = [number for number, share in self.per_parent.items() if share]
        return numbers[0] if len(numbers) == 1 else 0

    def family(self, rows: Any) -> Family:
        """By quotas."""
        dataset, entity = rows.dataset, type(rows)
        return family_of(
            rows.rows,
            lambda positions: entity.tables[self.of](dataset, positions, rows.at),
            lambda numbers: self._parent_of(entity, dataset, numbers),
            lambda parents: self._fan_out(entity, dataset, parents.numbers),
        )

    def children(self, entity: Any, dataset: Dataset, parents: I64Array) -> Members:
        """By quotas."""
        counts, first = self._fan_out(entity, dataset, parents)
        return Members.ranges(first, counts)

    def _quota(self, entity: Any, dataset: Dataset) -> Quota:
        return _quota(dataset, entity.about.name, shared_out(self.per_parent, _QUOTA_PARENTS))

    def _fan_out(self, entity: Any, dataset: Dataset, parents: I64Array) -> tuple[I64Array, I64Array]:
        if each := self._each:
            return np.full(len(parents), each, dtype=np.int64), parents * each
        table = self._quota(entity, dataset)
        block, place = divided(parents, table.parents)
        arrangement = _arrangement(entity, dataset, block)
        return table.counts[arrangement, place], block * table.children + table.before[arrangement, place]

    def _parent_of(self, entity: Any, dataset: Dataset, numbers: I64Array) -> I64Array:
        if each := self._each:
            return numbers // each
        table = self._quota(entity, dataset)
        block, place = divided(numbers, table.children)
        return block * table.parents + table.owner[_arrangement(entity, dataset, block), place]


@dataclass(frozen=True)
class Sparse(Shape):
    """A position may or may not be a row."""

    name = "sparse"


@dataclass(frozen=True)
class Slots(Sparse):
    """Up to so many rows for each row of a parent, numbered by parent and place: what a composite key names.

    Row 3 of parent 7 keeps its number whatever other parents have: with 8 slots it is 6 · 8 + 2.

    Attributes:
        of: the parent table.
        per_parent: number of children → share of the parents, in relation to the others.
    """

    of: str
    per_parent: Mapping[int, int] = field(hash=False)

    @property
    def parent(self) -> str:
        """The parent table."""
        return self.of

    @property
    def one_each(self) -> bool:
        """If no number of children is above one."""
        return max(number for number, share in self.per_parent.items() if share) <= 1

    @property
    def slots(self) -> int:
        """Positions of each parent."""
        return max(self.per_parent)

    @property
    def told(self) -> str:
        """See :class:`Shape`."""
        return _per_parent_told(self.of, self.per_parent)

    def misnamed(self, key: Key, above: Key | None = None) -> str:
        """A composite key has to have as many places for each parent as there are slots.

        Where the parents' key is composite, too, its sizes come first.
        """
        codec = key.codec
        if not isinstance(codec, CompositeCodec) or math.prod(codec.sizes) == self.slots:
            return ""
        if above is not None and isinstance(above.codec, CompositeCodec):
            sizes, rest = codec.sizes[: len(above.codec.sizes)], codec.sizes[len(above.codec.sizes) :]
            if sizes == above.codec.sizes and rest and math.prod(rest) == self.slots:
                return ""
            return (
                f"its key {key} has the sizes {list(codec.sizes)}; that of {self.of}, {above}, has"
                f" {list(above.codec.sizes)}, and each row of it up to {self.slots}.\n"
                f"  Let the key begin as theirs does. For example: columns: [{', '.join((*above.columns, 'number'))}],"
                f" sizes: {[*above.codec.sizes, self.slots]}"
            )
        return (
            f"its key {key} has {math.prod(codec.sizes)} names for the rows of one parent, which may have up to"
            f" {self.slots}.\n  Give the key's last column a size of {self.slots}, as in"
            f" composite_key({key.columns[0]!r}, {key.columns[-1]}={self.slots})."
        )

    def positions(self, entity: Any, dataset: Dataset, at: int | None) -> int:
        """All slots of the parents there may be."""
        return entity.tables[self.of].positions(dataset, at) * self.slots

    def exists(self, rows: Any) -> NDArray[np.bool_]:
        """The first ones of each parent that is there."""
        counts = self._counts(type(rows), rows.dataset, rows.parents.numbers)
        return (rows.ordinal < counts[rows.index]) & rows.parents.exists()[rows.index]

    def family(self, rows: Any) -> Family:
        """By division."""
        parents = rows.numbers // self.slots
        ordinal = rows.numbers - parents * self.slots
        there, index = _distinct(parents)
        return Family(rows.tables[self.of](rows.dataset, there, _at_of(rows.at, parents, there)), index, ordinal)

    def children(self, entity: Any, dataset: Dataset, parents: I64Array) -> Members:
        """The first ones of each."""
        return Members.ranges(parents * self.slots, self._counts(entity, dataset, parents))

    def _counts(self, entity: Any, dataset: Dataset, parents: I64Array) -> I64Array:
        table = _quota(dataset, entity.about.name, shared_out(self.per_parent, _QUOTA_PARENTS))
        block, place = divided(parents, table.parents)
        return table.counts[_arrangement(entity, dataset, block), place]


@dataclass(frozen=True)
class SparseOf(Sparse):
    """At most one row for each row of a parent, with the parent's own number.

    Attributes:
        of: the parent table.
        per_thousand: how many of a thousand parents have one, about.
    """

    of: str
    per_thousand: int

    @property
    def one_each(self) -> bool:
        """Always."""
        return True

    @property
    def parent(self) -> str:
        """The parent table."""
        return self.of

    @property
    def told(self) -> str:
        """See :class:`Shape`."""
        return f"One row for about {self.per_thousand:,} of 1,000 rows of {self.of}."

    def positions(self, entity: Any, dataset: Dataset, at: int | None) -> int:
        """As many as the parent has."""
        return entity.tables[self.of].positions(dataset, at)

    def exists(self, rows: Any) -> NDArray[np.bool_]:
        """Some of the parents that are there."""
        return self._chosen(type(rows), rows.dataset, rows.numbers) & rows.parents.exists()[rows.index]

    def family(self, rows: Any) -> Family:
        """One each."""
        parents = rows.tables[self.of](rows.dataset, rows.rows, rows.at)
        return Family(parents, np.arange(len(rows)), np.zeros(len(rows), dtype=np.int64))

    def children(self, entity: Any, dataset: Dataset, parents: I64Array) -> Members:
        """One or none."""
        return Members.some(self._chosen(entity, dataset, parents), parents)

    def _chosen(self, entity: Any, dataset: Dataset, numbers: I64Array) -> NDArray[np.bool_]:
        return chance(bits(dataset.key(entity.about.name, "exists"), numbers), self.per_thousand, 1_000)


@dataclass(frozen=True)
class Ledger(Shape):
    """A position is a window of time."""

    chunk: int = field(default=1, kw_only=True)

    name = "windows"
    numbered = False
    edge = 1
    part = 8


def shared_out(shares: Mapping[int, int], total: int) -> tuple[int, ...]:
    """Numbers by their shares of a total, the largest remainders rounded up; in the order of the mapping.

    Example:
        >>> shared_out({1: 3, 2: 1}, 4)
        (1, 1, 1, 2)
    """
    whole = sum(shares.values())
    counts = {number: share * total // whole for number, share in shares.items()}
    by_remainder = sorted(shares, key=lambda number: (-(shares[number] * total % whole), number))
    for number in by_remainder[: total - sum(counts.values())]:
        counts[number] += 1
    return tuple(number for number, count in counts.items() for _ in range(count))


class Calculated(Protocol):
    """A number that follows from parameters."""

    @property
    def text(self) -> str:
        """How it is written."""
        ...

    def of(self, params: Any) -> int:
        """The number.

        Raises:
            UsageError: these parameters give none.
        """
        ...


def number_of(what: "int | str | Calculated", dataset: Dataset) -> int:
    """A number, the value of the parameter of that name, or what follows from parameters."""
    if isinstance(what, int):
        return what
    return int(getattr(dataset.params, what)) if isinstance(what, str) else what.of(dataset.params)


def days_told(days: "int | str | Calculated") -> str:
    """So many days, as many as a parameter says, or as follow from parameters."""
    if isinstance(days, int):
        return f"{days:,} days"
    return f"so many days as {f'the parameter {days} says' if isinstance(days, str) else f'{days.text} makes'}"


def _per_parent_told(parent: str, per_parent: Mapping[int, int]) -> str:
    """Numbers of children with their shares, the first few of many."""
    if len(per_parent) == 1:
        return f"{next(iter(per_parent)):,} for each row of {parent}."
    total, most = sum(per_parent.values()) or 1, 8
    said = [f"{count:,} ({100 * share / total:.3g} %)" for count, share in list(per_parent.items())[:most]]
    rest = [f"{len(per_parent) - most} other numbers"] if len(per_parent) > most else []
    return f"For each row of {parent} so many: {', '.join([*said, *rest])}."


def _arrangement(entity: Any, dataset: Dataset, blocks: I64Array) -> I64Array:
    return (bits(dataset.key(entity.about.name, "block"), blocks) >> np.uint64(52)).view(np.int64)


def _distinct(numbers: I64Array) -> tuple[I64Array, I64Array]:
    """The different ones, ascending, and the place of each among them; quickly where they ascend, as they mostly do."""
    steps = np.diff(numbers)
    if len(steps) == 0 or steps.min() < 0:
        found, index = np.unique(numbers, return_inverse=True)
        return found, index
    starts = np.concatenate([[True], steps > 0])
    return numbers[starts], np.cumsum(starts) - 1


def _at_of(at: int | I64Array, parents: I64Array, there: I64Array) -> int | I64Array:
    """The moment of each parent that is there: its children are seen at one."""
    if not isinstance(at, np.ndarray):
        return at
    moments = np.zeros(len(there), dtype=np.int64)
    moments[np.searchsorted(there, parents)] = at
    return moments


@functools.lru_cache(maxsize=64)
def _clock(
    dataset: Dataset, entity: str, count: int, days: int | None, born: Rate | None, season: Season
) -> AnyClock | TwoPaces:
    as_of, before = dataset.as_of_second, None
    if days is not None:
        before = clock_of(season, dataset.key(entity, "born"), count, as_of - days * DAY, as_of)
    if born is None:
        assert before is not None  # noqa: S101 - rows appear by one of both
        return before
    key = dataset.key(entity, "born", "pace")
    return TwoPaces(before, count, clock_at_pace(key, born.of(count), as_of, even=season == "even"))


@functools.lru_cache(maxsize=64)
def _quota(dataset: Dataset, entity: str, counts: tuple[int, ...]) -> Quota:
    return quota(dataset.key(entity, "lines"), counts)
