"""All that is wrong in a declaration, each thing with its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from synth_assets.documents.document import Document
from synth_assets.documents.places import Path
from synth_assets.documents.problems import Problem
from synth_assets.errors import UsageError

MOST_TOLD = 100
"""Things that are wrong; nobody reads more of them."""


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
        self._note(f"{where}{error}", (place.line, place.column) if place else (0, 0))

    def told(self, problem: Problem) -> None:
        """Note what reading found, which says its place itself."""
        place = problem.place
        self._note(problem.text, (place.line, place.column) if place else (0, 0))

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
