"""`synth plan`: the files and chunks that `synth generate` would make."""

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
    short_help="The files and chunks that generate would make.",
)
@generation_options
@quiet_option("The table and nothing else")
@partition_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def command(partition: str | None, quiet: bool, as_json: bool, **values: Any) -> None:
    """Show what `synth generate` with the same arguments would make. Nothing is written."""
    from synth_assets.project.project import Project

    project, options = Project.here(), Options(**values)
    dataset = None if partition is None else chosen_partition(project, options.domain, partition)
    show_plan(request_of(project, options, dataset), as_json=as_json, quiet=quiet)
