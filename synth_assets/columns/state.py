"""The state that a row has reached in a lifecycle."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import STRING, Generator
from synth_assets.model.entity import Entity
from synth_assets.model.fates import Lifecycle
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
        return Text(TextPool(fate.states), fate.reached(rows))

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        return no_lifecycle(entity, self.by)


def no_lifecycle(entity: type[Entity], name: str) -> str:
    """What is wrong if a table has no lifecycle of this name; empty if it has."""
    names = [fate.name for fate in entity.about.fates if isinstance(fate, Lifecycle)]
    if name in names:
        return ""
    return (
        f"{name!r} is no lifecycle of {entity.about.name}; it has {', '.join(names) or 'none'}.\n"
        '  Declare it. For example: fates=(Lifecycle("repair", "open", (Step("done", (1, 10)),)),)'
    )


GENERATOR = State


def state(by: str) -> State:
    """The state of a lifecycle: ``state("repair")``."""
    return of(State, by=by)
