"""`synth changes score`: grade a consumer's table against the truth."""

from datetime import date, datetime
from pathlib import Path

import click

from synth_assets.cli import completion
from synth_assets.cli.change_options import At, cadence_option
from synth_assets.cli.dataset_options import DatasetCommand, chosen_dataset, dataset_options
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.documents.shown import shown_json
from synth_assets.project.dataset_files import domain_in


@click.command(
    "score",
    cls=DatasetCommand,
    example="synth changes score bronze/raw_orders --preset small --at 30 --candidate out.duckdb::bronze.raw_orders",
    judges=True,
    short_help="Grade a consumer's final table against the truth.",
)
@click.argument("path", metavar="DOMAIN[/ENTITY]", shell_complete=completion.paths)
@click.option("--at", type=At(), required=True, help="The batch that the table should have taken in, or a time.")
@click.option(
    "--candidate",
    metavar="TABLE",
    required=True,
    help="A Parquet, CSV or JSON file, folder or glob; PATH.duckdb::SCHEMA.TABLE, PATH.sqlite::TABLE, "
    "postgresql://USER@HOST/DATABASE::SCHEMA.TABLE, or mysql://… of MariaDB. "
    "Of all tables: a database, with ::SCHEMA unless that is DOMAIN.",
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
    Columns of the consumer's own don't count. Of a DOMAIN, all tables are graded, one after the other.
    """
    from synth_assets.project.project import Project
    from synth_assets.usecases.score import candidate_of, score

    project = Project.here()
    name = domain_in(path)
    domain = project.domain(name)
    paths = [path] if path[len(name) :] else [f"{name}/{entity}" for entity in domain.entities]
    project.find(paths[0])
    dataset = chosen_dataset(project, name, preset, seed, as_of)
    key = None if answer_key is None else Path(answer_key)
    passed = True
    for one in paths:
        where = candidate if path[len(name) :] else candidate_of(domain, one[len(name) + 1 :], candidate)
        graded = score(project, one, dataset, cadence, at, where, key, timeout=timeout)
        verdict = graded.verdict if len(paths) == 1 else f"{one}: {graded.verdict}"
        say(shown_json(graded.as_dict()) if as_json else verdict if quiet else str(graded))
        passed = passed and graded.passed
    if not passed:
        ctx.exit(1)
