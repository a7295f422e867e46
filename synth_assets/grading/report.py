"""What is to be graded, and the grade."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.engine.timeline import Timeline
from synth_assets.grading.comparison import EXACT
from synth_assets.grading.examples import Example
from synth_assets.model.change_log import utc
from synth_assets.model.table import Table

_MOST_NAMES = 20


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
        return _verdict(self)

    def __str__(self) -> str:
        """As ``synth changes score`` prints it."""
        return _text(self)

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


# As a person reads it


def _text(graded: "Score") -> str:
    told = graded.as_dict()
    parts = [
        f"{told['table']} at {told['at']}: {graded.true_rows:,} rows. {graded.name}: {graded.candidate_rows:,} rows.",
        _counts(graded),
        _verdict(graded),
        *_lists(graded, told),
    ]
    if graded.examples:
        parts.append("\n".join(["For example:", *(_example(graded, one) for one in graded.examples)]))
    return "\n\n".join(parts)


def _counts(graded: "Score") -> str:
    header = ["verdict", "keys"]
    rows = [[verdict, f"{count:,}"] for verdict, count in graded.counts.items()]
    if graded.question.answer_key is not None:
        header.append("beyond repair")
        rows = [[*row, f"{graded.beyond[row[0]]:,}"] for row in rows]
    return aligned([header, *rows], (1, 2))


def _verdict(graded: "Score") -> str:
    rows = "rows that can be recovered" if graded.question.answer_key is not None else "rows"
    # Cut, not rounded: 100 % is all of them.
    share = int(graded.score * 10_000) / 100
    result = "Passed" if graded.passed else "Not passed"
    return f"{result}: {graded.right:,} of {graded.recoverable:,} {rows} are right ({share:.2f} %)."


def _lists(graded: "Score", told: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    if graded.counts["phantom"]:
        kinds = {"deleted": "deleted by then", "never": "never there", "keyless": "without a key"}
        lines.append("Phantoms: " + ", ".join(f"{n:,} {kinds[kind]}" for kind, n in graded.phantoms.items() if n) + ".")
    if graded.columns:
        some = list(graded.columns.items())[:10]
        lines.append("Wrong cells: " + ", ".join(f"{name} {count:,}" for name, count in some) + ".")
    if graded.ignored:
        some = ", ".join(_short(name) for name in graded.ignored[:_MOST_NAMES])
        more = f", … ({len(graded.ignored):,} in all)" if len(graded.ignored) > _MOST_NAMES else ""
        lines.append(f"Columns that don't count: {some}{more}.")
    if graded.question.answer_key is not None and graded.untraced:
        lines.append(f"Bad rows that no fault touches: {graded.untraced:,}.")
    blocks = ["\n".join(lines)] if lines else []
    faults = [one for one in told["by_fault"] if set(one["verdicts"]) - {"exact"}]
    if faults:
        rows = [["fault", "kind", "recoverable", "rows", "bad"]]
        rows += [
            [
                str(one["fault"]),
                one["kind"],
                "yes" if one["recoverable"] else "not all",
                f"{one['rows']:,}",
                f"{sum(n for verdict, n in one['verdicts'].items() if verdict != 'exact'):,}",
            ]
            for one in faults
        ]
        blocks.append("Bad rows by fault:\n" + aligned(rows, (0, 3, 4), "  "))
    return blocks


def _example(graded: "Score", one: Example) -> str:
    key = graded.question.table.key
    notes = [one.detail] if one.detail else []
    if one.copies > 1:
        notes.append(f"{one.copies} times")
    if not one.recoverable:
        notes.append("beyond repair")
    shown = "null" if one.key is None else one.key
    lines = [f"  {key} {_short(shown)}: {one.verdict}" + (f" ({', '.join(notes)})" if notes else "")]
    lines += [f"    {c['column']}: {_cell(c['found'])} instead of {_cell(c['expected'])}" for c in one.cells]
    for fault in one.faults[:3]:
        lines.append(f"    fault {fault['fault']}, {fault['kind']}, batch {fault['batch']}: {fault['remedy']}")
    if len(one.faults) > 3:
        lines.append(f"    … and {len(one.faults) - 3} more")
    return "\n".join(lines)


def _cell(value: object) -> str:
    return _short(shown_json(value))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
