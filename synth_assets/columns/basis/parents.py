"""Rows of other tables that a row refers to: which they are, their keys, and their cells at any moment."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_assets.columns.basis.gathering import plain, spread, taken
from synth_assets.columns.basis.generator import DATE, Generator, type_of
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.key import CompositeCodec, UuidCodec
from synth_assets.model.table import Reference
from synth_assets.model.values import Masked, Values


@dataclass(frozen=True)
class Known:
    """Rows of a parent by number.

    Attributes:
        numbers: of the parent rows, shape (n,); whatever where there is none.
        there: which rows have a parent, shape (n,); ``None`` if all have.
    """

    numbers: I64Array
    there: NDArray[np.bool_] | None = None

    @property
    def of_those(self) -> I64Array:
        """The numbers where there is a parent."""
        return self.numbers if self.there is None else self.numbers[self.there]


class Refers(Generator):
    """Base of generators whose column refers to rows of another table, or of its own."""

    def parent(self, entity: type[Entity], name: str) -> type[Entity]:
        """The entity that the column refers to."""
        return entity.tables[_own_reference(entity, name).table]

    def parent_rows(self, rows: Any, name: str) -> Known:
        """Which rows it refers to."""
        raise NotImplementedError

    def comes_twice(self, entity: type[Entity], name: str) -> str:
        """Why a column can't be the whole key of its table; empty if it is none, or no row is referred to twice."""
        if entity.key().columns != (name,) or self.is_unique_in(entity):
            return ""
        return (
            "it is the key, and two rows may refer to the same one.\n"
            "  Say unique: true of a reference, or hang rows on it one by one. For example: some_of, or lines_of with"
            " per_parent: {0: 1, 1: 3}"
        )

    def leads_to(self, entity: type[Entity], name: str) -> tuple[str, ...]:
        """The tables that it may refer to."""
        return (self.parent(entity, name).about.name,)

    def rows_in(self, rows: Any, name: str, table: str) -> Known:
        """Which rows of one of these tables it refers to."""
        del table
        return self.parent_rows(rows, name)

    def parent_cells(self, rows: Any, name: str) -> Values:
        """What the column shows of them: a part of their key, or of another unique group of columns."""
        parent, known = self.parent(type(rows), name), self.parent_rows(rows, name)
        reference = _own_reference(type(rows), name)
        target = reference.to or parent.key().columns
        shown = target[reference.columns.index(name)]
        if parent.key().is_integer and not reference.to:  # whatever the number: no need to leave any out
            keys = known.numbers + 1
            return keys if known.there is None else Masked(keys, known.there)
        if shown in parent.key().columns and parent.key().tells_numbers:
            return spread(key_of(parent, rows.dataset, shown, known.of_those), known.there)
        return spread(parent(rows.dataset, known.of_those, _at(rows, known.there)).cells(shown), known.there)


@functools.lru_cache(maxsize=4_096)
def _reference_of(entity: type[Entity], name: str) -> Reference | None:
    return entity.table().reference_of(name)


def _own_reference(entity: type[Entity], name: str) -> Reference:
    reference = _reference_of(entity, name)
    assert reference is not None, name  # noqa: S101 — `check` has refused others
    return reference


def refers_to_nothing(entity: type[Entity], name: str) -> str:
    """What is wrong if a column doesn't say what it refers to; empty if it does."""
    if _reference_of(entity, name) is not None:
        return ""
    return 'it doesn\'t say what it refers to.\n  For example: column(INT64, "who bought", …, references="customers")'


def key_of(entity: type[Entity], dataset: Dataset, column_name: str, numbers: I64Array) -> Values:
    """A column of the key of some rows, by their numbers; shape (n,)."""
    key = entity.key()
    if key.is_integer:
        return numbers + 1
    declared = entity.declared().get(column_name)
    if isinstance(key.codec, CompositeCodec) and declared and isinstance(declared.generator, Refers):
        place = key.columns.index(column_name)
        if isinstance(key.codec.parts[place], UuidCodec):  # drawn where they are keys of their own
            other, shown = _origin(entity, column_name)
            return key_of(other, dataset, shown, key.codec.digits(numbers)[place])
    since = declared.column.since if declared else 1
    words = bits(dataset.key(entity.about.name, column_name, "", since), numbers)
    return key.codec.values(numbers, words)[key.columns.index(column_name)]


