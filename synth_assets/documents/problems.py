"""What is wrong in a document, in words: where, what, what is allowed, and the next step with a correct example."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from synth_assets.documents.document import Document
from synth_assets.documents.places import Path, Place, dotted
from synth_assets.errors import LONGEST, UsageError, unknown

_CORRECT = "Correct it there."


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        kind: an unknown name, a missing one, a value that isn't allowed, values that contradict each other.
        path: of the value, from the beginning of the document.
        place: where it stands, or what is around it; ``None`` for a variable.
        text: the message, of two lines.
    """

    kind: Literal["unknown", "missing", "not allowed", "contradiction"]
    path: Path
    place: Place | None
    text: str

    def error(self) -> UsageError:
        """As an exception."""
        return UsageError(self.text)


@dataclass(frozen=True)
class Wording:
    """How a kind of document's messages call things.

    Attributes:
        thing: what has a name and a value: a field, a setting.
        of: what the document is about, e.g. ``reordering``; messages name it before a value.
        see: the next step, in place of an example.
        by_type: whether a value's type and bounds say what is allowed, and its description what it is about.
    """

    thing: str = "field"
    of: str = ""
    see: str = ""
    by_type: bool = False


class Teller:
    """Words the problems of one document."""

    def __init__(self, document: Document, wording: Wording) -> None:
        self._document, self._wording = document, wording
        self._of = f"{wording.of}: " if wording.of else ""

    @property
    def by_type(self) -> bool:
        """Whether types and bounds say what is allowed."""
        return self._wording.by_type

    def unknown(self, path: Path, allowed: Iterable[str]) -> Problem:
        """A name that isn't one of a group's."""
        how, group = self._document.find(path), path[:-1]
        inside = how.syntax.group(self._name(group)) if group else self._wording.of
        thing = f"{self._wording.thing} of {inside}" if inside else self._wording.thing
        return self.no_choice(path, thing, path[-1], allowed)

    def _name(self, path: Path) -> str:
        """What a message calls a value: as it is written, where it is; that may be in other words."""
        how, base = self._document.find(path), len(self._document.base)
        is_own = (*self._document.base, *path) in self._document.written and not how.variable
        return dotted(how.path[base:]) if is_own and len(how.path) > base else dotted(path)

    def no_choice(self, path: Path, thing: str, value: Any, allowed: Iterable[str]) -> Problem:
        """A value that isn't one of those that there are."""
        where = self._document.find(path).where
        return self._problem("unknown", path, str(unknown(f"{where}{thing}", value, allowed, self._next(_CORRECT))))

    def missing(self, path: Path, allowed: str, example: Any) -> Problem:
        """A value that has to be there."""
        how = self._document.find(path)
        says = "" if example is None else f"For example: {how.syntax.pair(str(path[-1]), example)}"
        return self._say("missing", path, f"{self._of}{dotted(path)} is missing; it is {allowed}", says)

    def not_allowed(self, path: Path, field: Path, allowed: str, example: Any) -> Problem:
        """A value, or something in it, that its field doesn't take."""
        whole, inner = self._document.find(field), self._document.find(path)
        base = len(self._document.base)
        told = whole if len(whole.syntax.literal(whole.value)) <= LONGEST else inner
        name = whole.variable or str(whole.path[-1]) if whole.path else ""
        says = "" if example is None or not name else f"For example: {whole.syntax.pair(name, example)}"
        at = path if inner.place and inner.place.alone else field
        said = self._say("not allowed", at, f"{self._of}{told.said(base)} is not allowed; it is {allowed}", says)
        return replace(said, path=(*self._document.base, *path))

    def misnamed(self, path: Path, field: Path, words: str, good: Any) -> Problem:
        """A name in a mapping that can't be one."""
        whole = self._document.find(field)
        says = "" if good is None else f"For example: {whole.syntax.pair(str(field[-1]), good)}"
        name = self._document.find(path).syntax.literal(path[-1])
        return self._say("not allowed", path, f"{self._of}{dotted(field)}: {name} can't be a name; it is {words}", says)

    def no_group(self, path: Path, fields: Iterable[str]) -> Problem:
        """A value where names with values should stand."""
        problem, says = self._document.find(path).syntax.no_group(dotted(path), list(fields))
        return self._say("not allowed", path, f"{self._of}{problem}", says)

    def contradiction(self, path: Path, message: str) -> Problem:
        """Values that don't go together, in their model's own words."""
        problem, _, says = message.partition("\n")
        return self._say("contradiction", path, f"{self._of}{problem.rstrip('.')}", says.strip())

    def _say(self, kind: Any, path: Path, problem: str, says: str) -> Problem:
        where = self._document.find(path).where
        return self._problem(kind, path, f"{where}{problem}.\n  {self._next(says or _CORRECT)}")

    def _next(self, otherwise: str) -> str:
        return self._wording.see or otherwise

    def _problem(self, kind: Any, path: Path, text: str) -> Problem:
        return Problem(kind, (*self._document.base, *path), self._document.find(path).place, text)
