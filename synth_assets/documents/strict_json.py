"""JSON that programs write to each other: read strictly, since nobody types it."""

import json
from typing import Any

from synth_assets.errors import shortened


def loads(text: str | bytes) -> Any:
    """What a text says.

    Raises:
        ValueError: it is no JSON, says a thing twice, has a number that is none, or nests too deep.

    Example:
        >>> loads('{"rows": 1, "rows": 2}')
        Traceback (most recent call last):
        ...
        ValueError: 'rows' is there twice
    """
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


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names: set[str] = set()
        twice = next(name for name, _ in pairs if name in names or names.add(name))
        raise ValueError(f"{shown(twice)} is there twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
