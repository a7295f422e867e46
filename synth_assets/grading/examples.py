"""Bad rows that are shown: some of each verdict, with what is wrong with them and which faults touched them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

import polars as pl

from synth_assets.grading.cells import ASIDE
from synth_assets.grading.comparison import FOUND, PHANTOM, STALE, VERDICTS, Judged
from synth_assets.grading.excuses import Excuses
from synth_assets.grading.ordering import NUMBER
from synth_assets.model.table import Table

MOST = 10
"""Bad rows that are shown."""

_LONGEST = 1000
"""Characters of a cell that are shown."""


@dataclass(frozen=True)
class Example:
    """A bad row.

    Attributes:
        key: its key as a person sees it; of a row without one what was found in its place, ``None`` for nothing.
        position: the row's number; ``None`` if no row can have this key.
        verdict: what is wrong with it.
        copies: how often the consumer has it.
        recoverable: whether a correct consumer has it right.
        detail: what the verdict leaves open.
        cells: column, expected and found value of the cells that differ; of a row without a key, of its key.
        faults: the entries of the answer key that touch it.
    """

    key: str | None
    position: int | None
    verdict: str
    copies: int
    recoverable: bool
    detail: str
    cells: tuple[Mapping[str, Any], ...]
    faults: tuple[Mapping[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {**vars(self), "cells": list(self.cells), "faults": list(self.faults)}


@dataclass
class Examples:
    """Keeps a few bad rows of each verdict as they come by.

    Args:
        table: the table's description.
        excuses: what the answer key says.
    """

    table: Table
    excuses: Excuses
    _kept: dict[tuple[bool, str], list[Example]] = field(default_factory=lambda: defaultdict(list))

    def keep(self, piece: Judged, bad: pl.DataFrame, *, recoverable: bool) -> None:
        """Keep some of a piece's bad verdicts, as long as there are few."""
        for verdict in VERDICTS:
            kept = self._kept[recoverable, verdict]
            for row in bad.filter(verdict=verdict).head(MOST - len(kept)).iter_rows(named=True):
                number, key = row[NUMBER], None if row["key"] is None else _cut(row["key"])
                detail = {None: "", True: "deleted by then", False: "there never was such a row"}[row["existed"]]
                if verdict == STALE:
                    detail = "an earlier version of the row"
                cells, faults = self._cells(piece, number), self.excuses.of_row(number, row["key"])
                position = number if number >= 0 else None
                kept.append(Example(key, position, verdict, row["copies"], recoverable, detail, cells, faults))

    def keep_keyless(self, rows: pl.DataFrame) -> None:
        """Keep some rows that have no key: typed frames."""
        kept = self._kept[True, PHANTOM]
        names = self.table.key.columns
        for row in rows.head(MOST - len(kept)).iter_rows(named=True):
            found = {name: row[name] if row[ASIDE + name] is None else row[ASIDE + name] for name in names}
            cells = tuple(
                {"column": name, "expected": self._expected(name), "found": _plain(found[name])}
                for name in names
                if row[name] is None
            )
            only = found[names[0]]
            texts = ("null" if value is None else str(value) for value in found.values())
            shown = (None if only is None else str(only)) if len(names) == 1 else ", ".join(texts)
            kept.append(
                Example(
                    None if shown is None else _cut(shown),
                    None,
                    PHANTOM,
                    1,
                    recoverable=True,
                    detail="no key",
                    cells=cells,
                )
            )

    def chosen(self) -> tuple[Example, ...]:
        """Recoverable ones first; of each verdict one in turn."""
        chosen: list[Example] = []
        for recoverable in (True, False):
            kept = [self._kept[recoverable, verdict] for verdict in VERDICTS]
            chosen += [group[at] for at in range(MOST) for group in kept if at < len(group)]
        return tuple(chosen[:MOST])

    def _expected(self, name: str) -> str:
        of = self.table.column(name).type
        return "a whole number" if of.kind == "integer" else f"a value of type {of.name}"

    @staticmethod
    def _cells(piece: Judged, number: int) -> tuple[Mapping[str, Any], ...]:
        differs = piece.differences.filter(pl.col(NUMBER) == number)
        if not differs.height:
            return ()
        row = piece.differing.filter(pl.col(NUMBER) == number).row(0, named=True)
        names = [name for name, one in differs.drop(NUMBER).row(0, named=True).items() if one]
        found = {name: row[FOUND + name] if row[ASIDE + name] is None else row[ASIDE + name] for name in names}
        return tuple({"column": n, "expected": _plain(row[n]), "found": _plain(found[n])} for n in names)


def _plain(value: object) -> object:
    """What JSON has no type for: exact decimals stay text, times are ISO 8601, what is no number is a word."""
    match value:
        case datetime() | date():
            return value.isoformat().replace("+00:00", "Z")
        case str():
            return _cut(value)
        case float() if not isfinite(value):
            return str(value)
        case bytes():
            return value[:_LONGEST].hex()
        case Decimal():
            return str(value)
        case _:
            return value


def _cut(text: str) -> str:
    """A text, without the end of one that nobody would read."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"
