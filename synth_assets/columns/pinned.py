"""Cells of some rows given by hand, the others as another method makes them."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema

from synth_assets.columns.basis.arguments import Cell, of
from synth_assets.columns.basis.cells import cells_of, problem_of
from synth_assets.columns.basis.gathering import put
from synth_assets.columns.basis.generator import ANY, Generator
from synth_assets.columns.basis.nested import AnyGenerator, Around
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.values import Values


def _pairs(value: Any) -> Any:
    pairs = list(value.items()) if isinstance(value, Mapping) else value
    if not isinstance(pairs, list | tuple):
        return value
    try:
        whole = [(int(row) if isinstance(row, str) and row.isdecimal() else row, cell) for row, cell in pairs]
        if len({row for row, _ in whole}) < len(whole):
            raise ValueError(value)  # of two cells of a row, which one?
        return tuple(sorted(whole, key=lambda pair: pair[0]))
    except TypeError:
        raise ValueError(value) from None


class Pinned(Around):
    """Cells of some rows given by hand, the others as another method makes them.

    Rows are counted from 1. A table's own word `pinned` says it of several columns at once.
    """

    fills: ClassVar = ANY
    examples: ClassVar = (
        {"cells": {1: "Ada Lovelace", 3: "Grace Hopper"}, "of": {"method": "person", "part": "full_name"}},
    )

    cells: Annotated[
        tuple[tuple[Annotated[int, Field(ge=1, le=1_000_000_000_000)], Cell], ...],
        BeforeValidator(_pairs),
        Field(min_length=1, max_length=10_000),
        WithJsonSchema({"type": ["object", "array"]}),
    ] = Field(
        description="rows, counted from 1, each with its cell, as numbers with values or as a list of pairs",
        examples=[{1: "Ada Lovelace"}],
    )
    of: AnyGenerator = Field(
        description="another method with its arguments, for all other rows",
        examples=[{"method": "person", "part": "full_name"}],
    )

    @property
    def within(self) -> Generator:
        """The method of all other rows."""
        return self.of

    def values(self, rows: Any, name: str) -> Values:
        values = self.of.values(rows, name)
        numbers = np.array([row - 1 for row, _ in self.cells], dtype=np.int64)
        place = np.searchsorted(numbers, rows.row_numbers)
        place[place == len(numbers)] = 0
        chosen = numbers[place] == rows.row_numbers
        if not chosen.any():
            return values
        column = type(rows).declared()[name].column
        given = cells_of(tuple(cell for _, cell in self.cells), column.type).take(place[chosen])
        return put(column, values, chosen, given)

    @property
    def gives_missing(self) -> bool:
        """If the other method does, or a cell is."""
        return self.of.gives_missing or any(cell is None for _, cell in self.cells)

    @property
    def is_unique(self) -> bool:
        """As far as the other method is: whether a given cell is one of its cells, nobody looks."""
        return self.of.is_unique

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        most = self.of.variety(entity, name, dataset)
        return None if most is None else most + len(self.cells)

    def misfit(self, entity: type[Entity], column: Column) -> str:
        if self.of.moves or not self.of.stands_alone:
            return (
                f"cells of {self.of.method()} aren't given by hand: they change, name the row, or others follow them.\n"
                "  Leave them out."
            )
        if column.type.kind not in self.of.fills:
            return f"{self.of.method()} is not for {column.type.name}.\n  Give the column another type or method."
        return self.of.misfit(entity, column) or problem_of(tuple(cell for _, cell in self.cells), column.type)


GENERATOR = Pinned


def pinned(cells: Mapping[int, Cell], of_: Generator) -> Pinned:
    """Some cells by hand: ``pinned({1: "Ada"}, person("first_name"))``."""
    return of(Pinned, cells=cells, of=of_)
