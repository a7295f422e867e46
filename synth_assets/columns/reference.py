"""A row of another table, drawn."""

import math
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import Pair, Share, of
from synth_assets.columns.basis.children import members_of
from synth_assets.columns.basis.first_births import lost_told, refuse_lost, refuse_seldom
from synth_assets.columns.basis.generator import DATE, DECIMAL, NAMES, TIMESTAMP, Drawn, Generator, Needs
from synth_assets.columns.basis.monotone import count_before, tells_births
from synth_assets.columns.basis.parents import Known, Refers, refers_to_nothing, seconds_of
from synth_assets.columns.basis.parts import PartRows, is_listed, nearest_list
from synth_assets.columns.basis.shares import happens
from synth_assets.columns.basis.shuffle import mixed
from synth_assets.errors import UsageError
from synth_assets.kernel.choice import MOST_BELOW, below, far_below, squared_below, zipf_below
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.keys import StreamKey
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.fates import Follows, leaves
from synth_assets.model.series import SeriesOf
from synth_assets.model.shapes import Slots
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values

_PRIMES = (65_537, 65_539, 65_543, 65_551, 65_557, 65_563, 65_579, 65_581, 65_587, 65_599, 65_609, 65_617)
"""A count that all of them divide has over fifty digits."""

_TRIES = 8
"""Draws of a step, of which one most often has no divisor in common with a count."""

BY_SKEW = {"none": far_below, "square": squared_below, "zipf": zipf_below}
"""Draws of a row below a limit: words and limits → numbers, shapes (n,)."""


def no_choice(entity: type[Entity], name: str, parent: type[Entity]) -> str:
    """Why a column can't draw a row of another table; empty if it can."""
    other = parent.about.name
    if not parent.about.shape.rows_known:
        return f"not every position of {other} is a row, so none can be drawn.\n  {_instead(parent)}"
    if leaves(parent) and Follows(name) not in entity.about.fates:
        return (
            f"rows of {other} are deleted in time, and this one would refer to nothing.\n  Let it go with them,"
            f" or let those of {other} stay. For example, in fates: {{follows: {name}}}"
        )
    return ""


def _instead(parent: type[Entity]) -> str:
    """What to say in place of a reference to a table of which some rows aren't there."""
    shape, other = parent.about.shape, parent.about.name
    above = parent.parent()
    if isinstance(shape, SeriesOf):
        return f"Leave per_thousand out of {other}, so that it has no gaps; or refer to {shape.of}."
    if isinstance(shape, Slots):
        return f"Say lines_of in place of slots_of in {other}, with a key of its own; or refer to {shape.of}."
    return f"Refer to another table{f'. For example: {above.about.name}' if above else ''}."


