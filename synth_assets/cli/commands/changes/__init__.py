"""`synth changes`: its commands are the modules of this package."""

import sys

from synth_assets.cli.group import SynthGroup

HELP = """Change data: incremental batches whose right end state is known.

A dataset goes on living after its base. Batch k is what happens in the k-th day (hour, minute) after it, and
base + batches 1 to k is snapshot k, row for row.
"""

command = SynthGroup(
    "changes",
    package=sys.modules[__name__],
    help=HELP,
    short_help="Incremental batches, snapshots, histories, faults and scores.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
