"""`synth postgres stop`: stop the project's own server."""

import click

from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.usage import Command


@click.command("stop", cls=Command, example="synth postgres stop", short_help="Stop it; what is in it stays.")
@quiet_option("Nothing is printed")
def command(*, quiet: bool) -> None:
    """Stop the project's own PostgreSQL server; what is in it stays, and the next start finds it."""
    from synth_assets.project.project import Project
    from synth_assets.usecases.own_server import stop_server

    ran = stop_server(Project.here().settings.data_root)
    if not quiet:
        say("stopped" if ran else "it didn't run")
