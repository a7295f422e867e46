"""`synth postgres`: its commands are the modules of this package."""

import sys

from synth_assets.cli.group import SynthGroup

HELP = """A PostgreSQL server of the project's own: no root, no container, no port.

It keeps everything in postgres/ in the data root, and runs until it is stopped.
"""

command = SynthGroup(
    "postgres",
    package=sys.modules[__name__],
    help=HELP,
    short_help="Start or stop the project's own PostgreSQL server.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
