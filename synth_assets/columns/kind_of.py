"""Of which table the row is that another column refers to."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import STRING, Generator, Needs
from synth_assets.columns.one_of_tables import OneOfTables
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Text, TextPool, Values


class KindOf(Generator):
    """Of which table the row is that a column of the method one_of_tables refers to.

    Where that refers to none, this is missing too.
    """

    fills: ClassVar = (STRING,)
    stands_alone: ClassVar = False
    draws_anew: ClassVar = False
    examples: ClassVar = ({"column": "owner_id"},)

    column: Annotated[str, Field(min_length=1)] = Field(
        description="a column of this row of the method one_of_tables", examples=["owner_id"]
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        other: OneOfTables = type(rows).declared()[self.column].generator
        there = other.there(rows, self.column)
        return Text(
            TextPool(other.called(), lasting=True), other.codes(rows, self.column), None if there.all() else there
        )

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    def needs(self) -> Needs:
        return Needs(columns=(self.column,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        other = entity.declared().get(self.column)
        if other is None:
            return ""  # what isn't there, `needs` tells
        if not isinstance(other.generator, OneOfTables):
            return f"{self.column} is no column of the method one_of_tables.\n  Name one that is."
        if other.column.nullable and not column.nullable:
            return f"{self.column} may be missing, and so may this.\n  Declare it nullable."
        return ""


GENERATOR = KindOf


def kind_of(column: str) -> KindOf:
    """Of which table the row is that a column refers to: ``kind_of("owner_id")``."""
    return of(KindOf, column=column)
