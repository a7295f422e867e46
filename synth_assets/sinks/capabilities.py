"""What a sink can and can't do, said as data: writers are held to it, and the common suites are built from it.

A sink has every ability of :data:`ABILITIES` that it doesn't list under ``lacks``, each with the reason why not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from synth_assets.errors import DataError
from synth_assets.model.table import Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.base import EMPTY_TEXT, FINER_TIMES, INFINITY, NESTED_NOT_FINITE, NOT_A_NUMBER

READ_BACK = "read back what was written"
REPEATED_BYTES = "the same bytes for the same rows"
ALL_OR_NOTHING = "a table whole or not at all"
IDEMPOTENT = "the same thing twice as if once"
ROWS = "rows of tables"
RECORDS = "records of change data"

CELLS = (EMPTY_TEXT, FINER_TIMES, NOT_A_NUMBER, INFINITY, NESTED_NOT_FINITE)
"""Abilities to hold peculiar cells (:attr:`~synth_assets.model.types.ColumnType.peculiar`), called like those."""

ABILITIES = (READ_BACK, REPEATED_BYTES, ALL_OR_NOTHING, IDEMPOTENT, ROWS, RECORDS, *CELLS)

TypeMapper = Callable[[ColumnType], str]
"""What a sink calls a type."""


@dataclass(frozen=True)
class Capabilities:
    """What a sink can do.

    Attributes:
        idempotent_by: what makes writing something again the same as having written it once, in a few words; empty
            for a sink that isn't :data:`IDEMPOTENT`.
        lacks: abilities it hasn't, and why, as the end of a sentence: ``which JSON hasn't``.
    """

    idempotent_by: str
    lacks: Mapping[str, str] = field(default_factory=dict)

    def can(self, ability: str) -> bool:
        """Whether it has one of :data:`ABILITIES`."""
        return ability not in self.lacks

    def check_cells(self, frame: pl.DataFrame, table: Table) -> None:
        """Look for cells that the sink can't hold.

        Args:
            frame: rows of the table.
            table: the table.

        Raises:
            DataError: there is one.
        """
        for column in table.columns:
            for name, occurs in column.type.peculiar.items():
                if name in self.lacks and occurs(frame[column.name]):
                    raise DataError(
                        f"{table.path}: column {column.name}, {column.type.name}, has {name}, {self.lacks[name]}.\n"
                        "  Choose another format, or make the column nullable and such cells missing."
                    )
