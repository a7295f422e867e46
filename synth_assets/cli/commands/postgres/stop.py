"""`synth postgres stop`: stop the project's own server."""

import click

from synth_assets.cli.streams import say
from synth_assets.cli.usage import Command


@click.command("stop", cls=Command, example="synth postgres stop", short_help="Stop it; what is in it stays.")
def command() -> None:
    """Stop the project's own PostgreSQL server; what is in it stays, and the next start finds it."""
    from synth_assets.project.project import Project
    from synth_assets.usecases.own_server import stop_server

    say("stopped" if stop_server(Project.here().settings.data_root) else "it didn't run")
