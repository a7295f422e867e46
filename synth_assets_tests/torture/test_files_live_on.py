"""Every dataset in a file lives on: its base and all changes make the later state, over many seeds.

The log is applied as a consumer would, row by row into a dictionary, sharing no code with the engine that made it.
"""

import sys

import pytest

from synth_assets.project.dataset_files import DatasetFile
from synth_assets_tests.domains.every_domain import DOMAINS, SOURCES
from synth_assets_tests.domains.living import lived

SEEDS, BATCHES = range(1, 21), range(1, 21)
FROM_FILES = [name for name, one in SOURCES.items() if name.startswith("example ") or isinstance(one, DatasetFile)]


@pytest.mark.torture
@pytest.mark.parametrize("name", FROM_FILES)
def test_base_and_changes_make_the_later_state(name, capsys):
    found = [lived(DOMAINS[name], seed, BATCHES) for seed in SEEDS]
    events, cells, differing = map(sum, zip(*found, strict=True))
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {events:,} events, {cells:,} cells, {differing} rows differ\n")
    assert events
    assert differing == 0
