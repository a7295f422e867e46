"""A column of the row that this one refers to."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.attributes import column_there
from synth_assets.columns.basis.generator import ANY, Generator, Needs
from synth_assets.columns.basis.parents import may_lack, no_way_to, parents_of
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.values import Values


class Copied(Generator):
    """A column of the row that this one refers to, as it is by now, or as it was at a time of this row.

    Where the row refers to none, it is missing.
    """

    fills: ClassVar = ANY
    draws_anew: ClassVar = False
    examples: ClassVar = ({"column": "customers.city"}, {"column": "customers.city", "at": "opened_at"})

    column: Annotated[str, Field(pattern=r"^[^.]+\.[^.]+$")] = Field(
        description="a column of another table, as table.column", examples=["customers.city"]
    )
    at: str = Field(
        default="",
        description="a column with a time of this row, as of which the other row is looked at",
        examples=["opened_at"],
    )
    by: str = Field(
        default="",
        description="the column that refers to the other table, if there are several",
        examples=["buyer_id"],
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        table, _, column = self.column.partition(".")
        return parents_of(rows, table, self.by, self.at).cells(column)

    def needs(self) -> Needs:
        return Needs(columns=tuple(one for one in (self.at, self.by) if one), tables=(self.column,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        table = self.column.partition(".")[0]
        if problem := no_way_to(entity, table, self.by):
            return problem
        other = column_there(entity, self.column)
        if other is None:
            return ""  # what isn't there, `needs` tells
        if other.column.type != column.type:
            return (
                f"{self.column} is of type {other.column.type.name}, not {column.type.name}.\n  Give it the same type."
            )
        if (other.column.nullable or may_lack(entity, table, self.by)) and not column.nullable:
            return f"{self.column} may be missing, and so may this.\n  Declare it nullable."
        return ""


GENERATOR = Copied


def copied(column: str, *, at: str = "", by: str = "") -> Copied:
    """A column of the row that this one refers to: ``copied("customers.city", at="opened_at")``."""
    return of(Copied, column=column, at=at, by=by)
