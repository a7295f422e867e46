"""Whole numbers as text of so many digits."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar

import polars as pl
from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.gathering import plain
from synth_assets.columns.basis.generator import INTEGER, STRING, Generator, Needs, set_type
from synth_assets.columns.basis.nested import AnyGenerator
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.values import Values


class ZeroFilled(Generator):
    """Whole numbers that another method makes, as text of so many digits at least, with zeros in front."""

    fills: ClassVar = (STRING,)
    examples: ClassVar = (
        {"digits": 8, "of": {"method": "sequence"}},
        {"digits": 3, "of": {"method": "integers", "low": 1, "high": 365}},
    )

    digits: Annotated[int, Field(ge=1, le=19)] = Field(
        description="how many digits there are at least, a whole number from 1 to 19", examples=[8]
    )
    of: AnyGenerator = Field(
        description="another method with its arguments, of whole numbers", examples=[{"method": "sequence"}]
    )

    def values(self, rows: Any, name: str) -> Values:
        part = f"{name}[]"
        set_type(rows, part, INT64)
        numbers, there = plain(self.of.values(rows, part))
        text = pl.Series(name, numbers).cast(pl.String).str.zfill(self.digits)
        return text if there is None else text.set(pl.Series(~there), None)

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    @property
    def gives_missing(self) -> bool:
        """If the other method does."""
        return self.of.gives_missing

    @property
    def is_unique(self) -> bool:
        """If the other method's numbers are."""
        return self.of.is_unique

    def capacity(self, column: Column) -> int | None:
        return self.of.capacity(replace(column, type=INT64))

    @property
    def moves(self) -> bool:
        """If the other method does."""
        return self.of.moves

    def followed(self, entity: type[Entity]) -> list[tuple[type[Entity], str]]:
        return self.of.followed(entity)

    def needs(self) -> Needs:
        return self.of.needs()

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if INTEGER not in self.of.fills:
            return f"{self.of.method()} makes no whole numbers.\n  For example: zero_filled(8, sequence())"
        return self.of.misfit(entity, replace(column, type=INT64))


GENERATOR = ZeroFilled


def zero_filled(digits: int, of_: Generator) -> ZeroFilled:
    """Whole numbers as text: ``zero_filled(8, sequence())`` makes ``00000001``."""
    return of(ZeroFilled, digits=digits, of=of_)
