"""Column values on their way to a frame: plain arrays, arrays with gaps, and text by code."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.model.arrow import from_array
from synth_assets.model.types.text import text_words

if TYPE_CHECKING:
    import pyarrow as pa

    from synth_assets.model.table import Column


class TextPool:
    """Strings that cells point into by number, with the digest of each.

    Args:
        texts: the strings.
        lasting: whether a column has these very texts for all of its rows, whichever are asked for. Then a file that
            has dictionaries takes its cells by code, which is several times as fast.
    """

    def __init__(self, texts: Sequence[str] | pl.Series, *, lasting: bool = False) -> None:
        self.texts = texts if isinstance(texts, pl.Series) else pl.Series(texts, dtype=pl.String)
        self.lasting = lasting

    def __len__(self) -> int:
        return len(self.texts)

    @functools.cached_property
    def digests(self) -> NDArray[np.uint64]:
        """XXH3-64 of each string's UTF-8 bytes, shape (len,): the canonical words of text cells."""
        return text_words(self.texts)

    def series(self, codes: NDArray[Any], valid: NDArray[np.bool_] | None = None) -> pl.Series:
        """The strings at ``codes`` as a String series; missing where ``valid`` is False."""
        import pyarrow as pa  # 20 ms that who only looks at tables doesn't wait for

        views, texts = self._views
        present = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
        buffers = [present, pa.py_buffer(np.take(views, codes, axis=0)), *texts]
        return from_array(pa.Array.from_buffers(pa.string_view(), len(codes), buffers))

    def coded(self, codes: NDArray[Any], valid: NDArray[np.bool_] | None = None) -> pl.Series:
        """The strings at ``codes`` as an Enum series; missing where ``valid`` is False."""
        places = codes if valid is None else np.where(valid, codes, len(self.texts))
        return self._by_code[pl.Series(places.astype(np.uint32, copy=False))]

    @property
    def dictionary(self) -> pl.DataType:
        """The type of :meth:`coded`."""
        return self._by_code.dtype

    @functools.cached_property
    def _by_code(self) -> pl.Series:
        """What a code stands for, shape (len + 1,), the last one missing; to gather them is 2 ns a cell."""
        of = pl.Enum(self.texts.unique(maintain_order=True))
        return pl.concat([self.texts.cast(of), pl.Series([None], dtype=of)])

    @functools.cached_property
    def _views(self) -> "tuple[NDArray[np.uint64], list[pa.Buffer]]":
        """The pool as Arrow sees it: 16 bytes a string, shape (len, 2), that point into shared text.

        A column is a gather of those: 0.8 ns a cell, and no wait for polars' threads, which are busy writing.
        """
        arrow = self.texts.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
        _, views, *texts = arrow.buffers()
        start = arrow.offset
        return np.frombuffer(views, dtype=np.uint64).reshape(-1, 2)[start : start + len(arrow)], texts


@dataclass(frozen=True)
class Text:
    """Text cells: shape (n,) ``codes`` into ``pool``; where ``valid`` is False the cell is null."""

    pool: TextPool
    codes: NDArray[Any]
    valid: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def cut(self, start: int, stop: int) -> "Text":
        """The cells from one place to before another."""
        return Text(self.pool, self.codes[start:stop], None if self.valid is None else self.valid[start:stop])

    def series(self) -> pl.Series:
        """The cells as a String series."""
        return self.pool.series(self.codes, self.valid)

    def coded(self) -> pl.Series:
        """The cells as an Enum series of the pool's texts."""
        return self.pool.coded(self.codes, self.valid)


@dataclass(frozen=True)
class Fields:
    """Structs of text: each field by code, or as a String series; a struct is there in every row."""

    parts: "Mapping[str, Text | pl.Series]"

    def __len__(self) -> int:
        return len(next(iter(self.parts.values())))

    def series(self) -> pl.Series:
        """The cells as a Struct series."""
        columns = {name: part.series() if isinstance(part, Text) else part for name, part in self.parts.items()}
        return pl.DataFrame(columns).to_struct()


@dataclass(frozen=True)
class Masked:
    """Cells that may be missing: shape (n,) ``values``; where ``valid`` is False the cell is null."""

    values: NDArray[Any]
    valid: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)


Values = NDArray[Any] | Masked | Text | Fields | pl.Series
"""What a column's method returns: an array (money in cents, times in microseconds, dates in days), one
with gaps, text by code, fields of text, or a ready series."""


def series_of(column: "Column", values: Values) -> pl.Series:
    """Column values as a series of the column's type."""
    if isinstance(values, pl.Series):
        return values.alias(column.name)
    if isinstance(values, Text | Fields):
        return values.series().alias(column.name)
    if isinstance(values, Masked):
        return column.type.series(column.name, values.values, values.valid)
    return column.type.series(column.name, values)
