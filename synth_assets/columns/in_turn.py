"""Values of a list, one after the other."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from synth_assets.columns.basis.arguments import Cell, Many, of
from synth_assets.columns.basis.cells import cells_of, problem_of, usual_type
from synth_assets.columns.basis.generator import SCALARS, Generator, type_of
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


class InTurn(Generator):
    """The values of a list, one after the other, and then from its beginning again; of lines, for each parent anew.

    For small fixed tables, such as countries with their codes, and for kinds that every parent has: home and work.
    """

    fills: ClassVar = SCALARS
    draws_anew: ClassVar = False
    examples: ClassVar = ({"cells": ["Africa", "America", "Asia"]}, {"cells": [10, 20, None]})

    cells: Annotated[Many[Cell], Field(min_length=1, max_length=10_000)] = Field(
        description="a list of values, that of the first row first, null for a missing cell",
        examples=[["Africa", "America", "Asia"]],
    )
    unique: bool = Field(
        default=False,
        description="true if no two rows may have the same; then there are as many rows at the most as values",
        examples=[True],
    )

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if self.unique and len(set(map(repr, self.cells))) < len(self.cells):
            raise ValueError("a value of a unique column is listed twice.\n  For example: in_turn((1, 2), unique=True)")
        return self

    def values(self, rows: Any, name: str) -> Values:
        number = rows.row_numbers if rows.parent() is None else rows.ordinal
        return cells_of(self.cells, type_of(rows, name)).take(number % len(self.cells))

    @property
    def default_type(self) -> ColumnType:
        """What the values are."""
        return usual_type(self.cells)

    @property
    def gives_missing(self) -> bool:
        """Where null is among the values."""
        return None in self.cells

    @property
    def is_unique(self) -> bool:
        """If it is asked for."""
        return self.unique

    def capacity(self, column: Column) -> int | None:
        del column
        return len(self.cells) if self.unique else None

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name, dataset
        return len({repr(cell) for cell in self.cells if cell is not None})

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if self.unique and entity.parent() is not None:
            name = entity.about.name
            return f"rows of {name} are lines, and each parent's begin with its first value.\n  Leave unique out."
        return problem_of(self.cells, column.type)


GENERATOR = InTurn


def in_turn(cells: Sequence[Cell], *, unique: bool = False) -> InTurn:
    """The values of a list, one after the other: ``in_turn(("Africa", "America", "Asia"))``."""
    return of(InTurn, cells=list(cells), unique=unique)
