"""`synth completion`: what a shell has to read to complete `synth`."""

import click

from synth_assets.cli.completion import SHELLS, script
from synth_assets.cli.streams import say
from synth_assets.cli.usage import Command
from synth_assets.cli.values import OneOf


@click.command(
    "completion", cls=Command, example="synth completion bash", short_help="What a shell needs to complete synth."
)
@click.argument("shell", type=OneOf(*SHELLS))
def command(shell: str) -> None:
    """Print what SHELL has to read to complete commands, options, domains, tables, presets and formats.

    In bash, for this session: source <(synth completion bash); to keep it, the same line in ~/.bashrc.
    """
    from synth_assets.cli.group import GROUP

    say(script(GROUP, shell))
