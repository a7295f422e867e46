"""When a row takes a step of a lifecycle."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import TIMESTAMP, Generator
from synth_assets.columns.state import no_lifecycle
from synth_assets.model.dataset import MICROSECONDS
from synth_assets.model.entity import Entity
from synth_assets.model.fates import Lifecycle
from synth_assets.model.table import Column
from synth_assets.model.types import TIMESTAMP_UTC, ColumnType
from synth_assets.model.values import Masked, Values


class StepTime(Generator):
    """The time at which the row takes a step of a lifecycle; missing until it has."""

    fills: ClassVar = (TIMESTAMP,)
    draws_anew: ClassVar = False
    examples: ClassVar = ({"by": "repair", "state": "done"},)

    by: Annotated[str, Field(min_length=1)] = Field(
        description="the name of a lifecycle of the table", examples=["repair"]
    )
    state: Annotated[str, Field(min_length=1)] = Field(
        description="the state that the step leads to", examples=["done"]
    )

    @property
    def moves(self) -> bool:
        """With each event of its fate."""
        return True

    def values(self, rows: Any, name: str) -> Values:
        del name
        fate: Lifecycle = rows.fate(self.by)
        moment = fate.moments(rows)[fate.states.index(self.state) - 1]
        return Masked(moment * MICROSECONDS, moment < rows.at)

    @property
    def default_type(self) -> ColumnType:
        """Whole seconds."""
        return TIMESTAMP_UTC

    @property
    def gives_missing(self) -> bool:
        """Until the step is taken."""
        return True

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        if problem := no_lifecycle(entity, self.by):
            return problem
        (fate,) = (one for one in entity.about.fates if isinstance(one, Lifecycle) and one.name == self.by)
        states = [step.state for step in fate.steps]
        if self.state in states:
            return ""
        return f"{self.state!r} is no step of {self.by}; its steps are {', '.join(states)}.\n  Name one of them."


GENERATOR = StepTime


def step(by: str, state: str) -> StepTime:
    """When a step is taken: ``step("repair", "done")``."""
    return of(StepTime, by=by, state=state)
