"""Entities: a table and how to compute any cell of it, each column a method over an array of rows.

A subclass reads as the table: grain, key, then a method per column in table order, decorated with
:func:`column`. Methods work on whole arrays, are evaluated when somebody asks, and at most once per
instance; so asking for one column computes what that column needs and nothing else. A child that needs
its parent's value makes an instance of the parent at the parent's rows and asks it: *recompute, don't join*.

An entity's *positions* are the whole numbers 0, 1, …, one per possible row:

- ``dense``: every position below :meth:`Entity.positions` is a row, and its key is position + 1;
- ``sparse``: a position may or may not be a row (:meth:`Entity.exists`), its key is position + 1;
- ``windows``: a position is a window of time that holds any number of rows; the key ascends from
  window to window.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array, Rows, U64Array, bits, count_of, numbers_of
from synth_assets.model.dataset import Dataset
from synth_assets.model.table import Column, Rule, Table
from synth_assets.model.timeline import Part
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values

BLOCK_BITS = 16
"""Keys are hashed in blocks of 2^16; chunks of dense and sparse entities are cut at block edges."""

CHUNK_ROWS = 2 << BLOCK_BITS
"""Positions generated at a time: 128K rows keep a chunk's arrays near the cache and memory flat."""

Shape = Literal["dense", "sparse", "windows"]


class column:  # noqa: N801 — reads as a decorator, like ``property``
    """Declare a column: the decorated method computes it. Arguments as in :class:`~synth_assets.model.table.Column`."""

    def __init__(
        self,
        type: ColumnType,  # noqa: A002
        doc: str,
        *,
        nullable: bool = False,
        references: str | None = None,
        unique: bool = False,
        values: tuple[str, ...] = (),
    ) -> None:
        # The name is known when the class body ends.
        self.column = Column("", type, doc, nullable, references, unique, values)

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
        value = instance.__dict__[self.column.name] = self._method(instance)
        return value


@dataclass(frozen=True)
class About:
    """What a table is, besides its columns.

    Attributes:
        domain: the domain it belongs to.
        name: the table's name.
        grain: what one row is.
        key: the key column.
        shape: how positions become rows; see the module.
        chunk: positions generated at a time; a multiple of 2^16 unless they are windows.
        rules: the domain's invariants about this table.
    """

    domain: str
    name: str
    grain: str
    key: str
    shape: Shape = "dense"
    chunk: int = CHUNK_ROWS
    rules: tuple[Rule, ...] = ()


class Entity:
    """Base of all entities: rows of one table of one dataset, seen at one moment.

    Attributes:
        about: the table's name, grain and key.
        dataset: what the values are a function of.
        rows: the positions asked for.
        at: seconds since 1970-01-01T00:00Z, one for all rows or shape (n,); the state holds everything that
            happened before it.
    """

    about: ClassVar[About]

    def __init__(self, dataset: Dataset, rows: Rows, at: int | I64Array | None = None) -> None:
        self.dataset = dataset
        self.rows = rows
        self.at: int | I64Array = dataset.as_of_second if at is None else at

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        """How many positions may be rows at a moment; without one, of the base dataset."""
        raise NotImplementedError

    @classmethod
    def life(cls) -> tuple[Part, ...]:
        """How rows are born, change and die after the base; nothing happens without."""
        return ()

    @classmethod
    def some(cls, dataset: Dataset, rows: Rows, at: int | I64Array) -> "Entity":
        """Rows by their numbers, key less one; where positions are windows, that is another thing than they."""
        return cls(dataset, rows, at)

    def exists(self) -> NDArray[np.bool_]:
        """Which of :attr:`rows` are rows of the table, shape (n,); all of them unless sparse."""
        return np.ones(len(self), dtype=np.bool_)

    def seen(self, at: int | I64Array) -> "Entity":
        """The same rows at another moment; for :meth:`some` of a ledger's movements too."""
        return type(self)(self.dataset, self.rows, at)

    @classmethod
    def table(cls) -> Table:
        """The table's description, from the class."""
        doc = (cls.__doc__ or "").strip().splitlines()[0]
        columns = tuple(member.column for member in vars(cls).values() if isinstance(member, column))
        about = cls.about
        return Table(about.domain, about.name, doc, about.grain, about.key, columns, about.rules)

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

    def bits(self, column_name: str, purpose: str = "") -> U64Array:
        """64 uniform bits per row for a column of this entity, shape (n,)."""
        return bits(self.dataset.key(self.about.name, column_name, purpose), self.rows)
