"""Drawn anew each time something happens to the row."""

import copy
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import ANY, Generator
from synth_assets.columns.basis.nested import AnyGenerator, Around
from synth_assets.columns.basis.parts import PartRows
from synth_assets.columns.basis.together import left_behind
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.model.entity import Entity
from synth_assets.model.fates import Changes
from synth_assets.model.table import Column
from synth_assets.model.values import Values

_VERSIONS = 1 << 20  # a change a day for two thousand years


class Changing(Around):
    """As another method makes it, drawn anew each time something happens to the row.

    What happens is one of the table's fates; before its first time the cells are those of the other method alone.
    """

    fills: ClassVar = ANY
    draws_anew: ClassVar = False
    examples: ClassVar = ({"by": "moves", "of": {"method": "weighted", "weights": {"Oslo": 2, "Bergen": 1}}},)

    by: Annotated[str, Field(min_length=1)] = Field(
        description="the name of a fate of the table that changes rows", examples=["moves"]
    )
    of: AnyGenerator = Field(
        description="another method with its arguments", examples=[{"method": "weighted", "weights": {"a": 1, "b": 1}}]
    )

    @property
    def moves(self) -> bool:
        """With each event of its fate."""
        return True

    def arrivals(self, entity: type[Entity], name: str) -> None:
        """What is drawn anew comes at another moment each time."""

    @property
    def event(self) -> str:
        """As it is said."""
        return self.by

    @property
    def within(self) -> Generator:
        """The method of all other rows."""
        return self.of

    def values(self, rows: Any, name: str) -> Values:
        if not rows.lived:
            return self.of.values(rows, name)
        return self.of.values(self._drawn_anew(rows), name)

    def _drawn_anew(self, rows: Any) -> Any:
        """The same rows, whose random bits are those of their versions; all else is as it is."""
        if isinstance(rows, PartRows):
            twin = _twin(rows)
            twin.part_of = self._drawn_anew(rows.part_of)
            return twin
        return _drawn_by_version(rows, rows.fate(self.by).in_force(rows).version)

    def misfit(self, entity: type[Entity], column: Column) -> str:
        names = [fate.name for fate in entity.about.fates if isinstance(fate, Changes)]
        if self.by not in names:
            return (
                f"{self.by!r} is no change of {entity.about.name}; it has {', '.join(names) or 'none'}.\n"
                '  Declare it. For example: fates=(Changes("moves", days=(30, 90)),)'
            )
        if column.type.kind not in self.of.fills:
            return f"{self.of.method()} is for {' and '.join(self.of.fills)} columns.\n  Give it another type."
        if not self.of.stands_alone:
            return f"{self.of.method()} makes it, and other cells have to follow.\n  Let it stay as it is."
        if others := left_behind(entity, column.name, self):
            together = ", ".join(one for one in entity.declared() if one in {*others, column.name})
            return (
                f"{' and '.join(others)} would no longer agree with it when it changes: they are drawn at once.\n"
                f"  Let all of them change by {self.by}. In changes that is, for example: change:"
                f" {{{self.by}: {{columns: [{together}], rate: 2 % a month}}}}"
            )
        return self.of.misfit(entity, column)


def _drawn_by_version(rows: Any, version: I64Array) -> Any:
    later = np.flatnonzero(version)
    numbers = rows.row_numbers[later] * _VERSIONS + version[later]

    def drawn(column_name: str, purpose: str = "") -> U64Array:
        words = rows.bits(column_name, purpose).copy()
        words[later] = bits(rows.stream(column_name, f"{purpose}version"), numbers)
        return words

    twin = _twin(rows)
    twin.bits = drawn
    return twin


def _twin(rows: Any) -> Any:
    """The same rows for another column: whoever asks first, others are drawn for the row, not for its version."""
    twin = copy.copy(rows)
    twin.cells = rows.cells
    twin.shared = {}
    return twin


GENERATOR = Changing


def changing(by: str, of_: Generator) -> Changing:
    """Drawn anew each time: ``changing("moves", weighted({"Oslo": 2, "Bergen": 1}))``."""
    return of(Changing, by=by, of=of_)
