"""A second that the row's class computes, as a time."""

from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.attributes import read
from synth_assets.columns.basis.generator import DATE, TIMESTAMP, Generator, Needs, type_of
from synth_assets.kernel.clock import DAY, NEVER
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import MICROSECONDS
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import TIMESTAMP_UTC, ColumnType
from synth_assets.model.values import Masked, Values


class Moment(Generator):
    """The time of a second that the row knows; if it may be yet to come, missing until it has."""

    fills: ClassVar = (TIMESTAMP, DATE)
    draws_anew: ClassVar = False
    examples: ClassVar = ({"second": "opened"}, {"second": "closed", "may_come": True})

    second: Annotated[str, Field(min_length=1)] = Field(
        description="an attribute of the row that holds seconds since 1970; dots lead on to attributes of it",
        examples=["orders.placed"],
    )
    may_come: bool = Field(
        default=False,
        description="true if it may lie after the moment at which the row is looked at; then it is missing, as a birth"
        " is of rows that have been there from ever",
        examples=[True],
    )

    @property
    def moves(self) -> bool:
        """If it may be yet to come; who is there has been born."""
        return self.may_come and self.second != "born"

    def values(self, rows: Any, name: str) -> Values:
        second, is_day = read(rows, self.second), type_of(rows, name).kind == DATE
        if not self.may_come:
            return _cells(second, is_day=is_day)
        known = (second < rows.at) & (second > -NEVER)
        return Masked(_cells(np.where(known, second, 0), is_day=is_day), known)

    @property
    def default_type(self) -> ColumnType:
        """Whole seconds."""
        return TIMESTAMP_UTC

    @property
    def gives_missing(self) -> bool:
        """If it may be yet to come."""
        return self.may_come

    def needs(self) -> Needs:
        return Needs(words=(self.second,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        if self.second == "born" and entity.born is Entity.born and not _is_born(entity):
            if _some_come(entity):
                return (
                    f"some rows of {entity.about.name} have been there from ever, so they have no moment of birth.\n"
                    "  Let them come by a clock (over: 365), or say that it may be missing: may_come: true."
                ) * (not self.may_come)
            return (
                f"rows of {entity.about.name} have been there from ever, so there is no moment of birth.\n"
                "  Let them come by a clock (over: 365), or draw a time (timestamps)."
            )
        if self.second == "replaced" and entity.replaced is Entity.replaced and not entity.about.shape.periods:
            return (
                f"rows of {entity.about.name} are no periods, so nothing takes their place.\n"
                "  Make it a series of periods. For example: series_of: rooms, every: 30 days, over: 365, periods: true"
            )
        if self.second == "ended" and entity.ended is Entity.ended and not self.may_come:
            return "most rows stay, and so have no moment at which they end.\n  Add may_come: true."
        return ""


def _cells(seconds: I64Array, *, is_day: bool) -> NDArray[Any]:
    return (seconds // DAY).astype(np.int32) if is_day else seconds * MICROSECONDS


def _is_born(entity: type[Entity]) -> bool:
    parent = entity.parent()
    by_class = parent is not None and (parent.born is not Entity.born or _is_born(parent))
    return entity.about.shape.is_dated(entity) or by_class


def _some_come(entity: type[Entity]) -> bool:
    """Whether rows come after ``as_of``, by a rate or with those that they hang on."""
    parent = entity.parent()
    return entity.about.shape.appears or (parent is not None and _some_come(parent))


GENERATOR = Moment


def moment(second: str, *, may_come: bool = False) -> Moment:
    """A second that the row's class computes, as a time: ``moment("orders.placed")``."""
    return of(Moment, second=second, may_come=may_come)
