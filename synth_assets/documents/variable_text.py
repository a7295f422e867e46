"""What the text of a variable means, by the type of its field."""

from typing import Any

from synth_assets.documents.annotations import choices, item_type, members, peeled
from synth_assets.documents.whole_number import whole_number

_BOOLEANS = {"true": True, "false": False}


def from_text(text: str, annotation: Any) -> Any:
    """What a text means for a field of this type, as JSON has it; text that means nothing there stays text.

    A list has commas between its items. Days, decimals and the names of enumerations are text in JSON too.

    Example:
        >>> from_text("1_000, 7", list[int])
        [1000, 7]
    """
    kind, _ = peeled(annotation)
    if options := members(kind):
        read = (from_text(text, option) for option in options)
        return next((value for value in read if not isinstance(value, str)), text)
    if item := item_type(kind):
        return [from_text(part.strip(), item[0]) for part in text.split(",")]
    meant = _scalar(text.strip(), kind)
    return text if meant is None else meant


def _scalar(text: str, kind: Any) -> Any:
    if (names := choices(kind)) is not None:
        return next((name for name in names if str(name) == text), None)
    if kind is bool:
        return _BOOLEANS.get(text.lower())
    if kind is int:
        return whole_number(text)
    return _number(text) if kind is float else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
