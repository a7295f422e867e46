"""`synth load`: a dataset into PostgreSQL, DuckDB or SQLite."""

import os
from datetime import date
from typing import Any

import click

from synth_assets.cli import completion
from synth_assets.cli.dataset_options import DatasetCommand, chosen_dataset, dataset_options
from synth_assets.cli.load_options import Loading, batch_size_option, target_of
from synth_assets.errors import UsageError


@click.command(
    "load",
    cls=DatasetCommand,
    grouped=True,
    example="synth load bronze postgresql://me@localhost/shop",
    short_help="Load a dataset into PostgreSQL, DuckDB or SQLite.",
)
@click.argument("domain", metavar="DOMAIN", shell_complete=completion.domains)
@click.argument("url", metavar="[URL]", required=False)
@dataset_options
@click.option("--schema", metavar="NAME", help="PostgreSQL's schema for the tables.  [default: the domain's name]")
@click.option(
    "--overwrite", is_flag=True, help="Replace what was loaded there before, also another dataset, in one transaction."
)
@batch_size_option
@click.option("--quiet", is_flag=True, help="No progress, only results.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table.")
def command(
    *,
    domain: str,
    url: str | None,
    preset: str | None,
    seed: int,
    as_of: date,
    quiet: bool,
    as_json: bool,
    **how: Any,
) -> None:
    """Load all tables of DOMAIN into a database, with their keys, references and indexes.

    URL is postgresql://USER@HOST/DATABASE, or a file that ends in .duckdb or .sqlite. Without it SYNTH_PG_URL says
    where; else a PostgreSQL server of the project's own is started, and its URL is told.

    Each table comes whole, in a transaction of its own, or not at all. Run again, it adds what is missing, and nothing
    twice; a run that was killed or lost its connection goes on where it was.
    """
    from synth_assets.project.dataset_files import domain_in
    from synth_assets.project.project import Project

    project = Project.here()
    name = domain_in(domain)
    if domain[len(name) + 1 :]:
        raise UsageError(f"{domain!r} is a table where a domain is expected.\n  For example: synth load {name}")
    found = project.domain(name)
    dataset = chosen_dataset(project, name, preset, seed, as_of)
    place = target_of(url, os.environ, project.settings.data_root)
    Loading(found, dataset, place, quiet=quiet, **how).do(as_json=as_json)
