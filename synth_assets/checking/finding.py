"""What a check found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Finding:
    """The outcome of a check.

    Attributes:
        passed: whether it holds.
        text: what was found, in a sentence or two.
        undecided: whether it couldn't be checked, since something it needs isn't there.
        unseen: whether it couldn't be checked, since the system didn't let it be read, or somebody writes to it.
        missing: the tables that aren't stored, for want of which it failed or is undecided.
        numbers: figures of what was looked at.
        problems: where several things are wrong, each in words that stand alone.
        examples: the first offending rows.
    """

    passed: bool
    text: str
    undecided: bool = False
    missing: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    examples: pl.DataFrame | None = field(default=None, compare=False)
    unseen: bool = False


def judged(problems: Sequence[str], fine: str, numbers: Mapping[str, int] | None = None) -> Finding:
    """Passed if there is no problem."""
    return Finding(not problems, "\n".join(problems) or fine, numbers=numbers or {}, problems=tuple(problems))


def undecided(text: str, missing: Sequence[str] = ()) -> Finding:
    """Neither right nor wrong."""
    return Finding(passed=False, text=text, undecided=True, missing=tuple(missing))
