"""Days, as whole days since 1970-01-01."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import FAR_TIMES, ColumnType, FixedWidth, Peculiar, member
from synth_assets.model.types.times import TIMESTAMP, is_far, moment_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    import pyarrow as pa

_FORM = "%Y-%m-%d"


@dataclass(frozen=True)
class Date(FixedWidth):
    """A day of the Gregorian calendar."""

    kind: ClassVar[str] = "date"

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.Date()

    def _limits(self) -> tuple[int, int]:
        """Days of the calendar that people and databases have: from the year 1 to 9999."""
        return -719_162, 2_932_896

    def _told(self, value: int) -> str:
        """By its distance: it may have no name."""
        return f"{value:,} days from 1970-01-01"

    def layout(self) -> "tuple[pa.DataType, np.dtype[Any]]":
        """The Arrow type and the NumPy dtype of its buffer."""
        import numpy as np
        import pyarrow as pa

        return pa.date32(), np.dtype(np.int32)

    def _sql(self) -> Mapping[str, str]:
        return dict.fromkeys(("duckdb", "mariadb", "postgresql", "sqlite"), "DATE")

    def from_text(self, text: "pl.Expr") -> "pl.Expr":
        """From ``2026-01-31``."""
        return text.str.to_date(_FORM, strict=True)

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """A time is a date if it is midnight, without a zone or in UTC."""
        import polars as pl

        if found == pl.Date():
            return cell
        moment = moment_of(cell, found)
        return pl.when(moment == moment.dt.truncate("1d")).then(moment.dt.date())

    @property
    def peculiar(self) -> Peculiar:
        """Days that no text has a form for."""
        return {FAR_TIMES: lambda cells: is_far(cells, 1)}

    @property
    def wider(self) -> ColumnType:
        """Its midnight."""
        return TIMESTAMP

    def days(self, cells: "pl.Series") -> "pl.Series":
        """The number itself."""
        return cells.to_physical()


DATE = Date("date")

TYPES = (DATE,)


def named(text: str) -> ColumnType | None:
    """``date``."""
    return member(TYPES, text)
