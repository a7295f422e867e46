"""Spans of time; wherever there is no type for them, a whole number of their unit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from synth_assets.model.types.base import ColumnType, FixedWidth

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    import pyarrow as pa

Tick = Literal["ms", "us", "ns"]

_NAME = re.compile(r"duration\((ms|us|ns)\)")


@dataclass(frozen=True)
class Duration(FixedWidth):
    """A span of so many milliseconds, microseconds or nanoseconds."""

    unit: Tick

    kind: ClassVar[str] = "duration"

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.Duration(self.unit)

    def layout(self) -> "tuple[pa.DataType, np.dtype[Any]]":
        """The Arrow type and the NumPy dtype of its buffer."""
        import numpy as np
        import pyarrow as pa

        return pa.duration(self.unit), np.dtype(np.int64)

    def _sql(self) -> Mapping[str, str]:
        # DuckDB's and PostgreSQL's intervals know months, whose length is nobody's.
        return {"duckdb": "BIGINT", "mariadb": "BIGINT", "postgresql": "BIGINT", "sqlite": "INTEGER"}

    def as_text(self, cell: "pl.Expr") -> "pl.Expr":
        """The number."""
        return cell.to_physical()

    def from_text(self, text: "pl.Expr") -> "pl.Expr":
        """From the number."""
        return text.cast(self.polars, strict=True)

    @property
    def text_dtype(self) -> "pl.DataType":
        """Whole numbers."""
        import polars as pl

        return pl.Int64()


def duration(unit: str) -> Duration:
    """The type of spans in ``ms``, ``us`` or ``ns``."""
    return Duration(f"duration({unit})", cast("Tick", unit))


TYPES: tuple[ColumnType, ...] = ()


def named(text: str) -> ColumnType | None:
    """``duration(unit)``."""
    match = _NAME.fullmatch(text)
    return duration(match[1]) if match else None
