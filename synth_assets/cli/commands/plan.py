"""`synth plan`: what `synth generate` would make and take: files, bytes, time and memory."""

from typing import Any

import click

from synth_assets.cli.dataset_options import chosen_partition, partition_option
from synth_assets.cli.generation_options import GenerationCommand, Options, generation_options, request_of
from synth_assets.cli.plan_text import show_plan
from synth_assets.cli.quiet_option import quiet_option


@click.command(
    "plan",
    cls=GenerationCommand,
    grouped=True,
    example="synth plan bronze --preset small",
    short_help="Files, bytes, time and memory that generate would take.",
)
@generation_options
@quiet_option("The table and nothing else")
@partition_option
@click.option("--measure", is_flag=True, help="Time samples of the tables on this machine; some 3 s.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def command(*, partition: str | None, quiet: bool, measure: bool, as_json: bool, **values: Any) -> None:
    """Show what `synth generate` with the same arguments would make, and what it would take. Nothing is stored.

    A few thousand rows of each table are made for it, in a temporary folder.
    """
    from synth_assets.project.project import Project

    project, options = Project.here(), Options(**values)
    dataset = None if partition is None else chosen_partition(project, options.domain, partition)
    show_plan(request_of(project, options, dataset), as_json=as_json, quiet=quiet, measure=measure)
