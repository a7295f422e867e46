"""A second that the row's class computes, as a time."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.attributes import read
from synth_assets.columns.basis.generator import TIMESTAMP, Generator, Needs
from synth_assets.model.dataset import MICROSECONDS
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import TIMESTAMP_UTC, ColumnType
from synth_assets.model.values import Masked, Values


class Moment(Generator):
    """The time of a second that the row knows; if it may be yet to come, missing until it has."""

    fills: ClassVar = (TIMESTAMP,)
    examples: ClassVar = ({"second": "opened"}, {"second": "closed", "may_come": True})

    second: Annotated[str, Field(min_length=1)] = Field(
        description="an attribute of the row that holds seconds since 1970; dots lead on to attributes of it",
        examples=["orders.placed"],
    )
    may_come: bool = Field(
        default=False,
        description="true if it may lie after the moment at which the row is looked at; then it is missing",
        examples=[True],
    )

    @property
    def moves(self) -> bool:
        """If it may be yet to come."""
        return self.may_come

    def values(self, rows: Any, name: str) -> Values:
        del name
        second = read(rows, self.second)
        return Masked(second * MICROSECONDS, second < rows.at) if self.may_come else second * MICROSECONDS

    @property
    def default_type(self) -> ColumnType:
        """Whole seconds."""
        return TIMESTAMP_UTC

    @property
    def gives_missing(self) -> bool:
        """If it may be yet to come."""
        return self.may_come

    def needs(self) -> Needs:
        return Needs(columns=(self.second,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        is_own = vars(Entity)["born"] is not next(vars(one)["born"] for one in entity.__mro__ if "born" in vars(one))
        if self.second != "born" or is_own or entity.about.shape.is_dated(entity):
            return ""
        return f"rows of {entity.about.name} don't appear by a clock.\n  Let them. For example: Rows(100, over=30)"


GENERATOR = Moment


def moment(second: str, *, may_come: bool = False) -> Moment:
    """A second that the row's class computes, as a time: ``moment("orders.placed")``."""
    return of(Moment, second=second, may_come=may_come)
