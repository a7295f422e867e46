"""YAML, the part of it that all readers agree on.

Names are text as written, so ``on`` and ``2026`` are names like any other. Plain values are ``null``, ``true``,
``false``, decimal numbers, or else text: ``NO``, ``012``, ``1e3``, ``1:30`` and ``2026-01-01`` too, of which YAML's
versions make different things. Anchors, aliases and tags, which can make much of little or call for classes, are
refused.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import yaml

from synth_assets.documents.document import Document, PlaceNotes
from synth_assets.documents.marks import Marks
from synth_assets.documents.places import Path, Place, twice
from synth_assets.documents.syntax import YAML
from synth_assets.documents.whole_number import whole_number
from synth_assets.errors import UsageError, shortened

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""A parser in C where there is one: it takes a fifth of the time."""

_READ_ALIKE = re.compile(r"[\n -~\u00a0-\u2027\u202a-\ud7ff]*")
"""Characters of which both parsers make the same: not tabs, nor other ends of lines, nor marks of the byte order."""

_READ_OTHERWISE = re.compile(r"[?]|[|>][-+0-9]*#")
"""What the one in C takes within brackets for a letter, and at the head of a block for a comment."""

_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+][0-9]+)?")
_BETWEEN_LINES = ("mapping values are not allowed", "expected <block end>", "could not find expected", "expected ','")
"""What YAML says where lines don't go together, of which the first may be the wrong one."""

_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def parse(text: str, file: str) -> Document:
    """Read YAML.

    Raises:
        UsageError: it is none, has a name twice, anchors, aliases or tags, or is too much.
    """
    # What is wrong is told in the same words and at the same place with and without a parser in C.
    if _READ_ALIKE.fullmatch(text) and not _READ_OTHERWISE.search(text):
        with suppress(yaml.YAMLError, ValueError, OverflowError):
            walk = _walked(text, file, _FAST)
            return Document.of(walk.values, walk.places, YAML)
    return _parsed_slowly(text, file)


def _walked(text: str, file: str, loader_class: Any) -> "_Walk":
    loader, walk = loader_class(text), _Walk(Marks(text, file), file)
    try:
        for event in _events(loader):
            if isinstance(event, yaml.ScalarEvent) and not event.value and not event.style:
                raise ValueError  # where nothing stands is elsewhere for each of the parsers
            walk.take(event)
    finally:
        loader.dispose()
    return walk


def _events(loader: Any) -> Iterator[yaml.Event]:
    while loader.check_event():
        yield loader.get_event()


def _parsed_slowly(text: str, file: str) -> Document:
    marks = Marks(text, file)
    walk = _Walk(marks, file)
    loader: Any = None
    try:
        loader = yaml.SafeLoader(text)
        for event in _events(loader):
            walk.take(event)
    except yaml.reader.ReaderError as error:
        problem = f"unacceptable character #x{error.character:04x}"
        raise _invalid(marks.place(error.position), problem) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = marks.place(mark.index) if mark else file
        problem = f"{error.context or ''} {error.problem}" if str(error.problem).startswith("but ") else error.problem
        raise _invalid(where, problem) from None
    except (ValueError, OverflowError):  # of numbers of signs, and of the version, that Python can't make
        raise _invalid(marks.place(loader.index), "a number is too large") from None
    return Document.of(walk.values, walk.places, YAML)


def _invalid(where: Place | str, problem: object) -> UsageError:
    is_between = any(sign in str(problem) for sign in _BETWEEN_LINES)
    step = "Correct it there, or in a line before: how far it is indented, a colon, a bracket." if is_between else ""
    return UsageError(f"{where}: no valid YAML: {problem}.\n  {step or 'Correct it there.'}")


@dataclass
class _Group:
    """A list or mapping that is being read.

    Attributes:
        values: what it has so far.
        path: its own.
        name: the name whose value comes next, with its place; ``None`` before a name, and in a list.
    """

    values: Any
    path: Path
    name: tuple[str, Place] | None = None


class _Walk:
    """Makes plain values of YAML's events, one after the other, and notes where they stand."""

    def __init__(self, marks: Marks, file: str) -> None:
        self._marks = marks
        self.places = PlaceNotes({(): (Place(file, 0, 0), None)})
        self.values: Any = None
        self._groups: list[_Group] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event.

        Raises:
            UsageError: it is one of those that aren't read here, one too many, or a name that is there already.
        """
        place = self._marks.place(event.start_mark.index)  # not by its line: YAML has more ends of lines
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _invalid(place, "expected a single document in the stream but found another document")
        elif isinstance(event, yaml.CollectionEndEvent):
            self._groups.pop()
        elif isinstance(event, yaml.NodeEvent):
            _refuse_what_is_more(event, place)
            self._node(event, place)

    def _node(self, event: yaml.NodeEvent, place: Place) -> None:
        group = self._groups[-1] if self._groups else None
        if group and group.name is None and isinstance(group.values, dict):
            group.name = self._name(event, place, group), place
            return
        if isinstance(event, yaml.ScalarEvent):
            self._put(_joined(event.value) if event.style else _scalar(event.value), place, group)
            return
        values: Any = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        self._groups.append(_Group(values, self._put(values, place, group)))

    def _name(self, event: yaml.NodeEvent, place: Place, group: _Group) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise UsageError(f"{place}: a name is text, not a list or mapping.\n  Correct it there.")
        name = _joined(event.value)
        if name in group.values:
            raise twice(place, name, self.places[*group.path, name][0])
        return name

    def _put(self, value: Any, place: Place, group: _Group | None) -> Path:
        """Put a value where it belongs; returns its path."""
        if group is None:
            self.values = value
            self.places.note((), place, place)
            return ()
        if group.name is None:
            path = (*group.path, len(group.values))
            self.places.note(path, place, place)
            group.values.append(value)
            return path
        name, name_place = group.name
        path = (*group.path, name)
        self.places.note(path, name_place, place)
        group.values[name], group.name = value, None
        return path


def _refuse_what_is_more(event: yaml.NodeEvent, place: Place) -> None:
    if isinstance(event, yaml.AliasEvent):
        what = f"alias *{event.anchor}", "Write out what it stands for."
    elif event.anchor:
        what = f"anchor &{event.anchor}", "Remove it."
    elif getattr(event, "tag", None):
        what = f"tag {getattr(event, 'tag', '')}", "Remove it; quotes make a text of a number."
    else:
        return
    raise UsageError(f"{place}: {shortened(what[0])}: anchors, aliases and tags are not read here.\n  {what[1]}")


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _LEADING_ZERO.match(text):
        return text
    number = whole_number(text)
    return _number(text) if number is None else number


def _number(text: str) -> float | str:
    return float(text) if _FLOAT.fullmatch(text) else text


def _joined(text: str) -> str:
    """With the halves of surrogate pairs put together, which JSON, and so YAML, may write as two escapes."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:  # half of one, which is refused by its place
        return text
