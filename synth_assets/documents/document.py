"""A document: plain values, and where each of them is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from synth_assets.documents.bounds import check_path
from synth_assets.documents.places import Path, Place, WrittenValue, contradiction
from synth_assets.documents.syntax import Syntax
from synth_assets.errors import UsageError

Places = Mapping[Path, tuple[Place, Place | None]]
"""Where the name (or the item of a list) and where the value of each path begin; the empty path's is the text's."""


class PlaceNotes(dict[Path, tuple[Place, Place | None]]):
    """The places of a text, as they are found."""

    def note(self, path: Path, name: Place, value: Place | None) -> None:
        """Note where a name, or an item of a list, and its value begin.

        Raises:
            UsageError: it is one too many, or too deep.
        """
        check_path(path, name, len(self))
        self[path] = name, value


@dataclass(frozen=True)
class Document:
    r"""Values and their places.

    Attributes:
        values: what JSON has: mappings by text, lists, text, numbers, booleans, ``None``. Dates are text.
        written: how and where every name and item is written; by the empty path, the document itself.
        base: where ``values`` begin in ``written``; not empty in a part of a document.

    Example:
        >>> document = parse("faults:\n  - kind: reordering\n", "plan.yaml")
        >>> str(document.at("faults", 0).find(("kind",)).place)
        'plan.yaml, line 2'
    """

    values: Any
    written: Mapping[Path, WrittenValue]
    base: Path = ()

    @classmethod
    def of(cls, values: Any, places: Places, syntax: Syntax) -> "Document":
        """Make a document.

        Raises:
            UsageError: a text in it has half a character, which JSON and YAML can write.
        """
        whole = cls(values, {})
        written = {path: WrittenValue(syntax, whole.value(path), path, *place) for path, place in places.items()}
        refuse_half_characters(written)
        return cls(values, written)

    def find(self, path: Path) -> WrittenValue:
        """How a value is written, or the nearest thing around it that is."""
        whole = (*self.base, *path)
        while whole not in self.written:
            whole = whole[:-1]
        return self.written[whole]

    def value(self, path: Path) -> Any:
        """The value at a path, ``None`` if there is none."""
        value = self.values
        for step in path:
            if not has(value, step):
                return None
            value = value[step]
        return value

    def at(self, *path: str | int) -> "Document":
        """A part of the document, in which paths begin there."""
        return replace(self, values=self.value(path), base=(*self.base, *path))

    def adding(self, **more: Any) -> "Document":
        """With values that nobody wrote, where there are none of these names."""
        return replace(self, values={**more, **self.values})

    def renamed(self, group: Path, names: Mapping[str, str]) -> "Document":
        """With other names of a group's values replaced by the names that they stand for; messages keep them.

        Raises:
            UsageError: both names are there, with different values.
        """
        values = self.value(group)
        if not isinstance(values, dict) or not set(names) & set(values):
            return self
        moved: dict[str, Any] = {}
        written = {path: how for path, how in self.written.items() if path[: len(group)] != group or path == group}
        for name, value in values.items():
            old, new = (*group, name), (*group, names.get(name, name))
            if new[-1] in moved:
                if moved[new[-1]] != value:
                    raise contradiction(self.written[old], written[new], new)
                continue
            moved[new[-1]] = value
            below = (path for path in self.written if path[: len(old)] == old)
            written |= {(*new, *path[len(old) :]): self.written[path] for path in below}
        return Document(_put(self.values, group, moved), written)

    def over(self, weaker: "Document") -> "Document":
        """This document's values, and those of ``weaker`` where this has none; a list is taken whole."""
        said = {path for path in self.written if path and not isinstance(self.value(path), dict)}
        written = {path: how for path, how in weaker.written.items() if not any(path[:n] in said for n in _to(path))}
        return Document(_merged(self.values, weaker.values), {**self.written, **written})


def refuse_half_characters(written: Mapping[Path, WrittenValue]) -> None:
    r"""Refuse text that no file can hold: half of a surrogate pair (``\ud800``), a variable's bytes that are no UTF-8.

    Raises:
        UsageError: there is some.
    """
    for path, how in written.items():
        for text in (*path[-1:], how.value):
            if isinstance(text, str) and any("\ud800" <= sign <= "\udfff" for sign in text):
                name = how.name().encode("utf-8", "backslashreplace").decode()
                raise UsageError(f"{how.where}{name or 'it'} is no UTF-8 text.\n  Correct it there.")


def has(value: Any, step: str | int) -> bool:
    """Whether a value has something by this name or at this position."""
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _to(path: Path) -> range:
    return range(1, len(path) + 1)


def _put(values: Any, path: Path, new: Any) -> Any:
    return {**values, path[0]: _put(values[path[0]], path[1:], new)} if path else new


def _merged(strong: Any, weak: Any) -> Any:
    if not isinstance(weak, dict):
        return weak if isinstance(strong, dict) else strong  # what should be a group is refused, not covered up
    if not isinstance(strong, dict):
        return strong
    both = {name: _merged(strong[name], weak[name]) for name in weak if name in strong}
    return {**weak, **strong, **both}
