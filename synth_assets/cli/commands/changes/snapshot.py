"""`synth changes snapshot`: tables as they are at a moment."""

from typing import Any

import click

from synth_assets.cli.dataset_options import DatasetCommand
from synth_assets.cli.stored_states import state_options, store


@click.command(
    "snapshot",
    cls=DatasetCommand,
    example="synth changes snapshot bronze --preset small --at 30",
    short_help="Store tables as they are at a moment.",
)
@state_options
def command(**options: Any) -> None:
    """Store the tables of DOMAIN, or those named, as they are at a moment: after a batch, or at any second.

    They go beside the batches of the same dataset: give the same options as to synth changes generate.
    """
    store("snapshot", **options)
