"""Drawn anew each time something happens to the row."""

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import SCALARS, Generator, Needs
from synth_assets.columns.basis.nested import AnyGenerator
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.model.entity import Entity
from synth_assets.model.fates import Changes
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values

_VERSIONS = 1 << 20  # a change a day for two thousand years


class Changing(Generator):
    """As another method makes it, drawn anew each time something happens to the row.

    What happens is one of the table's fates; before its first time the cells are those of the other method alone.
    """

    fills: ClassVar = SCALARS
    examples: ClassVar = ({"by": "moves", "of": {"method": "weighted", "weights": {"Oslo": 2, "Bergen": 1}}},)

    by: Annotated[str, Field(min_length=1)] = Field(
        description="the name of a fate of the table that changes rows", examples=["moves"]
    )
    of: AnyGenerator = Field(
        description="another method with its arguments", examples=[{"method": "weighted", "weights": {"a": 1, "b": 1}}]
    )

    def values(self, rows: Any, name: str) -> Values:
        if not rows.lived:
            return self.of.values(rows, name)
        fate = rows.fate(self.by)
        return self.of.values(_Drawn(rows, fate.in_force(rows).version), name)

    @property
    def default_type(self) -> ColumnType | None:
        """That of the other method."""
        return self.of.default_type

    @property
    def gives_missing(self) -> bool:
        """If the other method does."""
        return self.of.gives_missing

    def needs(self) -> Needs:
        return self.of.needs()

    def misfit(self, entity: type[Entity], column: Column) -> str:
        names = [fate.name for fate in entity.about.fates if isinstance(fate, Changes)]
        if self.by not in names:
            return (
                f"changing by {self.by!r}, which is no change of {entity.about.name}; it has {', '.join(names) or 'none'}."
                '\n  Declare it. For example: fates=(Changes("moves", days=(30, 90)),)'
            )
        return self.of.misfit(entity, column)


class _Drawn:
    """Rows whose random bits are those of their versions; all else is the rows' own."""

    def __init__(self, rows: Any, version: I64Array) -> None:
        self._rows = rows
        self._version = version

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def __class__(self) -> Any:
        """The rows' own class, which knows the columns' types."""
        return type(self._rows)

    def bits(self, column_name: str, purpose: str = "") -> U64Array:
        """Those of version 0 are the rows' own."""
        own = self._rows.bits(column_name, purpose)
        later = np.flatnonzero(self._version)
        numbers = self._rows.row_numbers[later] * _VERSIONS + self._version[later]
        drawn = own.copy()
        drawn[later] = bits(self._rows.stream(column_name, f"{purpose}version"), numbers)
        return drawn


GENERATOR = Changing


def changing(by: str, of_: Generator) -> Changing:
    """Drawn anew each time: ``changing("moves", weighted({"Oslo": 2, "Bergen": 1}))``."""
    return of(Changing, by=by, of=of_)
