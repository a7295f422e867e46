"""Constraints of a rand-engine dictionary, applied to its frames: references are drawn, keys are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from synth_assets.errors import DataError, UsageError, shortened, unknown
from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.specs.rand_engine.constraints import Constraint
from synth_assets.usecases.kept_keys import KINDS, KeptKeys, kind_of

_CONTRACT = 1
"""Of the values of references; see CONTRIBUTING.md."""


class Candidates(NamedTuple):
    """Keys that a foreign key may refer to."""

    constraint: Constraint
    keys: pl.DataFrame


@dataclass(frozen=True)
class Constrained:
    """Constraints with the keys that they are about.

    Attributes:
        constraints: at least one.
        kept: the keys.
        seed: of the frames.
    """

    constraints: tuple[Constraint, ...]
    kept: KeptKeys
    seed: int

    def check(self, columns: Mapping[str, pl.DataType]) -> None:
        """Look whether they go together, and with the columns of the frame.

        Raises:
            UsageError: they don't; says all that is wrong.
        """
        problems = [*self._doubled(), *self._unfit(columns)]
        if problems:
            raise UsageError("\n".join(problems))

    def candidates(self, moment: int) -> list[Candidates]:
        """The keys that references of rows made at a moment may have.

        Raises:
            UsageError: there is no such key, or none within its watermark.
        """
        return [Candidates(one, self.kept.keys(one.name, one.columns, moment, one.watermark)) for one in self._of("FK")]

    def referring(self, frame: pl.DataFrame, first: int, candidates: Iterable[Candidates]) -> pl.DataFrame:
        """A frame with its references; a column that is there already is replaced.

        Args:
            frame: rows.
            first: the number of the first one.
            candidates: what they may refer to.
        """
        for constraint, keys in candidates:
            key = derive(_CONTRACT, self.seed, "rand_engine", constraint.name, *constraint.columns, "reference")
            chosen = below(bits(key, Span(first, frame.height)), keys.height)
            frame = frame.with_columns(keys[pl.Series(chosen)].get_columns())
        return frame

    def key_columns(self) -> list[str]:
        """The columns of all primary keys, each once."""
        return list(dict.fromkeys(column for one in self._of("PK") for column in one.columns))

    def keep(self, frame: pl.DataFrame, moment: int) -> None:
        """Keep the keys of rows.

        Args:
            frame: has the keys' columns.
            moment: the second at which they are made.

        Raises:
            DataError: a key is missing, or there twice.
            UsageError: keys of this name have other columns.
        """
        for constraint in self._of("PK"):
            keys = frame.select(constraint.columns)
            _check_keys(constraint, keys)
            self.kept.keep(constraint.name, keys, moment)

    def _of(self, tipo: str) -> list[Constraint]:
        return [one for one in self.constraints if one.tipo == tipo]

    def _doubled(self) -> list[str]:
        names = [one.name for one in self._of("PK")]
        columns = [column for one in self._of("FK") for column in one.columns]
        return [
            *(f"two PK constraints are called {one!r}.\n  Call one of them otherwise." for one in _twice(names)),
            *(f"column {one!r} is of two FK constraints.\n  Leave it out of one of them." for one in _twice(columns)),
        ]

    def _unfit(self, columns: Mapping[str, pl.DataType]) -> list[str]:
        """What is wrong with the fields of primary keys; a reference's type isn't known before it is drawn."""
        drawn = {column for one in self._of("FK") for column in one.columns}
        found: list[str] = []
        for one in self._of("PK"):
            for field in one.fields:
                name, _, declared = field.partition(" ")
                if name not in columns and name not in drawn:
                    found.append(str(unknown(f"constraint {one.label!r}: PK {one.name!r}: column", name, columns)))
                elif name not in drawn and (problem := _misfit(name, declared.strip(), columns[name])):
                    found.append(f"constraint {one.label!r}: PK {one.name!r}: {problem}")
        return found


def _misfit(name: str, declared: str, dtype: pl.DataType) -> str:
    """Why a column can't be part of a key of a declared type; empty if it can."""
    kind = kind_of(dtype)
    if not kind:
        return f"column {name!r} is {dtype}; a key is made of {', '.join(KINDS)}.\n  Take another column."
    word = declared.partition("(")[0].partition(" ")[0].upper()
    if word and word not in KINDS[kind]:
        allowed = ", ".join(KINDS[kind])
        return f"column {name!r} is {kind}, not {declared}. Allowed: {allowed}.\n  Write '{name} {KINDS[kind][0]}'."
    return ""


def _check_keys(constraint: Constraint, keys: pl.DataFrame) -> None:
    for column in keys.columns:
        if missing := keys[column].null_count():
            raise DataError(
                f"PK {constraint.name!r}: {missing:,} cells of {column!r} are missing; a key has none.\n"
                "  Take null_rate out, or another column."
            )
    doubled = keys.filter(keys.is_duplicated())
    if doubled.height:
        raise DataError(
            f"PK {constraint.name!r}: {', '.join(keys.columns)} isn't unique: {_shown(doubled.row(0))} is there more"
            " than once.\n"
            "  Take a method that never repeats, such as unique_ids, or a further column into the key."
        )


def _shown(cells: tuple[object, ...]) -> str:
    return shortened(", ".join(map(str, cells)))


def _twice(names: Sequence[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]
