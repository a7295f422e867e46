"""The counts of a grade, taken while the verdicts pass: memory doesn't depend on the table's size."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from synth_assets.grading.cells import typed
from synth_assets.grading.comparison import EXACT, PHANTOM, VERDICTS, WRONG, Judged
from synth_assets.grading.examples import Examples
from synth_assets.grading.excuses import Excuses
from synth_assets.grading.ordering import NUMBER
from synth_assets.grading.report import Question, Score
from synth_assets.model.table import Table


@dataclass
class Tally:
    """What has been found so far.

    Args:
        table: the table's description.
        excuses: what the answer key says about its rows.
    """

    table: Table
    excuses: Excuses
    _true_rows: int = 0
    _candidate_rows: int = 0
    _counts: Counter[str] = field(default_factory=Counter)
    _beyond: Counter[str] = field(default_factory=Counter)
    _phantoms: Counter[str] = field(default_factory=Counter)
    _columns: Counter[str] = field(default_factory=Counter)
    _by_fault: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _untraced: int = 0

    def __post_init__(self) -> None:
        self._examples = Examples(self.table, self.excuses)

    def counted(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Count the rows of the true table as they pass."""
        for frame in frames:
            self._true_rows += frame.height
            yield frame

    def with_key(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Count the consumer's rows as they pass, typed; without those whose key lacks a cell. At least one frame."""
        yield typed(pl.DataFrame(schema=self.table.schema), self.table)
        lacks = pl.any_horizontal(pl.col(self.table.key.columns).is_null())
        for frame in frames:
            self._candidate_rows += frame.height
            keyless = frame.filter(lacks)
            if keyless.height:
                self._counts[PHANTOM] += keyless.height
                self._phantoms["keyless"] += keyless.height
                self._untraced += keyless.height
                self._examples.keep_keyless(keyless)
            yield frame.filter(~lacks) if keyless.height else frame

    def add(self, piece: Judged) -> None:
        """Count a piece's verdicts and keep some of its bad rows."""
        for row in piece.verdicts.group_by("verdict").len().iter_rows():
            self._counts[row[0]] += row[1]
        for existed, count in piece.verdicts.filter(verdict=PHANTOM).group_by("existed").len().iter_rows():
            self._phantoms["deleted" if existed else "never"] += count
        bad = piece.verdicts.filter(pl.col("verdict") != EXACT)
        lost = self.excuses.beyond_repair(piece)
        for verdict, count in lost.group_by("verdict").len().iter_rows():
            self._beyond[verdict] += count
        self._count_columns(piece)
        touched = self.excuses.touching(piece.verdicts)
        for fault, verdict, count in touched.group_by("fault", "verdict").len().iter_rows():
            self._by_fault[fault][verdict] += count
        fixable = bad.join(lost, on=NUMBER, how="anti")
        self._untraced += fixable.join(touched, on=NUMBER, how="anti").height
        self._examples.keep(piece, fixable, recoverable=True)
        self._examples.keep(piece, bad.join(lost, on=NUMBER, how="semi"), recoverable=False)

    def _count_columns(self, piece: Judged) -> None:
        wrong = piece.verdicts.filter(verdict=WRONG)[NUMBER]
        rows = piece.differences.filter(pl.col(NUMBER).is_in(wrong.implode())).drop(NUMBER)
        self._columns.update({name: int(rows[name].sum()) for name in rows.columns if rows[name].any()})

    def result(self, question: Question, name: str, extra: Sequence[str]) -> Score:
        """All of it."""
        verdicts = {fault: {one: n for one in VERDICTS if (n := found[one])} for fault, found in self._by_fault.items()}
        return Score(
            question=question,
            name=name,
            true_rows=self._true_rows,
            candidate_rows=self._candidate_rows,
            counts={verdict: self._counts[verdict] for verdict in VERDICTS},
            beyond={verdict: self._beyond[verdict] for verdict in VERDICTS},
            phantoms={kind: self._phantoms[kind] for kind in ("deleted", "never", "keyless")},
            untraced=self._untraced,
            columns=dict(sorted(self._columns.items(), key=lambda item: (-item[1], item[0]))),
            ignored=tuple(extra),
            examples=self._examples.chosen(),
            by_fault=tuple({**one, "verdicts": verdicts.get(one["fault"], {})} for one in self.excuses.faults()),
        )
