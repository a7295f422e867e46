"""How many rows of another table hang on a row."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.children import children_of, no_children
from synth_assets.columns.basis.generator import INTEGER, Generator, Needs
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values


class CountOf(Generator):
    """How many rows of another table hang on a row: lines of an order."""

    fills: ClassVar = (INTEGER,)
    stands_alone: ClassVar = False
    draws_anew: ClassVar = False
    examples: ClassVar = ({"table": "items"},)

    table: Annotated[str, Field(min_length=1)] = Field(
        description="a table whose rows hang on those of this one", examples=["items"]
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        return children_of(rows, self.table).counts()

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers."""
        return INT64

    def needs(self) -> Needs:
        return Needs(tables=(self.table,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        return no_children(entity, self.table)


GENERATOR = CountOf


def count_of(table: str) -> CountOf:
    """How many rows hang on each: ``count_of("items")``."""
    return of(CountOf, table=table)
