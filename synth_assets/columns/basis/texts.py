"""Text made byte by byte."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


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
    return pl.Series(pa.Array.from_buffers(pa.large_string(), len(ends), buffers))