class ReferenceColumn(Drawn, Refers):
    """The key of a row of the table that the column refers to, or of another unique group of columns there.

    Which table that is says the column's own reference. A reference of several columns is declared with the same
    arguments for each of them; they draw once, from the stream of the first. A row may refer to any row that the base
    dataset has, or to those born before a time of its own; the earlier a row came, the more often skew chooses it. With
    `among` it refers to one of the rows that hang on another row of its own: an address of the order's customer.
    """

    fills: ClassVar = (*NAMES, DATE, DECIMAL, TIMESTAMP)
    draws_anew: ClassVar = False
    examples: ClassVar = (
        {},
        {"skew": "zipf"},
        {"skew": "square", "born_before": "opened_at"},
        {"null_rate": 0.1},
        {"earlier": True},
        {"cycles": True},
        {"distinct": True},
        {"chosen": [2, 3]},
        {"among": "customer_id"},
    )

    skew: Literal["none", "square", "zipf"] = Field(
        default="none",
        description="how much more often early rows are referred to: none, square (half of all refer to the first"
        " quarter) or zipf (the n-th is chosen about n times more rarely than the first)",
        examples=["zipf"],
    )
    born_before: str = Field(
        default="",
        description="a column with a time of this row, before which the other row was born; the other table is numbered"
        " by the times of a clock",
        examples=["opened_at"],
    )
    earlier: bool = Field(
        default=False,
        description="true for rows of the own table that come before this one; the first one refers to none",
        examples=[True],
    )
    cycles: bool = Field(
        default=False,
        description="true if rows of the own table may refer to themselves, and to each other in a circle",
        examples=[True],
    )
    null_rate: Share = Field(
        default=Decimal(0),
        description="how many of all rows refer to none, from 0 to 1, with at most six digits after the point",
        examples=[0.05],
    )

    distinct: bool = Field(
        default=False,
        description="true if no two lines of one parent, or entries of one list, refer to the same row; goes with"
        " null_rate only",
        examples=[True],
    )

    chosen: Pair[Annotated[int, Field(ge=1, le=1_000_000)]] | None = Field(
        default=None,
        description="how many of how many rows in a row are ever referred to, the first ones, as [2, 3]; without, all",
        examples=[[2, 3]],
    )

    unique: bool = Field(
        default=False,
        description="true if no two rows of the table refer to the same one; goes with null_rate only, which lets rows"
        " be missing that find none, too",
        examples=[True],
    )

    among: str = Field(
        default="",
        description="a column of this row that refers to another one, on which the row hangs that is chosen; goes with"
        " null_rate only",
        examples=["customer_id"],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.earlier and self.cycles:
            raise ValueError("earlier makes no cycles.\n  Say one of both. For example: reference(earlier=True)")
        if self.chosen and self.chosen[0] > self.chosen[1]:
            raise ValueError(f"chosen={list(self.chosen)} is more than all.\n  For example: reference(chosen=[2, 3])")
        if self.among and (self.skew != "none" or self.born_before or self.earlier or self.distinct or self.chosen):
            raise ValueError(
                "among is without skew, born_before, earlier, distinct and chosen.\n"
                "  For example: reference(among='customer_id')"
            )
        return self

    @model_validator(mode="after")
    def _alone(self) -> Self:
        others = self.skew != "none" or self.born_before or self.earlier or self.chosen
        if self.unique and (others or self.distinct or self.among):
            raise ValueError(
                "unique is without skew, born_before, earlier, distinct, chosen and among.\n"
                "  For example: reference(unique=True)"
            )
        if self.distinct and others:
            raise ValueError(
                "distinct is without skew, born_before, earlier and chosen.\n  For example: reference(distinct=True)"
            )
        return self

    def values(self, rows: Any, name: str) -> Values:
        return self.parent_cells(rows, name)

    def parent_rows(self, rows: Any, name: str) -> Known:
        group = self._group(type(rows), name)
        place = ("reference", group)
        if place not in rows.shared:
            rows.shared[place] = self._drawn(rows, group[0])
        return rows.shared[place]

    def _group(self, entity: type[Entity], name: str) -> tuple[str, ...]:
        """The columns that are drawn at once: those of the reference, but the one that says among which rows."""
        reference = entity.table().reference_of(name)
        return tuple(one for one in reference.columns if one != self.among) if reference else ()

    def _drawn(self, rows: Any, name: str) -> Known:
        if self.among:
            return self._one_of(rows, name)
        limit = self._limit(rows, name)
        there = ~happens(self.words(rows, name, "null"), self.null_rate) if self.null_rate else None
        if not self.gives_missing:
            self._refuse_none(rows, name, limit)
        if self.distinct:
            return Known(self._apart(rows, name, int(limit)), there)
        if self.unique:
            return self._once(rows, name, int(limit), there)
        numbers = BY_SKEW[self.skew](self.words(rows, name), np.maximum(limit, 1))
        if self.chosen:
            numbers = numbers // self.chosen[0] * self.chosen[1] + numbers % self.chosen[0]
        if np.all(limit):
            return Known(numbers, there)
        some = np.broadcast_to(limit > 0, numbers.shape)
        return Known(numbers, some if there is None else some & there)

    def _one_of(self, rows: Any, name: str) -> Known:
        """For each row one of those that hang on the row that :attr:`among` refers to."""
        child, of = self.parent(type(rows), name), type(rows).declared()[self.among].generator
        known: Known = of.parent_rows(rows, self.among)
        members = members_of(child, rows.dataset, known.of_those)
        there = np.ones(len(rows), dtype=np.bool_) if known.there is None else known.there.copy()
        count, first = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        count[there] = members.counts
        first[there] = np.cumsum(members.counts) - members.counts
        there &= count > 0
        if self.null_rate:
            there &= ~happens(self.words(rows, name, "null"), self.null_rate)
        place = first + below(self.words(rows, name), np.maximum(count, 1))
        numbers = np.zeros(len(rows), dtype=np.int64)
        numbers[there] = members.rows[place[there]]
        return Known(numbers, None if there.all() else there)

    def _limit(self, rows: Any, name: str) -> I64Array:
        """How many rows each may refer to, the first so many; shape (n,) or one for all."""
        found = self._before(rows, name)
        if not self.chosen:
            return found
        some, of = self.chosen
        return found // of * some + np.minimum(found % of, some)

    def _before(self, rows: Any, name: str) -> I64Array:
        parent = self.parent(type(rows), name)
        if self.earlier:
            return rows.row_numbers
        if self.born_before:
            return count_before(parent, rows.dataset, seconds_of(rows, self.born_before))
        return np.asarray(parent.positions(rows.dataset), dtype=np.int64)

    def _once(self, rows: Any, name: str, count: int, there: NDArray[np.bool_] | None) -> Known:
        """For each row of the table another row of ``count``, in an order of the seed's own, and never itself."""
        key = rows.stream(self.stream or name, f"{self.purpose}once")
        order = _turned if self.parent(type(rows), name).about is rows.about else mixed
        if there is not None:
            most = max(count, int(type(rows).positions(rows.dataset)), 1)
            inside = rows.row_numbers < most
            found = order(np.where(inside, rows.row_numbers, 0), most, key)
            return Known(np.minimum(found, max(count - 1, 0)), there & inside & (found < count))
        if int(rows.row_numbers.max(initial=-1)) >= count:
            raise UsageError(self._too_many(type(rows), name, count, "fewer than there are to refer to one"))
        return Known(order(rows.row_numbers, max(count, 1), key), None)

    def _refuse_too_many(self, entity: type[Entity], name: str, dataset: Dataset) -> None:
        """Refuse more rows to refer to than can be drawn from in this way."""
        how = "distinct" if self.distinct else f"skew: {self.skew}" if self.skew != "none" else ""
        if not how or self.among or (count := self.parent(entity, name).positions(dataset)) <= MOST_BELOW:
            return
        raise UsageError(
            f"{entity.about.domain}/{entity.about.name}: {name} refers to {count:,} rows with {how}, and at most"
            f" {MOST_BELOW:,} can be.\n  Leave {how.partition(':')[0]} out, or let there be fewer."
        )

    def _refuse_running_out(self, entity: type[Entity], name: str, dataset: Dataset) -> None:
        """Refuse births that have nobody left to refer to within a year."""
        count = self.parent(entity, name).positions(dataset)
        a_year = math.floor(365 * entity.about.shape.births_a_day(entity, dataset))
        rows = entity.positions(dataset)
        if a_year and rows + a_year > count:
            few = f"fewer than the {rows:,} there are with the {a_year:,} that come within a year"
            raise UsageError(self._too_many(entity, name, count, few))

    def _too_many(self, entity: type[Entity], name: str, count: int, few: str) -> str:
        parent = self.parent(entity, name).about.name
        return (
            f"{entity.about.domain}/{entity.about.name}: {name} is unique, and {parent} has {count:,} rows at as_of,"
            f" {few}.\n  Let rows come with those of {parent} (some_of, lines_of), or let fewer come. For example:"
            " born: 0 a day"
        )

    def _apart(self, rows: Any, name: str, count: int) -> I64Array:
        """For each line another row of ``count`` than for the other lines of its parent.

        From a place of the parent's own, a step for each line: one that has no divisor in common with ``count`` comes
        to every row before it comes to one again.
        """
        entries = nearest_list(rows)
        ordinal = rows.ordinal if entries is None else entries.part_place
        most = int(ordinal.max(initial=-1)) + 1
        if most > count:
            parent = self.parent(type(rows), name).about.name
            lines = f"some rows have {most} lines" if entries is None else f"some lists have {most} entries"
            raise UsageError(
                f"{rows.about.domain}/{rows.about.name}: {rows.way_to(name)} is distinct, {lines}, and"
                f" {parent} has {count:,} rows.\n  Give {parent} more rows, or fewer lines or entries to each."
            )
        words = self._words_of_parents(rows, name) if entries is None else self._words_of_lists(rows, name, entries)
        whole = max(count, 1)
        steps = np.full(len(rows), next(prime for prime in _PRIMES if whole % prime), dtype=np.int64)
        for turn in words[:0:-1]:
            drawn = below(turn, whole)
            steps = np.where(np.gcd(drawn, whole) == 1, drawn, steps)
        # Steps of one length show; which row stands at a place does not.
        key = rows.dataset.key(rows.about.name, self.stream or name, f"{self.purpose}mixed")
        return mixed((below(words[0], whole) + ordinal * steps) % whole, whole, key)

    def _words_of_parents(self, rows: Any, name: str) -> list[U64Array]:
        stream, parents = rows.stream(self.stream or name, f"{self.purpose}apart"), rows.parents.row_numbers
        return [bits(stream, parents * _TRIES + turn)[rows.index] for turn in range(_TRIES)]

    def _words_of_lists(self, rows: Any, name: str, entries: PartRows) -> list[U64Array]:
        way, purpose = rows.way_to(self.stream or name), f"{self.purpose}apart"
        return [entries.part_of.words(way, f"{purpose}{turn}")[entries.part_owner] for turn in range(_TRIES)]

    def _refuse_none(self, rows: Any, name: str, limit: I64Array) -> None:
        if len(rows) and not np.all(limit):
            parent = self.parent(type(rows), name)
            number = int(rows.row_numbers[np.argmin(np.broadcast_to(limit, (len(rows),)))])
            if self.born_before:
                raise UsageError(lost_told(rows, name, number, self.born_before, parent))
            where = f"{rows.about.domain}/{rows.about.name}: {rows.way_to(name)}"
            raise UsageError(
                f"{where} of row {number} finds no row of {parent.about.name}."
                f"\n  Give {parent.about.name} more rows, or set null_rate."
            )

    def check_dataset(self, entity: type[Entity], name: str, dataset: Dataset, *, any_seed: bool = False) -> None:
        self._refuse_too_many(entity, name, dataset)
        if self.unique and not self.null_rate:
            self._refuse_running_out(entity, name, dataset)
        if self.born_before and not self.gives_missing:
            look = refuse_seldom if any_seed else refuse_lost
            look(entity, name, self.born_before, self.parent(entity, name), dataset)

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers; a key of text says so."""
        return INT64

    @property
    def is_unique(self) -> bool:
        """If it says so."""
        return self.unique

    def tells_apart_in(self, entity: type[Entity]) -> bool:
        """By what says so, or among rows of one of another table, of which no two rows have the same."""
        return self.unique or self.distinct or self._among_ones_own(entity)

    def _among_ones_own(self, entity: type[Entity]) -> bool:
        among = entity.declared().get(self.among) if self.among else None
        generator = among.generator if among else None
        return isinstance(generator, Generator) and generator.is_unique_in(entity)

    def room(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        """As many as there are to refer to; none where there is nothing, and any number where a row is enough."""
        count = self.parent(entity, name).positions(dataset)
        # Of positions that need not be rows nobody knows whether one refers at all.
        is_needed = entity.about.shape.rows_known and not self.gives_missing and not self.among
        is_one_to_one = self.unique and not self.null_rate
        return count if is_one_to_one or (is_needed and not count) else None

    @property
    def gives_missing(self) -> bool:
        """With a null rate, and where the first row has none before it."""
        return self.null_rate > 0 or self.earlier

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        """As many as the other table has rows: more than the base has, nobody refers to."""
        count = self.parent(entity, name).positions(dataset)
        return -(-count * self.chosen[0] // self.chosen[1]) if self.chosen else count

    def needs(self) -> Needs:
        return Needs(columns=tuple(one for one in (self.born_before, self.among) if one))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if problem := refers_to_nothing(entity, column.name):
            return problem
        if problem := self._not_apart(entity, column.name) or self.comes_twice(entity, column.name):
            return problem
        parent = self.parent(entity, column.name)
        if self.among and self.among not in entity.declared():
            return ""  # what isn't there, `needs` tells
        if self.among and (problem := self._not_among(entity, parent, column)):
            return problem
        for other in self._group(entity, column.name):
            if entity.declared()[other].generator != self:
                return f"{other} is a part of the same reference, and drawn otherwise.\n  Give both the same arguments."
        return "" if self.among else no_choice(entity, column.name, parent) or self._no_order(entity, parent)

    def _not_apart(self, entity: type[Entity], name: str) -> str:
        """Why rows can't refer to different ones; empty if they can, or needn't."""
        if self.distinct and entity.parent() is None and not is_listed(entity):
            return (
                f"distinct is among the lines of one parent, and {entity.about.name} has none.\n"
                "  For no two rows of the whole table say unique: true."
            )
        if self.unique and (is_listed(entity) or len(self._group(entity, name)) > 1):
            return "unique is for a column that refers by itself.\n  Leave it out, or say distinct."
        return ""

    def _not_among(self, entity: type[Entity], parent: type[Entity], column: Column) -> str:
        """Why none of the rows can be chosen that hang on one that this row refers to; empty if one can."""
        name, holder = parent.about.name, parent.parent()
        declared = entity.declared()[self.among]
        other = declared.generator
        if not isinstance(other, Refers):
            return f"{self.among} doesn't refer to rows that are known.\n  For example: among: customer_id"
        if holder is None or other.leads_to(entity, self.among) != (holder.about.name,):
            to = " or ".join(other.leads_to(entity, self.among))
            hung = f"rows of {name} hang on {'none' if holder is None else f'those of {holder.about.name}'}"
            return f"{self.among} refers to {to}, and {hung}.\n  Name a column that refers to what they hang on."
        if parent.about.shape.appears:
            return (
                f"rows of {name} come one after the other without end, so which there are hangs on when it is looked"
                f" at.\n  Take lines_of or slots_of for {name}, or refer to {holder.about.name} alone."
            )
        if leaves(parent):
            return f"rows of {name} are deleted in time, and who has chosen one can't be found.\n  Let them stay."
        least = min(getattr(parent.about.shape, "per_parent", {0: 1}))
        if not column.nullable and (least == 0 or declared.column.nullable):
            return f"some rows have none of {name} to choose from.\n  Declare it nullable."
        return ""

    def _no_order(self, entity: type[Entity], parent: type[Entity]) -> str:
        """Why it isn't known which rows came before; empty if it is, or nobody asks."""
        name = parent.about.name
        said = "earlier" if self.earlier else "cycles" if self.cycles else ""
        if said and parent.about is not entity.about:
            return f"{said} is about rows of {entity.about.name}, but it refers to {name}.\n  Leave it out."
        if parent.about is entity.about and not (said or self.born_before):
            return (
                f"rows of {name} would refer to themselves, and to each other in circles.\n"
                "  Say earlier: true for a tree, in which rows refer to those before them; or cycles: true."
            )
        if self.born_before and not tells_births(parent):
            return (
                f"no column of {name} has times that ascend with its rows, so who was born before isn't known.\n"
                "  Give it one. For example: clock()"
            )
        return ""


def _turned(numbers: I64Array, count: int, key: StreamKey) -> I64Array:
    """Each number of a range so many further on, from its end at its beginning: of two or more none is itself."""
    step = 1 + int(far_below(bits(key, np.zeros(1, dtype=np.int64)), max(count - 1, 1))[0])
    return (numbers + step) % max(count, 1)


GENERATOR = ReferenceColumn


def reference(  # noqa: PLR0913 - an argument each
    *,
    skew: Literal["none", "square", "zipf"] = "none",
    born_before: str = "",
    earlier: bool = False,
    null_rate: Decimal | float | str = 0,
    cycles: bool = False,
    distinct: bool = False,
    unique: bool = False,
    chosen: tuple[int, int] | None = None,
    among: str = "",
    stream: str = "",
    purpose: str = "",
) -> ReferenceColumn:
    """A row of the table that the column refers to: ``reference(skew="zipf", born_before="opened_at")``."""
    return of(
        ReferenceColumn,
        skew=skew,
        born_before=born_before,
        earlier=earlier,
        null_rate=null_rate,
        cycles=cycles,
        distinct=distinct,
        unique=unique,
        chosen=chosen,
        among=among,
        stream=stream,
        purpose=purpose,
    )
