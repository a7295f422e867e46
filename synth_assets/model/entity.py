"""Entities: a table and how to compute any cell of it, each column a method or a generator over an array of rows.

A subclass reads as the table: grain, key, then its columns in table order. A column is a declaration with a generator
(:mod:`synth_assets.columns`), or a method decorated with :func:`column`::

    payment_method = column(STRING, "how it is paid", weighted({"card": 60, "invoice": 40}))

    @column(MONEY, "sum of the lines")
    def subtotal(self) -> I64Array:
        return self.lines.total(self.lines.line_total)

Both work on whole arrays, are evaluated when somebody asks, and at most once per instance; so asking for one column
computes what that column needs and nothing else. A child that needs its parent's value makes an instance of the
parent at the parent's rows and asks it: *recompute, don't join*.

Columns are looked up in :meth:`Entity.declared`, and their cells with :meth:`Entity.cells`. A class in Python declares
them as attributes, so each is that besides; one that is made of a declaration is given them as ``columns``, so that a
column may be called like whatever the class has.

How positions become rows says the entity's shape; see :mod:`synth_assets.model.shapes`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from synth_assets.errors import UsageError, unknown
from synth_assets.kernel.clock import NEVER
from synth_assets.kernel.counter import I64Array, Rows, U64Array, bits, count_of, numbers_of
from synth_assets.kernel.keys import StreamKey
from synth_assets.model.arrivals import Arrivals, arrivals_of
from synth_assets.model.dataset import Dataset
from synth_assets.model.docstrings import docstring
from synth_assets.model.families import Family
from synth_assets.model.fates import Changes, Ends, Fate, Follows, Lifecycle, leaves, parts_of, way_to_go
from synth_assets.model.groups import Group
from synth_assets.model.key import Key
from synth_assets.model.rates import RoomError
from synth_assets.model.shapes import Rows as EveryPosition
from synth_assets.model.shapes import Shape
from synth_assets.model.table import ENTRIES, Column, Reference, Rule, Table
from synth_assets.model.timeline import Effect
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values

_EVERY_POSITION = EveryPosition()


class ColumnGenerator(Protocol):
    """How a declared column is computed."""

    def values(self, rows: Any, name: str) -> Values:
        """The cells of a column.

        Args:
            rows: an entity: the rows, their numbers, bits and other columns.
            name: the column's.
        """
        ...

    def check(self, entity: "type[Entity]", name: str) -> None:
        """Look whether a column, as it is declared, can be filled.

        Raises:
            UsageError: it can't.
        """
        ...

    def tells_apart_in(self, entity: "type[Entity]") -> bool:
        """Whether a key of several columns, of which it fills one, may name each row of a table once by it."""
        ...

    def check_dataset(self, entity: "type[Entity]", name: str, dataset: Dataset, *, any_seed: bool = False) -> None:
        """Look whether a dataset, or all of other seeds likewise, have what each row asks other tables for.

        Raises:
            UsageError: they haven't.
        """
        ...

    def room(self, entity: "type[Entity]", name: str, dataset: Dataset) -> int | None:
        """How many rows of a dataset a column has different values for; ``None`` if that is no matter.

        Raises:
            UsageError: there are more rows than that, said in other words than those of values.
        """
        ...

    def variety(self, entity: "type[Entity]", name: str, dataset: Dataset) -> int | None:
        """How many different cells a column has at the most, but missing ones; ``None`` where nobody has counted."""
        ...

    def arrivals(self, entity: "type[Entity]", name: str) -> Arrivals | None:
        """When its cells come to be there; ``None`` if they don't by themselves, at moments of their own."""
        ...

    def implied(self, table: str, name: str) -> tuple[tuple[Reference, ...], tuple[Rule, ...]]:
        """References and rules of a table that follow from how a column of it comes about.

        Args:
            table: the table's name.
            name: the column's.
        """
        ...

    def inside(self) -> "tuple[tuple[tuple[str, ...], str], ...]":
        """What parts of its cells refer to: the way to each, and its ``table`` or ``table.column``."""
        ...


