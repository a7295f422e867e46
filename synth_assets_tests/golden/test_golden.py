"""Values change on purpose only: hashes of the domains as they were written down, for small|42 and small|7."""

import json
from pathlib import Path

import pytest

from synth_assets.project.packages import built_in
from synth_assets.project.project import Project
from synth_assets.usecases.generate import Request, generate
from synth_assets.world import vocabulary

NAMES = [source.name for source in built_in()]
GOLDEN = {name: json.loads(Path(__file__).with_name(f"{name}.json").read_text()) for name in NAMES}
NEXT_STEP = (
    "if this was meant: raise `since` of the columns, python scripts/update_golden.py, and a Data entry in CHANGELOG.md"
)


@pytest.mark.parametrize("partition", ["small|42", "small|7"])
@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_the_rows_and_the_content_hash_that_were_written_down(name, partition, tmp_path):
    domain = Project.here().domain(name)
    preset, seed = partition.split("|")
    stored = generate(
        Request(domain, domain.dataset(preset, int(seed)), tuple(domain.entities), ("parquet",), tmp_path)
    )
    found = {one.entity: {"rows": one.rows, "content_hash": one.content_hash} for one in stored}
    assert found == GOLDEN[name]["datasets"][partition], NEXT_STEP


@pytest.mark.parametrize("name", NAMES)
def test_the_golden_hashes_are_of_this_contract(name):
    assert GOLDEN[name]["contract"] == Project.here().domain(name).contract, NEXT_STEP


@pytest.mark.parametrize("name", NAMES)
def test_the_golden_hashes_are_of_these_vocabularies(name):
    assert GOLDEN[name]["vocabularies"] == vocabulary.fingerprint(), NEXT_STEP


@pytest.mark.parametrize("name", NAMES)
def test_the_two_seeds_share_no_table(name):
    one, other = GOLDEN[name]["datasets"].values()
    assert one.keys() == other.keys() == Project.here().domain(name).entities.keys()
    assert all(one[table]["content_hash"] != other[table]["content_hash"] for table in one)
