"""`synth spec show`: what a file is understood as, with all that may be left out filled in."""

from pathlib import Path

import click

from synth_assets.cli import completion
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.usage import Command
from synth_assets.documents.shown import shown_json


@click.command(
    "show",
    cls=Command,
    example="synth spec show datasets/shop.yaml",
    short_help="Show what a file is understood as, defaults filled in.",
)
@click.argument("file", metavar="FILE", shell_complete=completion.files)
@quiet_option("Nothing: only whether the file is right, by the exit status")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of YAML.")
def command(file: str, *, quiet: bool, as_json: bool) -> None:
    """Show what a file is understood as: every default filled in, every type named.

    What is shown is a declaration again, of the same dataset with the same values.
    """
    from synth_assets.usecases.spec import as_yaml, show

    values = show(Path(file), file)
    if quiet and not as_json:
        return
    say(shown_json(values, indent=2) if as_json else as_yaml(values))
