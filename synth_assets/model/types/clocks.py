"""Times of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import NANOSECONDS, ColumnType, FixedWidth, Peculiar, member, plain_text

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    import pyarrow as pa

_FORM = "%H:%M:%S%.9f"


@dataclass(frozen=True)
class TimeOfDay(FixedWidth):
    """What a clock says, in nanoseconds since midnight; text has all nine digits."""

    kind: ClassVar[str] = "time"

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.Time()

    def layout(self) -> "tuple[pa.DataType, np.dtype[Any]]":
        """The Arrow type and the NumPy dtype of its buffer."""
        import numpy as np
        import pyarrow as pa

        return pa.time64("ns"), np.dtype(np.int64)

    def _sql(self) -> Mapping[str, str]:
        return {"duckdb": "TIME", "mariadb": "TIME(6)", "postgresql": "TIME", "sqlite": "TEXT"}

    def as_text(self, cell: "pl.Expr") -> "pl.Expr":
        """As ``12:30:00.000000000``."""
        return cell.dt.strftime(_FORM)

    def from_text(self, text: "pl.Expr") -> "pl.Expr":
        """From exactly that form."""
        return text.str.to_time(_FORM, strict=True)

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """From a time, or from text with any digits of a second."""
        import polars as pl

        return cell if found == pl.Time() else plain_text(cell, found).str.to_time("%H:%M:%S%.f", strict=False)

    @property
    def peculiar(self) -> Peculiar:
        """Times between those that databases have."""
        return {NANOSECONDS: lambda cells: bool((cells.to_physical() % 1_000 != 0).any())}


TIME = TimeOfDay("time")

TYPES: tuple[ColumnType, ...] = ()


def named(text: str) -> ColumnType | None:
    """``time``."""
    return member((TIME,), text)
