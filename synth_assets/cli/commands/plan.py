"""`synth plan`: the files and chunks that `synth generate` would make."""

from typing import Any

import click
from click.core import ParameterSource

from synth_assets.cli.generation_options import GenerationCommand, Options, generation_options, request_of
from synth_assets.cli.plan_text import show_plan
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.errors import UsageError


@click.command(
    "plan",
    cls=GenerationCommand,
    example="synth plan bronze --preset small",
    short_help="The files and chunks that generate would make.",
)
@generation_options
@click.option(
    "--partition", metavar="PRESET|SEED", help="The dataset of one of the project's partitions, e.g. 'small|42'."
)
@quiet_option("The table and nothing else")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_context
def command(ctx: click.Context, partition: str | None, quiet: bool, as_json: bool, **values: Any) -> None:
    """Show what `synth generate` with the same arguments would make. Nothing is written."""
    from synth_assets.project.project import Project

    project, options = Project.here(), Options(**values)
    dataset = None
    if partition is not None:
        for name in ("preset", "seed", "as_of"):
            if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                flag = "--" + name.replace("_", "-")
                raise UsageError(f"--partition and {flag} contradict each other.\n  Leave one of them out.")
        dataset = project.partition(options.domain, partition)
    show_plan(request_of(project, options, dataset), as_json=as_json, quiet=quiet)
