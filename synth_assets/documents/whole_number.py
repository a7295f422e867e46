"""Whole numbers, as people write them."""

import re

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+(_[0-9]+)*")
LONGEST_NUMBER = 4_000
"""Digits of a number; Python refuses to read much longer ones."""


def whole_number(text: str) -> int | None:
    """The whole number that ``text`` writes, ``None`` if it is none: no fractions, no spaces, no other digits.

    Example:
        >>> whole_number("5_000"), whole_number("5.0")
        (5000, None)
    """
    if len(text) > LONGEST_NUMBER or not _WHOLE_NUMBER.fullmatch(text):
        return None
    return int(text)
