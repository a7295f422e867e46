"""One toy model, written in every syntax: what is wrong is said where it stands, in the syntax it stands in."""

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from synth_assets.documents import reading
from synth_assets.documents.problems import Wording
from synth_assets.documents.reading import parse
from synth_assets.documents.validation import validated
from synth_assets.errors import UsageError


class Group(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Column(Group):
    name: str = Field(description="the column's name", examples=["price"])
    width: int = Field(1, ge=1, le=9, description="a whole number from 1 to 9", examples=[3])


class Table(Group):
    rows: int = Field(ge=0, description="how many rows, a whole number >= 0", examples=[100])
    columns: list[Column] = Field([], description="a list of columns", examples=[[]])
    tags: tuple[str, ...] = Field((), description="a list of words", examples=[["new"]])

    @model_validator(mode="after")
    def _narrow(self) -> "Table":
        if sum(column.width for column in self.columns) > 9:
            raise ValueError("the columns are wider than 9 together.\n  Make some narrower.")
        return self


class Toy(Group):
    seed: int = Field(42, description="a whole number", examples=[42])
    table: Table


RIGHT = {
    "toml": """\
seed = 7

[table]
rows = 5
tags = [
    "a",
    "b",
]

[[table.columns]]
name = "x"

[[table.columns]]
name = "y"
width = 2
""",
    "yaml": """\
seed: 7

table:
  rows: 5
  tags:
    - a
    - b
  columns:
    - name: x
    - name: y
      width: 2
""",
    "json": """\
{
  "seed": 7,
  "table": {
    "rows": 5,
    "tags": [
      "a",
      "b"
    ],
    "columns": [
      {"name": "x"},
      {
        "name": "y",
        "width": 2
      }
    ]
  }
}
""",
}

WRONG = [
    # What is replaced by what, and where the message says it is; then its text and its next step.
    (
        {"toml": ("seed = 7", "sede = 7"), "yaml": ("seed: 7", "sede: 7"), "json": ('"seed"', '"sede"')},
        {"toml": "line 1", "yaml": "line 1", "json": "line 2"},
        "{thing} 'sede' is unknown; did you mean 'seed'? Allowed: seed, table.",
        dict.fromkeys(RIGHT, "Correct it there."),
    ),
    (
        {"toml": ("width", "witdh"), "yaml": ("width", "witdh"), "json": ("width", "witdh")},
        {"toml": "line 15", "yaml": "line 11", "json": "line 13"},
        "{thing} of {group} 'witdh' is unknown; did you mean 'width'? Allowed: name, width.",
        dict.fromkeys(RIGHT, "Correct it there."),
    ),
    (
        dict.fromkeys(RIGHT, ("5", '"5"')),
        {"toml": "line 4", "yaml": "line 4", "json": "line 4"},
        "table.rows={text} is not allowed; it is how many rows, a whole number >= 0.",
        {"toml": "For example: rows = 100", "yaml": "For example: rows: 100", "json": 'For example: "rows": 100'},
    ),
    (
        {"toml": ("width = 2", "width = 10"), "yaml": ("width: 2", "width: 10"), "json": ('width": 2', 'width": 10')},
        {"toml": "line 15", "yaml": "line 11", "json": "line 13"},
        "table.columns[1].width=10 is not allowed; it is a whole number from 1 to 9.",
        {"toml": "For example: width = 3", "yaml": "For example: width: 3", "json": 'For example: "width": 3'},
    ),
    (
        {"toml": ('    "b"', "    3"), "yaml": ("- b", "- 3"), "json": ('"b"', "3")},
        {"toml": "line 7", "yaml": "line 7", "json": "line 7"},
        "table.tags={list} is not allowed; it is a list of words.",
        {
            "toml": 'For example: tags = ["new"]',
            "yaml": 'For example: tags: ["new"]',
            "json": 'For example: "tags": ["new"]',
        },
    ),
    (
        {"toml": ("rows = 5\n", ""), "yaml": ("  rows: 5\n", ""), "json": ('    "rows": 5,\n', "")},
        {"toml": "line 3", "yaml": "line 3", "json": "line 3"},
        "table.rows is missing; it is how many rows, a whole number >= 0.",
        {"toml": "For example: rows = 100", "yaml": "For example: rows: 100", "json": 'For example: "rows": 100'},
    ),
    (
        {
            "toml": ("seed = 7", "seed = 7\nseed = 8"),
            "yaml": ("seed: 7", "seed: 7\nseed: 8"),
            "json": ('"seed": 7,', '"seed": 7,\n"seed": 8,'),
        },
        {"toml": "line 2", "yaml": "line 2", "json": "line 3"},
        "seed is there twice, first in line {first}.",
        dict.fromkeys(RIGHT, "Remove one."),
    ),
    (
        {"toml": ("width = 2", "width = 9"), "yaml": ("width: 2", "width: 9"), "json": ('width": 2', 'width": 9')},
        {"toml": "line 3", "yaml": "line 3", "json": "line 3"},
        "the columns are wider than 9 together.",
        dict.fromkeys(RIGHT, "Make some narrower."),
    ),
]

SAID = {
    "toml": {"text": '"5"', "list": '["a", 3]', "group": "[table.columns[1]]", "first": 1},
    "yaml": {"text": "'5'", "list": "['a', 3]", "group": "table.columns[1]", "first": 1},
    "json": {"text": '"5"', "list": '["a", 3]', "group": "table.columns[1]", "first": 2},
}


@pytest.mark.parametrize("syntax", RIGHT)
def test_every_syntax_says_the_same(syntax):
    toy = validated(parse(RIGHT[syntax], f"toy.{syntax}"), Toy)
    assert toy == Toy(
        seed=7, table=Table(rows=5, tags=("a", "b"), columns=[Column(name="x"), Column(name="y", width=2)])
    )


@pytest.mark.parametrize("syntax", RIGHT)
@pytest.mark.parametrize(("change", "line", "says", "next_step"), WRONG)
def test_what_is_wrong_is_said_with_its_line_what_is_allowed_and_a_next_step(syntax, change, line, says, next_step):
    text = RIGHT[syntax].replace(*change[syntax], 1)
    assert text != RIGHT[syntax]
    with pytest.raises(UsageError) as error:
        validated(parse(text, f"toy.{syntax}"), Toy, Wording(thing="setting"))
    says = says.format(thing="setting", **SAID[syntax])
    assert str(error.value) == f"toy.{syntax}, {line[syntax]}: {says}\n  {next_step[syntax]}"


# what a reader of one syntax refuses, or takes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x 1\nb: *x", "line 1, column 4: anchor &x: anchors, aliases and tags are not read here."),
        ("b: *x", "line 1, column 4: alias *x: anchors, aliases and tags are not read here."),
        ("a: 1\nb: !!python/name:os.system x", "line 2, column 4: tag tag:yaml.org,2002:python/name:os.system"),
        ("a: [", "line 1, column 5: no valid YAML: expected the node content"),
        ("a: 1\n---\nb: 2", "line 2: no valid YAML: expected a single document in the stream but found another"),
        ("? [1]\n: 2", "line 1, column 3: a name is text, not a list or mapping."),
        ("a: {b: 1, b: 2}", "line 1, column 11: b is there twice."),
        ("1: a\n'1': b", "line 2: 1 is there twice, first in line 1."),
        ('a: "\\ud800"', "line 1: a is no UTF-8 text."),
        ("a: \x01", "f.yaml, line 1, column 4: no valid YAML: unacceptable character #x0001."),
        ("[" * 2_000 + "]" * 2_000, "f.yaml, line 1, column 52: lists or groups nest too deeply: more than 50 levels"),
    ],
)
def test_yaml_that_is_none_or_can_do_more_than_say_values_is_refused(text, said):
    with pytest.raises(UsageError) as error:
        parse(text, "f.yaml")
    assert said in str(error.value)
    assert len(str(error.value).splitlines()) == 2


