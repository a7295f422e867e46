"""`synth changes score`: grade a consumer's table against the truth."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synth_assets.cli.change_options import At, cadence_option
from synth_assets.cli.dataset_options import DatasetCommand, chosen_dataset, dataset_options
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.shown import shown_json
from synth_assets.cli.streams import say
from synth_assets.cli.text import aligned

if TYPE_CHECKING:
    from synth_assets.usecases.score import Example, Score

_MOST_NAMES = 20


@click.command(
    "score",
    cls=DatasetCommand,
    example="synth changes score bronze/raw_orders --preset small --at 30 --candidate out.duckdb::bronze.raw_orders",
    judges=True,
    short_help="Grade a consumer's final table against the truth.",
)
@click.argument("path", metavar="DOMAIN/ENTITY")
@click.option("--at", type=At(), required=True, help="The batch that the table should have taken in, or a time.")
@click.option(
    "--candidate",
    metavar="TABLE",
    required=True,
    help="A Parquet or CSV file, folder or glob; PATH.duckdb::SCHEMA.TABLE, PATH.sqlite::TABLE, "
    "or postgresql://USER@HOST/DATABASE::SCHEMA.TABLE.",
)
@click.option("--answer-key", metavar="FILE", help="What faults did to the log: answer_key.parquet, or its folder.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="How long the table may take to read; by default 30, and more the larger it is.",
)
@quiet_option("Only the verdict, in a line")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with everything.")
@dataset_options
@cadence_option
@click.pass_context
def command(  # noqa: PLR0913 — an option each
    ctx: click.Context,
    *,
    path: str,
    at: int | datetime,
    candidate: str,
    answer_key: str | None,
    timeout: float | None,
    quiet: bool,
    as_json: bool,
    preset: str | None,
    seed: int,
    as_of: date,
    cadence: str,
) -> None:
    """Compare a consumer's table with what it should be, row for row and cell for cell, by value.

    Exit status 0 only if every row is right that a correct consumer has right, 1 if some aren't, 2 if the question
    is wrong, 3 if it can't be told: a server is down, a file is damaged, a database is in use, or it takes too long.
    Columns of the consumer's own don't count.
    """
    from synth_assets.project.project import Project
    from synth_assets.usecases.score import score

    project = Project.here()
    domain, _ = project.find(path)
    dataset = chosen_dataset(project, domain.name, preset, seed, as_of)
    key = None if answer_key is None else Path(answer_key)
    graded = score(project, path, dataset, cadence, at, candidate, key, timeout=timeout)
    say(shown_json(graded.as_dict()) if as_json else _verdict(graded) if quiet else _text(graded))
    if not graded.passed:
        ctx.exit(1)


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


def _example(graded: "Score", one: "Example") -> str:
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
