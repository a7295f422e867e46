"""How large, how deep and how much a text may be: far more than people write, far less than takes a machine down.

Python's own readers recur with each level, and keep all of a text before anybody can count. So a text is measured
first, its nesting is counted before JSON and TOML are read, and YAML is counted as it is read.
"""

import re

from synth_assets.documents.marks import Marks
from synth_assets.documents.places import Path, Place
from synth_assets.documents.whole_number import LONGEST_NUMBER
from synth_assets.errors import UsageError

LARGEST = 1_000_000
"""Bytes of a file, and signs of a text."""

DEEPEST = 50
"""Lists and groups in each other."""

MOST = 20_000
"""Names and items of lists."""

_TOKENS_EACH = 5  # a name and its value, brackets, and what a day and a time fall into


def check_size(text: str, file: str) -> None:
    """Refuse a text that is too large.

    Raises:
        UsageError: it is.
    """
    if len(text) > LARGEST:
        problem = f"it has {len(text):,} signs; at most {LARGEST:,} are read"
        raise UsageError(f"{file} can't be read: {problem}.\n  Make it smaller.")


def check_nesting(text: str, marks: Marks, tokens: re.Pattern[str]) -> None:
    """Refuse a text before it is read, whose brackets or dotted names nest too deeply, or with too long a number.

    Args:
        text: of JSON or TOML, right or not.
        marks: its places.
        tokens: finds all strings and comments, brackets, and as group ``word`` whatever else matters, a dotted name
            as a whole, whose parts are group ``part`` of :data:`PARTS`.

    Raises:
        UsageError: they do.
    """
    depth = so_far = 0
    for found in tokens.finditer(text):
        sign = text[found.start()]
        so_far += sign != "#"
        if so_far > _TOKENS_EACH * MOST:
            raise too_much(marks.place(found.start()))
        if word := found["word"]:
            _check_word(word, marks.place(found.start()))
        elif sign in "[{":
            if depth > DEEPEST:
                raise too_deep(marks.place(found.start()))
            depth += 1
        elif sign in "]}":
            depth -= 1


PARTS = re.compile(r""""(?:[^"\\\n]++|\\.)*+"?|'[^'\n]*+'?|[A-Za-z0-9_-]++""")
"""The parts of a dotted name."""


def check_path(path: Path, place: Place, so_far: int) -> None:
    """Refuse a name or an item that is one too many, or too deep.

    Raises:
        UsageError: it is.
    """
    if len(path) > DEEPEST:
        raise too_deep(place)
    if so_far >= MOST:
        raise too_much(place)


def too_much(place: Place) -> UsageError:
    """The error about more names and items than are read."""
    return UsageError(f"{place}: more than {MOST:,} names and items are not read.\n  Write fewer of them.")


def too_deep(place: Place) -> UsageError:
    """The error about lists and groups that nest too deeply."""
    return UsageError(
        f"{place}: lists or groups nest too deeply: more than {DEEPEST} levels are not read.\n  Write it flatter."
    )


def _check_word(word: str, place: Place) -> None:
    digits = len(word.strip("+-").replace("_", ""))
    if digits > LONGEST_NUMBER and word.strip("+-").replace("_", "").isdigit():
        raise UsageError(
            f"{place}: a number has {digits:,} digits; at most {LONGEST_NUMBER:,} are read.\n  Write a shorter one."
        )
    if "." in word and len(PARTS.findall(word)) > DEEPEST:
        raise too_deep(place)
