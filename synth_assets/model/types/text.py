"""Text of any length, and the way from text to words that all types of text share."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.model.types.base import EMPTY_TEXT, ColumnType, Peculiar, digests, member

if TYPE_CHECKING:
    import numpy as np
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

    from synth_assets.kernel.xxh3 import digests_of_texts

    words, longer = digests_of_texts(*bytes_of(cells))
    if cells.null_count():
        # Whatever lies hidden behind a missing cell.
        missing = cells.is_null().to_numpy()
        words[missing] = np.uint64(0)
        longer = longer[~missing[longer]]
    if len(longer):
        words[longer] = digests(cells.gather(longer).cast(pl.Binary).to_list(), len(longer))
    return words


def bytes_of(cells: "pl.Series") -> "tuple[NDArray[np.uint8], NDArray[np.int64]]":
    """The UTF-8 bytes of texts one behind the other, and where each begins and the last ends, shape (n + 1,)."""
    import numpy as np
    import polars as pl

    arrow = cells.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = arrow.buffers()
    edges = np.frombuffer(offsets, np.int64)[arrow.offset : arrow.offset + len(cells) + 1]
    return np.frombuffer(data or b"", np.uint8), edges


STRING = String("string")

TYPES = (STRING,)


def named(text: str) -> ColumnType | None:
    """``string``."""
    return member(TYPES, text)