def test_plain_yaml_is_a_number_or_a_word_only_where_all_readers_agree():
    text = "on: NO\n2026: 012\nd: 2026-01-01\nt: 1:30\nh: 0x1f\ni: 5_000\nf: -1.5e+3\ng: 1e3\ne: ''\nb: true\nq: '5'"
    assert parse(text, "f.yaml").values == {
        "on": "NO", "2026": "012", "d": "2026-01-01", "t": "1:30", "h": "0x1f",
        "i": 5_000, "f": -1_500.0, "g": "1e3", "e": "", "b": True, "q": "5",
    }  # fmt: skip


def test_other_ends_of_lines_of_yaml_do_not_move_the_places():
    document = parse("a: 'x\u2028  y'\nb: 1", "f.yaml")
    assert str(document.find(("b",)).place) == "f.yaml, line 2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": [1, {"x": 2, "x": 3}]}', ", line 1, column 20: x is there twice."),
        ('{\n"a": 1', ", line 2, column 7: no valid JSON: expecting ',' delimiter."),
        ("", ", line 1, column 1: no valid JSON: expecting value."),
        ('{"a": NaN}', ", line 1, column 7: no valid JSON: NaN is no number of JSON."),
        ('["\\ud800"]', ", line 1, column 2: [0] is no UTF-8 text."),
        ("1" * 5_000, ", line 1: a number has 5,000 digits; at most 4,000 are read."),
        ("[" * 100_000, ", line 1, column 52: lists or groups nest too deeply: more than 50 levels are not read."),
    ],
)
def test_json_that_is_none_is_refused(text, said):
    with pytest.raises(UsageError) as error:
        parse(text, "f.json")
    assert str(error.value).startswith(f"f.json{said}")
    assert len(str(error.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["a = [", "a = 1" * 2, "x = 0x" + "f" * 9 + "g"])
def test_toml_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match=r"^f\.toml is no valid TOML: ") as error:
        parse(text, "f.toml")
    assert len(str(error.value).splitlines()) == 2


def test_the_name_of_a_file_says_its_syntax(tmp_path):
    (tmp_path / "a.yml").write_bytes(b"\xef\xbb\xbfa: 1")  # with the mark that some editors put first
    assert reading.read(tmp_path / "a.yml").values == {"a": 1}
    (tmp_path / "plan").write_text("a = 1")
    assert reading.read(tmp_path / "plan", syntax=".toml").values == {"a": 1}
    with pytest.raises(UsageError, match=r"syntax '\.ini' is unknown"):
        parse("a = 1", "a.ini")


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(UsageError, match="can't be read: No such file or directory"):
        reading.read(tmp_path / "a.toml")
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="is no valid TOML: it is no UTF-8 text"):
        reading.read(tmp_path / "a.toml")
