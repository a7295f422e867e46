"""UUIDs, as text in small letters: ``0189d3f1-7a6b-4c1d-9e2f-0123456789ab``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import EMPTY_TEXT, ColumnType, Peculiar, member, plain_text, row_digests
from synth_assets.model.types.text import bytes_of, has_empty, text_words

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

LENGTH = 36
"""Bytes of the text."""


@dataclass(frozen=True)
class Uuid(ColumnType):
    """A UUID of 36 characters; frames and files have it as text, as few of them have a type for it."""

    kind: ClassVar[str] = "uuid"
    nests: ClassVar[bool] = True

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.String()

    def _sql(self) -> Mapping[str, str]:
        return {"duckdb": "UUID", "mariadb": "CHAR(36)", "postgresql": "UUID", "sqlite": "TEXT"}

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """XXH3-64 of the text: where all are of one length, of all at once."""
        rows = _rows(cells)
        return text_words(cells) if rows is None else row_digests(rows)

    @property
    def peculiar(self) -> Peculiar:
        """Text of no length."""
        return {EMPTY_TEXT: has_empty}

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """In either case, with braces if somebody likes them."""
        return plain_text(cell, found).str.strip_chars().str.strip_chars("{}").str.to_lowercase()


def _rows(cells: "pl.Series") -> "NDArray[Any] | None":
    """The bytes of texts, shape (n, 36), if they have as many each, and none is missing."""
    import numpy as np

    if not len(cells) or cells.null_count():
        return None
    data, edges = bytes_of(cells)
    return None if (np.diff(edges) != LENGTH).any() else data[edges[0] : edges[-1]].reshape(-1, LENGTH)


UUID = Uuid("uuid")

TYPES = (UUID,)


def named(text: str) -> ColumnType | None:
    """``uuid``."""
    return member(TYPES, text)
