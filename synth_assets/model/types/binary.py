"""Bytes; in text formats in Base64."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import EMPTY_TEXT, ColumnType, Peculiar, digests, member

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Binary(ColumnType):
    """Any bytes."""

    kind: ClassVar[str] = "binary"

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.Binary()

    def _sql(self) -> Mapping[str, str]:
        return {"duckdb": "BLOB", "mariadb": "LONGBLOB", "postgresql": "BYTEA", "sqlite": "BLOB"}

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """XXH3-64 of the bytes."""
        import numpy as np

        words = np.zeros(len(cells), dtype=np.uint64)
        present = cells.drop_nulls()
        words[cells.is_not_null().to_numpy()] = digests(present.to_list(), len(present))
        return words

    def as_text(self, cell: "pl.Expr") -> "pl.Expr":
        """Base64, with its padding."""
        return cell.bin.encode("base64")

    def from_text(self, text: "pl.Expr") -> "pl.Expr":
        """From Base64."""
        return text.str.decode("base64", strict=True)

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """Bytes, or text in Base64."""
        return cell if found == self.polars else super().value_of(cell, found).str.decode("base64", strict=False)

    @property
    def peculiar(self) -> Peculiar:
        """No bytes, whose Base64 is empty text."""
        return {EMPTY_TEXT: lambda cells: bool((cells.bin.size() == 0).any())}


BINARY = Binary("binary")

TYPES = (BINARY,)


def named(text: str) -> ColumnType | None:
    """``binary``."""
    return member(TYPES, text)
