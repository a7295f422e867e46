"""Rows of cells as text for people, in columns."""

import unicodedata
from collections.abc import Sequence

from synth_assets.documents.shown import in_line

_GAP = "  "


def aligned(rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "") -> str:
    """Rows of cells as text, each column as wide as its widest cell.

    Args:
        rows: the header, if any, is the first.
        right: the columns that are set flush right, by position.
        indent: before each line.

    Example:
        >>> print(aligned([["table", "rows"], ["raw_orders", "5,000"]], right=[1]))
        table        rows
        raw_orders  5,000
    """
    if not rows:
        return ""
    rows = [[in_line(cell) for cell in row] for row in rows]
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [_padded(cell, widths[at], right=at in right) for at, cell in enumerate(row)]
        lines.append((indent + _GAP.join(cells)).rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """Places that a text takes on a terminal; wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def _padded(cell: str, wide: int, *, right: bool) -> str:
    fill = " " * (wide - width(cell))
    return fill + cell if right else cell + fill
