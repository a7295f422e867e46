"""Missing in a share of the rows, and otherwise as another method makes it."""

from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import Share, of
from synth_assets.columns.basis.gathering import masked
from synth_assets.columns.basis.generator import ANY, Drawn, Generator
from synth_assets.columns.basis.nested import AnyGenerator, Around
from synth_assets.columns.basis.shares import happens
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.values import Values


class NullRate(Around, Drawn):
    """Missing in a share of the rows, and otherwise as another method makes it.

    Which cells are missing is drawn apart, so the cells that are there are the same whatever the rate.
    """

    fills: ClassVar = ANY
    examples: ClassVar = ({"rate": 0.05, "of": {"method": "weighted", "weights": {"card": 60, "invoice": 40}}},)

    rate: Share = Field(
        description="how many of all rows are missing, from 0 to 1, with at most six digits after the point",
        examples=[0.05],
    )
    of: AnyGenerator = Field(
        description="another method with its arguments", examples=[{"method": "integers", "low": 1, "high": 6}]
    )

    @property
    def within(self) -> Generator:
        """The method of all other rows."""
        return self.of

    def values(self, rows: Any, name: str) -> Values:
        missing = happens(self.words(rows, name, "null"), self.rate)
        return masked(self.of.values(rows, name), ~missing)

    @property
    def gives_missing(self) -> bool:
        """Unless the rate is 0."""
        return self.rate > 0 or self.of.gives_missing

    @property
    def is_unique(self) -> bool:
        """Of the cells that are there, if the other method's are."""
        return self.of.is_unique

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if column.type.kind not in self.of.fills:
            return f"{self.of.method()} is for {' and '.join(self.of.fills)} columns.\n  Give it another type."
        return self.of.misfit(entity, column)


GENERATOR = NullRate


def null_rate(rate: Decimal | float | str, of_: Generator, *, stream: str = "", purpose: str = "") -> NullRate:
    """Missing in a share of the rows: ``null_rate(0.05, integers(1, 6))``."""
    return of(NullRate, rate=rate, of=of_, stream=stream, purpose=purpose)
