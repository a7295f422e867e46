"""Whole numbers with a sign."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import ColumnType, FixedWidth, member, plain_text

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    import pyarrow as pa

_WHOLE = r"^\+?(-?[0-9]+)(?:\.0*)?$"
_SQL = {8: ("TINYINT", "SMALLINT"), 16: ("SMALLINT",) * 2, 32: ("INTEGER",) * 2, 64: ("BIGINT",) * 2}
"""What DuckDB and MariaDB call them, and PostgreSQL."""


@dataclass(frozen=True)
class Integer(FixedWidth):
    """A whole number of so many bits, in two's complement."""

    bits: int

    kind: ClassVar[str] = "integer"
    nests: ClassVar[bool] = True
    text_dtype_is_own: ClassVar[bool] = True

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return {8: pl.Int8(), 16: pl.Int16(), 32: pl.Int32(), 64: pl.Int64()}[self.bits]

    def layout(self) -> "tuple[pa.DataType, np.dtype[Any]]":
        """The Arrow type and the NumPy dtype of its buffer."""
        import numpy as np
        import pyarrow as pa

        width = np.dtype(f"i{self.bits // 8}")
        return pa.from_numpy_dtype(width), width

    def _limits(self) -> tuple[int, int] | None:
        """Those of its bits."""
        edge = 1 << (self.bits - 1)
        return (-edge, edge - 1) if self.bits < 64 else None

    def _sql(self) -> Mapping[str, str]:
        duckdb, postgresql = _SQL[self.bits]
        # SQLite's one type of whole numbers; under this name only, a key is the row's own number.
        return {"duckdb": duckdb, "mariadb": duckdb, "postgresql": postgresql, "sqlite": "INTEGER"}

    @property
    def json_dtype(self) -> "pl.DataType":
        """Read as the widest and narrowed then, which fails over a number that doesn't fit."""
        import polars as pl

        return pl.Int64()

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """A float, a decimal or a text without a fraction is a whole number too."""
        import polars as pl

        if found.is_integer():
            return cell
        return plain_text(cell, found).str.strip_chars().str.extract(_WHOLE).cast(pl.Int64, strict=False)

    @property
    def wider(self) -> "ColumnType | None":
        """The next wider one."""
        return next((one for one in TYPES if one.bits > self.bits), None)

    def another(self, cell: "pl.Expr") -> "pl.Expr":
        """One nearer to 0, or 1."""
        return nearer_to_zero(cell).cast(self.polars)


def nearer_to_zero(cell: "pl.Expr") -> "pl.Expr":
    """One less than a positive number, one more than any other."""
    import polars as pl

    return pl.when(cell > 0).then(cell - 1).otherwise(cell.fill_null(0) + 1)


INT8 = Integer("int8", 8)
INT16 = Integer("int16", 16)
INT32 = Integer("int32", 32)
INT64 = Integer("int64", 64)

TYPES = (INT8, INT16, INT32, INT64)


def named(text: str) -> ColumnType | None:
    """``int8`` to ``int64``."""
    return member(TYPES, text)
