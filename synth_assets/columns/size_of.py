"""How many rows another table has."""

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import INTEGER, Generator, Needs
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values


class SizeOf(Generator):
    """How many rows a table has in the base dataset, for expressions: the same in every row, at any time."""

    fills: ClassVar = (INTEGER,)
    stands_alone: ClassVar = False
    draws_anew: ClassVar = False
    examples: ClassVar = ({"table": "customers"},)

    table: Annotated[str, Field(min_length=1)] = Field(
        description="a table of which every position is a row", examples=["customers"]
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        return np.full(len(rows), rows.tables[self.table].positions(rows.dataset), dtype=np.int64)

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers."""
        return INT64

    def needs(self) -> Needs:
        return Needs(tables=(self.table,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        other = entity.tables.get(self.table)
        if other is None or other.about.shape.rows_known:
            return ""
        return f"not every position of {self.table} is a row, so they would have to be counted.\n  Name another table."


GENERATOR = SizeOf


def size_of(table: str) -> SizeOf:
    """How many rows a table has in the base dataset: ``size_of("customers")``."""
    return of(SizeOf, table=table)
