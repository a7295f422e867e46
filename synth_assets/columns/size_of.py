"""How many rows another table has."""

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.counted import Counted
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.values import Values


class SizeOf(Counted):
    """How many rows a table has in the base dataset, for expressions: the same in every row, at any time."""

    examples: ClassVar = ({"table": "customers"},)

    table: Annotated[str, Field(min_length=1)] = Field(
        description="a table of which every position is a row", examples=["customers"]
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        return np.broadcast_to(np.int64(rows.tables[self.table].positions(rows.dataset)), len(rows))

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
