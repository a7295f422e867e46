"""Text for people: aligned columns, numbers with separators, sizes, short paths."""

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from synth_assets.cli.shown import in_line

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


def count(number: int | None) -> str:
    """A row count with separators; ``counted on the way`` where it isn't known yet."""
    return "?" if number is None else f"{number:,}"


def size(number: int) -> str:
    """Bytes as a person reads them: ``23.4 MB``."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def either(names: Sequence[str]) -> str:
    """Names to choose one of.

    Example:
        >>> either(["csv", "ndjson", "parquet"])
        'csv, ndjson or parquet'
    """
    return " or ".join([", ".join(names[:-1]), *names[-1:]]) if len(names) > 1 else "".join(names)


def short(path: Path) -> str:
    """A path from the current folder if it lies inside, else as it is."""
    try:
        here = Path.cwd()
    except OSError:  # a folder that is no more, or that nobody may look into
        return os.fspath(path)
    return os.fspath(path.relative_to(here)) if path.is_relative_to(here) else os.fspath(path)


def _padded(cell: str, wide: int, *, right: bool) -> str:
    fill = " " * (wide - width(cell))
    return fill + cell if right else cell + fill
