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


def fitting_rows(size: float, most: int) -> int:
    """How many rows are few enough to be held at once.

    Args:
        size: bytes of a row.
        most: a power of two; so many if they aren't wide, else it is halved until they fit.
    """
    while most > _LEAST and most * size > _MOST_BYTES:
        most //= 2
    return most


def row_bytes(rows: pl.DataFrame) -> float:
    """Bytes of a row, of its text as if it were its own alone, and of the words that it is hashed by; 0 of no rows.

    Args:
        rows: the first of them, or some.
    """
    count = min(rows.height, _LOOKED_AT)
    return sum(WORD + _bytes(rows[name].head(count)) / count for name in rows.columns) if count else 0.0


def _bytes(cells: pl.Series) -> int:
    # Texts point into memory that others share.
    if cells.dtype == pl.String:
        return 2 * WORD * len(cells) + int(cells.str.len_bytes().sum() or 0)
    if cells.dtype == pl.Binary:
        return 2 * WORD * len(cells) + int(cells.bin.size().sum() or 0)
    return int(cells.estimated_size())
