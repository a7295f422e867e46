"""The files of every envelope change on purpose only: hashes of bronze's base and batches as they were written down."""

import json

import pytest

from synth_assets_tests.golden.change_files import FORMS, HASHES, digest_of

NEXT_STEP = "if this was meant: python scripts/update_golden.py, and an entry in CHANGELOG.md"


@pytest.mark.parametrize("label", FORMS)
def test_the_files_of_an_envelope_are_those_that_were_written_down(label, tmp_path):
    assert json.loads(HASHES.read_text())[label] == digest_of(label, tmp_path), NEXT_STEP


def test_every_envelope_and_format_is_written_down():
    assert list(json.loads(HASHES.read_text())) == list(FORMS)
