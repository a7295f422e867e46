"""Where a value is written, and how a message calls it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from synth_assets.documents.syntax import Syntax
from synth_assets.errors import UsageError, shortened

Path = tuple[str | int, ...]
"""The names and, in lists, the positions from 0 that lead to a value."""


@dataclass(frozen=True)
class Place:
    """A place in a text.

    Attributes:
        file: how messages call the text.
        line: from 1; 0 for the whole text.
        column: from 1.
        alone: whether nothing else that a message could mean stands before it on its line; else the line alone
            would not say which, and messages name the column too.

    Example:
        >>> str(Place("synth.toml", 3, 1)), str(Place("plan.yaml", 2, 14, alone=False))
        ('synth.toml, line 3', 'plan.yaml, line 2, column 14')
    """

    file: str
    line: int
    column: int
    alone: bool = True

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}, line {self.line}{'' if self.alone else f', column {self.column}'}"


@dataclass(frozen=True)
class WrittenValue:
    """How and where a value is written.

    Attributes:
        syntax: of the text.
        value: as it is written: of a variable its text.
        path: what leads to it, as it is written: a setting may have other names.
        place: of its name, or of the item of a list; ``None`` for a variable.
        value_place: where the value begins; ``None`` for a variable, and for a section made of several parts.
        variable: the environment variable's name.
    """

    syntax: Syntax
    value: Any
    path: Path
    place: Place | None = None
    value_place: Place | None = None
    variable: str = ""

    @property
    def where(self) -> str:
        """How a message begins: the place and a colon; nothing for a variable, which its name places."""
        return f"{self.place}: " if self.place else ""

    @property
    def source(self) -> str:
        """The place, or the variable, and a colon; nothing for what nobody wrote."""
        told = self.place or self.variable
        return f"{told}: " if told else ""

    def name(self, base: int = 0) -> str:
        """What a message calls it: the variable, or the names below the first ``base`` ones."""
        return self.variable or dotted(self.path[base:])

    def said(self, base: int = 0) -> str:
        """A value as a message says it: ``bronze.orders=true``, ``SYNTH_SEEDS=1,x``."""
        return f"{self.name(base)}={self.syntax.shown(self.value)}"


def contradiction(new: WrittenValue, before: WrittenValue, path: Path) -> UsageError:
    """The error about two names of one thing that have different values."""
    told = [f"{one.where}{one.said()}" for one in (new, before)]
    return UsageError(f"{told[0]} contradicts {told[1]}; both set {dotted(path)}.\n  Leave one of them out.")


def twice(place: Place, name: str, first: Place) -> UsageError:
    """The error about a name that a group has twice, of which a reader would take one."""
    where = "" if first.line == place.line else f", first in line {first.line}"
    return UsageError(f"{place}: {shortened(name)} is there twice{where}.\n  Remove one.")


def dotted(path: Sequence[str | int]) -> str:
    """A path as text, on one line, long names cut off.

    Example:
        >>> dotted(("tables", 0, "rows"))
        'tables[0].rows'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{shortened(step)}" for step in path)
    return text.removeprefix(".")
