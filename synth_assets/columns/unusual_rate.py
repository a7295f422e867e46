"""One of some unusual values in a share of the rows, and otherwise as another method makes it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import Cell, Many, Share, of
from synth_assets.columns.basis.cells import cells_of, problem_of
from synth_assets.columns.basis.gathering import put
from synth_assets.columns.basis.generator import SCALARS, Drawn, Generator
from synth_assets.columns.basis.nested import AnyGenerator, Around
from synth_assets.columns.basis.shares import happens
from synth_assets.kernel.choice import below
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.values import Values


class UnusualRate(Around, Drawn):
    """One of some unusual values in a share of the rows, and otherwise as another method makes it.

    Which rows those are is drawn apart, so all others are the same whatever the rate.
    """

    fills: ClassVar = SCALARS
    examples: ClassVar = (
        {"rate": 0.01, "unusual": [-1, 999], "of": {"method": "integers", "low": 1, "high": 6}},
        {"rate": 0.2, "unusual": ["???"], "of": {"method": "choices", "choices": ["red", "green"]}},
    )

    rate: Share = Field(
        description="how many of all rows have one, from 0 to 1, with at most six digits after the point",
        examples=[0.01],
    )
    unusual: Annotated[Many[Cell], Field(min_length=1)] = Field(
        description="a list of values, at least one, null for a missing cell", examples=[[-1, 999]]
    )
    of: AnyGenerator = Field(
        description="another method with its arguments", examples=[{"method": "integers", "low": 1, "high": 6}]
    )

    @property
    def within(self) -> Generator:
        """The method of all other rows."""
        return self.of

    @property
    def is_unique(self) -> bool:
        """Unusual values come again."""
        return False

    def capacity(self, column: Column) -> int | None:
        del column
        return None

    def values(self, rows: Any, name: str) -> Values:
        words = self.words(rows, name, "unusual")
        chosen = happens(words, self.rate)
        values = self.of.values(rows, name)
        if not chosen.any():
            return values
        which = below(self.words(rows, name, "which")[chosen], len(self.unusual))
        column = type(rows).declared()[name].column
        return put(column, values, chosen, cells_of(self.unusual, column.type).take(which))

    @property
    def gives_missing(self) -> bool:
        """If the other method does, or one of the unusual values is."""
        return self.of.gives_missing or None in self.unusual

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        most = self.of.variety(entity, name, dataset)
        return None if most is None else most + len(self.unusual)

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if column.type.kind not in self.of.fills:
            return f"{self.of.method()} is for {' and '.join(self.of.fills)} columns.\n  Give it another type."
        return self.of.misfit(entity, column) or problem_of(self.unusual, column.type)


GENERATOR = UnusualRate


def unusual_rate(
    rate: Decimal | float | str, unusual: Sequence[Cell], of_: Generator, *, stream: str = "", purpose: str = ""
) -> UnusualRate:
    """Unusual values in a share of the rows: ``unusual_rate(0.01, (-1, 999), integers(1, 6))``."""
    return of(UnusualRate, rate=rate, unusual=list(unusual), of=of_, stream=stream, purpose=purpose)
