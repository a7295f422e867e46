"""`synth changes history`: every version of every row up to a moment (SCD2)."""

from typing import Any

import click

from synth_assets.cli.dataset_options import DatasetCommand
from synth_assets.cli.stored_states import state_options, store


@click.command(
    "history",
    cls=DatasetCommand,
    example="synth changes history bronze --preset small --at 30",
    short_help="Store every version of every row, as SCD2 tables.",
)
@state_options
def command(**options: Any) -> None:
    """Store every version of the rows of DOMAIN's tables, or of those named, up to a moment.

    Versions have valid_from, valid_to (exclusive, missing while valid) and is_current; a row's versions follow each
    other without gaps or overlaps. They go beside the batches of the same dataset: give the same options as to
    synth changes generate.
    """
    store("history", **options)
