"""The scanner finds every name and value where tomllib has read it, however it is written."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.documents.reading import parse
from synth_assets.errors import UsageError

SCALARS = [
    "1", "-0", "1_000", "0xff", "1.5e3", "inf", "true", "1979-05-27", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00",
    "07:32:00", '""', '"a # b"', r'"\"]}"', "''", "'a = [b'", "'\\'", '"""x = 1\n[y]\n"""', '"""a""b\\"""" """',
    '""""a"""""', "'''a\n'b''c'''''", '"""\\\n  a"""', '"é = ü"',
]  # fmt: skip
NAMES = ["a", "b", "c-1", "9", '"a.b"', "'c d'", '"e]\\"["', "'#'", '""']
SPACES = st.sampled_from(["", " ", "\t"])
LINES = st.sampled_from(["", "\n", " # a = 1\n", "\n\n  "])


@st.composite
def values(draw, depth: int = 2) -> str:
    """A value as TOML, with brackets, comments and line breaks wherever they may be."""
    kind = draw(st.sampled_from(["scalar", "scalar", "array", "table"] if depth else ["scalar"]))
    if kind == "scalar":
        return draw(st.sampled_from(SCALARS))
    if kind == "array":
        items = [
            f"{draw(LINES)}{draw(values(depth=depth - 1))}{draw(LINES)}"
            for _ in range(draw(st.integers(min_value=0, max_value=3)))
        ]
        return f"[{','.join(items)}{draw(st.sampled_from(['', ','])) if items else ''}{draw(LINES)}]"
    names = draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
    pairs = [f"{draw(SPACES)}{name}{draw(SPACES)}={draw(SPACES)}{draw(values(depth=depth - 1))}" for name in names]
    return f"{{{','.join(pairs)}{draw(SPACES)}}}"


@st.composite
def texts(draw) -> str:
    """TOML with pairs, sections and arrays of sections; some repeat a name, and tomllib refuses them."""
    lines = []
    for _ in range(draw(st.integers(min_value=0, max_value=8))):
        path = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
        name = f"{draw(SPACES)}.{draw(SPACES)}".join(path)
        kind = draw(st.sampled_from(["pair", "pair", "section", "sections", "comment"]))
        gap = draw(SPACES)
        lines.append(
            {
                "pair": f"{gap}{name}{gap}={gap}{draw(values())}{gap}# {name}",
                "section": f"{gap}[{gap}{name}{gap}]{gap}# [x]",
                "sections": f"[[{gap}{name}{gap}]]",
                "comment": f"{gap}# {name} = '",
            }[kind]
        )
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


def _paths(value, path=()) -> set:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path}.union(*(_paths(item, (*path, step)) for step, item in inner))


def _tail(text: str, place) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])


def _valid(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


@given(texts().filter(_valid))
def test_every_name_and_item_that_tomllib_reads_has_a_place_and_nothing_else_has(text):
    assert set(parse(text, "f.toml").written) == _paths(tomllib.loads(text))


@given(texts().filter(_valid))
def test_at_every_place_stands_the_name_and_at_every_value_s_place_the_value(text):
    values = tomllib.loads(text)
    for path, written in parse(text, "f.toml").written.items():
        if path and isinstance(path[-1], str):
            name = _tail(text, written.place)
            assert any(name.startswith(form) and _name(form) == path[-1] for form in NAMES), (path, name)
        if written.value_place:
            value = values
            for step in path:
                value = value[step]
            assert repr(_first(_tail(text, written.value_place), value)) == repr(value)


def _name(form: str) -> str:
    return next(iter(tomllib.loads(f"{form} = 1")))


def _first(text: str, value: object) -> object:
    """What is read at a place, up to the end that gives ``value`` if there is one."""
    for end in range(1, len(text) + 1):
        try:
            found = tomllib.loads(f"x = {text[:end]}")["x"]
        except tomllib.TOMLDecodeError:
            continue
        if repr(found) == repr(value):
            return found
    return None


@given(texts().filter(lambda text: not _valid(text)))
def test_what_tomllib_refuses_is_refused_here_with_a_message_of_two_lines(text):
    with pytest.raises(UsageError, match=r"^f\.toml(, line \d| is no valid TOML)[^\n]*\n  [^\n]*$"):
        parse(text, "f.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\na = 2", "line 2: a is there twice, first in line 1."),
        ("[a]\nb = 1\n\n[a]", "line 4: a is there twice, first in line 1."),
        ("[a.b]\n[a]\nb = 1", "line 3: a.b is there twice, first in line 1."),
        ("a = 1\na.b = 2", "line 2: a is there twice, first in line 1."),
        ("[a]\nb.c = 1\n[a.b]", "line 3: a.b is there twice, first in line 2."),
        ('x = [\n  {b = 1, "b" = 2}\n]', "line 2, column 11: x[0].b is there twice."),
        ("[[a]]\n[a]", "line 2: a is there twice, first in line 1."),
        ("a = []\n[[a]]", "line 2: a is there twice, first in line 1."),
        ("[[a]]\nx = 1\n[[a]]\nx = 1\nx = 2", "line 5: a[1].x is there twice, first in line 4."),
    ],
)
def test_a_name_that_is_there_twice_is_named_with_both_lines(text, said):
    with pytest.raises(Exception, match="is there twice") as error:
        parse(text, "f.toml")
    assert str(error.value) == f"f.toml, {said}\n  Remove one."


def test_only_what_stands_behind_other_things_on_its_line_is_said_with_its_column():
    document = parse("[a.b]\nc.d = [1,\n  2, 3]\ne = {f = 1}", "f.toml")
    places = {path: str(written.place) for path, written in document.written.items()}
    assert places["a", "b"] == "f.toml, line 1"
    assert places["a", "b", "c", "d"] == "f.toml, line 2"
    assert places["a", "b", "c", "d", 0] == "f.toml, line 2, column 8"
    assert places["a", "b", "c", "d", 1] == "f.toml, line 3"
    assert places["a", "b", "c", "d", 2] == "f.toml, line 3, column 6"
    assert places["a", "b", "e", "f"] == "f.toml, line 4, column 6"


def test_days_are_text_as_json_has_them():
    values = parse("a = 1979-05-27\nb = 1979-05-27 07:32:00\nc = [07:32:00]", "f.toml").values
    assert json.dumps(values) == '{"a": "1979-05-27", "b": "1979-05-27T07:32:00", "c": ["07:32:00"]}'
