"""Arrow arrays as series, by the interface that all libraries share.

To take an array that it knows as pyarrow's, polars imports pyarrow's kernels, which it needs for tables of several
chunks alone: 50 ms of each process, for nothing.
"""

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa


def from_array(array: "pa.Array", name: str = "") -> pl.Series:
    """An array as a series of that name, without a copy."""
    return pl.Series(_Exported(array)).alias(name)


class _Exported:
    """An array of which nothing is known but how it is handed over."""

    def __init__(self, array: "pa.Array") -> None:
        self._array = array

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return self._array.__arrow_c_array__(requested_schema)