class column:  # noqa: N801 — reads as a decorator, like ``property``
    """Declare a column: a generator, or the decorated method, computes it.

    Arguments as in :class:`~synth_assets.model.table.Column`, and what the table says of a single column:

    Args:
        type: the column's type.
        doc: one line.
        generator: what computes it; without, the decorated method.
        references: ``table``, or ``table.column``; see :meth:`~synth_assets.model.table.Reference.of`.
        unique: whether no two rows have the same value, though it is not the key.
        hidden: whether only other columns are made of it, and the table doesn't have it.
        more: further fields of the column.
    """

    def __init__(
        self,
        type: ColumnType,  # noqa: A002
        doc: str,
        generator: ColumnGenerator | None = None,
        *,
        references: str | None = None,
        unique: bool = False,
        hidden: bool = False,
        **more: Any,
    ) -> None:
        # The name is known when the class body ends.
        self.column = Column("", type, doc, **more)
        self.unique = unique
        self.hidden = hidden
        self.generator = generator
        self._references = references
        if generator is not None:
            self._method = lambda rows: generator.values(rows, self.column.name)

    def __call__(self, method: Callable[[Any], Values]) -> "column":  # noqa: D102 — see the class
        self._method = method
        self.__doc__ = method.__doc__
        return self

    def __set_name__(self, owner: type, name: str) -> None:
        self.column = replace(self.column, name=name)

    def __get__(self, instance: "Entity | None", owner: type) -> Any:
        if instance is None:
            return self
        # Not a data descriptor: from now on the instance's own attribute answers.
        value = instance.__dict__[self.column.name] = instance.cells(self.column.name)
        return value

    def made(self, rows: "Entity") -> Values:
        """The cells of some rows, made now; :meth:`Entity.cells` keeps them."""
        return self._method(rows)

    def called(self, name: str) -> "column":
        """The same column, which is no attribute of a class, with its name."""
        self.__set_name__(Entity, name)
        return self

    @property
    def reference_text(self) -> str:
        """The same as it is written: ``table`` or ``table.column``; empty if it refers to nothing."""
        return self._references or ""

    @property
    def reference(self) -> Reference | None:
        """What the column refers to by itself."""
        return Reference.of(self.column.name, self._references) if self._references else None

    @property
    def inner_references(self) -> tuple[Reference, ...]:
        """What parts of its cells refer to."""
        inside = self.generator.inside() if self.generator else ()
        return tuple(Reference.of(self.column.name, to, way) for way, to in inside)


