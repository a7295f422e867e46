"""`synth spec pools`: let Faker make the values that a file asks for, once."""

from pathlib import Path

import click

from synth_assets.cli import completion
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.text import short
from synth_assets.cli.usage import Command


@click.command(
    "pools",
    cls=Command,
    example="synth spec pools datasets/shop.yaml",
    short_help="Make the values that columns of the method faker take, once.",
)
@click.argument("file", metavar="FILE", shell_complete=completion.files)
@quiet_option("Only where the pools are")
@click.option("--again", is_flag=True, help="Make those that are there again, too: their values may change.")
def command(file: str, *, quiet: bool, again: bool) -> None:
    """Let Faker make the values that a file's columns of the method faker take, and keep them beside it.

    Commit what it writes: generating takes the values from there and never asks Faker, so a new version of Faker
    changes nothing. Pools that are there stay as they are; those that nobody asks for any more are left out.
    """
    from synth_assets.usecases.spec import make_pools

    made = make_pools(Path(file), file, again=again)
    for one in () if quiet else made.pools:
        say(f"{'made' if one.is_new else 'kept'}  {one.said}")
    say(f"{short(made.path)}: {len(made.pools)} pools." if made.pools else f"{file} asks for no pools.")
