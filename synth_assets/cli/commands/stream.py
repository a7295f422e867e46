"""`synth stream`: rows, or changes, at a rate, to standard output, an API or Kafka."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from synth_assets.cli import completion
from synth_assets.cli.change_options import BatchRange, cadence_option
from synth_assets.cli.dataset_options import DatasetCommand, chosen_dataset, dataset_options
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.stream_options import ChangeStreaming, RowStreaming
from synth_assets.cli.values import FilePath, FolderName, WholeNumber
from synth_assets.errors import UsageError
from synth_assets.project.dataset_files import domain_in

_OF_CHANGES = ("batches", "base", "entities")
_OF_ROWS = ("api_keys",)


@click.command(
    "stream",
    cls=DatasetCommand,
    grouped=True,
    example="synth stream bronze/raw_orders --preset small --rate 10..50 --limit 100 --to stdout",
    short_help="Send rows or changes at a rate.",
)
@click.argument("name", metavar="DOMAIN[/ENTITY]", shell_complete=completion.tables)
@click.argument("entities", metavar="[ENTITY]...", nargs=-1, shell_complete=completion.tables)
@dataset_options
@click.option("--to", metavar="PLACE", required=True, help="stdout, http://… or kafka://HOST:PORT[/TOPIC].")
@click.option("--rate", metavar="N|A..B", help="Records a second; within a range it wanders.")
@click.option("--limit", type=WholeNumber(example=1_000, least=1), help="Stop after so many records.")
@click.option(
    "--duration", type=WholeNumber(example=60, least=1), metavar="SECONDS", help="Stop after so many seconds."
)
@click.option("--resume", is_flag=True, help="Go on where the stream ended, or was killed.")
@click.option(
    "--api-keys",
    type=FilePath(example="api_keys.csv"),
    help="A file with the API's key, or one for each tenant; as for synth upload.",
)
@click.option("--changes", is_flag=True, help="Send DOMAIN's change data, as Debezium's records, to Kafka.")
@click.option("--batches", type=BatchRange(), help="With --changes: which batches, counted from 1: 5, or 1..30.")
@cadence_option
@click.option(
    "--base/--no-base",
    default=None,
    help="With --changes: send the base before them.  [default: before batch 1]",
)
@click.option(
    "--output-dir",
    type=FolderName(),
    metavar="DIR",
    help="The data root, which keeps how far a stream came; as for synth generate.",
)
@quiet_option("Nothing but the records")
def command(
    *,
    name: str,
    entities: tuple[str, ...],
    preset: str | None,
    seed: int,
    as_of: date,
    changes: bool,
    output_dir: str | None,
    quiet: bool,
    **how: Any,
) -> None:
    """Send the rows of a table, DOMAIN/ENTITY, one after the other, at a rate, from the first to the last.

    To standard output they are lines of JSON, each with its $position; to an API requests with an Idempotency-Key;
    to Kafka records with their position in a header, in transactions. Ctrl-C ends it in good order. --resume goes on,
    also after a kill, and neither repeats nor skips: to Kafka always, to standard output after Ctrl-C or SIGTERM, to
    an API that looks at Idempotency-Key.
    """
    from synth_assets.project.project import Project

    project = Project.here()
    domain_name = domain_in(name)
    found = project.domain(domain_name)
    entity = name[len(domain_name) + 1 :]
    _check(name, entity, how | {"entities": entities}, changes=changes)
    dataset = chosen_dataset(project, domain_name, preset, seed, as_of)
    root = Path(output_dir or project.root_of(found)).absolute()
    if changes:
        ChangeStreaming(found, dataset, root, quiet=quiet, entities=entities, **how).do()
    else:
        RowStreaming(found, dataset, root, quiet=quiet, entity=entity, **how).do()


def _check(name: str, entity: str, how: dict[str, Any], *, changes: bool) -> None:
    """Look whether what was said belongs together.

    Raises:
        UsageError: it doesn't.
    """
    if changes and entity:
        raise UsageError(
            f"{name!r} is a table where a domain is expected.\n"
            f"  For example: synth stream {name.removesuffix(f'/{entity}')} {entity} --changes …"
        )
    if not changes and not entity:
        raise UsageError(f"{name!r} is a domain where a table is expected.\n  See its tables: synth describe {name}")
    others = [option for option in (_OF_ROWS if changes else _OF_CHANGES) if how[option] not in {None, ()}]
    if others:
        flag = "[ENTITY]..." if others[0] == "entities" else f"--{others[0].replace('_', '-')}"
        step = "Leave one of them out." if changes else "Add --changes, or leave it out."
        raise UsageError(f"{flag} doesn't go {'with' if changes else 'without'} --changes.\n  {step}")
    missing = ("batches", "1..7") if changes else ("rate", "10..50")
    if how[missing[0]] is None:
        raise UsageError(f"--{missing[0]} is missing.\n  For example: --{missing[0]} {missing[1]}")
