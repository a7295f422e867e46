"""`synth`, the command line: one file per command in :mod:`synth_assets.cli.commands`.

Nothing here imports NumPy, Polars or a driver before a command runs: `synth --help` answers at once.
"""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run `synth` with the process's arguments and exit with its status: 0 done, 1 failed, 2 wrong usage."""
    from synth_assets.cli.run import run

    sys.exit(run(sys.argv[1:]))
