"""Base of columns that count rows of another table."""

from typing import ClassVar

from synth_assets.columns.basis.generator import INTEGER, Generator, Needs
from synth_assets.model.types import INT64, ColumnType


class Counted(Generator):
    """A number of rows of another table; nothing is drawn.

    Attributes:
        table: the other table.
    """

    fills: ClassVar = (INTEGER,)
    stands_alone: ClassVar = False
    draws_anew: ClassVar = False

    table: str

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers."""
        return INT64

    def needs(self) -> Needs:
        return Needs(tables=(self.table,))
