"""`synth spec validate`: is a file right? If not, all that is wrong with it."""

from pathlib import Path

import click

from synth_assets.cli import completion
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.usage import Command
from synth_assets.documents.shown import shown_json


@click.command(
    "validate",
    cls=Command,
    example="synth spec validate datasets/shop.yaml",
    short_help="Say all that is wrong with a file.",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, shell_complete=completion.files)
@quiet_option("Only what is wrong")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each file.")
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], *, quiet: bool, as_json: bool) -> None:
    """Check files that declare datasets, and say of each all that is wrong: where, what is allowed, an example.

    Nothing is generated. Exit status: 0 if all are right, 1 if one isn't, 2 if one can't be read.
    """
    from synth_assets.usecases.spec import validate

    found = [validate(Path(file), file) for file in files]
    for one in found:
        if quiet and one.ok and not as_json:
            continue
        say(shown_json(one.as_dict()) if as_json else one.text)
    if not all(one.ok for one in found):
        ctx.exit(1)
