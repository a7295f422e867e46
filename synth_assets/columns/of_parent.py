"""The parent that a line hangs on: its key, or one of its columns."""

from typing import Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.gathering import taken
from synth_assets.columns.basis.generator import ANY, Needs
from synth_assets.columns.basis.parents import Known, Refers, refers_to_nothing
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.values import Values


class OfParent(Refers):
    """The key of the parent that a line hangs on, of whatever kind; or one of the parent's columns."""

    fills: ClassVar = ANY
    draws_anew: ClassVar = False
    examples: ClassVar = ({}, {"column": "opened_at"})

    column: str = Field(
        default="",
        description="a column of the parent; without, its key, to which the column refers",
        examples=["opened_at"],
    )

    def values(self, rows: Any, name: str) -> Values:
        if self.column:
            return taken(rows.parents.cells(self.column), rows.index)
        return self.parent_cells(rows, name)

    def parent(self, entity: type[Entity], name: str) -> type[Entity]:
        """The one that lines hang on."""
        del name
        parent = entity.parent()
        assert parent is not None  # noqa: S101 — `misfit` refuses others
        return parent

    def parent_rows(self, rows: Any, name: str) -> Known:
        del name
        return Known(rows.parents.row_numbers[rows.index])

    def is_unique_in(self, entity: type[Entity]) -> bool:
        """Where no row of the parent has more than one."""
        return not self.column and entity.parent() is not None and entity.about.shape.one_each

    def tells_apart_in(self, entity: type[Entity]) -> bool:
        """Where no row of the parent has more than one; else another column tells the parent's rows apart."""
        return self.is_unique_in(entity)

    def needs(self) -> Needs:
        return Needs()

    def followed(self, entity: type[Entity]) -> list[tuple[type[Entity], str]]:
        parent = entity.parent()
        return [(parent, self.column)] if parent is not None and self.column else []

    def misfit(self, entity: type[Entity], column: Column) -> str:
        parent = entity.parent()
        if parent is None:
            return f"{entity.about.name} has no parent that its rows hang on.\n  For other tables: copied(…)"
        if not self.column:
            return refers_to_nothing(entity, column.name) or self.comes_twice(entity, column.name)
        known = parent.table().column_names
        if self.column in known and parent.table().column(self.column).nullable and not column.nullable:
            return f"{self.column} may be missing, and so may this.\n  Declare it nullable."
        return (
            ""
            if self.column in known
            else f"{self.column} is none of its parent's columns.\n  Allowed: {', '.join(known)}."
        )


GENERATOR = OfParent


def of_parent(column: str = "") -> OfParent:
    """The parent that a line hangs on: ``of_parent()`` for its key, ``of_parent("opened_at")`` for a column."""
    return of(OfParent, column=column)
