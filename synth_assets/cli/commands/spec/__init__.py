"""`synth spec`: its commands are the modules of this package."""

import sys

from synth_assets.cli.group import SynthGroup

HELP = """Files that declare datasets of your own.

A file in the project's folder datasets/ is a domain like those that come with the program; every command takes the
path of a file in place of a domain's name, too.
"""

command = SynthGroup(
    "spec",
    package=sys.modules[__name__],
    help=HELP,
    short_help="Files that declare datasets of your own: check, show, schema.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
