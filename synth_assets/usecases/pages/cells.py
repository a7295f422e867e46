"""Cells as people read them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

import polars as pl

_MOST_ITEMS = 20
"""Of a list, a struct or bytes; what comes after is left out, as it wouldn't fit anyway."""


def plain_cells(cells: pl.Series) -> list[Any]:
    """Cells as Python has them; times that its calendar doesn't reach are their numbers."""
    try:
        return cells.to_list()
    except (ValueError, OverflowError, pl.exceptions.PanicException):
        return cells.to_physical().to_list()


def cell_text(value: Any) -> str:
    r"""A cell that isn't missing, as text.

    Example:
        >>> cell_text([1, None, b"\xff"]), cell_text({"a": True})
        ('[1, null, 0xff]', '{a: true}')
    """
    if isinstance(value, list):
        return f"[{', '.join(_first_texts(iter(cast('list[Any]', value))))}]"
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, Any]", value).items()
        return f"{{{', '.join(_first_texts(iter(pairs)))}}}"
    return _plain_text(value)


def _plain_text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, bytes):
        return f"0x{value[:_MOST_ITEMS].hex()}{'…' if len(value) > _MOST_ITEMS else ''}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").removesuffix("+00:00")
    return str(value)


def _first_texts(items: Iterator[Any]) -> Iterator[str]:
    for number, item in enumerate(items):
        if number == _MOST_ITEMS:
            yield "…"
            return
        yield f"{item[0]}: {cell_text(item[1])}" if isinstance(item, tuple) else cell_text(item)
