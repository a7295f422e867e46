"""Binary fractions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import INFINITY, NOT_A_NUMBER, ColumnType, FixedWidth, Peculiar, member, plain_text

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

_SQL = {32: ("FLOAT", "REAL"), 64: ("DOUBLE", "DOUBLE PRECISION")}


@dataclass(frozen=True)
class Float(FixedWidth):
    """A binary fraction of so many bits."""

    bits: int

    kind: ClassVar[str] = "float"
    nests: ClassVar[bool] = True
    text_dtype_is_own: ClassVar[bool] = True

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return {32: pl.Float32(), 64: pl.Float64()}[self.bits]

    def layout(self) -> "tuple[pa.DataType, np.dtype[Any]]":
        """The Arrow type and the NumPy dtype of its buffer."""
        import numpy as np
        import pyarrow as pa

        width = np.dtype(f"f{self.bits // 8}")
        return pa.from_numpy_dtype(width), width

    def _sql(self) -> Mapping[str, str]:
        duckdb, postgresql = _SQL[self.bits]
        # MariaDB shows a FLOAT with six digits.
        return {"duckdb": duckdb, "mariadb": "DOUBLE", "postgresql": postgresql, "sqlite": "REAL"}

    @property
    def json_dtype(self) -> "pl.DataType":
        """Read as the widest, of which the narrower one is the nearest."""
        import polars as pl

        return pl.Float64()

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """IEEE bits of the double, with one zero and one NaN."""
        import numpy as np
        import polars as pl

        numbers = cells.cast(pl.Float64).fill_null(0.0).to_numpy() + 0.0  # -0.0 + 0.0 is 0.0
        numbers[np.isnan(numbers)] = np.nan
        return numbers

    @property
    def peculiar(self) -> Peculiar:
        """What has no digits."""
        return {
            NOT_A_NUMBER: lambda cells: bool(cells.is_nan().any()),
            INFINITY: lambda cells: bool(cells.is_infinite().any()),
        }

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """Whatever reads as a number."""
        import polars as pl

        if found.is_float():
            return cell
        return plain_text(cell, found).str.strip_chars().cast(pl.Float64, strict=False)


FLOAT32 = Float("float32", 32)
FLOAT64 = Float("float64", 64)

TYPES = (FLOAT32, FLOAT64)


def named(text: str) -> ColumnType | None:
    """``float32`` or ``float64``."""
    return member(TYPES, text)
