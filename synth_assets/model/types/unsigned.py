"""Whole numbers without a sign."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import ColumnType, FixedWidth, member
from synth_assets.model.types.integers import nearer_to_zero

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

_SQL = {
    8: ("UTINYINT", "TINYINT UNSIGNED", "SMALLINT", "INTEGER"),
    16: ("USMALLINT", "SMALLINT UNSIGNED", "INTEGER", "INTEGER"),
    32: ("UINTEGER", "INTEGER UNSIGNED", "BIGINT", "INTEGER"),
    64: ("UBIGINT", "BIGINT UNSIGNED", "NUMERIC(20,0)", "TEXT"),  # SQLite's own numbers end at 2^63
}


@dataclass(frozen=True)
class Unsigned(FixedWidth):
    """A whole number of so many bits, all of them for its size."""

    bits: int

    kind: ClassVar[str] = "unsigned"
    nests: ClassVar[bool] = True
    text_dtype_is_own: ClassVar[bool] = True

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return {8: pl.UInt8(), 16: pl.UInt16(), 32: pl.UInt32(), 64: pl.UInt64()}[self.bits]

    def _limits(self) -> tuple[int, int] | None:
        """Those of its bits; all 64 are what arrays have, whatever their sign says."""
        return (0, (1 << self.bits) - 1) if self.bits < 64 else None

    def layout(self) -> "tuple[pa.DataType, np.dtype[Any]]":
        """The Arrow type and the NumPy dtype of its buffer."""
        import numpy as np
        import pyarrow as pa

        width = np.dtype(f"u{self.bits // 8}")
        return pa.from_numpy_dtype(width), width

    def _sql(self) -> Mapping[str, str]:
        return dict(zip(("duckdb", "mariadb", "postgresql", "sqlite"), _SQL[self.bits], strict=True))

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """The number."""
        import polars as pl

        return cells.fill_null(0).cast(pl.UInt64).to_numpy()

    @property
    def json_dtype(self) -> "pl.DataType":
        """Read as the widest and narrowed then, which fails over a number that doesn't fit."""
        import polars as pl

        return pl.UInt64()

    def another(self, cell: "pl.Expr") -> "pl.Expr":
        """One nearer to 0, or 1."""
        return nearer_to_zero(cell).cast(self.polars)


UINT8 = Unsigned("uint8", 8)
UINT16 = Unsigned("uint16", 16)
UINT32 = Unsigned("uint32", 32)
UINT64 = Unsigned("uint64", 64)

TYPES: tuple[ColumnType, ...] = ()


def named(text: str) -> ColumnType | None:
    """``uint8`` to ``uint64``."""
    return member((UINT8, UINT16, UINT32, UINT64), text)
