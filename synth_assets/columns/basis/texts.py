"""Text made byte by byte."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.model.arrow import from_array


def strings(text: NDArray[np.uint8]) -> pl.Series:
    """Rows of UTF-8 bytes, shape (n, length), as a String series."""
    count, length = text.shape
    ends = np.arange(length, (count + 1) * length, length, dtype=np.int64) if length else np.zeros(count, np.int64)
    return pieces(np.ascontiguousarray(text).reshape(-1), ends)


def pieces(text: NDArray[np.uint8], ends: NDArray[np.int64]) -> pl.Series:
    """UTF-8 bytes as a String series of cells one behind the other.

    Args:
        text: the bytes of all.
        ends: where each cell ends, shape (n,).
    """
    import pyarrow as pa  # 20 ms that who only looks at tables does not wait for

    offsets = np.concatenate([[0], ends]).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text)]
    return from_array(pa.Array.from_buffers(pa.large_string(), len(ends), buffers))


_INLINE = 12
"""Bytes of a text that Arrow keeps in the view itself."""


def pieces_of(text: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> pl.Series:
    """Pieces of one ASCII text as a String series, which points into it: 16 bytes a cell, however long.

    Args:
        text: as bytes, fewer than 2^31; kept as long as the series is.
        starts: where each piece begins, shape (n,).
        lengths: of each, shape (n,).
    """
    import pyarrow as pa  # as above

    views = np.zeros((len(starts), 16), dtype=np.uint8)
    words = views.view("<i4")
    words[:, 0] = lengths
    words[:, 3] = starts
    for place in range(4):
        views[:, 4 + place] = text.take(starts + place, mode="clip")
    (few,) = np.nonzero(lengths <= _INLINE)
    if len(few):
        short, first = lengths[few], starts[few]
        own = np.zeros((_INLINE, len(few)), dtype=np.uint8)
        for place in range(_INLINE):
            np.multiply(text.take(first + place, mode="clip"), place < short, out=own[place])
        views[few, 4:] = own.T
    buffers = [None, pa.py_buffer(views), pa.py_buffer(text)]
    return from_array(pa.Array.from_buffers(pa.string_view(), len(starts), buffers))
