"""Regular expressions → patterns of the dataset language, where a text of such a pattern fits."""

import re
from collections.abc import Iterable, Sequence
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as reading  # type: ignore[attr-defined]
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

_CLASSES = (("letters", ascii_lowercase), ("LETTERS", ascii_uppercase), ("digits", digits), ("hex", digits + "abcdef"))
_POSIX = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": " ",
    "xdigit": "0-9a-f",
}
_USUAL = 5
"""How often something comes that may come as often as one likes."""

_MOST = 99
"""Characters of one kind in a row that a pattern can have."""


def language_pattern(regular: str, longest: int | None) -> str:
    """A pattern of the language whose texts a regular expression fits from end to end; empty if none is found.

    Args:
        regular: the expression.
        longest: the most characters; ``None`` for as many as one likes.

    Example:
        >>> language_pattern("[A-Z]{2}-[0-9]+", None)
        '{2 LETTERS}-{5 digits}'
    """
    for name, some in _POSIX.items():
        regular = regular.replace(f"[:{name}:]", some)
    for usual in (_USUAL, 1, 0):
        try:
            pieces = list(_merged(_pieces(reading.parse(regular), usual)))
        except (re.error, ValueError, OverflowError, RecursionError):
            return ""
        sample = "".join(text * (count or 1) for text, _, count in pieces)
        if (longest is None or len(sample) <= longest) and re.fullmatch(regular, sample):
            return "".join(_written(*piece) for piece in pieces)
    return ""


Piece = tuple[str, str, int]
"""A text of one character of a kind or of several that are written, the kind, and how often it comes (0: as it is)."""


def escaped(text: str) -> str:
    """A text within a pattern."""
    return text.replace("{", "{{").replace("}", "}}")


def _written(text: str, kind: str, count: int) -> str:
    return f"{{{count} {kind}}}" if kind else escaped(text)


def _merged(pieces: Iterable[Piece]) -> Iterable[Piece]:
    found: list[Piece] = []
    for text, kind, count in pieces:
        if kind and found and found[-1][1] == kind and found[-1][2] + count <= _MOST:
            found[-1] = (text, kind, found[-1][2] + count)
        else:
            found.append((text, kind, count))
    return found


def _pieces(parsed: Iterable[Any], usual: int) -> Iterable[Piece]:
    for sign, of in parsed:
        if sign is signs.LITERAL:
            yield chr(of), "", 0
        elif sign in {signs.IN, signs.NOT_LITERAL}:
            yield _one_of(of if sign is signs.IN else [(signs.NEGATE, None), (signs.LITERAL, of)])
        elif sign is signs.ANY:
            yield "a", "letters", 1
        elif sign in {signs.MAX_REPEAT, signs.MIN_REPEAT}:
            least, most, inner = of
            often = least or min(int(most), usual)
            often = max(often, min(int(most), usual)) if int(most) > _MOST else often
            for _ in range(often):
                yield from _pieces(inner, usual)
        elif sign in {signs.SUBPATTERN, signs.BRANCH}:
            yield from _pieces(of[-1] if sign is signs.SUBPATTERN else of[1][0], usual)
        elif sign is not signs.AT:
            raise ValueError(sign)


def _one_of(members: Sequence[Any]) -> Piece:
    """A character of a set, of the largest kind that lies in it."""
    if members[0][0] is signs.NEGATE:
        refused = _characters(members[1:])
        allowed = {one for _, some in _CLASSES for one in some} - refused
    else:
        allowed = _characters(members)
    for kind, some in _CLASSES:
        if allowed.issuperset(some):
            return some[0], kind, 1
    if not allowed:
        raise ValueError(members)
    return min(allowed), "", 0


def _characters(members: Sequence[Any]) -> set[str]:
    found: set[str] = set()
    for sign, of in members:
        if sign is signs.LITERAL:
            found.add(chr(of))
        elif sign is signs.RANGE:
            found |= {chr(code) for code in range(of[0], min(of[1], 0x17F) + 1)}
        elif sign is signs.CATEGORY and of is signs.CATEGORY_DIGIT:
            found |= set(digits)
        elif sign is signs.CATEGORY and of is signs.CATEGORY_WORD:
            found |= set(digits + ascii_lowercase + ascii_uppercase + "_")
        elif sign is signs.CATEGORY and of is signs.CATEGORY_SPACE:
            found.add(" ")
        else:
            raise ValueError(sign)
    return found
