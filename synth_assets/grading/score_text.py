"""A grade as a person reads it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.grading.examples import Example

_MOST_NAMES = 20


class Graded(Protocol):
    """What is told of a grade; see :class:`~synth_assets.grading.report.Score`."""

    @property
    def question(self) -> Any: ...  # noqa: D102 - as there, all of them
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def true_rows(self) -> int: ...  # noqa: D102
    @property
    def candidate_rows(self) -> int: ...  # noqa: D102
    @property
    def counts(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def beyond(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def phantoms(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def untraced(self) -> int: ...  # noqa: D102
    @property
    def columns(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def ignored(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def examples(self) -> Sequence[Example]: ...  # noqa: D102
    @property
    def recoverable(self) -> int: ...  # noqa: D102
    @property
    def right(self) -> int: ...  # noqa: D102
    @property
    def score(self) -> float: ...  # noqa: D102
    @property
    def passed(self) -> bool: ...  # noqa: D102
    def as_dict(self) -> dict[str, Any]: ...  # noqa: D102


def score_text(graded: Graded) -> str:
    """The verdict, counts, and some bad rows, in lines."""
    told = graded.as_dict()
    parts = [
        f"{told['table']} at {told['at']}: {graded.true_rows:,} rows. {graded.name}: {graded.candidate_rows:,} rows.",
        _counts(graded),
        verdict_text(graded),
        *_lists(graded, told),
    ]
    if graded.examples:
        parts.append("\n".join(["For example:", *(_example(graded, one) for one in graded.examples)]))
    return "\n\n".join(parts)


def _counts(graded: Graded) -> str:
    header = ["verdict", "keys"]
    rows = [[verdict, f"{count:,}"] for verdict, count in graded.counts.items()]
    if graded.question.answer_key is not None:
        header.append("beyond repair")
        rows = [[*row, f"{graded.beyond[row[0]]:,}"] for row in rows]
    return aligned([header, *rows], (1, 2))


def verdict_text(graded: Graded) -> str:
    """Whether it passed, and how many rows are right, in a line."""
    rows = "rows that can be recovered" if graded.question.answer_key is not None else "rows"
    # Cut, not rounded: 100 % is all of them.
    share = int(graded.score * 10_000) / 100
    result = "Passed" if graded.passed else "Not passed"
    return f"{result}: {graded.right:,} of {graded.recoverable:,} {rows} are right ({share:.2f} %)."


def _lists(graded: Graded, told: dict[str, Any]) -> list[str]:
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


def _example(graded: Graded, one: Example) -> str:
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
