"""What is to be graded, and the grade."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_assets.engine.timeline import Timeline
from synth_assets.grading.comparison import EXACT
from synth_assets.grading.examples import Example
from synth_assets.grading.score_text import score_text, verdict_text
from synth_assets.model.change_log import utc
from synth_assets.model.table import Table


@dataclass(frozen=True)
class Question:
    """What is to be graded.

    Attributes:
        timeline: the dataset and its cadence.
        entity: the table.
        second: the moment that the consumer's table should show, in seconds since 1970-01-01T00:00Z.
        candidate: the consumer's table, as :func:`~synth_assets.grading.candidates.opened` takes it.
        answer_key: what faults did, as ``synth changes inject`` wrote it: the file, or the folder it lies in.
        seconds: how long the consumer's table may take to read, or ``None`` for what its size lets expect.
    """

    timeline: Timeline
    entity: str
    second: int
    candidate: str
    answer_key: Path | None = None
    seconds: float | None = None

    @property
    def table(self) -> Table:
        """The table's description."""
        return self.timeline.domain.tables[self.entity]

    @property
    def parameters(self) -> dict[str, Any]:
        """What makes the dataset and its batches."""
        return {**self.timeline.dataset.manifest_parameters, "cadence": self.timeline.cadence.name}

    @property
    def last_batch(self) -> int:
        """The last batch that is over by then; 0 where none is."""
        return (self.second - self.timeline.dataset.as_of_second) // self.timeline.cadence.seconds


@dataclass(frozen=True, repr=False)
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

    @property
    def verdict(self) -> str:
        """Whether it passed, and how many rows are right, in a line."""
        return verdict_text(self)

    def __str__(self) -> str:
        """As ``synth changes score`` prints it."""
        return score_text(self)

    def __repr__(self) -> str:
        """The same: it is what a notebook or a failed assert shows."""
        return str(self)

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        question = self.question
        return {
            "table": question.table.path,
            "parameters": question.parameters,
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
            "examples": [example.as_dict() for example in self.examples],
            "by_fault": list(self.by_fault),
        }
