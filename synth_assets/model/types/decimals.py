"""Decimal fractions, exact; handled as whole units of the last digit in int64 until a frame is built."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.errors import UsageError
from synth_assets.model.types.base import ColumnType, FixedWidth, digests, plain_text
from synth_assets.model.types.integers import nearer_to_zero

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

MOST_DIGITS = 38
"""The most that a decimal has in every format."""

EXACT_AS_DOUBLE = 15
"""With no more digits than these, the nearest double gives the decimal back."""

_INT64_DIGITS = 18
_NUMBER = r"^\+?(-?[0-9]+)(?:\.([0-9]*?)0*)?$"
_NAME = re.compile(r"decimal\((\d+),(\d+)\)")


@dataclass(frozen=True)
class Decimal(FixedWidth):
    """A number with so many digits, ``scale`` of them after the point."""

    precision: int
    scale: int

    kind: ClassVar[str] = "decimal"
    nests: ClassVar[bool] = True  # in JSON as text, of which no digit is lost

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.Decimal(self.precision, self.scale)

    def layout(self) -> "tuple[pa.DataType, np.dtype[Any]]":
        """Arrays hold at most 18 digits, whatever the type has."""
        import numpy as np
        import pyarrow as pa

        return pa.decimal64(min(self.precision, _INT64_DIGITS), self.scale), np.dtype(np.int64)

    def _limits(self) -> tuple[int, int] | None:
        """Those of its digits."""
        edge = 10**self.precision - 1
        return (-edge, edge) if self.precision <= _INT64_DIGITS else None

    def _told(self, value: int) -> str:
        """With its point."""
        whole, rest = divmod(abs(value), 10**self.scale)
        return f"{'-' * (value < 0)}{whole:,}{f'.{rest:0{self.scale}}' if self.scale else ''}"

    def _sql(self) -> Mapping[str, str]:
        digits = f"({self.precision},{self.scale})"
        # SQLite makes a double of whatever looks like a number, but of text in a column of text.
        sqlite = f"DECIMAL{digits}" if self.precision <= EXACT_AS_DOUBLE else "TEXT"
        return {
            "duckdb": f"DECIMAL{digits}",
            "mariadb": f"DECIMAL{digits}",
            "postgresql": f"NUMERIC{digits}",
            "sqlite": sqlite,
        }

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """Units of the last digit; XXH3-64 of their 16 bytes where 64 bits are too few."""
        if self.precision <= _INT64_DIGITS:
            return super().words(cells)
        import numpy as np
        import polars as pl

        units = cells.fill_null(0).rechunk().to_physical().to_frame("units")
        low = units.select(pl.col("units").cast(pl.Int64, strict=False))["units"]
        words = low.fill_null(0).to_numpy(writable=True).view(np.uint64)
        large = np.flatnonzero(low.is_null().to_numpy())
        texts = units["units"].gather(large).to_list()
        words[large] = digests((number.to_bytes(16, "little", signed=True) for number in texts), len(large))
        return words

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """More or fewer digits do no harm if the value is the same; of a float its shortest text counts."""
        import polars as pl

        scale = found.scale if isinstance(found, pl.Decimal) else 0
        if (found.is_integer() or isinstance(found, pl.Decimal)) and scale <= self.scale:
            return cell
        stripped = plain_text(cell, found).str.strip_chars()
        whole, fraction = stripped.str.extract(_NUMBER), stripped.str.extract(_NUMBER, 2).fill_null("")
        # A finer value would be rounded to one that isn't there.
        fine = fraction.str.len_bytes() <= self.scale
        return pl.when(fine).then(pl.concat_str(whole, pl.lit("."), fraction).cast(self.polars, strict=False))

    @property
    def wider(self) -> ColumnType | None:
        """Up to four digits more before the point and two after it, if there are so many."""
        if self.precision + 2 > MOST_DIGITS:
            return None
        return decimal(min(self.precision + 6, MOST_DIGITS), self.scale + 2)

    def another(self, cell: "pl.Expr") -> "pl.Expr | None":
        """One nearer to 0, or 1, if it has a digit before the point."""
        return None if self.precision == self.scale else nearer_to_zero(cell).cast(self.polars)


def decimal(precision: int, scale: int) -> Decimal:
    """The type of decimals with so many digits.

    Args:
        precision: digits in all, 1 to 38.
        scale: digits after the point, up to ``precision``.

    Raises:
        UsageError: digits that no format has.
    """
    if not (0 <= scale <= precision and 1 <= precision <= MOST_DIGITS):
        raise UsageError(
            f"decimal({precision},{scale}) is no type; it has 1 to {MOST_DIGITS} digits, and no more of them after the"
            " point.\n  For example: decimal(12,2)"
        )
    return Decimal(f"decimal({precision},{scale})", precision, scale)


MONEY = decimal(12, 2)
"""Whole cents."""

WEIGHT = decimal(8, 3)
"""Whole thousandths, grams of a weight in kilograms."""

TYPES = (MONEY, WEIGHT)


def named(text: str) -> ColumnType | None:
    """``decimal(precision,scale)``."""
    match = _NAME.fullmatch(text)
    return decimal(int(match[1]), int(match[2])) if match else None
