"""Values change on purpose only: hashes of bronze as they were written down, for small|42 and small|7."""

import json
from pathlib import Path

import pytest

from synth_assets.project.project import Project
from synth_assets.usecases.generate import Request, generate
from synth_assets.world import vocabulary

GOLDEN = json.loads(Path(__file__).with_name("bronze.json").read_text())
NEXT_STEP = (
    "if this was meant: raise `since` of the columns, python scripts/update_golden.py, and a Data entry in CHANGELOG.md"
)


@pytest.mark.parametrize("partition", ["small|42", "small|7"])
def test_every_table_has_the_rows_and_the_content_hash_that_were_written_down(partition, tmp_path):
    bronze = Project.here().domain("bronze")
    preset, seed = partition.split("|")
    stored = generate(
        Request(bronze, bronze.dataset(preset, int(seed)), tuple(bronze.entities), ("parquet",), tmp_path)
    )
    found = {one.entity: {"rows": one.rows, "content_hash": one.content_hash} for one in stored}
    assert found == GOLDEN["datasets"][partition], NEXT_STEP


def test_the_golden_hashes_are_of_this_contract():
    assert GOLDEN["contract"] == Project.here().domain("bronze").contract, NEXT_STEP


def test_the_golden_hashes_are_of_these_vocabularies():
    assert GOLDEN["vocabularies"] == vocabulary.fingerprint(), NEXT_STEP


def test_the_two_seeds_share_no_table():
    one, other = GOLDEN["datasets"].values()
    assert one.keys() == other.keys() == Project.here().domain("bronze").entities.keys()
    assert all(one[name]["content_hash"] != other[name]["content_hash"] for name in one)
