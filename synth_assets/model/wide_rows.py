"""How many rows are made, or lie in a row group, at a time: fewer where rows are wide, so that memory stays what it is.

Neither values nor files' cells depend on it.
"""

import polars as pl

_MOST_BYTES = 64_000_000
"""Of rows that are made at a time. A process has several times as much: what they are made of, and those that wait."""

_LEAST = 256

_LOOKED_AT = 1_024
WORD = 8
"""Bytes of the word by which a cell is hashed."""


def rows_at_a_time(rows: pl.DataFrame, most: int) -> int:
    """How many rows like these are few enough to be held at once.

    Args:
        rows: the first of them, or some.
        most: a power of two; so many if they aren't wide, else it is halved.
    """
    some = rows.head(_LOOKED_AT)
    return most if some.is_empty() else fitting_rows(row_bytes(some), most)


def fitting_rows(size: float, most: int) -> int:
    """How many rows of so many bytes each are few enough; the rest as for :func:`rows_at_a_time`."""
    while most > _LEAST and most * size > _MOST_BYTES:
        most //= 2
    return most


def row_bytes(rows: pl.DataFrame) -> float:
    """Bytes of a row, of its text as if it were its own alone, and of the words that it is hashed by."""
    return sum(WORD + _bytes(rows[name]) / rows.height for name in rows.columns)


def _bytes(cells: pl.Series) -> int:
    # Texts point into memory that others share.
    if cells.dtype == pl.String:
        return 2 * WORD * len(cells) + int(cells.str.len_bytes().sum() or 0)
    if cells.dtype == pl.Binary:
        return 2 * WORD * len(cells) + int(cells.bin.size().sum() or 0)
    return int(cells.estimated_size())
