"""`synth serve`: the development server."""

import os
from typing import TYPE_CHECKING

import click

from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.usage import Command
from synth_assets.cli.values import FilePath
from synth_assets.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_DATABASE = "data/devdata/dev.duckdb"


@click.command(
    "serve",
    cls=Command,
    example="synth serve --port 8000",
    short_help="A development server with fake tables.",
)
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8_000, show_default=True, metavar="N", help="0 takes a free one."
)
@click.option(
    "--database",
    type=FilePath(_DATABASE),
    default=_DATABASE,
    show_default=True,
    metavar="FILE",
    help="The DuckDB file of the tables; made if there is none.",
)
@click.option(
    "--api-key-file",
    type=FilePath("key.txt"),
    metavar="FILE",
    help="A file with the key; without it SYNTH_API_KEY has it.",
)
@click.option(
    "--tables",
    "modules",
    multiple=True,
    metavar="MODULE",
    help="A Python module or file of yours that adds tables; several may be named.",
)
@click.option("--check", is_flag=True, help="Try a server out with tables of its own, and end.")
@quiet_option("Only the address")
def command(
    *, port: int, database: "Path", api_key_file: "Path | None", modules: tuple[str, ...], check: bool, quiet: bool
) -> None:
    """Serve the fake tables for development over HTTP, on this machine alone.

    It starts only where APP_ENV is dev, and with a key of 32 characters or more. Requests bring the key in the header
    Authorization (Bearer) or X-API-Key.
    """
    from synth_assets.devapi import serving

    start = serving.Start(port, database, api_key_file, modules)
    if check:
        from synth_assets.devapi import check as checking

        if not checking.check(start, os.environ, say):
            raise OutputError("The server isn't as it should be: see above.")
        return
    with serving.ready(start, os.environ) as (listening, key, created):
        if not quiet:
            say(_told(created, database))
        address = f"http://{serving.HOST}:{listening.getsockname()[1]}/"
        serving.run(listening, key, start.database, lambda: say(address))


def _told(created: "Mapping[str, int]", database: "Path") -> str:
    if not created:
        return f"{database}: its tables stay as they are."
    return f"{database}: created " + ", ".join(f"{name} ({rows:,} rows)" for name, rows in created.items())
