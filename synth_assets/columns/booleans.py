"""True in a share of the rows."""

from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field

from synth_assets.columns.basis.arguments import Share, of
from synth_assets.columns.basis.generator import BOOLEAN, Drawn
from synth_assets.columns.basis.shares import happens
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.types import BOOLEAN as YES_OR_NO
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


class Booleans(Drawn):
    """True in a share of the rows, false in the others."""

    fills: ClassVar = (BOOLEAN,)
    examples: ClassVar = ({"share": 0.62}, {})

    share: Share = Field(
        default=Decimal("0.5"),
        description="how many of all rows are true, from 0 to 1, with at most six digits after the point",
        examples=[0.62],
    )

    def values(self, rows: Any, name: str) -> Values:
        return happens(self.words(rows, name), self.share)

    @property
    def default_type(self) -> ColumnType:
        """True or false."""
        return YES_OR_NO

    def variety(self, entity: type[Entity], name: str, dataset: Dataset) -> int | None:
        del entity, name, dataset
        return 2


GENERATOR = Booleans


def booleans(share: Decimal | float | str = 0.5, *, stream: str = "", purpose: str = "") -> Booleans:
    """True in a share of the rows: ``booleans(0.62)``."""
    return of(Booleans, share=share, stream=stream, purpose=purpose)
