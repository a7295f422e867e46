"""True and false."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import ColumnType, member, plain_text

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

_TRUE, _FALSE = ("true", "t", "1"), ("false", "f", "0")


@dataclass(frozen=True)
class Boolean(ColumnType):
    """True or false."""

    kind: ClassVar[str] = "boolean"
    nests: ClassVar[bool] = True
    text_dtype_is_own: ClassVar[bool] = True

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.Boolean()

    def _sql(self) -> Mapping[str, str]:
        return {"duckdb": "BOOLEAN", "mariadb": "TINYINT(1)", "postgresql": "BOOLEAN", "sqlite": "BOOLEAN"}

    def series(self, name: str, values: "NDArray[Any]", valid: "NDArray[np.bool_] | None" = None) -> "pl.Series":
        """From an array of booleans."""
        import polars as pl

        series = pl.Series(name, values)
        return series if valid is None else series.set(pl.Series(~valid), None)

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """1 and 0."""
        import polars as pl

        return cells.cast(pl.Int64).fill_null(0).to_numpy()

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """``true``, ``t``, ``1`` and their contraries, in any case."""
        import polars as pl

        if found == pl.Boolean():
            return cell
        word = plain_text(cell, found).str.strip_chars().str.to_lowercase()
        return pl.when(word.is_in(_TRUE)).then(True).when(word.is_in(_FALSE)).then(False)  # noqa: FBT003 — values

    def another(self, cell: "pl.Expr") -> "pl.Expr":
        """The other one."""
        return cell.fill_null(value=False).not_()


BOOLEAN = Boolean("boolean")

TYPES = (BOOLEAN,)


def named(text: str) -> ColumnType | None:
    """``boolean``."""
    return member(TYPES, text)
