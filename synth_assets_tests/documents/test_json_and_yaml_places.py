"""What is written as JSON or YAML is read back, and every place is where the name or the value stands."""

import json

import yaml
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.documents.reading import parse

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8) | st.sampled_from(
    [
        "1e3",
        "NO",
        "012",
        "1:30",
        "2026-01-01",
        "null",
        "~",
        "",
        "0x1",
        "- a",
        "a: b",
        "1_0",
        ".5",
        "5.",
        "#",
        "<<",
        "😀",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_json_is_read_back_and_every_place_is_right(values, indent, ascii_only):
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    document = parse(text, "f.json")
    assert document.values == values
    for path, written in document.written.items():
        assert _at(text, written.value_place) == document.value(path)
        if path and isinstance(path[-1], str):
            assert _at(text, written.place) == path[-1]


def _at(text: str, place) -> object:
    """The value of JSON that begins at a place."""
    before = text.split("\n")[: place.line - 1]
    value, _ = json.JSONDecoder().raw_decode(text, sum(len(line) + 1 for line in before) + place.column - 1)
    return value


@given(VALUES, st.booleans())
def test_yaml_is_read_back_as_the_common_writer_writes_it(values, flow):
    text = yaml.safe_dump(values, default_flow_style=flow, allow_unicode=flow, sort_keys=False)
    assert parse(text, "f.yaml").values == values


@given(st.dictionaries(TEXTS, SCALARS.filter(lambda value: not isinstance(value, float))))
def test_json_is_yaml_too(values):
    text = json.dumps(values)
    assert parse(text, "f.yaml").values == values
