"""Positions in a text as lines and columns."""

import bisect
import re

from synth_assets.documents.places import Place

_END = re.compile(r"\n")
_INDENTED = re.compile(r"[ \t]*+(?:- ++)*+")


class Marks:
    r"""A text's lines.

    Example:
        >>> str(Marks("orders = 5\ndays = 6", "synth.toml").place(11))
        'synth.toml, line 2'
    """

    def __init__(self, text: str, file: str) -> None:
        self._text, self._file = text, file
        self._starts = [0, *(found.end() for found in _END.finditer(text))]
        self._begins: dict[int, int] = {}  # line → where what is written on it begins

    def place(self, at: int, alone: bool | None = None) -> Place:
        """The place of the sign at position ``at``; whether it is alone is seen from what stands before it."""
        line = bisect.bisect_right(self._starts, at)
        start = self._starts[line - 1]
        if alone is None:
            alone = at <= self._begin(line, start)
        return Place(self._file, line, at - start + 1, alone)

    def _begin(self, line: int, start: int) -> int:
        if line not in self._begins:
            found = _INDENTED.match(self._text, start)
            self._begins[line] = found.end() if found else start
        return self._begins[line]

    def at(self, line: int, column: int) -> int:
        """The position of a line and column."""
        return self._starts[line - 1] + column - 1
