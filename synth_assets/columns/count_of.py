"""How many rows of another table hang on a row."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.children import children_of, no_children
from synth_assets.columns.basis.counted import Counted
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.values import Values


class CountOf(Counted):
    """How many rows of another table hang on a row: lines of an order."""

    examples: ClassVar = ({"table": "items"},)

    table: Annotated[str, Field(min_length=1)] = Field(
        description="a table whose rows hang on those of this one", examples=["items"]
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        return children_of(rows, self.table).counts

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        return no_children(entity, self.table)


GENERATOR = CountOf


def count_of(table: str) -> CountOf:
    """How many rows hang on each: ``count_of("items")``."""
    return of(CountOf, table=table)
