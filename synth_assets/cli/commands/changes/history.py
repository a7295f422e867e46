"""`synth changes history`: every version of every row up to a moment (SCD2)."""

from datetime import datetime
from typing import Any

import click

from synth_assets.cli.change_options import At, ChangeOptions, change_options, chosen
from synth_assets.cli.commands.changes.generate import in_json
from synth_assets.cli.dataset_options import DatasetCommand
from synth_assets.cli.text import aligned, short


@click.command(
    "history",
    cls=DatasetCommand,
    example="synth changes history bronze --preset small --at 30",
    short_help="Store every version of every row, as SCD2 tables.",
)
@change_options
@click.option(
    "--at", type=At(), required=True, help="After which batch (0: the base), or a time like 2026-01-31T12:00:00Z."
)
@click.option("--format", "form", metavar="NAME", default="parquet", show_default=True, help="parquet, ndjson or csv.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table.")
def command(*, at: int | datetime, form: str, as_json: bool, **values: Any) -> None:
    """Store every version of the rows of DOMAIN's tables, or of those named, up to a moment.

    Versions have valid_from, valid_to (exclusive, missing while valid) and is_current; a row's versions follow each
    other without gaps or overlaps.
    """
    from synth_assets.usecases.changes.folder import ChangeFolder
    from synth_assets.usecases.changes.generate import file_format, moment, store_states
    from synth_assets.usecases.settings import Settings

    choice = chosen(Settings.load(), ChangeOptions(**values))
    second = moment(at, choice.dataset, choice.cadence)
    file_format(form)
    folder = ChangeFolder.claim(choice.root, choice.dataset, choice.cadence)
    stored = list(store_states(folder, "history", choice.entities, second, form))
    if as_json:
        click.echo(in_json(stored))
        return
    rows = [["table", "rows", "content hash", "path"]]
    rows += [[one.entity, f"{one.rows:,}", one.content_hash[:12], short(one.path)] for one in stored]
    click.echo(aligned(rows, (1,)))
