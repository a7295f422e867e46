"""Structs, whose fields other methods make."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any, ClassVar, Self, cast

import polars as pl
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from synth_assets.columns.basis.arguments import InnerError, of
from synth_assets.columns.basis.generator import STRUCT, Generator, Needs
from synth_assets.columns.basis.nested import A_METHOD
from synth_assets.columns.basis.parts import AnyPart, Part, field_rows, made_part, problems_of
from synth_assets.model import types
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.types.structs import Struct, is_field
from synth_assets.model.values import Values, series_of


def _pairs(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    found: list[tuple[str, Part]] = []
    problems: list[tuple[tuple[str | int, ...], str]] = []
    for name, one in cast("Mapping[str, Any]", value).items():
        if not is_field(name):
            problems.append(
                ((name,), f"{name!r} is no name of a field, which has letters, digits and _.\n  Rename it.")
            )
            continue
        try:
            found.append((name, made_part(one)))
        except InnerError as error:
            problems += [((name, *inner), f"{name}: {text}") for inner, text in error.problems]
    if problems:
        raise InnerError(*problems)
    return tuple(found)


class StructColumn(Generator):
    """A value of several fields, each as another method makes it.

    A field says its `type` and what it refers to, `references`, beside its method's arguments. It may be made of other
    fields by their names, which come before columns of the same name; and each may be missing, by its own null rate.
    """

    fills: ClassVar = (STRUCT,)
    examples: ClassVar = (
        {
            "fields": {
                "city": {"method": "person", "part": "city"},
                "floor": {"method": "integers", "low": 0, "high": 9},
            }
        },
        {"fields": {"seats": {"method": "constant", "value": 4, "type": "int8"}}},
    )

    fields: Annotated[
        tuple[tuple[str, AnyPart], ...],
        BeforeValidator(_pairs),
        Field(min_length=1),
        WithJsonSchema({"type": "object", "additionalProperties": A_METHOD}),
    ] = Field(
        description="one or more names of fields, each with a method and its arguments, and beside them its type and"
        " references",
        examples=[{"city": {"method": "person", "part": "city"}}],
    )

    @model_validator(mode="after")
    def _no_circle(self) -> Self:
        names = {name for name, _ in self.fields}
        needed = {name: {one for one in part.of.needs().own if one in names} for name, part in self.fields}
        try:
            TopologicalSorter({name: sorted(of) for name, of in needed.items()}).prepare()
        except CycleError as error:
            way = " ← ".join(error.args[1])
            raise ValueError(f"fields: these are made of each other: {way}.\n  Let one of them be drawn.") from None
        return self

    @property
    def moves(self) -> bool:
        """If a field does."""
        return any(part.of.moves for _, part in self.fields)

    @property
    def comes(self) -> bool:
        """If a field does."""
        return any(part.of.comes for _, part in self.fields)

    def values(self, rows: Any, name: str) -> Values:
        fields = field_rows(rows, name, self.fields)
        columns = [type(fields).declared()[at].column for at, _ in self.fields]
        return pl.DataFrame([series_of(one, fields.cells(one.name)) for one in columns]).to_struct(name)

    @property
    def default_type(self) -> ColumnType | None:
        """A struct of what the other methods make."""
        kinds = {name: part.default_type for name, part in self.fields}
        known = {name: kind for name, kind in kinds.items() if kind is not None}
        return types.struct(known) if len(known) == len(kinds) else None

    def needs(self) -> Needs:
        names = {name for name, _ in self.fields}
        columns, tables, words = (
            dict.fromkeys(one for _, part in self.fields for one in part.of.needs()[at]) for at in range(3)
        )
        outer = (tuple(one for one in some if one.partition(".")[0] not in names) for some in (columns, words))
        return Needs(next(outer), tuple(tables), next(outer))

    def followed(self, entity: type[Entity]) -> list[tuple[type[Entity], str]]:
        return [one for _, part in self.fields for one in part.of.followed(entity)]

    def inside(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        return tuple(one for name, part in self.fields for one in part.inside(name))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        names = [name for name, _ in self.fields]
        there = [name for name, _ in column.type.fields] if isinstance(column.type, Struct) else []
        if names != there:
            return (
                f"its type has the fields {', '.join(there)}, and the method {', '.join(names)}.\n"
                "  Leave the type out, or name the same fields in the same order."
            )
        return problems_of(entity, column.name, self.fields, column.type)

    def as_json(self) -> dict[str, Any]:
        return {"method": self.method(), "fields": {name: part.as_json() for name, part in self.fields}}


GENERATOR = StructColumn


def struct(fields: Mapping[str, Part | Generator]) -> StructColumn:
    """A value of several fields: ``struct({"city": person("city"), "floor": integers(0, 9)})``."""
    return of(StructColumn, fields=dict(fields))
