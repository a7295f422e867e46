"""Generators: what all of them are asked, and what those have in common that draw random bits."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from synth_assets.errors import UsageError, unknown
from synth_assets.kernel.counter import U64Array
from synth_assets.model.arrivals import Arrivals
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity, column
from synth_assets.model.table import Column, Reference, Rule
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values

INTEGER, DECIMAL, FLOAT, BOOLEAN, STRING = "integer", "decimal", "float", "boolean", "string"
DATE, TIMESTAMP, UUID, JSON = "date", "timestamp", "uuid", "json"
"""Kinds of column types; see :class:`~synth_assets.model.types.ColumnType`."""

NUMBERS = (INTEGER, DECIMAL, FLOAT)
TEXTS = (STRING, UUID, JSON)
NAMES = (INTEGER, STRING, UUID)
"""What keys are made of."""

SCALARS = (*NUMBERS, BOOLEAN, *TEXTS, DATE, TIMESTAMP)
"""What expressions know, and most methods fill."""

UNSIGNED, TIME, DURATION, BINARY, LIST, STRUCT = "unsigned", "time", "duration", "binary", "list", "struct"
ANY = (*SCALARS, UNSIGNED, TIME, DURATION, BINARY, LIST, STRUCT)
"""What methods fill that take their cells from others."""


OWN_WORDS = frozenset({"born", "ended", "movements"})
"""What rows know of themselves: seconds, and a ledger's movements. Methods that read a row's attributes mean these."""


class Needs(NamedTuple):
    """What a generator needs besides its own column.

    Attributes:
        columns: columns of the same row, or attributes that a class in Python computes; ``a.b`` is b of a.
        tables: other tables, as ``table`` or ``table.column``.
        words: the same as columns, or what rows have themselves: :data:`OWN_WORDS`, whatever columns are called.
    """

    columns: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """The columns of the same row, if they are that."""
        words = (one for one in self.words if one.partition(".")[0] not in OWN_WORDS)
        return tuple(one.partition(".")[0] for one in (*self.columns, *words))


class Generator(BaseModel):
    """How a column's cells come about. A generator is a subclass with its arguments as fields.

    Each field says in its description what it is allowed to be ("a whole number >= 0"), and has an example.

    Attributes:
        fills: the kinds of types that a column may have, which
            :attr:`~synth_assets.model.types.ColumnType.kind` tells.
        examples: arguments that make sense, for the documents and for tests that hold for every generator.
        unordered: arguments whose names, in a file, stand in no order.
        stands_alone: whether a cell may be given by hand, or drawn anew, and no other has to follow.
        draws_anew: whether other random bits give other cells; not where cells follow from other columns, from the
            row's number, or from time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    fills: ClassVar[tuple[str, ...]]
    examples: ClassVar[tuple[Mapping[str, Any], ...]]
    unordered: ClassVar[tuple[str, ...]] = ()
    stands_alone: ClassVar[bool] = True
    draws_anew: ClassVar[bool] = True

    def values(self, rows: Any, name: str) -> Values:
        """The cells of a column.

        Args:
            rows: an entity: the rows, their numbers, bits and other columns.
            name: the column's.

        Returns:
            A cell a row; of decimals whole units of the last digit, of times microseconds, of dates days.
        """
        raise NotImplementedError

    @property
    def default_type(self) -> ColumnType | None:
        """The type that a column has when nothing else is said; ``None`` if only what it copies can tell."""
        return None

    @property
    def gives_missing(self) -> bool:
        """Whether cells may be missing."""
        return False

    @property
    def is_unique(self) -> bool:
        """Whether no two rows get the same value."""
        return False

    def is_unique_in(self, entity: type[Entity]) -> bool:
        """Whether no two rows of a table get the same value."""
        del entity
        return self.is_unique

    def tells_apart_in(self, entity: type[Entity]) -> bool:
        """Whether a key of several columns, of which it fills one, may name each row of a table once by it."""
        return not self.draws_anew or self.is_unique_in(entity)

    @property
    def is_even(self) -> bool:
        """Whether its texts are all as long as each other."""
        return False

    @property
    def moves(self) -> bool:
        """Whether a row's cell may become another one in time: at an event of its own row."""
        return False

    @property
    def event(self) -> str:
        """The fate of the table with which its cells are drawn anew; empty if they aren't."""
        return ""

    def leaves_behind(self, other: "Generator") -> bool:
        """Whether another method's cells of a row no longer fit its own when only its own are drawn anew."""
        del other
        return False

    @property
    def comes(self) -> bool:
        """Whether a cell, or a part of it, is missing until a moment that is no event of a fate."""
        return False

    def arrivals(self, entity: type[Entity], name: str) -> Arrivals | None:
        """When its cells come to be there; ``None`` if they don't by themselves, at moments of their own."""
        del entity, name
        return None

    def inside(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """What parts of its cells refer to: the way to each, and its ``table`` or ``table.column``."""
        return ()

    def capacity(self, column: Column) -> int | None:
        """How many rows a column has different values for; ``None`` where there is no end, or values come again."""
        del column
        return None

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        """How many different cells a column has at the most, but missing ones; ``None`` where nobody has counted."""
        del entity, name, dataset
        return None

    def room(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        """How many rows of a dataset a column has different values for; see :meth:`capacity`."""
        del dataset
        return self.capacity(entity.declared()[name].column)

    def check_dataset(self, entity: type[Entity], name: str, dataset: Dataset, *, any_seed: bool = False) -> None:
        """Look whether a dataset has what each row of a column asks other tables for.

        Args:
            entity: its table; the other tables of the domain are known to it.
            name: of the column.
            dataset: what is asked for.
            any_seed: whether it has to have that with any other seed, too, as far as arithmetic tells.

        Raises:
            UsageError: it hasn't; says so with the ways out.
        """

    def needs(self) -> Needs:
        """What it needs besides its own column."""
        return Needs()

    def implied(self, table: str, name: str) -> tuple[tuple[Reference, ...], tuple[Rule, ...]]:
        """References and rules of a table that follow from how a column of it comes about."""
        del table, name
        return (), ()

    def misfit(self, entity: type[Entity], column: Column) -> str:
        """Why a column can't have these cells, in a sentence, and the next step in another line; empty if it can."""
        del entity, column
        return ""

    def check(self, entity: type[Entity], name: str) -> None:
        """Look whether a column, as it is declared, can be filled.

        Args:
            entity: its table; the other tables of the domain are known to it.
            name: of the column.

        Raises:
            UsageError: it can't; says why.
        """
        declared = entity.declared()[name]
        where = f"{entity.about.domain}/{entity.about.name}: {entity.way_to(name)}"
        if problem := self._unfit(entity, declared) or self.misfit(entity, declared.column):
            raise UsageError(f"{where}: {problem}")
        if self.comes and self.arrivals(entity, name) is None:
            raise UsageError(
                f"{where}: what may_come within it comes at a moment of its own, of which a log would have no event.\n"
                "  Give it a column of its own, and leave may_come out here."
            )
        for first in self._missing_of(entity):
            known = entity.table().column_names
            raise unknown(f"{where}: {self.method()}: column", first, known, f"For example: {known[0]}")
        for needed in self.needs().tables:
            table, _, of = needed.partition(".")
            if table not in entity.tables:
                raise unknown(f"{where}: {self.method()}: table", table, entity.tables)
            if of and of not in entity.tables[table].declared():
                known = entity.tables[table].table().column_names
                raise unknown(f"{where}: {self.method()}: column of {table}", of, known)

        if by := _made_of_itself(entity, name):
            raise UsageError(
                f"{where}: it is made of {by}, and that of this column again: no row could be the first.\n"
                "  Let one of them be made of something else."
            )
        if moving := next((one for one in self.followed(entity) if changes_in_time(*one)), None):
            other, has_at = f"{moving[0].about.name}.{moving[1]}", "at" in type(self).model_fields
            more = "Say as of when, with at." if has_at else "Take another one, or copied with at."
            problem = f"{other} changes in time, and this row has no event when it does: a log would miss it."
            raise UsageError(f"{where}: {problem}\n  {more}")

    def _missing_of(self, entity: type[Entity]) -> list[str]:
        """What it needs of the same row and isn't there."""
        needs = self.needs()
        columns, words = ([one.partition(".")[0] for one in some] for some in (needs.columns, needs.words))
        # A class in Python computes more than its columns; what all rows have is none of a table's.
        absent = [one for one in columns if not hasattr(entity, one) or hasattr(Entity, one)]
        absent += [one for one in words if not hasattr(entity, one)]
        return [one for one in absent if one not in entity.declared()]

    def followed(self, entity: type[Entity]) -> list[tuple[type[Entity], str]]:
        """The columns of other tables whose cells it shows as they are by now: (table, column)."""
        if getattr(self, "at", ""):
            return []
        named = (one.partition(".") for one in self.needs().tables)
        return [(entity.tables[table], of) for table, _, of in named if of]

    def _unfit(self, entity: type[Entity], declared: column) -> str:
        kind = declared.column.type.kind
        if kind not in self.fills:
            return (
                f"{self.method()} is for {' and '.join(self.fills)} columns, not for {declared.column.type.name}.\n"
                "  Give the column another type or another method; docs/columns.md lists them."
            )
        if self.gives_missing and not declared.column.nullable:
            return f"{self.method()} leaves cells missing, but the column may not.\n  Declare it nullable."
        if declared.unique and not self.is_unique_in(entity):
            return (
                f"it is declared unique, but {self.method()} may give a value twice.\n"
                '  Take a method that doesn\'t. For example: pattern("{8 digits}", unique=True)'
            )
        return ""

    @classmethod
    def method(cls) -> str:
        """What declarations call it: its module's name."""
        return cls.__module__.rpartition(".")[2]

    @classmethod
    def arguments(cls) -> list[str]:
        """The names of its arguments: its own first."""
        names = list(cls.model_fields)
        return sorted(names, key=lambda name: name in Drawn.model_fields)

    @classmethod
    def example(cls) -> str:
        """How Python says the first example."""
        return f"{cls.method()}({', '.join(f'{name}={value!r}' for name, value in cls.examples[0].items())})"

    def as_json(self) -> dict[str, Any]:
        """As a dictionary of plain JSON values, from which :func:`.catalog.made` makes an equal generator."""
        return {"method": self.method(), **json.loads(self.model_dump_json(exclude_defaults=True))}


class Drawn(Generator):
    """Base of generators that draw random bits: those of the column's own name, unless another stream is named."""

    stream: str = Field(
        default="",
        description="the name of the column whose random bits it draws; without, its own. Two columns of one stream"
        " are drawn alike, and a column that is renamed keeps its values if its old name stays here",
        examples=["payment_method"],
    )
    purpose: str = Field(
        default="",
        description="a word that tells streams of one column apart",
        examples=["second try"],
    )

    def words(self, rows: Entity, name: str, purpose: str = "") -> U64Array:
        """64 uniform bits per row, shape (n,); another ``purpose`` gives others."""
        return rows.words(self.stream or name, self.purpose + purpose)


def type_of(rows: Entity, name: str) -> ColumnType:
    """The type of a column: what is said of these rows (a part of a column, which isn't declared), or of its table."""
    said = rows.shared.get(("type", name))
    return said if said is not None else type(rows).declared()[name].column.type


def set_type(rows: Entity, name: str, kind: ColumnType) -> None:
    """Say what type a column has within some rows, where it isn't declared, or as another one."""
    rows.shared["type", name] = kind


def _made_of_itself(entity: type[Entity], name: str) -> str:
    """The column of a table by which a column is made of itself, in whatever row; empty if it isn't."""
    seen, waiting = set[tuple[str, str]](), _others_of(entity, name)
    while waiting:
        other, column_name = waiting.pop()
        at = (other.about.name, column_name)
        if at not in seen:
            seen.add(at)
            beyond = _others_of(other, column_name)
            if (entity, name) in beyond:
                return ".".join(at)
            waiting += beyond
    return ""


def _others_of(entity: type[Entity], name: str) -> list[tuple[type[Entity], str]]:
    """The columns that one is made of: of its own row, and of other ones."""
    declared = entity.declared().get(name)
    generator = declared.generator if declared else None
    if not isinstance(generator, Generator):
        return []
    needs = generator.needs()
    named = [one.partition(".") for one in needs.tables]
    others = [(entity.tables[table], of) for table, _, of in named if of and table in entity.tables]
    return [*((entity, one) for one in needs.own if one != name), *others]


def changes_in_time(entity: type[Entity], name: str) -> bool:
    """Whether cells of a declared column may become others in time."""
    return _moves(entity, name, set())


def _moves(entity: type[Entity], name: str, seen: set[tuple[str, str]]) -> bool:
    """The same; columns that were looked at already are left out, as some are made of each other, which is refused."""
    declared = entity.declared().get(name)
    generator = declared.generator if declared else None
    if (entity.about.name, name) in seen or not isinstance(generator, Generator):
        return False  # a method of a class answers for itself
    seen.add((entity.about.name, name))
    own = [(entity, one) for one in generator.needs().own if one != name]
    return generator.moves or any(_moves(*one, seen) for one in [*own, *generator.followed(entity)])
