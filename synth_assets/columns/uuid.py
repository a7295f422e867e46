"""UUIDs of version 4."""

from typing import Any, ClassVar

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import STRING, UUID, Drawn
from synth_assets.columns.basis.texts import strings
from synth_assets.kernel.uuids import MOST, texts
from synth_assets.model.table import Column
from synth_assets.model.types import UUID as OWN_TYPE
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


class UuidColumn(Drawn):
    """UUIDs of version 4, in lower case; no two rows have the same."""

    fills: ClassVar = (UUID, STRING)
    draws_anew: ClassVar = False
    examples: ClassVar = ({},)

    def values(self, rows: Any, name: str) -> Values:
        return strings(texts(self.words(rows, name), rows.row_numbers))

    @property
    def default_type(self) -> ColumnType:
        """The type of its own."""
        return OWN_TYPE

    @property
    def is_unique(self) -> bool:
        """By construction: each holds its row's number."""
        return True

    def capacity(self, column: Column) -> int | None:
        del column
        return MOST


GENERATOR = UuidColumn


def uuid(*, stream: str = "", purpose: str = "") -> UuidColumn:
    """UUIDs of version 4: ``uuid()``."""
    return of(UuidColumn, stream=stream, purpose=purpose)
