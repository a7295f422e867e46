"""One of some values, each as likely as any other."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import Cell, Many, of
from synth_assets.columns.basis.cells import cells_of, problem_of, usual_type
from synth_assets.columns.basis.generator import ANY, Drawn, type_of
from synth_assets.kernel.choice import below
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


class ChoicesColumn(Drawn):
    """One of some values, each as likely as any other."""

    fills: ClassVar = ANY
    examples: ClassVar = ({"choices": ["red", "green", "blue"]}, {"choices": [1, 2, 3, None]})

    choices: Annotated[Many[Cell], Field(min_length=1)] = Field(
        description="a list of values, at least one, null for a missing cell",
        examples=[["red", "green", "blue"]],
    )

    def values(self, rows: Any, name: str) -> Values:
        return cells_of(self.choices, type_of(rows, name)).take(below(self.words(rows, name), len(self.choices)))

    @property
    def default_type(self) -> ColumnType:
        """What the values are."""
        return usual_type(self.choices)

    @property
    def gives_missing(self) -> bool:
        """Where null is among the values."""
        return None in self.choices

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name, dataset
        return len({repr(cell) for cell in self.choices if cell is not None})

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        return problem_of(self.choices, column.type)


GENERATOR = ChoicesColumn


def choices(choices: Sequence[Cell], *, stream: str = "", purpose: str = "") -> ChoicesColumn:
    """One of some values: ``choices(("red", "green", "blue"))``."""
    return of(ChoicesColumn, choices=list(choices), stream=stream, purpose=purpose)
