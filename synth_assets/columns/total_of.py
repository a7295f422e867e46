"""A column of the rows that hang on a row, added up."""

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.attributes import column_there
from synth_assets.columns.basis.cells import scale_of
from synth_assets.columns.basis.children import children_of, no_children
from synth_assets.columns.basis.gathering import plain
from synth_assets.columns.basis.generator import DECIMAL, INTEGER, Generator, Needs
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.values import Values


class TotalOf(Generator):
    """A column of the rows that hang on a row, added up exactly: the total of an order's lines.

    What is missing there counts as 0, and so does a row on which none hangs.
    """

    fills: ClassVar = (INTEGER, DECIMAL)
    stands_alone: ClassVar = False
    draws_anew: ClassVar = False
    examples: ClassVar = ({"column": "items.amount"},)

    column: Annotated[str, Field(pattern=r"^[^.]+\.[^.]+$")] = Field(
        description="a column with numbers of a table whose rows hang on those of this one, as table.column",
        examples=["items.amount"],
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        table, _, column = self.column.partition(".")
        children = children_of(rows, table)
        values, valid = plain(children.rows.cells(column))
        whole = values.astype(np.int64)
        return children.totals(whole if valid is None else np.where(valid, whole, 0))

    def needs(self) -> Needs:
        return Needs(tables=(self.column,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        table = self.column.partition(".")[0]
        if problem := no_children(entity, table):
            return problem
        other = column_there(entity, self.column)
        if other is None:
            return ""  # what isn't there, `needs` tells
        kind = other.column.type
        if kind.kind not in self.fills or scale_of(kind) != scale_of(column.type):
            return (
                f"{self.column} is of type {kind.name}, whose sum {column.type.name} doesn't hold.\n"
                "  Give both the same digits after the point."
            )
        return ""


GENERATOR = TotalOf


def total_of(column: str) -> TotalOf:
    """A column of the rows that hang on each, added up: ``total_of("items.amount")``."""
    return of(TotalOf, column=column)
