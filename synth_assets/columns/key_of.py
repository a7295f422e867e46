"""The key of a row whose number is known."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.attributes import read
from synth_assets.columns.basis.generator import NAMES, Needs
from synth_assets.columns.basis.parents import Known, Refers, refers_to_nothing
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values


class KeyOf(Refers):
    """The key of the row of another table whose number the row knows; below 0 for none.

    For entities that compute who belongs to whom: the number is an attribute, and the key of any kind.
    """

    fills: ClassVar = NAMES
    draws_anew: ClassVar = False
    examples: ClassVar = ({"number": "buyer"}, {"number": "visitor", "optional": True})

    number: Annotated[str, Field(min_length=1)] = Field(
        description="an attribute of the row that holds the other row's number, from 0; dots lead on",
        examples=["orders.customer"],
    )
    optional: bool = Field(
        default=False, description="true if there may be none, then the number is below 0", examples=[True]
    )

    def values(self, rows: Any, name: str) -> Values:
        return self.parent_cells(rows, name)

    def parent_rows(self, rows: Any, name: str) -> Known:
        del name
        numbers = read(rows, self.number)
        return Known(numbers, numbers >= 0 if self.optional else None)

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers; a key of text says so."""
        return INT64

    @property
    def gives_missing(self) -> bool:
        """If it is optional."""
        return self.optional

    def needs(self) -> Needs:
        return Needs(words=(self.number,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        return refers_to_nothing(entity, column.name)


GENERATOR = KeyOf


def key_of(number: str, *, optional: bool = False) -> KeyOf:
    """The key of the row with a known number: ``key_of("orders.customer")``."""
    return of(KeyOf, number=number, optional=optional)
