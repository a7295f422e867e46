"""`synth`, the command line: one file per command in :mod:`synth_assets.cli.commands`.

Nothing here imports NumPy, Polars or a driver before a command runs: `synth --help` answers at once.
"""

import gc
import sys
from typing import NoReturn

_MANY = 100_000
"""Objects more than there were, after which Python looks for those that only hold each other."""


def main() -> NoReturn:
    """Run `synth` with the process's arguments and exit with the status that :mod:`synth_assets.cli.run` gives."""
    # Imports make half a million objects that stay: to look through them again and again is a tenth of a short command.
    gc.set_threshold(_MANY, 20, 20)
    from synth_assets.cli import streams, surroundings

    streams.prepare()  # before anything else opens a file
    surroundings.settle()
    from synth_assets.cli.run import run

    sys.exit(run(sys.argv[1:], owns_process=True))
