"""A text that grows or nests is refused at once, with the place; nothing but the product's errors comes out."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_assets.documents.bounds import DEEPEST, LARGEST, MOST
from synth_assets.documents.reading import parse, read
from synth_assets.errors import UsageError
from synth_assets.faults import plan as fault_plan
from synth_assets.project.project import Project
from synth_assets.specs.declared import Declared

LINES = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
GROWING = {
    ".yaml": {
        "bomb": f"a: &a [x]\n{LINES}faults: *i\n",
        "lists": "a: " + "[" * 100_000,
        "mappings": "a: " + "{a: " * 100_000,
        "closed": "a: " + "[" * 10_000 + "]" * 10_000,
        "blocks": "- " * 100_000,
        "keys": "? " * 100_000,
        "items": "a: [" + "[]," * 300_000 + "]",
        "names": "".join(f"a{number}: 1\n" for number in range(90_000)),
    },
    ".json": {
        "lists": "[" * 500_000,
        "closed": "[" * 100_000 + "]" * 100_000,
        "objects": '{"a":' * 100_000,
        "items": "[" + "1," * 400_000 + "1]",
        "escapes": '"' + '\\"' * 400_000,
        "digits": "1" * 900_000,
    },
    ".toml": {
        "lists": "a = " + "[" * 500_000,
        "tables": "a = " + "{a = " * 100_000,
        "dots": "a." * 400_000 + "a = 1",
        "spaced dots": "a . " * 200_000 + "a = 1",
        "quoted dots": '"a".' * 200_000 + "a = 1",
        "header": f"[{'a.' * 400_000}a]",
        "many tables": "".join(f"[a{number}]\n" for number in range(60_000)),
        "arrays of tables": "[[a]]\n" * 100_000,
        "names": "".join(f"a{number}=1\n" for number in range(80_000)),
        "indented list": "a = [\n" + " " * 400_000 + "1," * 200_000 + "]",
        "digits": "a = " + "1" * 900_000,
    },
}  # fmt: skip


@pytest.mark.parametrize(("syntax", "name"), [(syntax, name) for syntax, texts in GROWING.items() for name in texts])
def test_what_grows_or_nests_is_refused_at_once_with_its_line(syntax, name):
    started = time.process_time()
    with pytest.raises(UsageError, match=r"line \d+") as error:
        parse(GROWING[syntax][name], f"f{syntax}")
    assert time.process_time() - started < 3
    assert len(str(error.value)) < 500


@pytest.mark.parametrize(
    ("syntax", "text"),
    [
        (".yaml", "[" * DEEPEST + "]" * DEEPEST),
        (".json", "[" * DEEPEST + "]" * DEEPEST),
        (".toml", "a = " + "[" * 49 + "]" * 49),
    ],
)
def test_what_is_deep_but_not_too_deep_is_read(syntax, text):
    assert parse(text, f"f{syntax}").values


def test_as_much_as_is_allowed_is_read():
    assert len(parse("[" + "1," * (MOST - 2) + "1]", "f.json").values) == MOST - 1


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text("faults:\n" + "  - kind: reordering\n" * 500_000)
    started = time.process_time()
    with pytest.raises(UsageError, match=f"can't be read: it has 10,500,008 bytes; at most {LARGEST:,} are read"):
        read(path)
    assert time.process_time() - started < 1


def test_a_plan_of_more_faults_than_it_may_have_is_refused():
    with pytest.raises(UsageError, match="line 1002: a plan has at most 1,000 faults"):
        fault_plan.parse("faults:\n" + "  - kind: reordering\n" * 1_001, "plan.yaml")


@pytest.mark.parametrize(
    "value",
    ["2026-13-45", "0o9", "1:60:60", ".inf", ".nan", "1e400", "1e999999999", "!!binary x%", "!!set {a, b}",
     '"\\U00110000"', '"\\UFFFFFFFF"', "1" * 5_000, "&a", "*a", "<<", "\x85", "\t4", "[1, [2]]", "25:00:00"],
)  # fmt: skip
def test_a_seed_that_is_none_is_refused_with_its_line(value):
    with pytest.raises(UsageError, match="line 1"):
        fault_plan.parse(f"seed: {value}\nfaults:\n  - kind: reordering\n", "plan.yaml")


def test_a_version_of_yaml_that_python_cannot_read_is_refused():
    with pytest.raises(UsageError, match="line 1, column 7: no valid YAML: a number is too large"):
        parse(f"%YAML {'1' * 5_000}.1\n---\na: 1", "f.yaml")


def test_hundreds_of_problems_are_not_worded_one_by_one():
    text = "faults:\n  - kind: reordering\n" + "".join(f"    a{number}: 1\n" for number in range(MOST - 10))
    started = time.process_time()
    with pytest.raises(UsageError, match="line 3: field of reordering 'a0' is unknown"):
        fault_plan.parse(text, "plan.yaml")
    assert time.process_time() - started < 5


PIECES = st.sampled_from(
    [*"[]{}:,-?&*!|>'\"%@`#=.\\ \t\n\r\0\x1b\x85\u2028\ufeff\ud800é🙂", "faults:", "seed: ", "  - kind: ", "reordering",
     "---\n", "...\n", "<<: ", "!!int ", "2026-13-45", "0x", "1e999", "9" * 4_400, "nan", "[[", "]]", "bronze.orders",
     "[partitions]\n", "seeds = ", '"""', "'''", "\\u", "\\UFFFFFFFF", "null", '{"a": ', "domains = "]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)


