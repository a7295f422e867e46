"""Grade a consumer's final table against the truth, which is computed: state is a function of time.

Every key of either table gets one verdict (:mod:`~synth_assets.grading.comparison`), every bad row
the faults that touched it, and whether a correct consumer could have got it right. A row is *beyond repair*
when a fault that can't be recovered from by the moment in question touches it; if that fault took one column only, the
row is when nothing else is wrong with it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UsageError
from synth_assets.faults import answer_key
from synth_assets.grading.candidates import opened
from synth_assets.grading.cells import ASIDE, typed
from synth_assets.grading.comparison import (
    EXACT,
    FOUND,
    PHANTOM,
    STALE,
    VERDICTS,
    WRONG,
    Judged,
    judged,
)
from synth_assets.model.change_log import utc
from synth_assets.model.layout import IDENTITY_FILE
from synth_assets.model.table import Table

EXAMPLES = 10
"""Bad rows that are shown."""

_FAULTS_SHOWN = 20
"""Entries of the answer key that an example shows; a hot key may have hundreds."""


@dataclass(frozen=True)
class Question:
    """What is to be graded.

    Attributes:
        timeline: the dataset and its cadence.
        entity: the table.
        second: the moment that the consumer's table should show, in seconds since 1970-01-01T00:00Z.
        candidate: the consumer's table, as :func:`~synth_assets.grading.candidates.opened` takes it.
        answer_key: what faults did, as ``synth changes inject`` wrote it: the file, or the folder it lies in.
    """

    timeline: Timeline
    entity: str
    second: int
    candidate: str
    answer_key: Path | None = None


@dataclass(frozen=True)
class Example:
    """A bad row.

    Attributes:
        key: its key; ``None`` for a row of the consumer's that has none, whose text is in ``cells``.
        verdict: what is wrong with it.
        copies: how often the consumer has it.
        recoverable: whether a correct consumer has it right.
        detail: what the verdict leaves open.
        cells: column, expected and found value of the cells that differ.
        faults: the entries of the answer key that touch it.
    """

    key: int | None
    verdict: str
    copies: int
    recoverable: bool
    detail: str
    cells: tuple[Mapping[str, Any], ...]
    faults: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Score:
    """A consumer's table, graded.

    Attributes:
        question: what was graded.
        name: what to call the candidate; no password.
        true_rows: rows of the true table.
        candidate_rows: rows of the consumer's.
        counts: keys of either table by verdict.
        beyond: of those, how many are beyond repair.
        phantoms: ``deleted`` (there were such rows earlier), ``never``, and ``keyless``.
        untraced: recoverable bad rows that no fault touches.
        columns: wrong cells by column, most first.
        ignored: the consumer's own columns.
        examples: some bad rows, recoverable ones first, of each verdict in turn.
        by_fault: for each fault of the answer key, what became of the rows that it touches.
    """

    question: Question
    name: str
    true_rows: int
    candidate_rows: int
    counts: Mapping[str, int]
    beyond: Mapping[str, int]
    phantoms: Mapping[str, int]
    untraced: int
    columns: Mapping[str, int]
    ignored: tuple[str, ...]
    examples: tuple[Example, ...]
    by_fault: tuple[Mapping[str, Any], ...]

    @property
    def recoverable(self) -> int:
        """Rows of either table that a correct consumer has right."""
        return sum(self.counts.values()) - sum(self.beyond.values())

    @property
    def right(self) -> int:
        """Those that this consumer has right."""
        return self.counts[EXACT] - self.beyond[EXACT]

    @property
    def score(self) -> float:
        """Their share; 1 if there are none."""
        return self.right / self.recoverable if self.recoverable else 1.0

    @property
    def passed(self) -> bool:
        """Whether all recoverable rows are right."""
        return self.right == self.recoverable

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        question = self.question
        dataset = question.timeline.dataset
        return {
            "table": f"{dataset.domain}/{question.entity}",
            "parameters": {**dataset.manifest_parameters, "cadence": question.timeline.cadence.name},
            "at": utc(question.second).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "candidate": self.name,
            "answer_key": None if question.answer_key is None else str(question.answer_key),
            "rows": {"truth": self.true_rows, "candidate": self.candidate_rows},
            "counts": dict(self.counts),
            "phantoms": dict(self.phantoms),
            "recoverable": {"rows": self.recoverable, "right": self.right},
            "beyond_repair": dict(self.beyond),
            "untraced": self.untraced,
            "score": self.score,
            "passed": self.passed,
            "columns": dict(self.columns),
            "ignored_columns": list(self.ignored),
            "examples": [
                {**vars(example), "cells": list(example.cells), "faults": list(example.faults)}
                for example in self.examples
            ],
            "by_fault": list(self.by_fault),
        }


def score(question: Question) -> Score:
    """Grade a consumer's table. Memory doesn't depend on its size.

    Raises:
        UsageError: the table isn't there, lacks columns, or the answer key is another dataset's.
        DataError: the table or the answer key can't be read.
    """
    timeline, name = question.timeline, question.entity
    table = timeline.domain.tables[name]
    faults = _Faults.of(question, table)
    tally = _Tally(table, faults)

    def versions(keys: list[int]) -> Iterator[pl.DataFrame]:
        return timeline.versions(name, question.second, np.array(keys, dtype=np.int64))

    with opened(question.candidate, table) as candidate:
        truth = tally.counted(timeline.state(name, question.second))
        frames = tally.with_key(typed(frame, table) for frame in candidate.frames())
        for piece in judged(truth, frames, table, versions):
            tally.add(piece)
        return tally.result(question, candidate.name, candidate.extra)


class _Faults:
    """What the answer key says about the rows of one table at one moment."""

    def __init__(self, entries: pl.DataFrame, key: str) -> None:
        self.entries = entries
        self.touched = entries.select("fault", "key").unique().sort("key", "fault")
        lost = entries.filter("lost")
        whole = pl.col("column").is_null() | (pl.col("column") == key)
        self.lost_rows = lost.filter(whole)["key"].unique()
        self.lost_cells = lost.filter(~whole).select("key", "column").unique()

    @classmethod
    def of(cls, question: Question, table: Table) -> "_Faults":
        """The entries that matter.

        Raises:
            UsageError: the answer key belongs to another dataset.
            DataError: it can't be read.
        """
        if question.answer_key is None:
            entries = pl.DataFrame(schema=answer_key.TABLE.schema)
        else:
            entries = answer_key.read(question.answer_key)
            _check_dataset(question, question.answer_key)
        timeline = question.timeline
        last = (question.second - timeline.dataset.as_of_second) // timeline.cadence.seconds
        lost = pl.col("right_from").is_null() | (pl.col("right_from") > last)
        mine = entries.filter(
            pl.col("entity") == table.name, pl.col("key").is_not_null(), pl.col("source_batch") <= last
        ).with_columns(lost.alias("lost"))
        # What arrives later touches a row if it is missed.
        return cls(mine.filter((pl.col("batch") <= last) | pl.col("lost")), str(table.key))

    def of_key(self, key: int) -> tuple[Mapping[str, Any], ...]:
        """The entries of a row, as plain JSON values."""
        mine = self.entries.filter(pl.col("key") == key).head(_FAULTS_SHOWN).drop("entity", "key", "lost")
        return tuple(mine.iter_rows(named=True))


def _check_dataset(question: Question, path: Path) -> None:
    """Refuse an answer key whose folder says that it belongs to another dataset."""
    folder = path if path.is_dir() else path.parent
    if not (folder / IDENTITY_FILE).exists():
        return
    there = ChangeFolder.open(folder)
    dataset = question.timeline.dataset
    if there.dataset != dataset or there.cadence != question.timeline.cadence:
        theirs = {**there.dataset.manifest_parameters, "cadence": there.cadence.name}
        asked = {**dataset.manifest_parameters, "cadence": question.timeline.cadence.name}
        differ = ", ".join(
            f"{name} is {theirs[name]}, not {asked[name]}" for name in asked if theirs.get(name) != asked[name]
        )
        raise UsageError(
            f"{path} is the answer key of another dataset: {differ or 'another domain'}.\n"
            "  Name the dataset it was made from: --preset, --seed, --as-of, --cadence and its volumes."
        )


@dataclass
class _Tally:
    """What has been found so far."""

    table: Table
    faults: _Faults
    true_rows: int = 0
    candidate_rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    beyond: Counter[str] = field(default_factory=Counter)
    phantoms: Counter[str] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)
    by_fault: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    untraced: int = 0
    examples: dict[tuple[bool, str], list[Example]] = field(default_factory=lambda: defaultdict(list))

    def counted(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Count the rows of the true table as they pass."""
        for frame in frames:
            self.true_rows += frame.height
            yield frame

    def with_key(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Count the consumer's rows as they pass, and take out those without a key; at least one frame."""
        yield typed(pl.DataFrame(schema=self.table.schema), self.table)
        key = str(self.table.key)
        for frame in frames:
            self.candidate_rows += frame.height
            keyless = frame.filter(pl.col(key).is_null())
            for text in keyless[ASIDE + key]:
                self._add_keyless(text)
            yield frame.filter(pl.col(key).is_not_null()) if keyless.height else frame

    def add(self, piece: Judged) -> None:
        """Count a piece's verdicts and keep some of its bad rows."""
        for row in piece.verdicts.group_by("verdict").len().iter_rows():
            self.counts[row[0]] += row[1]
        for existed, count in piece.verdicts.filter(verdict=PHANTOM).group_by("existed").len().iter_rows():
            self.phantoms["deleted" if existed else "never"] += count
        bad = piece.verdicts.filter(pl.col("verdict") != EXACT)
        lost = self._beyond_repair(piece)
        for verdict, count in lost.group_by("verdict").len().iter_rows():
            self.beyond[verdict] += count
        self._count_columns(piece)
        if self.faults.touched.height:
            touched = self.faults.touched.join(piece.verdicts, on="key")
            for fault, verdict, count in touched.group_by("fault", "verdict").len().iter_rows():
                self.by_fault[fault][verdict] += count
        fixable = bad.join(lost, on="key", how="anti")
        self.untraced += fixable.join(self.faults.touched, on="key", how="anti").height
        for recoverable, some in ((True, fixable), (False, bad.join(lost, on="key", how="semi"))):
            self._keep_examples(piece, some, recoverable=recoverable)

    def _beyond_repair(self, piece: Judged) -> pl.DataFrame:
        """The verdicts on rows that no consumer could have got right."""
        lost = piece.verdicts.filter(pl.col("key").is_in(self.faults.lost_rows.implode()))
        cells = self.faults.lost_cells.join(piece.differences, on="key", how="semi")
        if not cells.height:
            return lost
        others = [name for name in piece.differences.columns if name != "key"]
        differing = piece.differences.join(cells, on="key", how="semi").unpivot(
            others, index="key", variable_name="column"
        )
        ours = differing.filter("value").join(cells, on=["key", "column"], how="anti")["key"]
        keys = cells.filter(~pl.col("key").is_in(ours.implode()))["key"]
        return pl.concat([lost, piece.verdicts.filter(pl.col("key").is_in(keys.implode()))]).unique(
            "key", maintain_order=True
        )

    def _count_columns(self, piece: Judged) -> None:
        wrong = piece.verdicts.filter(verdict=WRONG)["key"]
        rows = piece.differences.filter(pl.col("key").is_in(wrong.implode())).drop("key")
        self.columns.update({name: int(rows[name].sum()) for name in rows.columns if rows[name].any()})

    def _keep_examples(self, piece: Judged, bad: pl.DataFrame, *, recoverable: bool) -> None:
        for verdict in VERDICTS:
            kept = self.examples[recoverable, verdict]
            for key, _, copies, existed in bad.filter(verdict=verdict).head(EXAMPLES - len(kept)).iter_rows():
                detail = {None: "", True: "deleted by then", False: "there never was such a row"}[existed]
                if verdict == STALE:
                    detail = "an earlier version of the row"
                cells = self._cells(piece, key)
                kept.append(Example(key, verdict, copies, recoverable, detail, cells, self.faults.of_key(key)))

    def _cells(self, piece: Judged, key: int) -> tuple[Mapping[str, Any], ...]:
        differs = piece.differences.filter(pl.col("key") == key)
        if not differs.height:
            return ()
        row = piece.differing.filter(pl.col(str(self.table.key)) == key).row(0, named=True)
        names = [name for name, one in differs.row(0, named=True).items() if name != "key" and one]
        found = {name: row[FOUND + name] if row[ASIDE + name] is None else row[ASIDE + name] for name in names}
        return tuple({"column": n, "expected": _plain(row[n]), "found": _plain(found[n])} for n in names)

    def _add_keyless(self, text: str | None) -> None:
        self.counts[PHANTOM] += 1
        self.phantoms["keyless"] += 1
        self.untraced += 1
        kept = self.examples[True, PHANTOM]
        if len(kept) < EXAMPLES:
            cell = {"column": str(self.table.key), "expected": "a whole number", "found": text}
            kept.append(Example(None, PHANTOM, 1, recoverable=True, detail="no key", cells=(cell,), faults=()))

    def result(self, question: Question, name: str, extra: Sequence[str]) -> Score:
        """All of it."""
        return Score(
            question=question,
            name=name,
            true_rows=self.true_rows,
            candidate_rows=self.candidate_rows,
            counts={verdict: self.counts[verdict] for verdict in VERDICTS},
            beyond={verdict: self.beyond[verdict] for verdict in VERDICTS},
            phantoms={kind: self.phantoms[kind] for kind in ("deleted", "never", "keyless")},
            untraced=self.untraced,
            columns=dict(sorted(self.columns.items(), key=lambda item: (-item[1], item[0]))),
            ignored=tuple(extra),
            examples=self._chosen_examples(),
            by_fault=self._faults(),
        )

    def _chosen_examples(self) -> tuple[Example, ...]:
        """Recoverable ones first; of each verdict one in turn."""
        chosen: list[Example] = []
        for recoverable in (True, False):
            kept = [self.examples[recoverable, verdict] for verdict in VERDICTS]
            chosen += [group[at] for at in range(EXAMPLES) for group in kept if at < len(group)]
        return tuple(chosen[:EXAMPLES])

    def _faults(self) -> tuple[Mapping[str, Any], ...]:
        about = self.faults.entries.group_by("fault", maintain_order=True).agg(
            pl.col("kind").first(),
            pl.col("lost").not_().all().alias("recoverable"),
            pl.col("key").n_unique().alias("rows"),
        )
        rows = about.sort("fault").iter_rows(named=True)
        return tuple(
            {**row, "verdicts": {v: self.by_fault[row["fault"]][v] for v in VERDICTS if self.by_fault[row["fault"]][v]}}
            for row in rows
        )


def _plain(value: object) -> object:
    """What JSON has no type for: exact decimals stay text, times are ISO 8601."""
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, Decimal) else value
