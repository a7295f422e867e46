"""A method of rand-engine: what it takes, an example, and the same in the words of our own language."""

import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from synth_assets.errors import shortened

Words = dict[str, Any]
"""A column in the words of our own language: a method with its arguments, and a type."""


OUTER = ("type", "shown", "unique")
"""Words about a column: its type, what frames have in its place, and whether no two rows share a value."""


class WrongArgumentError(ValueError):
    """What is wrong with a column, as the part of a message behind its name."""


@dataclass(frozen=True)
class Argument:
    """What a method takes.

    Attributes:
        name: its name, as rand-engine 0.8 has it.
        what: what it may be, in words.
        fits: whether a value is such.
        required: whether it has to be there.
        usual: what it is without.
        also: what other versions call it.
    """

    name: str
    what: str
    fits: Callable[[Any], bool]
    required: bool = True
    usual: Any = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Method:
    """A method.

    Attributes:
        name: its name.
        doc: what it makes, in a line.
        arguments: in the order in which ``args`` has them.
        example: of a column, whose name and words are right.
        made: arguments to a column's words; of several columns to those of each, under their names.
        several: whether it fills several columns, which ``cols`` names.
    """

    name: str
    doc: str
    arguments: tuple[Argument, ...]
    example: Mapping[str, Any]
    made: Callable[..., Any]
    several: bool = False
    names: Mapping[str, str] = field(init=False, default_factory=dict[str, str])

    def __post_init__(self) -> None:
        known = {also: one.name for one in self.arguments for also in (one.name, *one.also)}
        object.__setattr__(self, "names", known)

    def shown(self, column: str) -> str:
        """A correct example, for a column of this name: text of several lines."""
        words = {"method": self.name, **self.example}
        lines = ",\n".join(f'        "{word}": {json.dumps(one, ensure_ascii=False)}' for word, one in words.items())
        return f"{{\n    {json.dumps(column, ensure_ascii=False)}: {{\n{lines}\n    }}\n}}"

    def taken(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Arguments under their usual names, and what is wrong with those given."""
        found: dict[str, Any] = {}
        spelt: dict[str, str] = {}
        wrong: list[str] = []
        for name, value in given.items():
            known = self.names.get(name)
            if known is None:
                wrong.append(self._unknown(name))
            elif known in found:
                wrong.append(
                    f"parameters '{spelt[known]}' and '{name}' are the same, in two versions' words; give one of them"
                )
            else:
                found[known], spelt[known] = value, name
        for one in self.arguments:
            if one.name not in found:
                if one.required:
                    wrong.append(f"Missing required parameter '{one.name}'; it is {one.what}")
            elif not one.fits(found[one.name]):
                said = shortened(repr(found[one.name]))
                wrong.append(f"parameter '{one.name}' must be {one.what}, not {said}")
        usual = {one.name: one.usual for one in self.arguments if not one.required}
        return usual | found, wrong

    def _unknown(self, name: str) -> str:
        close = difflib.get_close_matches(name, self.names, n=1)
        hint = f"; did you mean '{close[0]}'?" if close else "."
        allowed = ", ".join(f"'{one.name}'" for one in self.arguments) or "none"
        return f"method '{self.name}' has no parameter '{name}'{hint} Valid parameters: {allowed}"


def outer(words: Words) -> Words:
    """Of a column's words those about the column itself, not about its method."""
    return {name: words[name] for name in OUTER if name in words}


def inner(words: Words) -> Words:
    """Of a column's words those of its method alone, as another method has them within."""
    own = {name: value for name, value in words.items() if name not in OUTER}
    return own | {"unique": True} if words["method"] == "pattern" and words.get("unique") else own


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number; ``18.0`` is one too, ``True`` isn't."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Whether a value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == value and abs(value) != float("inf")  # noqa: PLR0124 — not NaN


def is_digits(value: Any) -> bool:
    """Whether a value is a count of digits after the point."""
    return is_whole(value) and 0 <= value <= 9


def is_share(value: Any) -> bool:
    """Whether a value is a part of all rows."""
    return is_number(value) and 0 <= value <= 1


def is_text(value: Any) -> bool:
    """Whether a value is text."""
    return isinstance(value, str)


def is_cell(value: Any) -> bool:
    """Whether a value can be a cell."""
    return value is None or isinstance(value, str | bool) or is_number(value)


def is_cells(value: Any) -> bool:
    """Whether a value is a list of cells, at least one."""
    return isinstance(value, list) and bool(value) and all(is_cell(one) for one in cast("list[Any]", value))


def is_dictionary(value: Any) -> bool:
    """Whether a value is a dictionary with something in it."""
    return isinstance(value, dict) and bool(value)


def share_of(value: float) -> str:
    """A part of all rows as our own language has it: to six digits."""
    return f"{value:.6f}"


def type_of_cells(cells: list[Any], where: str) -> str:
    """The name of the type that holds all of some cells.

    Raises:
        WrongArgumentError: none does.
    """
    kinds = {type(one) for one in cells if one is not None}
    if kinds <= {bool} and kinds:
        return "boolean"
    if kinds == {int}:
        return "int64"
    if kinds and kinds <= {int, float}:
        return "float64"
    if kinds <= {str}:
        return "string"
    named = ", ".join(sorted(one.__name__ for one in kinds))
    raise WrongArgumentError(f"{where} must be values of one type, not {named}")


_ELSEWHERE = {
    "distincts_external": "say it in 'constraints', as a key of tipo FK",
    "foreign_keys": "say it in 'constraints', as a key of tipo FK",
    "distincts_untyped": "use 'distincts'",
}


def unknown_method(name: object, known: Iterable[str]) -> str:
    """What to say of a method that there isn't."""
    if isinstance(name, str) and name in _ELSEWHERE:
        return f"method '{name}' is not taken: {_ELSEWHERE[name]}"
    names = list(known)
    close = difflib.get_close_matches(str(name)[:100], names, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(repr(one) for one in close)}?" if close else "."
    return f"method '{name}' does not exist{hint} Available methods: {', '.join(names)}, and those of docs/columns.md"
