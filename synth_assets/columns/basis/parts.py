"""Parts of a cell: fields of structs and entries of lists, each filled by a method of its own.

A part is a column of rows that only look like those of the table: :class:`PartRows` are the same rows, or each of them
once for every entry of a list. What a part is made of besides, other columns and what the class computes, is
that of the row. Bits are drawn for the row, by the way to the part, and for entries once more by their place in the
list; so an entry is a function of the row and its place.
"""

import functools
from collections.abc import Mapping
from types import new_class
from typing import Annotated, Any, ClassVar, cast

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, InstanceOf, PlainSerializer, WithJsonSchema

from synth_assets.columns.basis import catalog
from synth_assets.columns.basis.arguments import InnerError
from synth_assets.columns.basis.gathering import taken
from synth_assets.columns.basis.generator import Generator, type_of
from synth_assets.columns.basis.nested import A_METHOD, made_within, within_spelt_out
from synth_assets.columns.basis.spelling import WORDS
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.keys import StreamKey
from synth_assets.model import types
from synth_assets.model.entity import Entity, column
from synth_assets.model.table import ENTRIES
from synth_assets.model.types import ColumnType
from synth_assets.model.types.lists import ListOf
from synth_assets.model.types.structs import Struct
from synth_assets.model.values import Values

_OF_A_PART = ("type", "references")
_DEEPEST = 8


