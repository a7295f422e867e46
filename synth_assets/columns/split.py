"""Several columns from one draw."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from synth_assets.columns.basis.arguments import Cell, Many, of
from synth_assets.columns.basis.cells import cells_of, problem_of, usual_type
from synth_assets.columns.basis.generator import SCALARS, Drawn, Generator, type_of
from synth_assets.columns.basis.weights import are_weights, table_of
from synth_assets.kernel.choice import Codes, pick
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


def _rows(value: Any) -> Any:
    return tuple(tuple(row) if isinstance(row, list) else row for row in value) if isinstance(value, list) else value


class Split(Drawn):
    """One of some combinations, by weight, whose parts go to several columns, so that they agree with each other.

    Each of the columns is declared with the same arguments and takes the part of its own name. They draw from the
    stream of the first one.
    """

    fills: ClassVar = SCALARS
    examples: ClassVar = (
        {"parts": ["device", "os"], "rows": [["mobile", "iOS", 30], ["mobile", "Android", 50], ["desktop", None, 20]]},
    )

    parts: Annotated[Many[str], Field(min_length=1)] = Field(
        description="the names of the columns that share the draw", examples=[["device", "os"]]
    )
    rows: Annotated[tuple[tuple[Cell, ...], ...], BeforeValidator(_rows)] = Field(
        description="the combinations, each a value a part and then its weight, a whole number >= 0",
        examples=[[["mobile", "iOS", 30], ["desktop", "macOS", 20]]],
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong = next((row for row in self.rows if len(row) != len(self.parts) + 1 or not _is_weight(row[-1])), None)
        if wrong is not None:
            raise ValueError(
                f"rows: {list(wrong)} is not allowed; it is a value for each of {', '.join(self.parts)} and a weight, a"
                f" whole number >= 0.\n  For example: {[*('value',) * len(self.parts), 10]}"
            )
        if not are_weights(self._weights):
            raise ValueError("rows: no combination has a weight above 0.\n  For example: 10 for the first")
        return self

    def values(self, rows: Any, name: str) -> Values:
        return cells_of(self._cells(name), type_of(rows, name)).take(self.codes(rows))

    def codes(self, rows: Entity) -> Codes:
        """The number of the combination of each row, shape (n,)."""
        place = (self, "codes")
        if place not in rows.shared:
            rows.shared[place] = pick(self.words(rows, self.parts[0]), table_of(self._weights))
        return rows.shared[place]

    @property
    def default_type(self) -> ColumnType | None:
        """That of its part, which its name tells."""
        return None

    def default_type_of_part(self, name: str) -> ColumnType:
        """The type of a column when nothing else is said."""
        return usual_type(self._cells(name))

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, dataset
        found = zip(self._cells(name), self._weights, strict=True)
        return len({repr(cell) for cell, weight in found if weight and cell is not None})

    def leaves_behind(self, other: Generator) -> bool:
        """The other parts."""
        return other == self

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if column.name not in self.parts:
            return f"it is none of the parts {', '.join(self.parts)}.\n  Name it among them."
        for part in self.parts:
            other = entity.declared().get(part)
            if other is not None and isinstance(other.generator, Split) and other.generator != self:
                return f"{part} is split otherwise, so they wouldn't agree.\n  Give all parts the same words."
        if None in self._cells(column.name) and not column.nullable:
            return "some combinations have no value for it.\n  Declare it nullable."
        return problem_of(self._cells(column.name), column.type)

    @property
    def _weights(self) -> tuple[int, ...]:
        return tuple(int(row[-1] or 0) for row in self.rows)

    def _cells(self, name: str) -> tuple[Cell, ...]:
        part = self.parts.index(name)
        return tuple(row[part] for row in self.rows)


def _is_weight(value: Cell) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


GENERATOR = Split


def split(parts: Sequence[str], rows: Sequence[Sequence[Cell]], *, stream: str = "", purpose: str = "") -> Split:
    """Several columns from one draw; declare each of them with it.

    Example:
        >>> client = split(("device", "os"), [("mobile", "iOS", 30), ("desktop", "macOS", 20)])
        >>> client.parts
        ('device', 'os')
    """
    return of(Split, parts=list(parts), rows=[list(row) for row in rows], stream=stream, purpose=purpose)
