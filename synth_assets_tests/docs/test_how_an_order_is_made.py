"""The page that follows an order: its code runs as it stands, and prints what the page shows."""

import contextlib
import io
import re
from pathlib import Path

import pytest

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "how-an-order-is-made.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(python|text)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
SHOWN = [text for language, text in BLOCKS if language == "text"]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What each block prints that prints something; a block knows what those before it made."""
    names, outputs = {}, []
    with contextlib.chdir(tmp_path_factory.mktemp("page")):
        for language, code in BLOCKS:
            if language == "python":
                with contextlib.redirect_stdout(io.StringIO()) as output:
                    exec(code, names)  # noqa: S102 — the page's own code
                outputs.append(output.getvalue())
    return [output for output in outputs if output]


@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_a_block_prints_what_the_page_shows(number, printed):
    assert printed[number] == SHOWN[number]


def test_all_that_is_printed_is_shown(printed):
    assert len(printed) == len(SHOWN)
    assert len(SHOWN) >= 8