class Part(BaseModel):
    """What fills a field or an entry.

    Attributes:
        of: the method.
        type: the type's name; that of the method without.
        references: ``table``, or ``table.column``, that it refers to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    of: InstanceOf[Generator]
    type: str = ""
    references: str = ""

    @property
    def default_type(self) -> ColumnType | None:
        """Its type, as far as it tells that itself."""
        return types.named(self.type) if self.type else self.of.default_type

    def as_json(self) -> dict[str, Any]:
        """As a dictionary of plain values."""
        said = {"type": self.type, "references": self.references}
        return {**self.of.as_json(), **{word: one for word, one in said.items() if one}}

    def inside(self, way: str) -> tuple[tuple[tuple[str, ...], str], ...]:
        """What it and its own parts refer to, each with the way from what holds it."""
        own = (((way,), self.references),) if self.references else ()
        return (*own, *(((way, *more), to) for more, to in self.of.inside()))


def made_part(value: Any) -> Part:
    """A part: of what declares one, or of a generator.

    Raises:
        InnerError: all that is wrong with it.
    """
    if isinstance(value, Part | Generator):
        return value if isinstance(value, Part) else Part(of=value)
    full = within_spelt_out(value)
    if not isinstance(full, Mapping):
        raise InnerError(f"{value!r} is no method.\n  For example: {{method: integers, low: 1, high: 6}}")
    said = dict(cast("Mapping[str, Any]", full))
    if others := [word for word in WORDS if word in said and word not in _OF_A_PART and word not in _words_of(said)]:
        raise InnerError(
            f"{' and '.join(others)} can't be said of a part of a cell, of which any may be missing.\n"
            "  Say it of the column. Of parts there are type and references."
        )
    own = {word: str(said.pop(word)) for word in _OF_A_PART if word in said}
    if own.get("type"):
        try:
            types.named(own["type"])
        except UsageError as error:
            raise InnerError(str(error)) from None
    return Part(of=made_within(said), **own)


def _words_of(said: Mapping[str, Any]) -> list[str]:
    """The arguments of the method that is named."""
    name = said.get(catalog.METHOD)
    return catalog.load(name).arguments() if name in catalog.names() else []


AnyPart = Annotated[
    InstanceOf[Part],
    BeforeValidator(made_part),
    PlainSerializer(lambda one: one.as_json(), when_used="always"),
    WithJsonSchema(A_METHOD),
]
"""A part; a generator, or whatever declares one, with the type and the reference beside it."""

Parts = tuple[tuple[str, Part], ...]
"""Parts by name."""


class PartRows(Entity):
    """Rows of parts: the fields of a struct, or the entries of a list, beside what the rows around them have.

    Attributes:
        part_ways: what a part is called, with the way to it.
        part_names: the parts.
        part_listed: whether they are entries of lists, or fields of such.
        part_of: the rows that they are parts of; perhaps parts themselves.
        part_owner: of entries the place of their row in those, shape (n,); ``None`` of fields.
        part_place: of entries their number within the list, from 0, shape (n,).
    """

    part_ways: ClassVar[Mapping[str, str]]
    part_names: ClassVar[frozenset[str]]
    part_listed: ClassVar[bool]
    part_of: Entity
    part_owner: I64Array | None
    part_place: I64Array

    def cells(self, name: str) -> Values:
        """Of a part, or of the row that it is a part of."""
        if name in self.part_names:
            return super().cells(name)
        values = self.part_of.cells(name)
        return values if self.part_owner is None else taken(values, self.part_owner)

    def bits(self, column_name: str, purpose: str = "") -> U64Array:
        """Of the row, and of entries once more by their place."""
        words = self.part_of.words(self.way_to(column_name), purpose)
        if self.part_owner is None:
            return words
        places = words[self.part_owner] + self.part_place.astype(np.uint64)
        return bits(self.stream(column_name, f"{purpose}place"), places.view(np.int64))

    def words(self, column_name: str, purpose: str = "") -> U64Array:
        """As bits."""
        return self.bits(column_name, purpose)

    @classmethod
    def way_to(cls, column_name: str) -> str:
        """All the way to a part; of a column its name."""
        return cls.part_ways.get(column_name, column_name)

    def stream(self, column_name: str, purpose: str = "") -> StreamKey:
        """By the way to the part."""
        return self.part_of.stream(self.way_to(column_name), purpose)


def field_rows(rows: Any, name: str, parts: Parts) -> PartRows:
    """The fields of a struct, in a column of some rows."""
    kind = part_class(type(rows), name, parts, type_of(rows, name))
    made = kind.some(rows.dataset, rows.row_numbers, rows.at)
    assert isinstance(made, PartRows)  # noqa: S101 - as its class is
    made.part_of, made.part_owner = rows, None
    return made


def entry_rows(rows: Any, name: str, part: Part, lengths: I64Array) -> PartRows:
    """The entries of lists in a column of some rows.

    Args:
        rows: the rows.
        name: the column's.
        part: what fills an entry.
        lengths: how many each has, shape (n,).
    """
    kind = part_class(type(rows), name, ((ENTRIES, part),), type_of(rows, name))
    owner = np.repeat(np.arange(len(lengths)), lengths)
    at = rows.at if np.ndim(rows.at) == 0 else rows.at[owner]
    made = kind.some(rows.dataset, rows.row_numbers[owner], at)
    assert isinstance(made, PartRows)  # noqa: S101 - as its class is
    made.part_of, made.part_owner = rows, owner
    made.part_place = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return made


@functools.lru_cache(maxsize=1_024)
def part_class(entity: type[Entity], name: str, parts: Parts, kind: ColumnType) -> type[PartRows]:
    """What the parts of a column's cells are, beside the columns of their row.

    Args:
        entity: the row's.
        name: the column's.
        parts: the parts; of a list :data:`~synth_assets.model.table.ENTRIES` alone.
        kind: the column's type.
    """
    kinds = [kind.of] if isinstance(kind, ListOf) else [of for _, of in kind.fields] if isinstance(kind, Struct) else []
    columns = {
        at: column(of, "", part.of, references=part.references or None, nullable=True)
        for (at, part), of in zip(parts, kinds, strict=True)
    }
    around = issubclass(entity, PartRows)
    way = entity.way_to(name)
    ways = {at: f"{way}{at}" if at == ENTRIES else f"{way}.{at}" for at in columns}
    members = {
        "__doc__": "Parts of cells.",
        "__module__": __name__,
        "part_ways": {**entity.part_ways, **ways} if around else ways,
        "part_names": frozenset(columns),
        "part_listed": isinstance(kind, ListOf) or (around and entity.part_listed),
    }
    # A part of a part is one of the same table's rows.
    table = next(one for one in entity.__mro__ if not issubclass(one, PartRows))
    own = {"columns": {**entity.declared(), **columns}}
    return new_class(f"{entity.__name__}Parts", (PartRows, table), own, lambda made: made.update(members))


def is_listed(entity: type[Entity]) -> bool:
    """Whether rows are entries of lists, or fields of such."""
    return issubclass(entity, PartRows) and entity.part_listed


def nearest_list(rows: Any) -> PartRows | None:
    """The entries that some rows are, or are fields of; ``None`` if they are of no list."""
    while isinstance(rows, PartRows):
        if rows.part_owner is not None:
            return rows
        rows = rows.part_of
    return None


def problems_of(entity: type[Entity], name: str, parts: Parts, kind: ColumnType) -> str:
    """What is wrong with the parts of a column's cells, each with the next step; empty if nothing is."""
    if entity.way_to(name).count(".") + entity.way_to(name).count(ENTRIES) >= _DEEPEST:
        return f"it nests more than {_DEEPEST} deep.\n  Make it flatter."
    rows, found = part_class(entity, name, parts, kind), list[str]()
    for at, part in parts:
        try:
            part.of.check(rows, at)
        except UsageError as error:
            found.append(str(error).partition(": ")[2].removeprefix(f"{entity.way_to(name)}"))
    return "\n".join(one.lstrip(".") for one in found)
