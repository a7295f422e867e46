"""Text of any length, and the way from text to words that all types of text share."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from synth_assets.model.types.base import EMPTY_TEXT, ColumnType, Peculiar, digests, member

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


@dataclass(frozen=True)
class String(ColumnType):
    """Unicode text."""

    kind: ClassVar[str] = "string"
    nests: ClassVar[bool] = True
    text_dtype_is_own: ClassVar[bool] = True

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.String()

    def _sql(self) -> Mapping[str, str]:
        return {"duckdb": "VARCHAR", "mariadb": "LONGTEXT", "postgresql": "VARCHAR", "sqlite": "TEXT"}

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """XXH3-64 of the UTF-8 bytes."""
        return text_words(cells)

    @property
    def peculiar(self) -> Peculiar:
        """Text of no length."""
        return {EMPTY_TEXT: has_empty}

    def another(self, cell: "pl.Expr") -> "pl.Expr | None":
        """With a star behind it."""
        return cell.fill_null("") + "*"


def has_empty(cells: "pl.Series") -> bool:
    """Whether one is there and has no length."""
    return bool((cells.str.len_bytes() == 0).any())


def text_words(cells: "pl.Series") -> "NDArray[Any]":
    """XXH3-64 of the UTF-8 bytes of each text, shape (n,); 0 where it is missing."""
    import numpy as np
    import polars as pl

    # A digest and its Python objects cost 70 ns; a dictionary 30 ns a row and 200 a distinct text more.
    if cast("int", cells.approx_n_unique()) * 4 > len(cells):
        present = cells.drop_nulls()
        found = digests(present.cast(pl.Binary).to_list(), len(present))
        if len(present) == len(cells):
            return found
        words = np.zeros(len(cells), dtype=np.uint64)
        words[cells.is_not_null().to_numpy()] = found
        return words
    texts = cells.drop_nulls().unique()
    # The last entry is for missing cells.
    table = np.append(digests(texts.cast(pl.Binary).to_list(), len(texts)), np.uint64(0))
    codes = cells.cast(pl.Enum(texts)).to_physical().cast(pl.UInt32).fill_null(len(texts))
    return table[codes.to_numpy()]


STRING = String("string")

TYPES = (STRING,)


def named(text: str) -> ColumnType | None:
    """``string``."""
    return member(TYPES, text)
