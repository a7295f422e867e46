"""`synth upload`: bring a dataset's records to an API."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from synth_assets.cli import completion
from synth_assets.cli.dataset_options import DatasetCommand, chosen_dataset, dataset_options
from synth_assets.cli.generation_options import chosen_entities
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.upload_options import Api, api_options, send, show_upload_plan, upload_request
from synth_assets.cli.values import FolderName, WholeNumber
from synth_assets.project.dataset_files import domain_in

_MOST_REQUESTS = 1_000


@click.command(
    "upload",
    cls=DatasetCommand,
    grouped=True,
    example="synth upload bronze --preset small --api-url http://localhost:8000",
    short_help="Bring a dataset's records to an API.",
)
@click.argument("domain", metavar="DOMAIN", shell_complete=completion.domains)
@click.argument("entities", metavar="[ENTITY]...", nargs=-1, shell_complete=completion.tables)
@dataset_options
@api_options
@click.option("--api-key-header", metavar="NAME", help="The only header for keys.  [default: Authorization, X-API-Key]")
@click.option(
    "--endpoint",
    metavar="[TABLE=]PATH",
    multiple=True,
    help="Where records go: {entity}, {domain} and columns stand for themselves.  [default: /api/v1/{entity}]",
)
@click.option(
    "--batch-size",
    type=WholeNumber(example=100, least=1, most=100_000),
    metavar="RECORDS",
    help="Records a request, at most, as an array; 1 for an object.  [default: 1]",
)
@click.option(
    "--concurrency",
    type=WholeNumber(example=32, least=1, most=_MOST_REQUESTS),
    help="Requests under way at a time.  [default: 16]",
)
@click.option(
    "--stragglers",
    type=WholeNumber(example=32, least=0, most=_MOST_REQUESTS),
    help="Beyond that, requests whose answers are unusually late.  [default: as many]",
)
@click.option(
    "--retries",
    type=WholeNumber(example=8, least=0, most=_MOST_REQUESTS),
    help="How often a request is sent again after a failure.  [default: 8]",
)
@click.option(
    "--timeout",
    type=WholeNumber(example=30, least=1, most=3_600),
    metavar="SECONDS",
    help="How long an answer may take.  [default: 30]",
)
@click.option(
    "--output-dir",
    type=FolderName(),
    metavar="DIR",
    help="The data root, which keeps what was uploaded; as for synth generate.",
)
@click.option("--restart", is_flag=True, help="Send all records, also those that were uploaded before.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
@quiet_option("No progress and no hints, only results")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table, and one for all.")
def command(
    *,
    domain: str,
    entities: tuple[str, ...],
    preset: str | None,
    seed: int,
    as_of: date,
    output_dir: str | None,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Post the records of DOMAIN's tables, or only of those named, to an API, parents first.

    Each record is posted until the server has taken it, which is noted. Killed at any moment, the same command goes on:
    what was under way then is sent again with the same Idempotency-Key.
    """
    from synth_assets.project.project import Project
    from synth_assets.usecases.upload import plan_upload

    project = Project.here()
    found = project.domain(domain_in(domain))
    dataset = chosen_dataset(project, domain_in(domain), preset, seed, as_of)
    root = Path(output_dir or project.root_of(found)).absolute()
    api = Api(values.pop("api_url"), values.pop("api_key"), values.pop("api_keys"))
    more = {name: value for name, value in values.items() if value is not None}
    request = upload_request(project, found, dataset, chosen_entities(found, entities), root, api, more)
    if dry_run:
        show_upload_plan(plan_upload(request), request.batch, as_json=as_json)
        return
    send(request, quiet=quiet, as_json=as_json)
