"""The number of a line within its parent."""

from typing import Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import INTEGER, Generator
from synth_assets.columns.basis.parts import is_listed, nearest_list
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values


class Ordinal(Generator):
    """The number of a line among those of its parent, or of an entry within its list, without gaps."""

    fills: ClassVar = (INTEGER,)
    draws_anew: ClassVar = False
    examples: ClassVar = ({}, {"start": 0})

    start: int = Field(default=1, description="the number of the first line, a whole number", examples=[1])

    def values(self, rows: Any, name: str) -> Values:
        del name
        entries = nearest_list(rows)
        return (rows.ordinal if entries is None else entries.part_place) + self.start

    @property
    def default_type(self) -> ColumnType:
        """64 bits."""
        return INT64

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        if entity.parent() is not None or is_listed(entity):
            return ""
        return f"{entity.about.name} has no parent that its rows are lines of.\n  For numbers of all rows: sequence()"


GENERATOR = Ordinal


def ordinal(start: int = 1) -> Ordinal:
    """The number of a line within its parent: ``ordinal()``."""
    return of(Ordinal, start=start)