@settings(max_examples=150, deadline=3_000)
@given(TEXTS, st.sampled_from([".yaml", ".json", ".toml"]))
def test_any_text_is_read_or_refused(text, syntax):
    try:
        parse(text, f"f{syntax}")
    except UsageError as error:
        str(error).encode()


@settings(max_examples=100, deadline=3_000)
@given(TEXTS)
def test_any_plan_is_read_or_refused(text):
    for plan in (text, f"faults:\n  - kind: reordering\n    {text}", f"seed: {text}\nfaults: [{{kind: reordering}}]"):
        try:
            fault_plan.parse(plan, "plan.yaml")
        except UsageError as error:
            str(error).encode()


@settings(max_examples=60, deadline=5_000)
@given(TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=60))
def test_any_settings_are_read_or_refused(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    (folder / "synth.toml").write_bytes(content)
    try:
        Project.here(folder, {})
    except UsageError as error:
        str(error).encode()


WORDS = ["", "key", "things", "\x1b", "\ud800", "n", "rows", "columns", "id"]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=6,
)
TINY = {
    "dataset": "tiny",
    "parameters": {"n": 5},
    "presets": {"small": {}},
    "entities": {
        "things": {"rows": 3, "columns": {"id": "key", "a": "booleans"}},
        "kids": {"lines_of": "things", "per_parent": {1: 70, 2: 30}, "columns": {"kid": "key"}},
    },
}
THINGS = ("entities", "things")
PATHS = [("dataset",), ("parameters",), ("parameters", "n"), ("presets",), ("presets", "small"), ("default_preset",),
         ("entities",), THINGS, (*THINGS, "rows"), (*THINGS, "columns"), (*THINGS, "columns", "id"), (*THINGS, "key"),
         (*THINGS, "over"), ("entities", "kids", "lines_of"), ("entities", "kids", "per_parent")]  # fmt: skip


def with_value(values, path, new):
    return {**values, path[0]: with_value(values.get(path[0], {}), path[1:], new)} if path else new


@settings(max_examples=150, deadline=3_000)
@given(st.sampled_from(PATHS), VALUES)
def test_any_declaration_is_made_or_refused(path, value):
    try:
        Declared.of(with_value(TINY, path, value)).load()
    except UsageError as error:
        str(error).encode()


@pytest.mark.parametrize(
    "make",
    [
        Path.mkdir,
        lambda path: path.symlink_to(path),
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.write_bytes(b"data = 'a'\n\0\0"),
    ],
)
def test_settings_that_are_no_file_of_text_are_refused_with_their_path(tmp_path, make):
    make(tmp_path / "synth.toml")
    with pytest.raises(UsageError, match=f"{tmp_path}/synth.toml"):
        Project.here(tmp_path, {})
