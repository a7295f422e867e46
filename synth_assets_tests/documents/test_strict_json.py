"""JSON of programs: what none of them writes is refused, and in no time."""

import json
import time

import pytest

from synth_assets.documents import strict_json
from synth_assets.errors import SynthError, shortened


@pytest.mark.parametrize(
    "text", ['{"version": "' + "x" * 20_000_000 + '"}', "x" * 20_000_000, b"[" + b" " * 20_000_000]
)
def test_a_text_of_megabytes_is_refused_before_anything_is_made_of_it(text):
    start = time.monotonic()
    with pytest.raises(ValueError, match=r"a text of more than 1,000,000 characters"):
        strict_json.loads(text)
    assert time.monotonic() - start < 2


def test_a_large_document_of_short_texts_is_read():
    values = ["part-00000.parquet"] * 600_000
    assert strict_json.loads(json.dumps(values)) == values


def test_a_message_about_a_text_of_megabytes_takes_no_time():
    start = time.monotonic()
    assert len(shortened("password=secret " + "x" * 50_000_000)) == 100
    assert "secret" not in str(SynthError(shortened("password=secret")))
    assert time.monotonic() - start < 2
