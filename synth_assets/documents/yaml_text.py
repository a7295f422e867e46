"""YAML, the part of it that all readers agree on.

Names are text as written, so ``on`` and ``2026`` are names like any other. Plain values are ``null``, ``true``,
``false``, decimal numbers, or else text: ``NO``, ``012``, ``1e3``, ``1:30`` and ``2026-01-01`` too, of which YAML's
versions make different things. Anchors, aliases and tags, which can make much of little or call for classes, are
refused.
"""

import re
from typing import Any

import yaml

from synth_assets.documents.document import Document
from synth_assets.documents.marks import Marks
from synth_assets.documents.places import Path, Place, twice
from synth_assets.documents.syntax import YAML
from synth_assets.documents.whole_number import whole_number
from synth_assets.errors import UsageError

_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+][0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def parse(text: str, file: str) -> Document:
    """Read YAML.

    Raises:
        UsageError: it is none, has a name twice, or anchors, aliases or tags.
    """
    marks = Marks(text, file)
    try:
        _refuse_what_is_more(text, marks)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = marks.place(mark.index) if mark else file
        problem = f"{error.context or ''} {error.problem}" if str(error.problem).startswith("but ") else error.problem
        raise UsageError(f"{where}: no valid YAML: {problem}.\n  Correct it there.") from None
    except yaml.YAMLError as error:
        raise UsageError(f"{file}: no valid YAML: {str(error).splitlines()[0]}.\n  Correct it there.") from None
    walk = _Walk(marks, file)
    values = walk.document(root)
    return Document.of(values, walk.places, YAML)


def _refuse_what_is_more(text: str, marks: Marks) -> None:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            what = f"alias *{event.anchor}", "Write out what it stands for."
        elif getattr(event, "anchor", None):
            what = f"anchor &{event.anchor}", "Remove it."
        elif getattr(event, "tag", None):
            what = f"tag {event.tag}", "Remove it; quotes make a text of a number."
        else:
            continue
        place = marks.place(event.start_mark.index)
        raise UsageError(f"{place}: {what[0]}: anchors, aliases and tags are not read here.\n  {what[1]}")


class _Walk:
    """Makes plain values of YAML's nodes, and notes where they stand."""

    def __init__(self, marks: Marks, file: str) -> None:
        self._marks = marks
        self.places: dict[Path, tuple[Place, Place | None]] = {(): (Place(file, 0, 0), None)}

    def document(self, root: yaml.Node | None) -> Any:
        """The values of a text; ``None`` of an empty one."""
        if root is None:
            return None
        self.places[()] = self._place(root), self._place(root)
        return self._value(root, ())

    def _value(self, node: yaml.Node, path: Path) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                self.places[*path, number] = self._place(item), self._place(item)
            return [self._value(item, (*path, number)) for number, item in enumerate(node.value)]
        plain = isinstance(node, yaml.ScalarNode) and node.style is None
        return _scalar(node.value) if plain else _joined(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in node.value:
            place = self._place(key)
            if not isinstance(key, yaml.ScalarNode):
                raise UsageError(f"{place}: a name is text, not a list or mapping.\n  Correct it there.")
            name = _joined(key.value)
            here = (*path, name)
            if name in values:
                raise twice(place, name, self.places[here][0])
            self.places[here] = place, self._place(value)
            values[name] = self._value(value, here)
        return values

    def _place(self, node: yaml.Node) -> Place:
        return self._marks.place(node.start_mark.index)  # not by its line: YAML has more ends of lines


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
