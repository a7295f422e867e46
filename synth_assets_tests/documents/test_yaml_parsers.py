"""YAML is read alike with and without a parser in C."""

import random
from pathlib import Path

import pytest

from synth_assets.documents import yaml_text
from synth_assets.errors import UsageError

EXAMPLES = sorted(Path(__file__, "../../../examples/datasets").resolve().glob("*.yaml"))
MUTATIONS = "\n  :-[]{},'\"#&*!|>%@`?~\\x0e.1ab\u00e9\u2028\ufeff\U0001f600\r\x85\x00\t"


def read(parse, text):
    try:
        document = parse(text, "file")
    except UsageError as error:
        return str(error)
    return document.values, {path: (one.place, one.value_place) for path, one in document.written.items()}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_written_well(path, monkeypatch):
    text = path.read_text(encoding="utf-8")
    slowly = read(yaml_text._parsed_slowly, text)
    if path.stem != "types":  # which has a name without a value
        monkeypatch.setattr(yaml_text, "_parsed_slowly", None)  # the fast one does it
    assert read(yaml_text.parse, text) == slowly


@pytest.mark.parametrize("seed", range(4))
def test_anything_else(seed):
    drawn = random.Random(seed)  # noqa: S311 - no secret
    texts = [path.read_text(encoding="utf-8").splitlines(keepends=True) for path in EXAMPLES]
    for _ in range(300):
        lines = drawn.choice(texts)
        at = drawn.randrange(len(lines))
        text = "".join(lines[at : at + drawn.randint(1, 6)])
        for _ in range(drawn.randint(1, 4)):
            place = drawn.randrange(len(text) + 1)
            text = text[:place] + drawn.choice(MUTATIONS) + text[place + drawn.choice([0, 0, 1, 2]) :]
        assert read(yaml_text.parse, text) == read(yaml_text._parsed_slowly, text), repr(text)


@pytest.mark.parametrize(
    "text", ["a: {b: c?d}", "a: >-#\n  b", "a:\tb", "a:\n  b: {c: ,d}", "a: b\u2028c", "\ufeffa: b"]
)
def test_what_the_parsers_take_for_different_things(text):
    assert read(yaml_text.parse, text) == read(yaml_text._parsed_slowly, text)
