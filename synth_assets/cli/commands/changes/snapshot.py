"""`synth changes snapshot`: tables as they are at a moment."""

from datetime import datetime
from typing import Any

import click

from synth_assets.cli.change_options import At, ChangeOptions, change_options, chosen
from synth_assets.cli.commands.changes.generate import in_json
from synth_assets.cli.dataset_options import DatasetCommand
from synth_assets.cli.text import aligned, short


@click.command(
    "snapshot",
    cls=DatasetCommand,
    example="synth changes snapshot bronze --preset small --at 30",
    short_help="Store tables as they are at a moment.",
)
@change_options
@click.option(
    "--at", type=At(), required=True, help="After which batch (0: the base), or a time like 2026-01-31T12:00:00Z."
)
@click.option("--format", "form", metavar="NAME", default="parquet", show_default=True, help="parquet, ndjson or csv.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table.")
def command(*, at: int | datetime, form: str, as_json: bool, **values: Any) -> None:
    """Store the tables of DOMAIN, or those named, as they are at a moment: after a batch, or at any second."""
    from synth_assets.usecases.changes.folder import ChangeFolder
    from synth_assets.usecases.changes.generate import file_format, moment, store_states
    from synth_assets.usecases.settings import Settings

    choice = chosen(Settings.load(), ChangeOptions(**values))
    second = moment(at, choice.dataset, choice.cadence)
    file_format(form)
    folder = ChangeFolder.claim(choice.root, choice.dataset, choice.cadence)
    stored = list(store_states(folder, "snapshot", choice.entities, second, form))
    if as_json:
        click.echo(in_json(stored))
        return
    rows = [["table", "rows", "content hash", "path"]]
    rows += [[one.entity, f"{one.rows:,}", one.content_hash[:12], short(one.path)] for one in stored]
    click.echo(aligned(rows, (1,)))
