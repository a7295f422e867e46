"""`synth`, the command line: one file per command in :mod:`synth_assets.cli.commands`.

Nothing here imports NumPy, Polars or a driver before a command runs: `synth --help` answers at once.
"""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run `synth` with the process's arguments and exit with the status that :mod:`synth_assets.cli.run` gives."""
    from synth_assets.cli import streams, surroundings

    streams.prepare()  # before anything else opens a file
    surroundings.settle()
    from synth_assets.cli.run import run

    sys.exit(run(sys.argv[1:]))
