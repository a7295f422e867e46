"""`synth where`: where a dataset is stored, and how to look at it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth_assets.cli import completion
from synth_assets.cli.dataset_options import (
    DatasetCommand,
    chosen_dataset,
    chosen_partition,
    dataset_options,
    partition_option,
)
from synth_assets.cli.hints import look_lines
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import short
from synth_assets.cli.values import FolderName
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json

if TYPE_CHECKING:
    from datetime import date

    from synth_assets.usecases.where import Place


@click.command(
    "where",
    cls=DatasetCommand,
    grouped=True,
    example="synth where bronze --preset small",
    short_help="Where a dataset is stored.",
)
@click.argument("domain", metavar="DOMAIN", shell_complete=completion.domains)
@dataset_options
@partition_option
@click.option(
    "--output-dir",
    type=FolderName(objects=True),
    metavar="DIR",
    help="The data root, a folder or s3://bucket/prefix; without it SYNTH_DATA, or the domain's own, or the project's"
    " data/.",
)
@quiet_option("No hints, only what was asked for")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table and format.")
def command(
    *,
    domain: str,
    preset: str | None,
    seed: int,
    as_of: "date",
    partition: str | None,
    output_dir: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Show where the tables of a dataset are stored, in which formats, and a query to try."""
    from synth_assets.project.project import Project
    from synth_assets.usecases.where import where, widest

    project = Project.here()
    known = project.domain(domain)
    dataset = (
        chosen_dataset(project, domain, preset, seed, as_of)
        if partition is None
        else chosen_partition(project, domain, partition)
    )
    root = Path(output_dir or project.root_of(known)).absolute()
    places = where(known, dataset, root)
    if as_json:
        found = [
            {"format": one.format, "table": f"{one.domain}/{one.entity}", "rows": one.rows, "path": str(one.path)}
            for place in places
            for one in place.tables
        ]
        say("\n".join(map(shown_json, found)))
        return
    rows = {one.entity: one.rows for place in places for one in place.tables}
    say(f"{domain} {dataset.partition}: {len(rows)} tables, {sum(rows.values()):,} rows")
    say(_text(places))
    if not quiet:
        # A database shows most: all its tables are in one place.
        best = max(places, key=lambda place: place.pattern == place.tables[0].path)
        tell("\n".join(look_lines(widest(known, best.tables))))


def _text(places: "list[Place]") -> str:
    return aligned([[place.format, short(place.pattern)] for place in places], indent="  ")
