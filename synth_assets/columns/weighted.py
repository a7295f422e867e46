"""One of some values, by weight."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from synth_assets.columns.basis.arguments import Cell, of
from synth_assets.columns.basis.cells import cells_of, problem_of, usual_type
from synth_assets.columns.basis.generator import ANY, Drawn, type_of
from synth_assets.columns.basis.weights import are_weights, table_of
from synth_assets.kernel.choice import pick
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


def _pairs(value: Any) -> Any:
    if isinstance(value, Mapping):
        value = list(value.items())
    return (
        tuple(tuple(pair) if isinstance(pair, list) else pair for pair in value) if isinstance(value, list) else value
    )


class Weighted(Drawn):
    """One of some values, by weight, exact to 1/65,536."""

    fills: ClassVar = ANY
    examples: ClassVar = (
        {"weights": {"card": 60, "invoice": 40}},
        {"weights": [[5, 48], [4, 27], [1, 6]]},
        {"weights": [["web", 7], [None, 3]]},
    )

    unordered: ClassVar = ("weights",)

    weights: Annotated[
        tuple[tuple[Cell, Annotated[int, Field(ge=0)]], ...],
        BeforeValidator(_pairs),
        Field(min_length=1),
        WithJsonSchema({"type": ["object", "array"]}),
    ] = Field(
        description="values, each with its weight, a whole number >= 0, as names with numbers or as a list of pairs;"
        " one weight at least is above 0, at most 65,536 values, null for a missing cell",
        examples=[{"card": 60, "invoice": 40}],
    )

    def values(self, rows: Any, name: str) -> Values:
        codes = pick(self.words(rows, name), table_of(tuple(weight for _, weight in self.weights)))
        return cells_of(self._cells, type_of(rows, name)).take(codes)

    @field_validator("weights")
    @classmethod
    def _some(cls, value: tuple[tuple[Cell, int], ...]) -> tuple[tuple[Cell, int], ...]:
        if not are_weights(tuple(weight for _, weight in value)):
            raise ValueError(value)
        return value

    @property
    def default_type(self) -> ColumnType:
        """What the values are."""
        return usual_type(self._cells)

    @property
    def gives_missing(self) -> bool:
        """Where null is among the values."""
        return None in self._cells

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name, dataset
        return len({repr(cell) for cell, weight in self.weights if weight and cell is not None})

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        return problem_of(self._cells, column.type)

    @property
    def _cells(self) -> tuple[Cell, ...]:
        return tuple(cell for cell, _ in self.weights)


GENERATOR = Weighted


def weighted(
    weights: Mapping[Any, int] | Sequence[tuple[Cell, int]], *, stream: str = "", purpose: str = ""
) -> Weighted:
    """One of some values, by weight: ``weighted({"card": 60, "invoice": 40})``."""
    given = weights if isinstance(weights, Mapping) else list(weights)
    return of(Weighted, weights=given, stream=stream, purpose=purpose)
