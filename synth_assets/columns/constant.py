"""The same in every row."""

from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import Cell, of
from synth_assets.columns.basis.cells import cells_of, problem_of, usual_type
from synth_assets.columns.basis.generator import ANY, Generator, type_of
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


class Constant(Generator):
    """The same in every row."""

    fills: ClassVar = ANY
    draws_anew: ClassVar = False
    examples: ClassVar = ({"value": "USD"}, {"value": 0}, {"value": True}, {"value": None})

    value: Cell = Field(
        description="text, a number, true, false, or null for a column that is always missing; days and times are text",
        examples=["USD"],
    )

    def values(self, rows: Any, name: str) -> Values:
        return cells_of((self.value,), type_of(rows, name)).take(np.zeros(len(rows.row_numbers), dtype=np.uint8))

    @property
    def default_type(self) -> ColumnType:
        """What the value is."""
        return usual_type((self.value,))

    @property
    def gives_missing(self) -> bool:
        """Where the value is null."""
        return self.value is None

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name, dataset
        return 1

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        return problem_of((self.value,), column.type)


GENERATOR = Constant


def constant(value: Cell) -> Constant:
    """The same in every row: ``constant("USD")``."""
    return of(Constant, value=value)
