"""Files that somebody made to do harm, by hand: the first cases of every run."""

from synth_assets_tests.torture.damage.scene import Damage
from synth_assets_tests.torture.hostile import (  # noqa: F401 - each adds its own
    candidates,
    changes,
    databases,
    documents,
    manifests,
    no_files,
    parquet,
    texts,
)
from synth_assets_tests.torture.hostile.collecting import ALL

CASES: tuple[tuple[str, Damage], ...] = tuple(ALL)
"""The name of a target, and what is done to it."""
