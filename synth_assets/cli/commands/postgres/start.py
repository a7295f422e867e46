"""`synth postgres start`: start the project's own server."""

import click

from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.usage import Command


@click.command(
    "start", cls=Command, example="synth postgres start", short_help="Start it, unless it runs, and print its URL."
)
@quiet_option("Nothing is printed")
def command(*, quiet: bool) -> None:
    """Start the project's own PostgreSQL server, unless it runs, and print its URL.

    It is made when it is started for the first time. Only who owns its folder reaches it.
    """
    from synth_assets.project.project import Project
    from synth_assets.usecases.own_server import start_server

    url = start_server(Project.here().settings.data_root)
    if not quiet:
        say(url)
