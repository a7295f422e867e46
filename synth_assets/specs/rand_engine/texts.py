"""Methods of text."""

from typing import Any

from synth_assets.specs.rand_engine.method import Argument, Method, Words, is_whole

_LENGTH = "a whole number from 1 to 18"


def is_length(value: Any) -> bool:
    """Whether a value is a count of digits that are drawn."""
    return is_whole(value) and 1 <= value <= 18


def digits_after(prefix: str, length: float, *, unique: bool) -> Words:
    """Text of a prefix and so many digits."""
    written = prefix.replace("{", "{{").replace("}", "}}")
    words: Words = {"method": "pattern", "pattern": f"{written}{{{int(length)} digits}}", "type": "string"}
    return words | {"unique": True} if unique else words


def _int_zfilled(length: float) -> Words:
    return digits_after("", length, unique=False)


METHODS = (
    Method(
        "int_zfilled",
        "so many digits, as text",
        (Argument("length", _LENGTH, is_length),),
        {"kwargs": {"length": 8}},
        _int_zfilled,
    ),
)
