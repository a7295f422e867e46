"""Names and texts of others on a terminal: seen, never acted on."""

import json

import pytest

from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import in_line, shown_json, visible
from synth_assets_tests.cli.as_process import TINY, done

ACTED_ON = "\x00\x07\x08\x1b\r\x7f\x9b\u061c\u200b\u200e\u2028\u202e\u2066\ufeff\U000e0041\ud800\udcff"


def test_whatever_a_terminal_acts_on_is_escaped():
    for character in ACTED_ON:
        for shown in (visible(f"a{character}b"), in_line(f"a{character}b")):
            assert character not in shown
            assert "\\" in shown
            shown.encode("utf-8")


def test_lines_end_where_they_did_but_names_stay_in_theirs():
    assert visible("one\ntwo") == "one\ntwo"
    assert in_line("one\ntwo") == "one\\ntwo"
    assert in_line("tab\there") == "tab\\there"


def test_text_of_people_stays_as_it_is():
    text = "Åsa Łukasz 李雷 e\u0301 👩\u200d🚀 a\u200cb"
    assert visible(text) == text
    assert json.loads(shown_json(text)) == text


def test_json_stays_json():
    text = "-".join(ACTED_ON)
    said = shown_json({text: [text, 1]})
    assert json.loads(said) == {text: [text, 1]}
    assert said.isprintable()
    assert json.loads(shown_json({"a": text}, indent=2)) == {"a": text}


def test_cells_of_tables_stay_in_their_columns():
    assert aligned([["a\x1b[31m\nb", "c"], ["d", "e"]]).splitlines() == ["a\\x1b[31m\\nb  c", "d             e"]


NAME = "esc\x1b[2J\u202e"


@pytest.mark.parametrize(
    "args",
    [
        ("verify", NAME),
        ("lst" + NAME,),
        ("generate", NAME),
        ("generate", "bronze", NAME),
        ("generate", "bronze", "--preset", NAME),
        ("generate", "bronze", "--format", NAME),
        ("generate", "bronze", "--seed", NAME),
        ("generate", "bronze", "--" + NAME),
        ("generate", "bronze", "--as-of", NAME),
        ("sample", "bronze/raw_orders", "--columns", NAME),
        ("changes", "replay", NAME),
        ("changes", "inject", NAME, "--plan", NAME, "--output-dir", NAME),
        ("changes", "minimise", NAME, "--check", NAME),
        ("changes", "score", "bronze/raw_orders", "--at", "1", "--candidate", NAME),
        ("changes", "generate", "bronze", "--batches", NAME),
    ],
)
def test_no_argument_comes_back_as_an_escape(project, args):
    ended = done(project, *args)
    assert ended.returncode in {1, 2, 3}
    assert ended.stderr.isascii() or "\u202e" not in ended.stderr
    assert "\x1b" not in ended.stderr + ended.stdout


def test_no_folder_comes_back_as_an_escape(project):
    made = done(project, "generate", "bronze", "raw_products", *TINY, "--output-dir", NAME, "--verbose")
    assert made.returncode == 0, made.stderr
    checked = done(project, "verify", NAME)
    assert checked.returncode == 0
    for said in (made.stdout, made.stderr, checked.stdout):
        assert "esc" in said
        assert "\x1b" not in said
        assert "\u202e" not in said
