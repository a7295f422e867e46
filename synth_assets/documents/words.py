"""What may be written for a field of a model, in words, and an example of it."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any

from pydantic.fields import FieldInfo

from synth_assets.documents.annotations import choices, is_model, item_type, members, peeled, value_type


def allowed(field: FieldInfo) -> str:
    """What a field may be, in words made of its type and bounds.

    Example:
        >>> allowed(BronzeParams.model_fields["days"])
        'a whole number from 1 to 3,650'
    """
    return _words(field.annotation, tuple(field.metadata))


def example(field: FieldInfo) -> Any:
    """A value that the field takes, as JSON has it: its first example or its default; ``None`` if it has neither."""
    if field.examples:
        return field.examples[0]
    default = field.get_default()
    return None if field.is_required() else _plain(default)


def _words(annotation: Any, marks: tuple[Any, ...]) -> str:
    kind, inner = peeled(annotation)
    marks = (*marks, *inner)
    if options := members(kind):
        return " or ".join(dict.fromkeys(_words(option, marks) for option in options))
    if (names := choices(kind)) is not None:
        return f"one of {', '.join(map(str, names))}"
    if is_model(kind):
        return f"a group with {', '.join(kind.model_fields)}"
    if item := item_type(kind):
        return f"a list, each item {_words(item[0], ())}"
    if value := value_type(kind):
        return f"a group of names, each with {_words(value[0], ())}"
    known = isinstance(kind, type) and next((words for base, words in _KINDS if issubclass(kind, base)), "")
    return f"{known or 'a value'}{_bounds(marks)}"


_KINDS = (
    (bool, "true or false"),  # before int, which it is too
    (int, "a whole number"),
    (float, "a number"),
    (Decimal, "a decimal number"),
    (datetime, "a day and a time, written YYYY-MM-DDTHH:MM:SSZ"),  # before date, likewise
    (date, "a day of the calendar, written YYYY-MM-DD"),
    (PurePath, "a path"),
    (str, "text"),
)


def _bounds(marks: tuple[Any, ...]) -> str:
    low, high, above, below = (_mark(marks, name) for name in ("ge", "le", "gt", "lt"))
    digits = _mark(marks, "decimal_places")
    parts = [
        f"from {_number(low)} to {_number(high)}" if low is not None and high is not None else "",
        f">= {_number(low)}" if low is not None and high is None else "",
        f"<= {_number(high)}" if high is not None and low is None else "",
        f"above {_number(above)}" if above is not None else "",
        f"below {_number(below)}" if below is not None else "",
        f"with at most {digits} digits after the point" if digits is not None else "",
        f"like {_mark(marks, 'pattern')}" if _mark(marks, "pattern") else "",
    ]
    return "".join(f" {part}" for part in parts if part)


def _mark(marks: tuple[Any, ...], name: str) -> Any:
    found = (getattr(mark, name, None) for mark in marks)
    return next((value for value in found if value is not None), None)


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | None) else str(value)
