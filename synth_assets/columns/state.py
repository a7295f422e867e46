"""The state that a row has reached in a lifecycle."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import BOOLEAN, STRING, Generator, changes_in_time
from synth_assets.errors import unknown
from synth_assets.model.entity import Entity
from synth_assets.model.fates import Lifecycle, Step
from synth_assets.model.table import Column
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Text, TextPool, Values


class State(Generator):
    """The state that the row has reached in one of the table's lifecycles."""

    fills: ClassVar = (STRING,)
    draws_anew: ClassVar = False
    examples: ClassVar = ({"by": "repair"},)

    by: Annotated[str, Field(min_length=1)] = Field(
        description="the name of a lifecycle of the table", examples=["repair"]
    )

    @property
    def moves(self) -> bool:
        """With each event of its fate."""
        return True

    def values(self, rows: Any, name: str) -> Values:
        del name
        fate = rows.fate(self.by)
        return Text(TextPool(fate.states, lasting=True), fate.reached(rows))

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        return no_lifecycle(entity, self.by)


def no_lifecycle(entity: type[Entity], name: str) -> str:
    """What is wrong if a table has no lifecycle of this name, or one that nobody can follow; empty if it has."""
    fates = {fate.name: fate for fate in entity.about.fates if isinstance(fate, Lifecycle)}
    if name in fates:
        return next(filter(None, (_no_condition(entity, step) for step in fates[name].steps)), "")
    return (
        f"{name!r} is no lifecycle of {entity.about.name}; it has {', '.join(fates) or 'none'}.\n"
        '  Declare it. For example: fates=(Lifecycle("repair", "open", (Step("done", (1, 10)),)),)'
    )


def _no_condition(entity: type[Entity], step: Step) -> str:
    """What is wrong with the column by which rows don't take a step; empty if nothing is."""
    if not step.unless:
        return ""
    declared = entity.declared().get(step.unless)
    if declared is None:
        return str(unknown(f"{step.state}: unless: column", step.unless, entity.declared()))
    if declared.column.type.kind != BOOLEAN:
        return (
            f"{step.state}: {step.unless} is of type {declared.column.type.name}, and unless names a boolean column.\n"
            "  For example: a column {booleans: 0.06, hidden: true}"
        )
    if changes_in_time(entity, step.unless):
        return (
            f"{step.state}: {step.unless} changes in time, so whether a row takes the step isn't known beforehand.\n"
            "  Name a column that stays."
        )
    return ""


GENERATOR = State


def state(by: str) -> State:
    """The state of a lifecycle: ``state("repair")``."""
    return of(State, by=by)
