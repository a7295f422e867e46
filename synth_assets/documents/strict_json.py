"""JSON that programs write to each other: read strictly, since nobody types it."""

import json
import re
from typing import Any

from synth_assets.errors import shortened

_LARGE = 10_000_000
_LONGEST = 1_000_000
"""Bytes of a single text in a large document, and more than any has."""
_LONG_TEXT = re.compile(f'"[^"]{{{_LONGEST},}}')
_LONG_BYTES = re.compile(_LONG_TEXT.pattern.encode())


def loads(text: str | bytes) -> Any:
    """What a text says.

    Raises:
        ValueError: it is no JSON, says a thing twice, has a number that is none, nests too deep, or has a text that is
            longer than any that we write.

    Example:
        >>> loads('{"rows": 1, "rows": 2}')
        Traceback (most recent call last):
        ...
        ValueError: 'rows' is there twice
    """
    if len(text) > _LARGE:
        _check_lengths(text)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it nests too deep") from None


def shown(value: object) -> str:
    """A value as Python writes it, as far as a line holds: what a message says of it."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 — whoever wrote the value's class wrote this, too
        return "more than can be shown"
    if "\n" in text:  # a drawing, of a frame for example
        return f"<{type(value).__name__}>"
    return shortened(text)


def _check_lengths(text: str | bytes) -> None:
    """Look how far quotes are apart, before anything is made of what lies between them."""
    long: re.Pattern[Any] = _LONG_TEXT if isinstance(text, str) else _LONG_BYTES
    quote: Any = '"' if isinstance(text, str) else b'"'
    first = text.find(quote)
    if (first if first >= 0 else len(text)) > _LONGEST or long.search(text):
        raise ValueError(f"it has a text of more than {_LONGEST:,} characters")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names: set[str] = set()
        twice = next(name for name, _ in pairs if name in names or names.add(name))
        raise ValueError(f"{shown(twice)} is there twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
