"""TOML: the standard library reads and judges it; a scanner finds the places, which nothing in use tells.

tomllib gives no positions, nor does tomlkit (its issue 55). The scanner reads text that tomllib has taken, so
it needs to know where things end, not whether they are right.
"""

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

from synth_assets.documents.bounds import PARTS, check_nesting
from synth_assets.documents.document import Document, PlaceNotes
from synth_assets.documents.marks import Marks
from synth_assets.documents.places import Path, Place, dotted, twice
from synth_assets.documents.syntax import TOML
from synth_assets.errors import UsageError

_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")
_TWICE = re.compile(r"Cannot (overwrite|declare|redefine|mutate)|Duplicate")

_TOKENS = re.compile(
    rf'''
      \#[^\n]*+
    | """(?:[^"\\]++|\\.|"(?!""))*+(?:"{{3,5}})?
    | \'\'\'(?:[^']++|'(?!\'\'))*+(?:'{{3,5}})?
    | [\[\]{{}}]
    | (?P<word>(?:{PARTS.pattern})(?:[ \t]*+\.[ \t]*+(?:{PARTS.pattern}))*+)
    ''',
    re.VERBOSE | re.DOTALL,
)
_BETWEEN = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_NAME = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+""")
_SPACE = re.compile(r"[ \t]*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_HEADER_END = re.compile(r"[ \t\]]*")
_COMMA = re.compile(rf"{_BETWEEN.pattern},?{_BETWEEN.pattern}")
_SCALAR = re.compile(
    r'''
      """(?:[^\\]|\\.)*?"""(?:"{0,2})   # of several lines; two more quotes may belong to the text
    | \'\'\'.*?\'\'\'(?:'{0,2})
    | "(?:[^"\\]|\\.)*"
    | '[^']*'
    | \d{4}-\d\d-\d\d[ ]\d\d:[^\s,\]}\#]*   # a day and a time with a space between
    | [^\s,\]}\#]+
    ''',
    re.VERBOSE | re.DOTALL,
)
_LARGEST = 13_000
"""Bits of a number: Python refuses to write much larger ones as decimals."""


def parse(text: str, file: str) -> Document:
    """Read TOML.

    Raises:
        UsageError: it is none, has a name twice, or is too much.
    """
    text = text.replace("\r\n", "\n")
    marks = Marks(text, file)
    check_nesting(text, marks, _TOKENS)
    try:
        values = tomllib.loads(text)
    except ValueError as error:
        raise _refused(str(error), text, marks, file) from None
    scanner = _Scanner(text, marks, file)
    scanner.scan()
    return Document.of(_plain(values), scanner.places, TOML)


def _refused(problem: str, text: str, marks: Marks, file: str) -> UsageError:
    if not _TWICE.match(problem):
        end = marks.place(len(text))
        problem = problem.replace("(at end of document)", f"(at line {end.line}, column {end.column}, the end)")
        return UsageError(f"{file} is no valid TOML: {problem}.\n  Correct it there.")
    position = _POSITION.search(problem)
    end = marks.at(*map(int, position.groups())) if position else len(text)
    scanner = _Scanner(text[:end], marks, file)
    scanner.scan()
    return scanner.twice()


def _plain(value: Any) -> Any:
    """As JSON has it: a date is text, and so is a number that nobody could write down again."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return hex(value) if isinstance(value, int) and value.bit_length() > _LARGEST else value


class _Scanner:
    """Walks through TOML that is right, as far as it goes, and notes where names and values begin."""

    def __init__(self, text: str, marks: Marks, file: str) -> None:
        self._text, self._marks, self._at = text, marks, 0
        self.places = PlaceNotes({(): (Place(file, 0, 0), None)})
        self._tables: dict[Path, int] = {}  # how many there are so far of each array of tables
        whole = self.places[()][0]
        self._newest: tuple[Place, Path, Place] = whole, (), whole  # a name; what it repeats, and where that was

    def scan(self) -> None:
        """Read all of the text."""
        base: Path = ()
        while self._skip(_BETWEEN) < len(self._text):
            if self._sign() == "[":
                base = self._header()
            else:
                self._pair(base, alone=True)

    def twice(self) -> UsageError:
        """The error about the name that was read last, which was there before."""
        place, known, first = self._newest
        return twice(place, dotted(known), first)

    def _header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``: the path of the table that it opens."""
        another = self._text.startswith("[[", self._at)
        self._at += 2 if another else 1
        path = self._names((), alone=True)
        self.places.note(path, self._newest[0], None)  # said outright, if it was only implied before
        if another:
            number = self._tables[path] = self._tables.get(path, -1) + 1
            self.places.note((*path, number), self._newest[0], None)
        self._skip(_HEADER_END)
        return self._latest(path)

    def _pair(self, base: Path, *, alone: bool | None = None) -> None:
        """``a.b = value``."""
        path = self._names(base, alone)
        self._skip(_EQUALS)
        self.places.note(path, self._newest[0], self._marks.place(self._at))
        self._value(path)

    def _names(self, base: Path, alone: bool | None) -> Path:
        """``a."b".c``: the path that it means. What it implies is noted; the last name is the caller's to note."""
        path, (_, known, first) = base, self._newest
        while True:
            path = self._latest(path)
            start = self._skip(_SPACE)
            end = self._skip(_NAME)
            place = self._marks.place(start, alone)
            path = (*path, _unquoted(self._text[start:end]))
            if path in self.places:
                known, first = path, self.places[path][0]
            self._newest = place, known, first
            if self._skip(_DOT) == end:
                return path
            if path not in self.places:
                self.places.note(path, place, None)

    def _value(self, path: Path) -> None:
        if self._sign() == "{":
            self._at += 1
            while self._more("}"):
                self._pair(path)
        elif self._sign() == "[":
            self._at += 1
            number = 0
            while self._more("]"):
                place = self._marks.place(self._at)
                self.places.note((*path, number), place, place)
                self._value((*path, number))
                number += 1
        else:
            self._skip(_SCALAR)

    def _more(self, end: str) -> bool:
        """Go to the next thing in brackets; whether there is one before they end."""
        self._skip(_COMMA)
        if self._sign() in {end, ""}:
            self._at += 1
            return False
        return True

    def _latest(self, path: Path) -> Path:
        """The newest table, where a path names an array of tables."""
        return (*path, self._tables[path]) if path in self._tables else path

    def _sign(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self, what: re.Pattern[str]) -> int:
        """Go to the end of ``what``, if it is next."""
        found = what.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at


def _unquoted(name: str) -> str:
    return name if name[0] not in "\"'" else tomllib.loads(f"name = {name}")["name"]