@functools.lru_cache(maxsize=4_096)
def _origin(entity: type[Entity], name: str) -> tuple[type[Entity], str]:
    """The table whose whole key a part of a key shows, and the column there."""
    while len(entity.key().columns) > 1:
        generator = entity.declared()[name].generator
        assert isinstance(generator, Refers), name  # noqa: S101 - other parts are whole numbers
        reference, parent = _own_reference(entity, name), generator.parent(entity, name)
        name = (reference.to or parent.key().columns)[reference.columns.index(name)]
        entity = parent
    return entity, name


@dataclass(frozen=True)
class Parents:
    """The parents of some rows, at a moment.

    Attributes:
        rows: the parents' entity.
        index: for each row that has a parent its place in :attr:`rows`; ``None`` if they are side by side.
        there: which rows have one, shape (n,); ``None`` if all have.
    """

    rows: Entity
    index: I64Array | None
    there: NDArray[np.bool_] | None

    def cells(self, name: str) -> Values:
        """A column of each row's parent; missing where there is none."""
        values = self.rows.cells(name)
        return spread(values if self.index is None else taken(values, self.index), self.there)


def parents_of(rows: Any, table: str, by: str = "", at: str = "") -> Parents:
    """The parents of rows in a table; made once, and shared by all columns that ask.

    Args:
        rows: an entity.
        table: the parents' table.
        by: the column that refers to it; without, the family that the rows hang on, or the only such column.
        at: a column with the times at which the parents are looked at; without, the moment of the rows.
    """
    place = ("parents", table, by, at)
    if place not in rows.shared:
        rows.shared[place] = _parents(rows, table, by, at)
    return rows.shared[place]


def _parents(rows: Any, table: str, by: str, at: str) -> Parents:
    parent = rows.tables[table]
    if hangs_on(type(rows), parent) and not by:
        if not at:
            return Parents(rows.parents, rows.index, None)
        numbers = rows.parents.row_numbers[rows.index]
        return Parents(parent(rows.dataset, numbers, seconds_of(rows, at)), None, None)
    name = by or referring(type(rows), table)[0]
    known: Known = type(rows).declared()[name].generator.rows_in(rows, name, table)
    when = _where(seconds_of(rows, at), known.there) if at else _at(rows, known.there)
    return Parents(parent(rows.dataset, known.of_those, when), None, known.there)


def hangs_on(entity: type[Entity], parent: type[Entity]) -> bool:
    """Whether rows are lines of a parent."""
    own = entity.parent()
    return own is not None and own.about is parent.about


def referring(entity: type[Entity], table: str) -> list[str]:
    """The columns whose generator knows the rows of a table that it refers to."""
    return [
        name
        for name, one in entity.declared().items()
        if isinstance(one.generator, Refers) and table in one.generator.leads_to(entity, name)
    ]


def no_way_to(entity: type[Entity], table: str, by: str) -> str:
    """What is wrong if it isn't known which row of a table is meant; empty if it is."""
    if table not in entity.tables:
        return ""
    ways = referring(entity, table)
    if by in ways or (not by and (hangs_on(entity, entity.tables[table]) or len(ways) == 1)):
        return ""
    if by or not ways:
        return (
            f"no column{f' {by}' if by else ''} of {entity.about.name} refers to rows of {table} that are known."
            f"\n  Add one. For example: reference(), or key_of(…)"
        )
    return f"which row of {table} is meant? {' and '.join(ways)} refer to it.\n  For example: by={ways[0]!r}"


def may_lack(entity: type[Entity], table: str, by: str = "") -> bool:
    """Whether some rows have no parent in a table; once it is known which is meant."""
    if hangs_on(entity, entity.tables[table]) and not by:
        return False
    name = by or referring(entity, table)[0]
    declared = entity.declared()[name]
    leads_to = declared.generator.leads_to(entity, name) if isinstance(declared.generator, Refers) else ()
    return declared.column.nullable or len(leads_to) > 1


def seconds_of(rows: Any, name: str) -> I64Array:
    """The times or days of a column that has one in every row, in seconds; shape (n,)."""
    values, _ = plain(rows.cells(name))
    if type_of(rows, name).kind == DATE:
        return values.astype(np.int64) * DAY
    return values // MICROSECONDS


def _at(rows: Any, there: NDArray[np.bool_] | None) -> int | I64Array:
    return rows.at if np.ndim(rows.at) == 0 else _where(rows.at, there)


def _where(values: I64Array, there: NDArray[np.bool_] | None) -> I64Array:
    return values if there is None else values[there]
