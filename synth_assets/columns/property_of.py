"""What the row's class computes."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.attributes import read
from synth_assets.columns.basis.generator import SCALARS, Generator, Needs
from synth_assets.model.values import Values


class PropertyOf(Generator):
    """What an attribute of the row holds: something that its class computes, or a column of rows that it holds."""

    fills: ClassVar = SCALARS
    draws_anew: ClassVar = False
    examples: ClassVar = ({"attribute": "total"},)

    attribute: Annotated[str, Field(min_length=1)] = Field(
        description="an attribute of the row, with cells as the column has them; dots lead on to attributes of it",
        examples=["lines.total"],
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        return read(rows, self.attribute)

    def needs(self) -> Needs:
        return Needs(words=(self.attribute,))


GENERATOR = PropertyOf


def property_of(attribute: str) -> PropertyOf:
    """What the row's class computes: ``property_of("lines.total")``."""
    return of(PropertyOf, attribute=attribute)
