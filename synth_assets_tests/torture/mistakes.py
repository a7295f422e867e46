"""A mistake made in every line of every example: told at its line, with a close match, in few words, and no fault.

Some of each file are made in ``make test``; all of them, and a JSON line for each that isn't told well, by::

    python -m synth_assets_tests.torture.mistakes [FILE…]
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from synth_assets.errors import SynthError
from synth_assets.specs.declared import Declared

FILES = sorted((Path(__file__).parents[2] / "examples" / "datasets").glob("*.yaml"))
MOST = 3
"""Messages about one mistake."""

_NAMED = re.compile(r"(?P<before>\s*(?:- )?)(?P<name>[A-Za-z_]\w*):(?P<value>(?: .*)?)")
_WORD = re.compile(r"(?<=[\s{\[,])[a-z_]{4,}(?=[\s,}\]:.])")
_REFERS = re.compile(r"(references: *|references\": *\")(\w+)")
_EXPRESSION = re.compile(r"(expression: *[\"']?[^\w\"']*)([a-z_]{3,})")
_LINE = re.compile(r"f\.yaml, line (\d+)")
_OWN_TEXT = ("doc:", "grain:", "#")


class Mistake(NamedTuple):
    """A mistake in a line.

    Attributes:
        kind: what is wrong.
        text: the whole file with it.
        line: where it is, from 1.
        near: how far from there it may be told.
        word: what was misspelt, as it should be; empty where nothing was.
    """

    kind: str
    text: str
    line: int
    near: int = 0
    word: str = ""


@dataclass(frozen=True)
class Answer:
    """What is told of a mistake.

    Attributes:
        mistake: which.
        problem: what is wrong with what is told; empty if nothing is.
        texts: the messages.
    """

    mistake: Mistake
    problem: str
    texts: tuple[str, ...]


def mistakes_of(text: str) -> Iterator[Mistake]:
    """The mistakes that people make in the lines of a file."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith("#") or _is_within_text(lines, at):
            continue

        def with_line(*new: str, at: int = at) -> str:
            return "\n".join([*lines[:at], *new, *lines[at + 1 :]])

        yield Mistake("indented", with_line(f" {line}"), at + 1, 1)
        yield Mistake("twice", with_line(line, line), at + 1, 1)
        yield Mistake("removed", with_line(), at + 1, len(lines))
        for kind, new, word in _in_line(line):
            yield Mistake(kind, with_line(new), at + 1, 0, word)


def _is_within_text(lines: list[str], at: int) -> bool:
    """Whether a line goes on with the text of a line above, which has the place."""
    depth = len(lines[at]) - len(lines[at].lstrip())
    above = (one for one in reversed(lines[:at]) if one.strip() and len(one) - len(one.lstrip()) < depth)
    return next(above, "").rstrip().endswith((">", ">-", "|", "|-"))


def _in_line(line: str) -> Iterator[tuple[str, str, str]]:
    if found := _NAMED.fullmatch(line):
        before, name, value = found["before"], found["name"], found["value"]
        yield "name misspelt", f"{before}{name[:-1]}{name[-1]}{name[-1]}:{value}", name
        if value.strip():  # else the lines below would be no YAML
            yield "wrong type", f"{before}{name}: [[]]", ""
            yield "negative", f"{before}{name}: -7", ""
            yield "huge", f"{before}{name}: 1{'0' * 30}", ""
    if any(word in line for word in _OWN_TEXT):
        return
    if found := list(_WORD.finditer(line)):
        last = found[-1]
        yield "word misspelt", f"{line[: last.end() - 1]}qx{line[last.end() :]}", last[0]
    if refers := _REFERS.search(line):
        yield "refers to nothing", f"{line[: refers.start(2)]}nowhere{line[refers.end(2) :]}", ""
    if expression := _EXPRESSION.search(line):
        yield "no such column", f"{line[: expression.start(2)]}nothing{line[expression.end(2) :]}", ""


def answer(mistake: Mistake) -> Answer:
    """What is told of a mistake; one that isn't noticed says nothing, and may be none."""
    try:
        Declared(mistake.text, "f.yaml", ".yaml").load()
    except SynthError as error:
        texts = tuple(getattr(error, "texts", (str(error),)))
        return Answer(mistake, _problem(mistake, texts), texts)
    except Exception as error:  # noqa: BLE001 - whatever is foreign
        return Answer(mistake, f"foreign {type(error).__name__}", (str(error),))
    return Answer(mistake, "", ())


def _problem(mistake: Mistake, texts: tuple[str, ...]) -> str:
    places = [int(found[1]) for one in texts if (found := _LINE.match(one))]
    if len(places) != len(texts):
        return "no place"
    if any("no valid YAML" in one for one in texts):
        return ""  # how far lines are indented is noticed where it ends
    # A table or a parameter that is called otherwise, or gone, is missed by all that ask for it.
    others = [one for one in texts if not (mistake.word and _is_missed(mistake, one))]
    if len(others) > MOST and mistake.kind != "removed":
        return f"{len(texts)} messages"
    if not any(abs(one - mistake.line) <= mistake.near for one in places):
        return "" if mistake.word and any(_is_missed(mistake, one) for one in texts) else f"told at {places}"
    return ""


def _is_missed(mistake: Mistake, text: str) -> bool:
    """Whether a message asks for what is called otherwise now."""
    return re.search(rf"\b{mistake.word}", text) is not None


def main() -> None:
    """Make all mistakes in some files, all without."""
    for path in [*map(Path, sys.argv[1:])] or FILES:
        for mistake in mistakes_of(path.read_text(encoding="utf-8")):
            if (one := answer(mistake)).problem:
                said = [path.name, mistake.line, mistake.kind, one.problem, one.texts]
                sys.stdout.write(f"{json.dumps(said, ensure_ascii=False)}\n")


if __name__ == "__main__":
    main()
