"""A mistake made in every line of a good file: told with a place, at the line or where it is noticed, and no fault."""

import re
from pathlib import Path

import pytest

from synth_assets.specs.declared import Declared
from synth_assets.specs.slips import DeclarationError

LINES = (Path(__file__).parents[2] / "examples" / "datasets" / "workshop.yaml").read_text(encoding="utf-8").split("\n")
NAMED = re.compile(r"(?P<before>\s*(?:- )?)(?P<name>[A-Za-z_][\w ]*):(?P<value>.*)")
WRITTEN = [number for number, line in enumerate(LINES) if line.strip() and not line.startswith("#")]


def mistakes(line):
    """What people do to a line: how it is called, and the line then."""
    if found := NAMED.fullmatch(line):
        before, name, value = found["before"], found["name"], found["value"]
        yield "a name misspelt", f"{before}{name[:-1]}{name[-1] * 2}:{value}"
        yield "no value", f"{before}{name}:"
        yield "another value", f"{before}{name}: 17.5"
    yield "indented", f" {line}"
    yield "twice", f"{line}\n{line}"


def told(text):
    """The lines that messages name; none if all is well."""
    try:
        Declared(text, "f.yaml", ".yaml").load()
    except DeclarationError as error:
        return [(re.match(r"f\.yaml, line (\d+)", one), one) for one in error.texts]
    return []


@pytest.mark.parametrize("number", WRITTEN, ids=lambda number: f"line {number + 1}")
def test_a_mistake_in_a_line_is_told_there_or_where_it_is_noticed(number):
    for what, line in mistakes(LINES[number]):
        found = told("\n".join([*LINES[:number], line, *LINES[number + 1 :]]))
        assert all(place for place, _ in found), (what, found)
        lines = [int(place[1]) for place, _ in found if place]
        new = line.strip().removeprefix("- ").partition(":")[0]
        is_there = {number + 1, number + 2} & set(lines)
        is_named = any(f"'{new}'" in one for _, one in found)  # somebody asks for what is called otherwise now
        is_syntax = any("no valid YAML" in one for _, one in found)
        assert not found or is_there or is_named or is_syntax, (what, found)


def test_most_mistakes_are_noticed():
    noticed = [
        bool(told("\n".join([*LINES[:number], line, *LINES[number + 1 :]])))
        for number in WRITTEN[::3]
        for _, line in mistakes(LINES[number])
    ]
    assert sum(noticed) / len(noticed) > 0.7
