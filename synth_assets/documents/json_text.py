"""JSON: the standard library reads and judges it; a walk through what it has taken finds the places."""

import json
import re
from typing import Any, NoReturn

from synth_assets.documents.bounds import check_nesting
from synth_assets.documents.document import Document, PlaceNotes
from synth_assets.documents.marks import Marks
from synth_assets.documents.places import Path, Place, twice
from synth_assets.documents.syntax import JSON
from synth_assets.errors import UsageError

_TOKENS = re.compile(r""""(?:[^"\\]++|\\.)*+"?|[\[\]{}]|(?P<word>[A-Za-z0-9_.+-]++)""", re.DOTALL)
_BETWEEN = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")


def parse(text: str, file: str) -> Document:
    """Read JSON.

    Raises:
        UsageError: it is none, has a name twice, or is too much.
    """
    marks = Marks(text, file)
    check_nesting(text, marks, _TOKENS)
    try:
        values = json.loads(text, parse_constant=lambda name: _no_number(name, text, marks))
    except json.JSONDecodeError as error:
        problem = error.msg[0].lower() + error.msg[1:]
        place = Place(file, error.lineno, error.colno, alone=False)
        raise UsageError(f"{place}: no valid JSON: {problem}.\n  Correct it there.") from None
    except ValueError:  # Python makes no number of thousands of digits
        longest = max(_TOKENS.finditer(text), key=lambda found: len(found["word"] or ""))
        place = marks.place(longest.start())
        raise UsageError(f"{place}: no valid JSON: a number is too large.\n  Correct it there.") from None
    walk = _Walk(text, marks)
    walk.value(())
    return Document.of(values, walk.places, JSON)


def _no_number(name: str, text: str, marks: Marks) -> NoReturn:
    at = next((found.start() for found in _TOKENS.finditer(text) if (found["word"] or "").startswith(name)), 0)
    raise UsageError(f"{marks.place(at)}: no valid JSON: {name} is no number of JSON.\n  Correct it there.")


class _Walk:
    """Walks through JSON that is right, and notes where names and values begin."""

    def __init__(self, text: str, marks: Marks) -> None:
        self._text, self._marks, self._read = text, marks, json.JSONDecoder().raw_decode
        self._at = _BETWEEN.match(text).end()  # pyright: ignore[reportOptionalMemberAccess] — it matches nothing too
        place = self._marks.place(self._at)
        self.places = PlaceNotes({(): (place, place)})

    def value(self, path: Path) -> None:
        """Walk through the value that comes next."""
        if self._text[self._at] == "{":
            self._at += 1
            while self._more("}"):
                self._pair(path)
        elif self._text[self._at] == "[":
            self._at += 1
            number = 0
            while self._more("]"):
                place = self._marks.place(self._at)
                self.places.note((*path, number), place, place)
                self.value((*path, number))
                number += 1
        else:
            self._scalar()

    def _pair(self, group: Path) -> None:
        place = self._marks.place(self._at)
        path = (*group, self._scalar())
        if path in self.places:
            raise twice(place, path[-1], self.places[path][0])
        self._skip(_COLON)
        self.places.note(path, place, self._marks.place(self._at))
        self.value(path)

    def _more(self, end: str) -> bool:
        """Go to the next thing in brackets; whether there is one before they end."""
        self._skip(_BETWEEN)
        if self._text[self._at] == end:
            self._at += 1
            return False
        return True

    def _scalar(self) -> Any:
        value, self._at = self._read(self._text, self._at)
        return value

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self._text, self._at)
        self._at = found.end() if found else self._at
