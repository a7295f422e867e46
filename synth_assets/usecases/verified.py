"""What verifying says of a stored table, and how much of it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import polars as pl

from synth_assets.checking.finding import Finding
from synth_assets.errors import SynthError, UnjudgedError, UsageError, shortened
from synth_assets.spoken import option

_CELLS = 6
"""As many as a line holds."""


@dataclass(frozen=True)
class Verified:
    """A stored table, looked at.

    Attributes:
        format: the format's name.
        path: the folder of part files, or the database.
        domain: the table's domain.
        entity: the table's name.
        rows: as the manifest says; ``None`` where there is none that can be read.
        content_hash: as the manifest says; likewise.
        problems: what is wrong; nothing if all is well.
        undecided: what couldn't be checked, since something it needs isn't there.
        judged: whether it could be looked at; if not, ``problems`` say why.
        lost: what could be read once, and was taken away since, as by a vacuum; no problem.
    """

    format: str
    path: Path
    domain: str
    entity: str
    rows: int | None
    content_hash: str | None
    problems: tuple[str, ...]
    undecided: tuple[str, ...] = ()
    judged: bool = True
    lost: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "path": str(self.path),
            "format": self.format,
            "domain": self.domain,
            "entity": self.entity,
            "rows": self.rows,
            "content_hash": self.content_hash,
            "ok": self.ok,
            "judged": self.judged,
            "problems": list(self.problems),
            "undecided": list(self.undecided),
            **({"lost": list(self.lost)} if self.lost else {}),
        }


@dataclass(frozen=True)
class Part:
    """Some of a table's rows, in the order of their numbers.

    Attributes:
        offset: rows to leave out at the beginning.
        rows: how many rows from there, at least one.
    """

    offset: int
    rows: int

    def __str__(self) -> str:
        """As messages call them; numbers are from 0."""
        if self.rows == 1:
            return f"row {self.offset:,}"
        return f"rows {self.offset:,} to {self.offset + self.rows - 1:,}"


def part_of(offset: int | None, rows: int | None) -> Part | None:
    """The rows that are wanted; ``None`` for all.

    Raises:
        UsageError: an offset without a number of rows, or no row.
    """
    if rows is None:
        if offset is not None:
            raise UsageError(f"{option('offset')} says where, and nothing how many rows.\n  Add {option('rows', 1000)}")
        return None
    if not rows:
        raise UsageError(f"no rows are asked for.\n  For example: {option('rows', 1000)}")
    return Part(offset or 0, rows)


@dataclass(frozen=True)
class Depth:
    """How far to look.

    Attributes:
        rules: whether the domain's rules are checked.
        regenerate: whether what the generator makes is compared, and batches are replayed.
        only: the group whose rows alone are looked at, and compared with what the generator makes: the word that
            domains have for it, and its name.
        part: the rows of each table that alone are looked at, and compared with what the generator makes.
    """

    rules: bool = True
    regenerate: bool = False
    only: tuple[str, str] | None = None
    part: Part | None = None

    def __post_init__(self) -> None:
        """Refuse two ways of looking at once.

        Raises:
            UsageError: some rows alone, and a group alone or whole tables again.
        """
        if self.part is None or not (self.regenerate or self.only):
            return
        other = option("regenerate") if self.regenerate else option(self.only[0]) if self.only else ""
        raise UsageError(f"{option('rows')} and {other} look at different rows.\n  Leave one of them out.")


EVERYTHING = Depth()
"""All that verifying looks at unless somebody says otherwise."""


@dataclass(frozen=True)
class Found:
    """A stored table by its place.

    Attributes:
        format: the format's name; empty in change data.
        path: the folder, or the database.
        domain: the table's domain.
        entity: the table's name.
        what: which kind of data it is part of.
        problem: why it can't be looked at: it isn't there, or what it is in can't even be listed.
        judged: whether that is its own fault.
        manifests: digests of the manifests that it may have; empty if nobody knows.
    """

    format: str
    path: Path
    domain: str
    entity: str
    what: Literal["dataset", "change data", "current", "lake", "envelope", "descriptions"] = "dataset"
    problem: str = ""
    judged: bool = True
    manifests: tuple[str, ...] = ()

    def result(
        self, rows: int | None, content_hash: str | None, problems: Sequence[str], undecided: Sequence[str] = ()
    ) -> Verified:
        """What was found; a text that several checks say is said once."""
        wrong, without = (tuple(dict.fromkeys(texts)) for texts in (problems, undecided))
        return Verified(self.format, self.path, self.domain, self.entity, rows, content_hash, wrong, without)

    def failed(self, error: SynthError) -> Verified:
        """What there is to say where an error ended the look."""
        judged = not isinstance(error, UnjudgedError)
        return replace(self.result(None, None, [str(error)]), judged=judged)

    def unlooked(self) -> Verified:
        """What there is to say of a :attr:`problem`."""
        return replace(self.result(None, None, [self.problem]), judged=self.judged)


def texts_of(name: str, finding: Finding) -> list[str]:
    """What a check has to say, under its name where that isn't clear by itself."""
    if finding.problems:
        return list(finding.problems)
    example = "" if finding.examples is None else f" For example {_row(finding)}"
    return [f"{name}: {finding.text}{example}"]


def _row(finding: Finding) -> str:
    """The first offending row."""
    assert finding.examples is not None  # noqa: S101 - the caller looked
    cells = [f"{name} {shown_cell(finding.examples[name], 0)}" for name in finding.examples.columns]
    return ", ".join(cells[:_CELLS]) + (", …" if len(cells) > _CELLS else "")


def shown_cell(cells: pl.Series, row: int) -> str:
    """A cell as messages show it, whatever somebody has stored there."""
    try:
        cell = cells[row]
    except (OverflowError, ValueError):  # a time that Python hasn't
        return shortened(str(cells.slice(row, 1).cast(pl.String)[0]))
    if isinstance(cell, pl.Series):
        cell = cell.to_list()
    return shortened(str(cell))
