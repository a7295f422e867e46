"""When the row last changed."""

from typing import Any, ClassVar

import numpy as np

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import TIMESTAMP, Generator
from synth_assets.model.dataset import MICROSECONDS
from synth_assets.model.entity import Entity
from synth_assets.model.fates import Changes, Lifecycle
from synth_assets.model.table import Column
from synth_assets.model.types import TIMESTAMP_UTC, ColumnType
from synth_assets.model.values import Values


class Changed(Generator):
    """The time of the row's last change, by any of the table's fates; that of its birth before the first."""

    fills: ClassVar = (TIMESTAMP,)
    draws_anew: ClassVar = False
    examples: ClassVar = ({},)

    @property
    def moves(self) -> bool:
        """With each event of its fate."""
        return True

    def values(self, rows: Any, name: str) -> Values:
        del name
        last = rows.born.copy()
        for fate in rows.about.fates:
            if isinstance(fate, Changes):
                last = np.maximum(last, fate.in_force(rows).since)
            elif isinstance(fate, Lifecycle):
                for moment in fate.moments(rows):
                    last = np.where(moment < rows.at, np.maximum(last, moment), last)
        return last * MICROSECONDS

    @property
    def default_type(self) -> ColumnType:
        """Whole seconds."""
        return TIMESTAMP_UTC

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del column
        if entity.about.shape.is_dated(entity):
            return ""
        return f"rows of {entity.about.name} don't appear by a clock.\n  Let them. For example: Rows(100, over=30)"


GENERATOR = Changed


def changed() -> Changed:
    """The time of the last change of a row; takes no argument."""
    return of(Changed)