@dataclass(frozen=True)
class About:
    """What a table is, besides its columns.

    Attributes:
        domain: the domain it belongs to.
        name: the table's name.
        grain: what one row is.
        key: what names a row; a column's name stands for whole numbers from 1.
        shape: how positions become rows.
        rules: the domain's invariants about this table.
        references: those of several columns; a column's own is in its declaration.
        unique: groups of several columns that no two rows share.
        fates: what becomes of rows after the base, besides being born by a clock and sharing a parent's fate.
    """

    domain: str
    name: str
    grain: str
    key: str | Key
    shape: Shape = _EVERY_POSITION
    rules: tuple[Rule, ...] = ()
    references: tuple[Reference, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    fates: tuple[Fate, ...] = ()


class Entity:
    """Base of all entities: rows of one table of one dataset, seen at one moment.

    Attributes:
        about: the table's name, grain and key.
        tables: the entities of its domain by name; known as soon as the domain is put together.
        dataset: what the values are a function of.
        rows: the positions asked for.
        at: seconds since 1970-01-01T00:00Z, one for all rows or shape (n,); the state holds everything that
            happened before it.
    """

    about: ClassVar[About]
    tables: "ClassVar[Mapping[str, type[Entity]]]"
    dataset: Dataset
    rows: Rows
    at: int | I64Array
    _declared: ClassVar[Mapping[str, column]]
    _table: ClassVar[tuple[About, Table] | None] = None

    def __init_subclass__(cls, columns: Mapping[str, column] | None = None, **more: Any) -> None:
        super().__init_subclass__(**more)
        own = {name: member for name, member in vars(cls).items() if isinstance(member, column)}
        cls._declared = own if columns is None else {name: member.called(name) for name, member in columns.items()}

    def __init__(self, dataset: Dataset, rows: Rows, at: int | I64Array | None = None) -> None:
        self.dataset = dataset
        self.rows = rows
        self.at = dataset.as_of_second if at is None else at

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        """How many positions may be rows at a moment; without one, of the base dataset."""
        return cls.about.shape.positions(cls, dataset, at)

    @classmethod
    def groups(cls, dataset: Dataset) -> tuple[Group, ...]:  # noqa: ARG003 - of entities that have some
        """Ranges of positions that some layouts keep in files of their own, all positions in order; none without."""
        return ()

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        """How rows are born, change and die after the base: by the shape's clock, with the parent, by the fates."""
        return (*parts_of(cls), *arrivals_of(cls))

    @classmethod
    def parent(cls) -> "type[Entity] | None":
        """The entity that the rows hang on; ``None`` if they hang on none."""
        name = cls.about.shape.parent
        return None if name is None else cls.tables[name]

    @classmethod
    def some(cls, dataset: Dataset, rows: Rows, at: int | I64Array) -> "Entity":
        """Rows by their numbers; where positions are windows, that is another thing than they."""
        return cls(dataset, rows, at)

    @cached_property
    def row_numbers(self) -> I64Array:
        """The rows' numbers, ascending with the positions, shape (n,); see :mod:`synth_assets.model.key`."""
        return self.numbers

    def exists(self) -> NDArray[np.bool_]:
        """Which of :attr:`rows` are rows of the table, shape (n,)."""
        there = self.about.shape.exists(self)
        return there & (self.born < self.at) & (self.ended >= self.at) if self.lived else there

    @cached_property
    def born(self) -> I64Array:
        """Second in which each row appears, shape (n,): by the clock, or its parent's; long ago for the rest."""
        shape = self.about.shape
        if shape.appears:
            return shape.clock(type(self), self.dataset).seconds(self.row_numbers)
        return np.full(len(self), -NEVER) if shape.parent is None else self.parents.born[self.index]

    @property
    def replaced(self) -> I64Array:
        """Second in which the next row of the same parent takes each row's place, shape (n,).

        Raises:
            TypeError: the rows are no periods.
        """
        return self.about.shape.replaced(self)

    @cached_property
    def ended(self) -> I64Array:
        """Second in which each row is deleted, shape (n,); ``NEVER`` for those that stay."""
        own = way_to_go(self)
        if own is not None:
            return own.ended(self)
        return self.parents.ended[self.index] if self.about.shape.parent is not None else np.full(len(self), NEVER)

    @cached_property
    def family(self) -> Family:
        """The rows with the parents they hang on.

        Raises:
            TypeError: they hang on none.
        """
        return self.about.shape.family(self)

    def only(self, there: NDArray[np.bool_]) -> "Entity":
        """Those rows of these that are marked; what is known of their family stays known.

        Args:
            there: shape (n,).
        """
        at = self.at[there] if isinstance(self.at, np.ndarray) else self.at
        kept = type(self)(self.dataset, self.numbers[there], at)
        if "family" in vars(self):
            kept.family = Family(self.parents, self.index[there], self.ordinal[there])
        return kept

    def as_parents(self) -> "Entity":
        """The same rows, with the same cells made once for both: for children to hang on, which these may hold."""
        same = type(self)(self.dataset, self.rows, self.at)
        same._made = self._made  # noqa: SLF001 - of this class
        return same

    @property
    def parents(self) -> Any:
        """The parent rows that the rows hang on."""
        return self.family.parents

    @property
    def index(self) -> I64Array:
        """For each row the place of its parent in :attr:`parents`, shape (n,)."""
        return self.family.index

    @property
    def ordinal(self) -> I64Array:
        """For each row its number within its parent, from 0, shape (n,)."""
        return self.family.ordinal

    def fate(self, name: str) -> Changes | Lifecycle:
        """The fate called ``name``.

        Raises:
            UsageError: the entity has none of this name.
        """
        known = {fate.name: fate for fate in self.about.fates if isinstance(fate, Changes | Lifecycle)}
        if name not in known:
            raise unknown(f"{self.about.domain}/{self.about.name}: fate", name, known)
        return known[name]

    def seen(self, at: int | I64Array) -> "Entity":
        """The same rows at another moment; for :meth:`some` of a ledger's movements too."""
        return type(self)(self.dataset, self.rows, at)

    @classmethod
    def declared(cls) -> Mapping[str, column]:
        """The columns by name, in table order."""
        return cls._declared

    def cells(self, name: str) -> Values:
        """The cells of a column; made once for these rows.

        Raises:
            KeyError: there is no such column.
        """
        if name not in self._made:
            self._made[name] = self.declared()[name].made(self)
        return self._made[name]

    @cached_property
    def _made(self) -> dict[str, Values]:
        return {}

    @classmethod
    def table(cls) -> Table:
        """The table's description, from the class; made once, as every chunk asks for it several times."""
        made = vars(cls).get("_table")
        # Who says something else of the class gets another description.
        if made is None or made[0] is not cls.about:
            cls._table = made = (cls.about, cls._described())
        return made[1]

    @classmethod
    def _described(cls) -> Table:
        members, about = [member for member in cls.declared().values() if not member.hidden], cls.about
        implied = [m.generator.implied(about.name, m.column.name) for m in members if m.generator is not None]
        return Table(
            domain=about.domain,
            name=about.name,
            doc=docstring(cls).partition("\n")[0],
            grain=about.grain,
            key=cls.key(),
            columns=tuple(member.column for member in members),
            references=(
                *(one for member in members if (one := member.reference)),
                *about.references,
                *(one for references, _ in implied for one in references),
            ),
            unique=(*((member.column.name,) for member in members if member.unique), *about.unique),
            rules=(*about.rules, *(one for _, rules in implied for one in rules)),
            inner_references=tuple(one for member in members for one in member.inner_references),
        )

    @classmethod
    def key(cls) -> Key:
        """What names a row."""
        key = cls.about.key
        return Key.of(key) if isinstance(key, str) else key

    @classmethod
    def generated(cls) -> list[str]:
        """The names of the columns that a generator fills."""
        return [name for name, member in cls.declared().items() if member.generator is not None]

    @classmethod
    def check_column(cls, name: str) -> None:
        """Look whether a column's generator can fill it; the other tables of the domain are known by now.

        Raises:
            UsageError: it can't.
        """
        generator = cls.declared()[name].generator
        if generator is not None:
            generator.check(cls, name)

    @classmethod
    def check_fates(cls) -> None:
        """Look whether what becomes of rows goes together; the other tables of the domain are known by now.

        Raises:
            UsageError: rows have two ways to go, or take steps from no day on.
        """
        about, parent = cls.about, cls.parent()
        where, ways = (
            f"{about.domain}/{about.name}",
            len([one for one in about.fates if isinstance(one, Ends | Follows)]),
        )
        with_parent = parent is not None and leaves(parent)
        if ways + with_parent > 1:
            first = f"with those of {about.shape.parent}" if with_parent else "by one fate"
            raise UsageError(
                f"{where}: its rows go {first}, and by another fate, too; a row is deleted once.\n  Leave one out."
            )
        if any(isinstance(fate, Lifecycle) for fate in about.fates) and not about.shape.is_dated(cls):
            raise UsageError(
                f"{where}: its rows take steps so many days after they appear, and it doesn't say when they do.\n"
                "  Let them appear over some days before as_of. For example: over: 365"
            )

    @classmethod
    def check_capacity(cls, dataset: Dataset, at: int | None = None) -> None:
        """Look whether the key has a name for every row, each column whose values differ a value, and fates rows.

        Raises:
            UsageError: it hasn't.
        """
        cls.about.shape.check(cls, dataset)
        for fate in cls.about.fates:
            fate.check(cls, dataset)
        positions = cls.positions(dataset, at)
        for member in cls.declared().values():
            if member.generator is not None:
                most = member.generator.room(cls, member.column.name, dataset)
                if most is not None and positions > most:
                    raise RoomError(
                        cls,
                        member.column.name,
                        f"{member.column.name} has {most:,} values, {positions:,} rows were asked for.\n"
                        "  Ask for fewer rows, or give it more values.",
                    )
        for group in cls.about.unique:
            cls._check_group(group, dataset, positions)
        capacity = cls.key().codec.capacity
        if capacity is None:
            return
        if positions > capacity:
            raise RoomError(
                cls,
                cls.key().columns[0],
                f"{positions:,} rows are asked for, but its key {cls.key()} has names for {capacity:,} only.\n"
                "  Ask for fewer rows, or give the key more digits or larger sizes.",
            )

    @classmethod
    def check_others(cls, dataset: Dataset, *, any_seed: bool = False) -> None:
        """Look whether the other tables have what rows ask them for; with any seed, as far as arithmetic tells.

        Raises:
            UsageError: they haven't.
        """
        for name, member in cls.declared().items():
            if member.generator is not None:
                member.generator.check_dataset(cls, name, dataset, any_seed=any_seed)

    @classmethod
    def _check_group(cls, group: tuple[str, ...], dataset: Dataset, positions: int) -> None:
        """Refuse a group of columns that has fewer combinations than there are rows; missing cells are no matter."""
        counts: list[int] = []
        for name in group:
            declared = cls.declared().get(name)
            most = declared.generator.variety(cls, name, dataset) if declared and declared.generator else None
            if most is None or declared is None or declared.column.nullable:
                return
            counts.append(most)
        if prod(counts) < positions and cls.about.shape.rows_known:
            told = " × ".join(f"{count:,} of {name}" for count, name in zip(counts, group, strict=True))
            raise UsageError(
                f"{cls.about.domain}/{cls.about.name}: no two rows share {', '.join(group)}, of which there are"
                f" {prod(counts):,} ({told}) for {positions:,} rows.\n  Ask for fewer rows, or give them more values."
            )

    def __len__(self) -> int:
        return count_of(self.rows)

    @cached_property
    def lived(self) -> bool:
        """Whether any row is seen after ``as_of``: only then have there been erasures and other late changes."""
        return bool(np.max(self.at, initial=0) > self.dataset.as_of_second)

    @cached_property
    def numbers(self) -> I64Array:
        """The positions as an array, shape (n,)."""
        return numbers_of(self.rows)

    @cached_property
    def shared(self) -> dict[Any, Any]:
        """What several columns are made of, by whatever names it: made once for these rows."""
        return {}

    def bits(self, column_name: str, purpose: str = "") -> U64Array:
        """64 uniform bits per row for a column of this entity, shape (n,)."""
        return bits(self.stream(column_name, purpose), self.rows)

    def words(self, column_name: str, purpose: str = "") -> U64Array:
        """The same of rows, also where positions are windows of several."""
        if self.about.shape.numbered:
            return self.bits(column_name, purpose)
        return bits(self.stream(column_name, purpose), self.row_numbers)

    @classmethod
    def way_to(cls, column_name: str) -> str:
        """What messages and streams call a column; of a part of a cell all the way to it: ``items[].product_id``."""
        return column_name

    def stream(self, column_name: str, purpose: str = "") -> StreamKey:
        """The key of a column's random bits, of its own contract version."""
        declared = self.declared().get(column_name.partition(".")[0].partition(ENTRIES)[0])
        since = declared.column.since if declared else 1
        return self.dataset.key(self.about.name, column_name, purpose, since)
