"""Names of numbers that the row's class computes."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import Many, of
from synth_assets.columns.basis.attributes import read
from synth_assets.columns.basis.cells import cells_of
from synth_assets.columns.basis.generator import STRING, Generator, Needs, type_of
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


class Named(Generator):
    """The name of a number that the row knows, such as a state's."""

    fills: ClassVar = (STRING,)
    draws_anew: ClassVar = False
    examples: ClassVar = ({"number": "state", "names": ["open", "in work", "done"]},)

    number: Annotated[str, Field(min_length=1)] = Field(
        description="an attribute of the row that holds a number below the count of names; dots lead on to attributes",
        examples=["state"],
    )
    names: Annotated[Many[str], Field(min_length=1)] = Field(
        description="a list of texts, that of number 0 first", examples=[["open", "in work", "done"]]
    )

    def values(self, rows: Any, name: str) -> Values:
        return cells_of(self.names, type_of(rows, name)).take(read(rows, self.number))

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    def needs(self) -> Needs:
        return Needs(words=(self.number,))


GENERATOR = Named


def named(number: str, names: Sequence[str]) -> Named:
    """Names of numbers that the row's class computes: ``named("state", ("open", "done"))``."""
    return of(Named, number=number, names=list(names))
