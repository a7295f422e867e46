"""`synth spec schema`: the language as a JSON Schema, for editors."""

import click

from synth_assets.cli.streams import say
from synth_assets.cli.usage import Command
from synth_assets.documents.shown import shown_json


@click.command(
    "schema",
    cls=Command,
    example="synth spec schema > datasets/schema.json",
    short_help="Print the JSON Schema of such files.",
)
def command() -> None:
    """Print the JSON Schema of files that declare datasets.

    An editor that knows it completes and explains what is written. In YAML, name it in the first line:
    # yaml-language-server: $schema=schema.json
    """
    from synth_assets.usecases.spec import schema

    say(shown_json(schema(), indent=2))
