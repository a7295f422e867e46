"""All that is wrong in a declaration, each thing with its place."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

from synth_assets.documents.document import Document
from synth_assets.documents.places import Path
from synth_assets.documents.problems import Problem
from synth_assets.errors import UsageError
from synth_assets.specs.spoken_examples import in_yaml

MOST_TOLD = 100
"""Things that are wrong; nobody reads more of them."""


_QUOTED = re.compile(r"(?<!\w)'([^']+)'")
"""How messages write a name that there isn't."""


class DeclarationError(UsageError):
    """A declaration that isn't one.

    Args:
        texts: what is wrong, each thing in two lines.
    """

    def __init__(self, texts: "tuple[str, ...]") -> None:
        left = len(texts) - MOST_TOLD
        more = [f"… and {left:,} more."] if left > 0 else []
        super().__init__("\n".join([*texts[:MOST_TOLD], *more]))
        self.texts = texts

    def __reduce__(self) -> tuple[type, tuple[tuple[str, ...]]]:
        """By its texts: it may come from another process."""
        return type(self), (self.texts,)


class Slips:
    """What was found wrong so far.

    Args:
        document: what is looked at.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: dict[str, tuple[int, int]] = {}
        self._paths = set[Path]()

    def __len__(self) -> int:
        return len(self._found)

    def look_at(self, document: Document) -> None:
        """Find places in another document from here on: the same one in other words."""
        self._document = document

    def add(self, path: Path, error: UsageError | str) -> None:
        """Note what is wrong at a place, or at the nearest thing around it that is written."""
        how = self._document.find(path)
        place = how.place
        # What a dictionary says stands in no line: the message names what it is about.
        where = how.where if place and place.line else ""
        self._paths.add(path)
        # Who writes a file reads examples as they stand in one; who writes a dictionary, Python.
        text = in_yaml(str(error)) if where else str(error)
        self._note(f"{where}{text}", (place.line, place.column) if place else (0, 0))

    def add_near(self, path: Path, error: UsageError | str) -> None:
        """Note what is wrong below a place: at the one value there that writes the name which is complained about."""
        named = _QUOTED.search(str(error).partition("\n")[0])
        self.add(self._writing(path, named[1]) if named else path, error)

    def _writing(self, path: Path, name: str) -> Path:
        """The only value below a place that has a name in its text; the place if there is none, or several."""
        word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)|(?<=\.){re.escape(name)}(?!\w)")
        ways = list(_texts(self._document.value(path)))
        found = [way for way, text in ways if word.search(text)]
        # Of what is said in other words, too, only one stands there.
        found = [way for way in found if (*path, *way) in self._document.written] or found
        return (*path, *found[0]) if len(found) == 1 else path

    def told(self, problem: Problem) -> None:
        """Note what reading found, which says its place itself."""
        place = problem.place
        self._paths.add(problem.path)
        self._note(problem.text, (place.line, place.column) if place else (0, 0))

    def has_any(self, path: Path, words: Collection[str]) -> bool:
        """Whether something was found wrong in one of the words at a place, or in the value of one."""
        size = len(path)
        return any(one[:size] == path and len(one) > size and one[size] in words for one in self._paths)

    def is_wrong(self, path: Path) -> bool:
        """Whether the whole value at a place was found wrong."""
        return path in self._paths

    def written(self, path: Path) -> Any:
        """What is written at a place; ``None`` if nothing is."""
        return self._document.value(path)

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Note what is refused while this is open, and go on behind it."""
        try:
            yield
        except UsageError as error:
            self.add(path, error)

    def check(self) -> None:
        """Refuse the declaration if anything was found.

        Raises:
            DeclarationError: something was; it says all of it, in the order of the text.
        """
        if self._found:
            raise DeclarationError(tuple(sorted(self._found, key=lambda text: self._found[text])))

    def _note(self, text: str, order: tuple[int, int]) -> None:
        self._found.setdefault(text, order)


def _texts(value: Any, way: Path = ()) -> Iterator[tuple[Path, str]]:
    """Texts within a value, each with the way to it."""
    if isinstance(value, str) and way:
        yield way, value
    elif isinstance(value, dict):
        for name, one in cast("dict[str, Any]", value).items():
            yield from _texts(one, (*way, name))
    elif isinstance(value, list):
        for place, one in enumerate(cast("list[Any]", value)):
            yield from _texts(one, (*way, place))
